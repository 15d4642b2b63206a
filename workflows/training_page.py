"""The training of one member as a page shows it: the plan, its measures, hours and story."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflows import csv_text, training_records
from workflows.pool_tables import PoolMember
from workflows.training_list import BoardRow
from workflows.training_records import Hours
from workflows.training_tables import (
    HoursLedger,
    TrainingCheck,
    TrainingItem,
    TrainingPlan,
    TrainingPlanStep,
    TrainingRecommendation,
)

COLUMNS = (
    "number",
    "name",
    "pool",
    "unit",
    "year",
    "plan",
    "state",
    "organised_hours",
    "self_study_hours",
    "counted_hours",
    "required_hours",
    "posting",
)


@dataclass(frozen=True)
class YearBefore:
    """A year of training that is over: its plan, with what it came to, and its hours."""

    plan: TrainingPlan
    hours: Hours


@dataclass(frozen=True)
class TrainingPage:
    """
    Everything that a page about the training of one member shows.

    Attributes:
        years_before: The plans before the newest one, the last year first.

    """

    plan: TrainingPlan | None
    hours: Hours
    items: Sequence[TrainingItem]
    recommendations: Sequence[TrainingRecommendation]
    ledger: Sequence[HoursLedger]
    checks: Sequence[TrainingCheck]
    steps: Sequence[TrainingPlanStep]
    years_before: Sequence[YearBefore] = ()


def of_member(session: Session, member: PoolMember) -> TrainingPage:
    """Return the newest plan of a member with all that belongs to it."""
    plans = session.scalars(
        select(TrainingPlan)
        .where(TrainingPlan.member_id == member.id)
        .order_by(TrainingPlan.year.desc(), TrainingPlan.version.desc())
    ).all()
    if not plans:
        return TrainingPage(None, Hours(0, 0), [], [], [], [], [])
    plan, *earlier = plans
    hours = training_records.hours_by_year(session, member.id, {each.year for each in plans})
    return TrainingPage(
        plan=plan,
        hours=hours[plan.year],
        items=training_records.items(session, plan.id),
        recommendations=_recommendations(session, plan),
        ledger=_ledger(session, plan),
        checks=session.scalars(
            select(TrainingCheck)
            .where(TrainingCheck.plan_id == plan.id)
            .order_by(TrainingCheck.id.desc())
        ).all(),
        steps=session.scalars(
            select(TrainingPlanStep)
            .where(TrainingPlanStep.plan_id == plan.id)
            .order_by(TrainingPlanStep.id.desc())
        ).all(),
        years_before=[YearBefore(each, hours[each.year]) for each in earlier],
    )


def as_csv(rows: Iterable[BoardRow]) -> str:
    """Return the board as a file; no cell is a formula."""
    return csv_text.as_csv(COLUMNS, (_cells(row) for row in rows))


def _cells(row: BoardRow) -> tuple[object, ...]:
    """Return the cells of one member."""
    person, plan = row.member.person, row.plan
    return (
        row.member.number,
        person.display_name,
        row.member.pool.name,
        person.unit.name,
        plan.year if plan else "",
        plan.state.value if plan else "",
        row.state.value,
        f"{row.organised:g}",
        f"{row.self_study:g}",
        f"{row.counted:g}",
        f"{plan.required_hours:g}" if plan else "",
        row.posting or "",
    )


def _ledger(session: Session, plan: TrainingPlan) -> Sequence[HoursLedger]:
    """Return the hours that count toward the year of a plan, the last first."""
    return session.scalars(
        select(HoursLedger)
        .where(
            HoursLedger.member_id == plan.member_id,
            HoursLedger.counts_toward_year == plan.year,
        )
        .order_by(HoursLedger.booked_at.desc(), HoursLedger.id.desc())
    ).all()


def _recommendations(session: Session, plan: TrainingPlan) -> Sequence[TrainingRecommendation]:
    """Return what was recommended last."""
    newest = (
        select(func.max(TrainingRecommendation.round))
        .where(TrainingRecommendation.plan_id == plan.id)
        .scalar_subquery()
    )
    return session.scalars(
        select(TrainingRecommendation)
        .where(TrainingRecommendation.plan_id == plan.id, TrainingRecommendation.round == newest)
        .order_by(TrainingRecommendation.id)
    ).all()
