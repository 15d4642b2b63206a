"""
The tables of training: plans, their measures, and the hours that were learned.

A case holds ids and routing facts; wishes, reasons and reports live here.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows import training_guard
from workflows.database import Base, table_of
from workflows.pool_tables import PoolMember
from workflows.training_states import (
    Compliance,
    Consent,
    Direction,
    HoursKind,
    ItemState,
    Track,
    TrainingPlanState,
)
from workflows.vocabulary import Temperature, stored

_IS_OPEN = text("state <> 'closed'")


class TrainingPlan(Base):
    """
    What a member shall learn in one year; one plan of a year is open at most.

    `proposal` is what the decision says about the year, `result` what a person
    decided; they differ only with a reason.
    """

    __tablename__ = "training_plan"
    __table_args__ = (
        UniqueConstraint("member_id", "year", "version"),
        Index(
            "uq_training_plan_open",
            "member_id",
            "year",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        CheckConstraint("required_hours > 0", name="required_hours"),
        CheckConstraint("ends_on > begins_on", name="order"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="close_is_dated"),
        CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL) "
            "AND (state <> 'approved' OR approved_by IS NOT NULL)",
            name="approval_is_signed",
        ),
        CheckConstraint(
            "result IS NULL OR result = proposal"
            " OR (result_by IS NOT NULL AND result_reason <> '')",
            name="result_has_a_reason",
        ),
        CheckConstraint(
            "reaction BETWEEN 1 AND 5 AND learning BETWEEN 1 AND 5 "
            "AND behaviour BETWEEN 1 AND 5 AND effect BETWEEN 1 AND 5",
            name="ratings",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    year: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[TrainingPlanState] = mapped_column(
        stored(TrainingPlanState), default=TrainingPlanState.DRAFT
    )
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    required_hours: Mapped[float] = mapped_column(default=90)
    hardship_limit: Mapped[bool] = mapped_column(default=False)  # care duties or health
    hardship_reason: Mapped[str] = mapped_column(Text, default="")
    wishes: Mapped[str] = mapped_column(Text, default="")
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    opened_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(120))
    approved_at: Mapped[datetime | None]
    proposal: Mapped[Compliance | None] = mapped_column(stored(Compliance, "proposal"))
    result: Mapped[Compliance | None] = mapped_column(stored(Compliance, "result"))
    result_by: Mapped[str | None] = mapped_column(String(120))
    result_reason: Mapped[str] = mapped_column(Text, default="")
    reaction: Mapped[int | None]
    learning: Mapped[int | None]
    behaviour: Mapped[int | None]
    effect: Mapped[int | None]
    effect_notes: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]
    closing_cause: Mapped[str] = mapped_column(String(40), default="")

    member: Mapped[PoolMember] = relationship(lazy="raise_on_sql")


class TrainingRecommendation(Base):
    """One thing that the decision recommends for a plan, and the fact behind it."""

    __tablename__ = "training_recommendation"
    __table_args__ = (UniqueConstraint("plan_id", "round", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("training_plan.id"))
    round: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(400))
    recommended_at: Mapped[datetime]


class TrainingItem(Base):
    """One measure of a plan; a measure that outlasts the year moves to the next plan."""

    __tablename__ = "training_item"
    __table_args__ = (
        Index("ix_training_item_plan", "plan_id", "state"),
        Index("ix_training_item_member_state", "member_id", "state"),
        CheckConstraint("(track = 'posting') = (direction IS NOT NULL)", name="posting_leads"),
        CheckConstraint("hours >= 0 AND days >= 0", name="extent"),
        CheckConstraint("to_on IS NULL OR from_on IS NULL OR to_on >= from_on", name="order"),
        CheckConstraint(
            "state <> 'running' OR consent IN ('not_needed', 'given')", name="runs_with_consent"
        ),
        CheckConstraint(
            "(state IN ('completed', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name="end_is_dated",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("training_plan.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"))
    code: Mapped[str] = mapped_column(String(40))  # the recommendation, or SELF_STUDY
    track: Mapped[Track] = mapped_column(stored(Track))
    direction: Mapped[Direction | None] = mapped_column(stored(Direction))
    temperature: Mapped[Temperature | None] = mapped_column(stored(Temperature))
    title: Mapped[str] = mapped_column(String(200))
    objective: Mapped[str] = mapped_column(Text, default="")
    goal: Mapped[str] = mapped_column(String(200), default="")  # of the plan that it serves
    theme: Mapped[str] = mapped_column(String(20), default="")
    hours: Mapped[float] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)
    evidence: Mapped[str] = mapped_column(String(400), default="")
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]
    sponsor: Mapped[str | None] = mapped_column(String(120))
    consent: Mapped[Consent] = mapped_column(stored(Consent), default=Consent.NOT_NEEDED)
    consent_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[ItemState] = mapped_column(stored(ItemState), default=ItemState.DRAFT)
    result: Mapped[str] = mapped_column(Text, default="")
    times_carried: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]


class HoursLedger(Base):
    """Hours that a member learned. Appended only; a mistake is set right by a counter-entry."""

    __tablename__ = "hours_ledger"
    __table_args__ = (
        Index("ix_hours_ledger_member_year", "member_id", "counts_toward_year"),
        CheckConstraint(
            "(corrects_id IS NULL AND hours > 0) OR (corrects_id IS NOT NULL AND hours < 0)",
            name="hours",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"))
    item_id: Mapped[int | None] = mapped_column(ForeignKey("training_item.id"), index=True)
    kind: Mapped[HoursKind] = mapped_column(stored(HoursKind))
    hours: Mapped[float]
    source: Mapped[str] = mapped_column(String(200))
    evidence: Mapped[str] = mapped_column(Text, default="")
    approved_by: Mapped[str] = mapped_column(String(120))
    counts_toward_year: Mapped[int]
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("hours_ledger.id"), unique=True)
    booked_at: Mapped[datetime]


class TrainingCheck(Base):
    """One look at the hours of a plan: each quarter, and at the end of the year."""

    __tablename__ = "training_check"
    __table_args__ = (CheckConstraint("elapsed_percent BETWEEN 0 AND 100", name="elapsed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("training_plan.id"), index=True)
    organised_hours: Mapped[float]
    self_study_hours: Mapped[float]
    elapsed_percent: Mapped[float]
    outcome: Mapped[Compliance] = mapped_column(stored(Compliance, "outcome"))
    checked_at: Mapped[datetime]
    measures: Mapped[str] = mapped_column(Text, default="")  # what the officer does about it
    decided_by: Mapped[str | None] = mapped_column(String(120))


class TrainingPlanStep(Base):
    """One step in the life of a plan: sent back, approved, changed; appended, never changed."""

    __tablename__ = "training_plan_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("training_plan.id"), index=True)
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    cause: Mapped[str] = mapped_column(String(40), default="")
    finding: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    actor: Mapped[str] = mapped_column(String(120))
    found_at: Mapped[datetime | None]
    at: Mapped[datetime]


@event.listens_for(table_of(HoursLedger), "after_create")
def _guard_ledger(_target: Table, connection: Connection, **_facts: Any) -> None:
    """Guard a ledger that was made without a migration, such as that of a test."""
    training_guard.apply(connection)
