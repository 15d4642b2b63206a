"""
The tables of check-ins: how members are, what stands in their way, and who does something.

What somebody says about wellbeing lies in a table of its own. Nothing scores
it, few read it, and it is deleted after a year.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.vocabulary import stored

_STILL_OPEN = text("state = 'open'")


class CheckInKind(StrEnum):
    """Who asks how a member is."""

    MENTOR = "mentor"
    MANAGER = "manager"
    HEAD = "head"


class CheckInState(StrEnum):
    """What became of a check-in; a missed one counts against whoever should have held it."""

    OPEN = "open"
    HELD = "held"
    MISSED = "missed"
    REFUSED = "refused"
    CLOSED = "closed"


class CheckIn(Base):
    """One talk about motivation, work and obstacles, planned or held."""

    __tablename__ = "check_in"
    __table_args__ = (
        Index("ix_check_in_member_kind", "member_id", "kind", "id"),
        Index(
            "uq_check_in_open",
            "member_id",
            "kind",
            unique=True,
            sqlite_where=_STILL_OPEN,
            postgresql_where=_STILL_OPEN,
        ),
        Index("ix_check_in_responsible", "responsible", "state"),
        CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="close_is_dated"),
        CheckConstraint("(state = 'held') = (outcome <> '')", name="only_talks_have_an_outcome"),
        CheckConstraint("motivation BETWEEN 1 AND 5", name="motivation"),
        CheckConstraint("workload BETWEEN 1 AND 5", name="workload"),
        CheckConstraint(
            "outcome IN ('', 'nothing', 'obstacle', 'care', 'plan', 'sign')", name="outcome"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"))
    kind: Mapped[CheckInKind] = mapped_column(stored(CheckInKind))
    responsible: Mapped[str] = mapped_column(String(120), default="")  # empty: the pool managers
    held_by: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[CheckInState] = mapped_column(stored(CheckInState), default=CheckInState.OPEN)
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    motivation: Mapped[int | None]
    workload: Mapped[int | None]
    work: Mapped[str] = mapped_column(Text, default="")
    obstacles: Mapped[str] = mapped_column(Text, default="")
    wanted_support: Mapped[str] = mapped_column(Text, default="")
    actions: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(String(20), default="")
    finding: Mapped[str] = mapped_column(Text, default="")  # why a plan changes or a sign shows


class WellbeingNote(Base):
    """
    What a member chose to say about life and wellbeing.

    Restricted: whoever wrote it down, the member and HR read it, until it expires.
    """

    __tablename__ = "wellbeing_note"
    __table_args__ = (CheckConstraint("expires_on > written_on", name="it_expires"),)

    check_in_id: Mapped[int] = mapped_column(
        ForeignKey("check_in.id", ondelete="CASCADE"), primary_key=True
    )
    body: Mapped[str] = mapped_column(Text)
    written_by: Mapped[str] = mapped_column(String(120))
    written_on: Mapped[date]
    expires_on: Mapped[date] = mapped_column(index=True)


class SupportAction(Base):
    """Something that somebody does for a member: an obstacle removed, a contact, a follow-up."""

    __tablename__ = "support_action"
    __table_args__ = (
        CheckConstraint("kind IN ('obstacle', 'care', 'follow_up')", name="kind"),
        CheckConstraint("state IN ('open', 'done', 'not_done')", name="state"),
        CheckConstraint("(state = 'open') = (closed_on IS NULL)", name="close_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(120), default="")  # empty: a group
    description: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_on: Mapped[date]
    closed_on: Mapped[date | None]
    result: Mapped[str] = mapped_column(Text, default="")
