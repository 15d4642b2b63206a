"""The services of a review cycle: open it, follow it, calibrate, close it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from rules.sentences import Sentence
from workflows import calibration, permissions, pools, review_records, review_schemes
from workflows.engine.durations import read_interval
from workflows.engine.services import ServiceContext, service
from workflows.permissions import Action
from workflows.pool_tables import Pool, PoolMember
from workflows.review_states import (
    CALIBRATION_AFTER,
    UNFINISHED,
    CycleKind,
    CycleState,
    ReviewState,
)
from workflows.review_tables import (
    CalibrationChange,
    CalibrationSession,
    Review,
    ReviewCycle,
)
from workflows.vocabulary import Lifecycle

Result = dict[str, Any]


@service("review_cycle.open")
def open_cycle(call: ServiceContext, *, pool: str, kind: str) -> Result:
    """Open a cycle with the newest scheme, and say who is reviewed and until when."""
    # Pages ask before; a case that is started in any other way meets the same policy here.
    permissions.check(call.actor, Action.RUN_REVIEWS)
    session, wanted = call.session, pools.by_code(call.session, pool)
    scheme = review_schemes.in_force(session, wanted, now=call.now)
    sort = CycleKind(kind)
    due = read_interval(CALIBRATION_AFTER[sort]).after(call.now, call.calendar)
    opened = ReviewCycle(
        pool_id=wanted.id,
        year=call.now.year,
        kind=sort,
        scheme_id=scheme.id,
        instance_id=call.instance_id,
        opened_by=call.actor.username,
        opened_at=call.now,
        calibrate_at=due,
    )
    _insert(call, opened, wanted)
    return {
        "cycle_id": opened.id,
        "pool_name": wanted.name,
        "members": _active(call, wanted),
        "calibrate_at": due.isoformat(),
    }


@service("review_cycle.progress")
def progress(call: ServiceContext, *, cycle_id: int, members: list[int]) -> Result:
    """
    Say how many reviews have no provisional grade yet, and how many are not done.

    A review begins in a transaction of its own, after the cycle has asked for it.
    """
    begun = review_records.number_in(call.session, cycle_id, *ReviewState)
    waiting = review_records.number_in(call.session, cycle_id, ReviewState.OPEN)
    return {
        "unscored": waiting + max(len(members) - begun, 0),
        "unfinished": review_records.number_in(call.session, cycle_id, *UNFINISHED),
    }


@service("review_cycle.convene")
def convene(call: ServiceContext, *, cycle_id: int) -> Result:
    """Open the calibration and put what it looks at into words; nobody is named."""
    held = _session(call, cycle_id)
    if held is None:
        call.session.add(CalibrationSession(cycle_id=cycle_id, opened_at=call.now))
        call.session.flush()
    return {**_view(call, cycle_id), "calibration_notice": None}


@service("review_cycle.change_grade")
def change_grade(call: ServiceContext, *, cycle_id: int, calibration: Mapping[str, Any]) -> Result:
    """Change one provisional grade, or say why it cannot be changed."""
    held = _session(call, cycle_id)
    number = str(calibration["member"]).strip()
    found = call.session.scalar(
        select(Review)
        .join(PoolMember, PoolMember.id == Review.member_id)
        .where(Review.cycle_id == cycle_id, PoolMember.number == number)
    )
    notice = _objection(call, found, str(calibration["grade"]), number)
    if notice is None and found is not None and held is not None:
        call.session.add(
            CalibrationChange(
                session_id=held.id,
                review_id=found.id,
                before=found.provisional_grade or "",
                after=calibration["grade"],
                rationale=calibration["rationale"],
                changed_by=call.actor.username,
                changed_at=call.now,
            )
        )
        found.provisional_grade = calibration["grade"]
        call.session.flush()
    return {**_view(call, cycle_id), "calibration": None, "calibration_notice": notice}


@service("review_cycle.conclude")
def conclude(call: ServiceContext, *, cycle_id: int, calibration: Mapping[str, Any]) -> Result:
    """Close the calibration; from now on heads decide about the grades."""
    held = _session(call, cycle_id)
    if held is not None:
        held.closed_at, held.closed_by = call.now, call.actor.username
        held.minutes = calibration.get("minutes") or ""
    review_records.cycle(call.session, cycle_id).state = CycleState.CALIBRATED
    call.session.flush()
    return {"calibration": None, "calibration_notice": None, "distribution": None, "flags": None}


@service("review_cycle.close")
def close(call: ServiceContext, *, cycle_id: int) -> None:
    """Close the cycle; the next one of its kind may open."""
    found = review_records.cycle(call.session, cycle_id)
    found.state, found.closed_at = CycleState.CLOSED, call.now
    call.session.flush()


def _insert(call: ServiceContext, opened: ReviewCycle, pool: Pool) -> None:
    """Insert a cycle; of two at the same moment, the slower one is refused."""
    try:
        with call.session.begin_nested():
            call.session.add(opened)
    except IntegrityError as error:
        raise review_records.CycleAlreadyOpen(pool.name, opened.kind.value) from error


def _active(call: ServiceContext, pool: Pool) -> list[int]:
    """Return the ids of the members who are reviewed: the active ones and those away."""
    return list(
        call.session.scalars(
            select(PoolMember.id)
            .where(
                PoolMember.pool_id == pool.id,
                PoolMember.lifecycle.in_(
                    (Lifecycle.ACTIVE, Lifecycle.SUSPENDED, Lifecycle.RENEWAL_DUE)
                ),
            )
            .order_by(PoolMember.id)
        )
    )


def _session(call: ServiceContext, cycle_id: int) -> CalibrationSession | None:
    """Return the calibration of a cycle, if it was convened."""
    return call.session.scalar(
        select(CalibrationSession).where(CalibrationSession.cycle_id == cycle_id)
    )


def _view(call: ServiceContext, cycle_id: int) -> Result:
    """Return the distribution and the flags for the form of the calibration."""
    reviews = review_records.of_cycle(call.session, cycle_id)
    rows = calibration.by_unit(reviews)
    return {"distribution": calibration.in_words(reviews), "flags": calibration.flags(rows)}


def _objection(call: ServiceContext, found: Review | None, grade: str, number: str) -> str | None:
    """Say why a change cannot be made, if so."""
    if found is None or found.state is not ReviewState.SCORED:
        return str(
            Sentence(
                "No review with a provisional grade waits for member “%(number)s”.", number=number
            )
        )
    if found.subject == call.actor.username:
        return str(Sentence("Nobody calibrates the own grade. Leave this one to somebody else."))
    if found.provisional_grade == grade:
        told = Sentence(
            "The provisional grade of %(number)s is %(grade)s already.", number=number, grade=grade
        )
        return str(told)
    return None
