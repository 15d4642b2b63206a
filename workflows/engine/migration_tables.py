"""The tables of migrations: which cases move to which version, and what became of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from workflows.database import Base

_IS_OPEN = text("state NOT IN ('done', 'stopped')")


class CaseMigration(Base):
    """
    The migration of the open cases of a process to one version; at most one is open.

    `position` is the case that was looked at last, `done` counts them. A worker holds
    the row while `retry_at` is set; see `jobs.port`.
    """

    __tablename__ = "case_migration"
    __table_args__ = (
        Index(
            "uq_case_migration_open",
            "process_key",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        CheckConstraint(
            "state NOT IN ('proposed', 'migrating', 'done') OR reason <> ''", name="reason"
        ),
        CheckConstraint(
            "state NOT IN ('migrating', 'done') OR confirmed_by IS NOT NULL", name="confirmation"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(String(120), index=True)
    bundle_id: Mapped[int] = mapped_column(ForeignKey("bundle.id"))  # where the cases go
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))  # see `runs.RunState`
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    restarts_timers: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(Text, default="")
    begun_by: Mapped[str] = mapped_column(String(120))
    begun_at: Mapped[datetime]
    proposed_by: Mapped[str | None] = mapped_column(String(120))
    proposed_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None] = mapped_column(String(120))
    confirmed_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(120))
    ended_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)  # why it stopped by itself


class CaseVerdict(Base):
    """What would become of one case, and what became of it."""

    __tablename__ = "case_verdict"
    __table_args__ = (Index("ix_case_verdict_verdict", "migration_id", "verdict", "instance_id"),)

    migration_id: Mapped[int] = mapped_column(ForeignKey("case_migration.id"), primary_key=True)
    instance_id: Mapped[int] = mapped_column(ForeignKey("instance.id"), primary_key=True)
    before: Mapped[int]  # the version that it ran on
    verdict: Mapped[str] = mapped_column(String(10))  # see `cases.Verdict`
    # The first thing that stands in its way, so that cases can be counted by it.
    code: Mapped[str] = mapped_column(String(20), default="")
    element_id: Mapped[str] = mapped_column(String(80), default="")
    hindrances: Mapped[list[Any]] = mapped_column(default=list)
    remarks: Mapped[list[Any]] = mapped_column(default=list)
    at: Mapped[datetime]
