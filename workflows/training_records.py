"""What every part of the training does with its records: find, move on, book hours."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import member_services, pairings
from workflows.actors import Actor
from workflows.engine import entity_queries
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.services import ServiceContext
from workflows.errors import Conflict, NotFound
from workflows.pool_tables import PoolMember
from workflows.training_states import OPEN_ITEMS, HoursKind, ItemState, TrainingPlanState
from workflows.training_tables import HoursLedger, TrainingItem, TrainingPlan, TrainingPlanStep

# Built once, as is every query of this module that services repeat.
_BY_ID = EntityQuery(
    select(TrainingPlan).where(TrainingPlan.id == bindparam("id")),
    (TrainingPlan.member, PoolMember.person),
)
_ITEMS = EntityQuery(
    select(TrainingItem)
    .where(TrainingItem.plan_id == bindparam("plan_id"))
    .order_by(TrainingItem.id)
)


class UnknownPlan(NotFound):
    """No training plan has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such training plan.")


class ItemIsOver(Conflict):
    """A measure that ended is not begun or ended again."""

    def __init__(self, title: str) -> None:
        super().__init__(Sentence('The measure "%(title)s" is over.', title=title))


class OwnHours(Conflict):
    """Nobody approves the own hours."""

    def __init__(self) -> None:
        super().__init__(Sentence("Somebody else has to approve these hours."))


class Hours(NamedTuple):
    """The hours of a member in one year by who organised them."""

    organised: float
    self_study: float


def plan(session: Session, plan_id: int) -> TrainingPlan:
    """
    Return a plan with its member and person.

    Raises:
        UnknownPlan: There is none.

    """
    found = _BY_ID.first(session, id=plan_id)
    if found is None:
        raise UnknownPlan
    return found


def current(session: Session, member_id: int) -> TrainingPlan | None:
    """Return the open plan of a member, the newest where two years overlap."""
    return session.scalar(
        select(TrainingPlan)
        .where(TrainingPlan.member_id == member_id, TrainingPlan.state != TrainingPlanState.CLOSED)
        .order_by(TrainingPlan.year.desc())
        .limit(1)
    )


def items(session: Session, plan_id: int, *states: ItemState) -> list[TrainingItem]:
    """Return the measures of a plan in order, those in some states where any are named."""
    found = _ITEMS.all(session, plan_id=plan_id)
    return [each for each in found if not states or each.state in states]


def item(session: Session, item_id: int) -> TrainingItem:
    """Return a measure; the process that asks for it made it."""
    return entity_queries.get_one(session, TrainingItem, item_id)


def end_item(entry: TrainingItem, state: ItemState, *, result: str = "", now: datetime) -> None:
    """
    End a measure.

    Raises:
        ItemIsOver: It ended before.

    """
    if entry.state not in OPEN_ITEMS:
        raise ItemIsOver(entry.title)
    entry.state, entry.ended_at = state, now
    entry.result = result or entry.result


def record_step(
    session: Session,
    entry: TrainingPlan,
    kind: str,
    *,
    cause: str = "",
    finding: str = "",
    reason: str = "",
    found_at: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Append one step to the log of a plan."""
    session.add(
        TrainingPlanStep(
            plan_id=entry.id,
            version=entry.version,
            kind=kind,
            cause=cause,
            finding=finding,
            reason=reason,
            actor=actor.username,
            found_at=found_at,
            at=now,
        )
    )
    session.flush()


def book(
    call: ServiceContext,
    entry: TrainingItem,
    hours: float,
    kind: HoursKind,
    *,
    approved_by: str,
    evidence: str = "",
) -> None:
    """
    Book hours for a measure in the year of its plan; the one way into the ledger.

    Raises:
        OwnHours: The member wants to approve them.

    """
    entry_plan = plan(call.session, entry.plan_id)
    if approved_by == entry_plan.member.person.username:
        raise OwnHours
    if hours <= 0:
        return
    call.session.add(
        HoursLedger(
            member_id=entry.member_id,
            item_id=entry.id,
            kind=kind,
            hours=hours,
            source=entry.title,
            evidence=evidence,
            approved_by=approved_by,
            counts_toward_year=entry_plan.year,
            booked_at=call.now,
        )
    )
    call.session.flush()


def hours_of(session: Session, member_id: int, year: int) -> Hours:
    """Return the hours of a member that count toward a year."""
    return hours_by_year(session, member_id, [year])[year]


def hours_by_year(session: Session, member_id: int, years: Collection[int]) -> dict[int, Hours]:
    """Return the hours of a member that count toward each of some years, in one query."""
    year = HoursLedger.counts_toward_year
    rows = session.execute(
        select(year.label("year"), HoursLedger.kind, func.sum(HoursLedger.hours).label("hours"))
        .where(HoursLedger.member_id == member_id, year.in_(years))
        .group_by(year, HoursLedger.kind)
    )
    sums = {(row.year, row.kind): float(row.hours) for row in rows}
    return {
        each: Hours(
            sums.get((each, HoursKind.ORGANISED), 0.0), sums.get((each, HoursKind.SELF), 0.0)
        )
        for each in years
    }


def helper_of(session: Session, member_id: int, today: date) -> str | None:
    """Return who helps a member with the plan as of today: the mentor, or else the manager."""
    member = member_services.fetch(session, member_id)
    mentor: str | None = pairings.declared_mentor(session, member.person_id, today=today)
    manager: str | None = member_services.of(session, member)["manager"]
    return mentor or manager
