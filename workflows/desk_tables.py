"""The tables of the desk: cases in hand, what was escalated, and what waits for a second one."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base


class CaseInHand(Base):
    """
    A stalled case for which somebody has done what can be done: until then others wait.

    It counts only as long as the case stands still for the same reasons: a new one brings
    it back to the list at once.
    """

    __tablename__ = "case_in_hand"

    instance_id: Mapped[int] = mapped_column(
        ForeignKey("instance.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    reasons: Mapped[str] = mapped_column(String(200))  # each between bars: |left|slow|
    deed: Mapped[str] = mapped_column(String(20))
    people: Mapped[list[str]] = mapped_column(JSON, default=list)
    why: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]
    until: Mapped[datetime]


class Escalation(Base):
    """That a user task came to a step of its chain: once for each step."""

    __tablename__ = "escalation"

    user_task_id: Mapped[int] = mapped_column(
        ForeignKey("user_task.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    instance_id: Mapped[int] = mapped_column(
        ForeignKey("instance.id", ondelete="CASCADE"), index=True
    )
    to: Mapped[str] = mapped_column(String(120))  # as the policy names it: superior, head, a group
    people: Mapped[list[str]] = mapped_column(JSON, default=list)
    gives: Mapped[bool]  # whether they may do it from then on, or are told only
    by: Mapped[str] = mapped_column(String(120))  # a person in charge, or the system
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class _Asked:
    """That one person asks for something in a case, and how another one decides."""

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id", ondelete="CASCADE"))
    scope: Mapped[int]
    why: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(String(120))
    decided_at: Mapped[datetime | None]


def _one_open(table: str) -> tuple[CheckConstraint, Index]:
    """Return that a case has one open request of a kind, and a decided one has an outcome."""
    return (
        CheckConstraint("(decided_at IS NULL) = (outcome IS NULL)", name="decided_somehow"),
        Index(
            f"uq_{table}_instance_id",
            "instance_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )


class MoveRequest(_Asked, Base):
    """
    That somebody asks to let a case go on at another element; somebody else decides.

    `tokens` and `joins` name what is withdrawn in the scope, as they were when it was asked.
    """

    __tablename__ = "move_request"
    __table_args__ = _one_open("move_request")

    tokens: Mapped[list[int]] = mapped_column(JSON, default=list)
    joins: Mapped[list[str]] = mapped_column(JSON, default=list)
    element_id: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[str | None] = mapped_column(String(10))  # moved, declined or gone


class DataRequest(_Asked, Base):
    """
    That somebody asks to change data that a scope of a case keeps; somebody else decides.

    Whoever decides sees which value each one would replace. Once it is decided, neither
    stays here: the audit tells which names were changed, never to which value.
    """

    __tablename__ = "data_request"
    __table_args__ = _one_open("data_request")

    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    outcome: Mapped[str | None] = mapped_column(String(10))  # changed or declined
