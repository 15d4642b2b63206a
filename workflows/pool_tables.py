"""The tables of pools, their plans and their members."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.people_tables import OrgUnit, Person
from workflows.vocabulary import (
    Horizon,
    Lifecycle,
    PlanState,
    PoolKind,
    Readiness,
    Standing,
    Visibility,
    stored,
)


class Pool(Base):
    """
    A reserve of people for posts of one kind, with the policy that governs it.

    Its panel is the group `panel:<code>`. `policy` holds what differs from
    the defaults of the eligibility decision.
    """

    __tablename__ = "pool"
    __table_args__ = (
        CheckConstraint("notice_days BETWEEN 5 AND 15", name="notice_days"),
        CheckConstraint("panel_seats >= 3", name="panel_seats"),
        CheckConstraint("minimum_reviewers >= 3", name="minimum_reviewers"),
        CheckConstraint("term_months > 0", name="term_months"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[PoolKind] = mapped_column(stored(PoolKind), default=PoolKind.LEADERSHIP)
    owner_unit_id: Mapped[int] = mapped_column(ForeignKey("org_unit.id"))
    target_level_rank: Mapped[int] = mapped_column(ForeignKey("level.rank"))
    visibility: Mapped[Visibility] = mapped_column(stored(Visibility), default=Visibility.OPEN)
    channels: Mapped[list[str]] = mapped_column(default=lambda: ["unit", "self"])
    notice_required: Mapped[bool] = mapped_column(default=True)
    notice_days: Mapped[int] = mapped_column(default=7)  # working days
    panel_seats: Mapped[int] = mapped_column(default=9)
    minimum_reviewers: Mapped[int] = mapped_column(default=3)
    term_months: Mapped[int] = mapped_column(default=36)
    renewals: Mapped[int] = mapped_column(default=1)
    policy: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_open: Mapped[bool] = mapped_column(default=True)  # takes nominations now
    last_number: Mapped[int] = mapped_column(default=0)  # of the members numbered so far

    owner_unit: Mapped[OrgUnit] = relationship(lazy="raise_on_sql")


class PoolPlan(Base):
    """What a pool should look like in one year; nobody is admitted without an approved one."""

    __tablename__ = "pool_plan"
    __table_args__ = (
        UniqueConstraint("pool_id", "year", "version"),
        Index(
            "uq_pool_plan_approved",
            "pool_id",
            "year",
            unique=True,
            sqlite_where=text("state = 'approved'"),
            postgresql_where=text("state = 'approved'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    year: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[PlanState] = mapped_column(stored(PlanState), default=PlanState.DRAFT)
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[datetime | None]


class PlanQuota(Base):
    """One cell of a plan: how many people of one level, category and horizon."""

    __tablename__ = "plan_quota"
    __table_args__ = (
        UniqueConstraint("plan_id", "level_rank", "category", "horizon"),
        CheckConstraint(
            "minimum >= 0 AND minimum <= target AND target <= maximum", name="ascending"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("pool_plan.id", ondelete="CASCADE"))
    level_rank: Mapped[int] = mapped_column(ForeignKey("level.rank"))
    category: Mapped[str] = mapped_column(String(60))
    horizon: Mapped[Horizon] = mapped_column(stored(Horizon))
    minimum: Mapped[int] = mapped_column(default=0)
    target: Mapped[int]
    maximum: Mapped[int]


class PoolMember(Base):
    """
    A membership: one person, one pool, from intake to exit.

    Level and category are those of the plan cell in which the seat counts,
    fixed when the person joins. An exited membership is never opened again.
    """

    __tablename__ = "pool_member"
    __table_args__ = (
        Index(
            "uq_pool_member_current",
            "pool_id",
            "person_id",
            unique=True,
            sqlite_where=text("lifecycle <> 'EXITED'"),
            postgresql_where=text("lifecycle <> 'EXITED'"),
        ),
        Index("ix_pool_member_pool_lifecycle", "pool_id", "lifecycle", "id"),
        CheckConstraint("(lifecycle = 'EXITED') = (exited_on IS NOT NULL)", name="exit_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    lifecycle: Mapped[Lifecycle] = mapped_column(stored(Lifecycle), default=Lifecycle.INTAKE)
    horizon: Mapped[Horizon] = mapped_column(stored(Horizon), default=Horizon.MID)
    readiness: Mapped[Readiness] = mapped_column(stored(Readiness), default=Readiness.NOT_RATED)
    standing: Mapped[Standing] = mapped_column(stored(Standing), default=Standing.GOOD)
    level_rank: Mapped[int] = mapped_column(ForeignKey("level.rank"))
    category: Mapped[str] = mapped_column(String(60))
    accountable_head: Mapped[str | None] = mapped_column(String(120), index=True)
    joined_on: Mapped[date]
    term_end: Mapped[date]
    renewals_used: Mapped[int] = mapped_column(default=0)
    last_grade: Mapped[str | None] = mapped_column(String(10))
    exited_on: Mapped[date | None]
    exit_reason: Mapped[str] = mapped_column(String(40), default="")
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))  # its nomination
    lock_version: Mapped[int] = mapped_column(default=1)

    pool: Mapped[Pool] = relationship(lazy="raise_on_sql")
    person: Mapped[Person] = relationship(lazy="raise_on_sql")

    __mapper_args__ = {"version_id_col": lock_version}  # noqa: RUF012


class StateChange(Base):
    """One step in the life of a membership; appended, never changed."""

    __tablename__ = "state_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    from_state: Mapped[Lifecycle | None] = mapped_column(stored(Lifecycle, "from_state"))
    to_state: Mapped[Lifecycle] = mapped_column(stored(Lifecycle, "to_state"))
    reason: Mapped[str] = mapped_column(String(400), default="")
    actor: Mapped[str] = mapped_column(String(120))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    at: Mapped[datetime]


class CoolingOff(Base):
    """A time in which a person may not be nominated again, after an exit or a rejection."""

    __tablename__ = "cooling_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    until: Mapped[date]
    reason: Mapped[str] = mapped_column(String(40))
