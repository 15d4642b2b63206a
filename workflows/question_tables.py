"""The tables of questions about user tasks, and of the tiers of which somebody was told."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base
from workflows.vocabulary import QuestionEnd, Tier, stored


class Question(Base):
    """
    What the assignee of a user task wants to know from somebody before going on.

    While it pauses the user task, `runs_on_at` says from when on its time runs
    again although nobody answered. `dues` are the moments of the user task and of
    the timers beside it as they were, by token.
    """

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("asked_of <> asked_by", name="somebody_else"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="ended_somehow"),
        CheckConstraint("(answer IS NULL) OR (outcome = 'answered')", name="answer"),
        # One question at a time: two pauses of one user task would be counted twice.
        Index(
            "uq_question_user_task_id",
            "user_task_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_question_asked_of",
            "asked_of",
            "id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "ix_question_runs_on_at",
            "runs_on_at",
            sqlite_where=text("ended_at IS NULL AND runs_on_at IS NOT NULL"),
            postgresql_where=text("ended_at IS NULL AND runs_on_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), index=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_of: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    runs_on_at: Mapped[datetime | None]  # None: the time of the user task runs again, or is none
    dues: Mapped[list[list[int]]] = mapped_column(JSON, default=list)  # token, microseconds
    lost_seconds: Mapped[int] = mapped_column(default=0)  # working time that it costs, so far
    answer: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[QuestionEnd | None] = mapped_column(stored(QuestionEnd))


class SlaNotice(Base):
    """That somebody was told of a tier of a user task: once for each tier."""

    __tablename__ = "sla_notice"

    user_task_id: Mapped[int] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    tier: Mapped[Tier] = mapped_column(stored(Tier), primary_key=True)
    told_at: Mapped[datetime]
