"""
The tables of periodic reviews: schemes, cycles, reviews and what was decided in them.

Who rated whom, and how, lies apart in `rating_tables`: nothing here names a rater.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflows.database import Base
from workflows.pool_tables import Pool, PoolMember
from workflows.review_states import CycleKind, CycleState, GradeStage, RaterGroup, ReviewState
from workflows.vocabulary import Horizon, Readiness, stored

_GRADES = "('A', 'B', 'C', 'D')"
_PROPOSALS = "('A', 'B', 'C', 'D', 'D*', 'NOT_RATED')"
_IS_OPEN = text("state <> 'closed'")


class IndicatorScheme(Base):
    """
    One version of what is rated and how much it weighs; a version never changes.

    A cycle keeps the version that was the newest when it opened. A change
    makes the next version and acts on the next cycle.
    """

    __tablename__ = "indicator_scheme"
    __table_args__ = (
        UniqueConstraint("pool_id", "version"),
        CheckConstraint("scale_top > scale_bottom", name="scale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    scale_bottom: Mapped[int] = mapped_column(default=1)
    scale_top: Mapped[int] = mapped_column(default=5)
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime]

    indicators: Mapped[list["Indicator"]] = relationship(
        lazy="raise_on_sql", order_by="Indicator.position"
    )
    group_weights: Mapped[list["GroupWeight"]] = relationship(lazy="raise_on_sql")


class Indicator(Base):
    """One thing that is rated, with its weight in per cent, its anchors and its evidence."""

    __tablename__ = "indicator"
    __table_args__ = (
        CheckConstraint("code IN ('V', 'P', 'L', 'R', 'D', 'I')", name="code"),
        CheckConstraint("weight BETWEEN 0 AND 100", name="weight"),
    )

    scheme_id: Mapped[int] = mapped_column(ForeignKey("indicator_scheme.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(1), primary_key=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    weight: Mapped[int]
    low_anchor: Mapped[str] = mapped_column(String(400), default="")  # what a 1 looks like
    high_anchor: Mapped[str] = mapped_column(String(400), default="")  # what a 5 looks like
    evidence: Mapped[str] = mapped_column(String(400), default="")


class GroupWeight(Base):
    """How much the mean of one group of raters weighs, in per cent."""

    __tablename__ = "rater_group_weight"
    __table_args__ = (CheckConstraint("weight BETWEEN 0 AND 100", name="weight"),)

    scheme_id: Mapped[int] = mapped_column(ForeignKey("indicator_scheme.id"), primary_key=True)
    rater_group: Mapped[RaterGroup] = mapped_column(stored(RaterGroup), primary_key=True)
    weight: Mapped[int]


class ReviewCycle(Base):
    """One round of reviews of a pool; one of each kind is open at most."""

    __tablename__ = "review_cycle"
    __table_args__ = (
        Index(
            "uq_review_cycle_open",
            "pool_id",
            "kind",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closing_is_dated"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pool_id: Mapped[int] = mapped_column(ForeignKey("pool.id"), index=True)
    year: Mapped[int]
    kind: Mapped[CycleKind] = mapped_column(stored(CycleKind))
    state: Mapped[CycleState] = mapped_column(stored(CycleState), default=CycleState.OPEN)
    scheme_id: Mapped[int] = mapped_column(ForeignKey("indicator_scheme.id"))
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"))
    opened_by: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime]
    calibrate_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    pool: Mapped[Pool] = relationship(lazy="raise_on_sql")


class Review(Base):
    """What one cycle found about one member; `subject` is the member's username."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("cycle_id", "member_id"),
        UniqueConstraint("id", "subject"),
        CheckConstraint(f"provisional_grade IN {_PROPOSALS}", name="provisional_grade"),
        CheckConstraint(f"final_grade IN {_GRADES}", name="final_grade"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint("potential BETWEEN 0 AND 100", name="potential"),
        CheckConstraint("(state = 'final') = (final_grade IS NOT NULL)", name="final_has_grade"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("review_cycle.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("pool_member.id"), index=True)
    subject: Mapped[str] = mapped_column(String(120))
    state: Mapped[ReviewState] = mapped_column(stored(ReviewState), default=ReviewState.OPEN)
    instance_id: Mapped[int | None] = mapped_column(ForeignKey("instance.id"), unique=True)
    opened_at: Mapped[datetime]
    self_report: Mapped[str] = mapped_column(Text, default="")
    self_evidence: Mapped[str] = mapped_column(Text, default="")
    self_marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    score: Mapped[float | None]
    notes: Mapped[list[str]] = mapped_column(default=list)
    visibility: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by rater group
    potential: Mapped[int | None]
    potential_reason: Mapped[str] = mapped_column(Text, default="")
    gaps: Mapped[int] = mapped_column(default=0)
    hours_ratio: Mapped[float | None]
    nine_box: Mapped[str | None] = mapped_column(String(40))
    provisional_grade: Mapped[str | None] = mapped_column(String(10))
    final_grade: Mapped[str | None] = mapped_column(String(1))
    readiness: Mapped[Readiness | None] = mapped_column(stored(Readiness))
    horizon: Mapped[Horizon | None] = mapped_column(stored(Horizon))
    grade_before: Mapped[str | None] = mapped_column(String(1))
    talk_held_on: Mapped[date | None]
    talk_notes: Mapped[str] = mapped_column(Text, default="")
    receipt: Mapped[str | None] = mapped_column(String(10))  # signed, refused or silent
    member_comment: Mapped[str] = mapped_column(Text, default="")
    dispute_grounds: Mapped[str] = mapped_column(Text, default="")
    appeal_outcome: Mapped[str | None] = mapped_column(String(10))

    cycle: Mapped[ReviewCycle] = relationship(lazy="raise_on_sql")
    member: Mapped[PoolMember] = relationship(lazy="raise_on_sql")


class Score(Base):
    """The mean of one indicator in one group of raters, and how many rated."""

    __tablename__ = "review_score"
    __table_args__ = (
        CheckConstraint("mean BETWEEN 1 AND 5", name="mean"),
        CheckConstraint("raters > 0", name="raters"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), primary_key=True)
    rater_group: Mapped[RaterGroup] = mapped_column(stored(RaterGroup), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(1), primary_key=True)
    mean: Mapped[float]
    raters: Mapped[int]


class CalibrationSession(Base):
    """A meeting that compares the provisional grades of a cycle; one for each cycle."""

    __tablename__ = "calibration_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("review_cycle.id"), unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(120))
    minutes: Mapped[str] = mapped_column(Text, default="")


class CalibrationChange(Base):
    """One provisional grade that a calibration changed, with the reason; appended only."""

    __tablename__ = "calibration_change"
    __table_args__ = (
        CheckConstraint("before <> after", name="is_a_change"),
        CheckConstraint(f"after IN {_GRADES}", name="after"),
        CheckConstraint("length(rationale) >= 20", name="rationale"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("calibration_session.id"), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    before: Mapped[str] = mapped_column(String(10))
    after: Mapped[str] = mapped_column(String(1))
    rationale: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(120))
    changed_at: Mapped[datetime]


class ReviewGrade(Base):
    """One decision about a grade: what was proposed, what a named person decided, and why."""

    __tablename__ = "review_grade"
    __table_args__ = (
        CheckConstraint(f"decision IN {_GRADES}", name="decision"),
        CheckConstraint(
            "(decision IN ('A', 'B') AND is_followed) OR length(reason) >= 20", name="reason"
        ),
        UniqueConstraint("review_id", "stage", "decided_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    stage: Mapped[GradeStage] = mapped_column(stored(GradeStage))
    proposal: Mapped[str] = mapped_column(String(10))
    decision: Mapped[str] = mapped_column(String(1))
    is_followed: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]
