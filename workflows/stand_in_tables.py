"""The tables of those who do the work of others: while they are away, by request, or for good."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.vocabulary import AbsenceKind, MoveCause, stored


class Absence(Base):
    """
    The days on which somebody is away, the last one included, and who stands in meanwhile.

    `ended_at` is set when it is over or was taken back; the row stays.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="order"),
        CheckConstraint("substitute <> username", name="somebody_else"),
        Index(
            "ix_absence_open",
            "first_day",
            "username",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_absence_username", "username", "last_day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date]
    last_day: Mapped[date]
    substitute: Mapped[str | None] = mapped_column(String(120), index=True)
    kind: Mapped[AbsenceKind] = mapped_column(stored(AbsenceKind), default=AbsenceKind.OTHER)
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))


class Delegation(Base):
    """
    That somebody lets another person do one user task, or all of a kind, for a time.

    A kind is a process, or one step of it where `element_id` is set.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint("receiver <> giver", name="somebody_else"),
        CheckConstraint("until > since", name="order"),
        CheckConstraint(
            "(user_task_id IS NULL) <> (definition_key IS NULL)", name="one_or_all_of_a_kind"
        ),
        Index(
            "ix_delegation_open",
            "giver",
            "definition_key",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_delegation_user_task_id",
            "user_task_id",
            "giver",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    giver: Mapped[str] = mapped_column(String(120))
    receiver: Mapped[str] = mapped_column(String(120), index=True)
    user_task_id: Mapped[int | None] = mapped_column(ForeignKey("user_task.id"))
    definition_key: Mapped[str | None] = mapped_column(String(120))
    element_id: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(400))
    since: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))


class StandIn(Base):
    """One user task that one person does for another, and by which absence or delegation."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint("receiver <> giver", name="somebody_else"),
        CheckConstraint("(absence_id IS NULL) <> (delegation_id IS NULL)", name="one_cause"),
        # A person gives a user task away once at a time.
        Index(
            "uq_stand_in_user_task_id",
            "user_task_id",
            "giver",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), index=True)
    giver: Mapped[str] = mapped_column(String(120))
    receiver: Mapped[str] = mapped_column(String(120))
    absence_id: Mapped[int | None] = mapped_column(ForeignKey("absence.id"), index=True)
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("delegation.id"), index=True)
    given_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LeaverMove(Base):
    """Where one user task of somebody who left went: to a person, or to groups."""

    __tablename__ = "leaver_move"
    __table_args__ = (Index("ix_leaver_move_username", "username", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(120))
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), index=True)
    receiver: Mapped[str | None] = mapped_column(String(120))  # a person; None: the groups
    candidate_groups: Mapped[list[str]] = mapped_column(default=list)
    cause: Mapped[MoveCause] = mapped_column(stored(MoveCause))
    moved_at: Mapped[datetime]
