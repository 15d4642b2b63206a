"""
The tables of mentoring: who mentors whom, what was agreed, and how often the two met.

What a mentor writes down privately stays with the mentor; a successor reads
it only when the member agreed.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.pool_tables import PoolMember
from workflows.vocabulary import stored

_RUNNING_PRIMARY = text("ended_on IS NULL AND is_primary")
_RUNNING_CHANGE = text("closed_at IS NULL")


class PairingKind(StrEnum):
    """What a mentor is for: an agreed mentor, or somebody who stands in for a while."""

    MENTOR = "mentor"
    INTERIM = "interim"
    HELPER = "helper"


class ContactKind(StrEnum):
    """What a contact was about: the three duties of a mentor."""

    VALUES = "values"
    CONDUCT = "conduct"
    PROFESSIONAL = "professional"


class ContactVisibility(StrEnum):
    """Who reads the summary of a contact: the two, or the mentor alone."""

    SHARED = "shared"
    PRIVATE = "private"


class MentorProfile(Base):
    """What somebody who mentors offers; without a profile the usual capacity applies."""

    __tablename__ = "mentor_profile"
    __table_args__ = (CheckConstraint("capacity >= 0", name="capacity"),)

    username: Mapped[str] = mapped_column(String(120), primary_key=True)
    capacity: Mapped[int]
    kinds: Mapped[list[str]] = mapped_column(default=lambda: [kind.value for kind in ContactKind])


class MentorPairing(Base):
    """One mentor and one member; a member has one running primary pairing at most."""

    __tablename__ = "mentor_pairing"
    __table_args__ = (
        Index(
            "uq_mentor_pairing_primary",
            "member_id",
            unique=True,
            sqlite_where=_RUNNING_PRIMARY,
            postgresql_where=_RUNNING_PRIMARY,
        ),
        Index("ix_mentor_pairing_mentor", "mentor", "ended_on"),
        Index("ix_mentor_pairing_member_id", "member_id", "id"),
        CheckConstraint("(ended_on IS NULL) = (end_reason = '')", name="end_has_a_reason"),
        CheckConstraint("ended_on IS NULL OR ended_on >= started_on", name="order"),
        CheckConstraint("is_primary OR kind = 'helper'", name="helpers_are_not_primary"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"))
    mentor: Mapped[str] = mapped_column(String(120))  # a username
    is_primary: Mapped[bool] = mapped_column(default=True)
    kind: Mapped[PairingKind] = mapped_column(stored(PairingKind), default=PairingKind.MENTOR)
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[str] = mapped_column(String(40), default="")
    goals: Mapped[str] = mapped_column(Text, default="")
    duties: Mapped[str] = mapped_column(Text, default="")
    cadence: Mapped[str] = mapped_column(String(20), default="monthly")
    agreed_at: Mapped[datetime | None]  # when the member agreed to the above

    member: Mapped[PoolMember] = relationship(lazy="raise_on_sql")


class MentorContact(Base):
    """A meeting of mentor and member, as the mentor wrote it down."""

    __tablename__ = "mentor_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("mentor_pairing.id"), index=True)
    held_on: Mapped[date]
    kind: Mapped[ContactKind] = mapped_column(stored(ContactKind))
    summary: Mapped[str] = mapped_column(Text, default="")
    visibility: Mapped[ContactVisibility] = mapped_column(
        stored(ContactVisibility), default=ContactVisibility.SHARED
    )
    is_handed_over: Mapped[bool] = mapped_column(default=False)  # a successor may read it
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]


class MentorPreference(Base):
    """A mentor whom a member wishes for, and what the mentor answered."""

    __tablename__ = "mentor_preference"
    __table_args__ = (
        UniqueConstraint("member_id", "search_number", "rank"),
        CheckConstraint("rank BETWEEN 1 AND 3", name="rank"),
        CheckConstraint("answer IN ('', 'accepted', 'refused', 'silent', 'full')", name="answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"))
    search_number: Mapped[int]
    rank: Mapped[int]
    mentor: Mapped[str] = mapped_column(String(120))
    answer: Mapped[str] = mapped_column(String(10), default="")
    comment: Mapped[str] = mapped_column(Text, default="")


class MentorEvaluation(Base):
    """What one of the two says about a year together. Restricted: the other does not read it."""

    __tablename__ = "mentor_evaluation"
    __table_args__ = (
        CheckConstraint("rating BETWEEN 1 AND 5", name="rating"),
        CheckConstraint("side IN ('mentor', 'member')", name="side"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pairing_id: Mapped[int] = mapped_column(ForeignKey("mentor_pairing.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    rating: Mapped[int]
    goes_on: Mapped[bool]
    comment: Mapped[str] = mapped_column(Text, default="")
    evaluated_at: Mapped[datetime]


class MentorChange(Base):
    """The change from one mentor to the next; one runs for a member at most."""

    __tablename__ = "mentor_change"
    __table_args__ = (
        Index(
            "uq_mentor_change_running",
            "member_id",
            unique=True,
            sqlite_where=_RUNNING_CHANGE,
            postgresql_where=_RUNNING_CHANGE,
        ),
        CheckConstraint("(closed_at IS NULL) = (outcome = '')", name="close_has_an_outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    pairing_id: Mapped[int | None] = mapped_column(ForeignKey("mentor_pairing.id"))  # the old one
    cause: Mapped[str] = mapped_column(String(40))
    requested_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # what the requester wrote, if anything
    handover_note: Mapped[str] = mapped_column(Text, default="")
    shares_notes: Mapped[bool | None]  # what the member said; empty is no
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(20), default="")
