"""Adds up what years left behind: every stuck case, every orphan, every sum that is wrong."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from workflows import leavers
from workflows.course_tables import CourseEnrolment, StudyEntry
from workflows.demo import records_of_leavers, stalls
from workflows.engine.tables import Incident, Instance, Subscription, Timer, UserTask
from workflows.exit_tables import ExitCase
from workflows.mentoring_tables import MentorChange, MentorPairing
from workflows.people_tables import Person
from workflows.pool_tables import Pool, PoolMember, StateChange
from workflows.review_states import ReviewState
from workflows.review_tables import CalibrationChange, Review, ReviewGrade
from workflows.training_states import EnrolmentState, HoursKind, Track
from workflows.training_tables import HoursLedger, TrainingItem
from workflows.vocabulary import EmploymentStatus, Lifecycle

_MOST = 200
_ROUNDING = 0.01
_A_YEAR = timedelta(days=365)
# How long a case of a process takes at the very most; the others go on as long as a membership.
_LONGEST = {
    "nomination": 2 * _A_YEAR,
    "review": _A_YEAR,
    "review_cycle": _A_YEAR,
    "correction": 2 * _A_YEAR,
    "appeal": _A_YEAR,
    "mentor_change": timedelta(days=180),
    "person_leaves": timedelta(days=30),
}
_LATEST = timedelta(days=120)  # nobody is later than that with a user task

Problems = Iterator[str]
Hours = dict[int | None, float]  # by the measure of training


def reckon(session: Session, now: datetime) -> list[str]:
    """
    Return every problem as a sentence; an organisation in order has none.

    The cases that stall on purpose, to show how they are helped, are none.
    """
    return [problem for look in _LOOKS for problem in look(session, now)]


def _incidents(session: Session, _now: datetime) -> Problems:
    """Look for cases that cannot go on by themselves."""
    query = (
        select(Incident, Instance.definition_key)
        .join(Instance, Instance.id == Incident.instance_id)
        .where(Incident.resolved_at.is_(None), Instance.definition_key != stalls.KEY)
    )
    for incident, process in session.execute(query.limit(_MOST)):
        yield (
            f"Case {incident.instance_id} ({process}) stands at {incident.element_id}: "
            f"{incident.message}"
        )


def _orphans(session: Session, _now: datetime) -> Problems:
    """Look for user tasks that nobody can do."""
    found = leavers.without_owner(session, limit=_MOST)
    for each in (one for one in found if one.definition_key != stalls.KEY):
        whose = each.assignee or ", ".join(each.candidate_groups) or "nobody"
        yield f"{_named(each)} waits for {whose}, who cannot do it."


def _late(session: Session, now: datetime) -> Problems:
    """Look for user tasks that were forgotten, and for cases that take too long."""
    forgotten = select(UserTask).where(
        UserTask.state == "open",
        UserTask.due_at < now - _LATEST,
        UserTask.definition_key != stalls.KEY,
    )
    for each in session.scalars(forgotten.limit(_MOST)):
        yield f"{_named(each)} was due on {each.due_at:%Y-%m-%d}."
    for process, longest in _LONGEST.items():
        old = select(Instance).where(
            Instance.definition_key == process,
            Instance.status.in_(("running", "incident")),
            Instance.started_at < now - longest,
        )
        for case in session.scalars(old.limit(_MOST)):
            places = ", ".join(case.active_elements)
            yield f"Case {case.id} ({process}) runs since {case.started_at:%Y-%m-%d}, at {places}."


def _asleep(session: Session, _now: datetime) -> Problems:
    """Look for cases that wait for nothing, and so for ever."""
    wakers = (
        select(Timer.instance_id),
        select(Subscription.instance_id),
        select(UserTask.instance_id).where(UserTask.state == "open"),
        select(Incident.instance_id).where(Incident.resolved_at.is_(None)),
    )
    query = select(Instance).where(Instance.status == "running")
    for woken in wakers:
        query = query.where(Instance.id.not_in(woken))
    for case in session.scalars(query.limit(_MOST)):
        places = ", ".join(case.active_elements)
        yield f"Case {case.id} ({case.definition_key}) waits for nothing at {places}."


def _members(session: Session, _now: datetime) -> Problems:
    """Look whether entries less exits make the members of each pool, and who has no head."""
    entries = _count(session, StateChange.from_state.is_(None))
    exits = _count(session, StateChange.to_state == Lifecycle.EXITED)
    is_inside = PoolMember.lifecycle != Lifecycle.EXITED
    members = select(PoolMember.pool_id, func.count().label("number")).where(is_inside)
    inside = _numbers(session, members)
    for number, name in session.execute(select(Pool.id, Pool.name)):
        came, went, are = entries.get(number, 0), exits.get(number, 0), inside.get(number, 0)
        if came - went != are:
            yield f"{name} has {are} members, but {came} came and {went} went."
    alone = select(PoolMember.number).where(
        PoolMember.lifecycle == Lifecycle.ACTIVE,
        or_(PoolMember.accountable_head.is_(None), PoolMember.accountable_head == ""),
    )
    for member in session.scalars(alone.limit(_MOST)):
        yield f"Nobody answers for the member {member}."
    yield from _left_behind(session)
    twice = (
        select(PoolMember.pool_id, PoolMember.person_id)
        .where(is_inside)
        .group_by(PoolMember.pool_id, PoolMember.person_id)
        .having(func.count() > 1)
    )
    for pool_id, person_id in session.execute(twice):
        yield f"Person {person_id} is in pool {pool_id} more than once."


def _left_behind(session: Session) -> Problems:
    """Look for members whose head or mentor has left, where nobody looks for another."""
    gone = select(Person.username).where(Person.employment_status == EmploymentStatus.LEFT)
    headless = select(PoolMember.number).where(
        PoolMember.lifecycle != Lifecycle.EXITED, PoolMember.accountable_head.in_(gone)
    )
    for member in session.scalars(headless.limit(_MOST)):
        yield f"Whoever answers for the member {member} has left."
    is_looked_for = exists().where(
        MentorChange.member_id == MentorPairing.member_id, MentorChange.closed_at.is_(None)
    )
    mentorless = (
        select(PoolMember.number)
        .join(MentorPairing, MentorPairing.member_id == PoolMember.id)
        .where(MentorPairing.is_primary, MentorPairing.ended_on.is_(None))
        .where(MentorPairing.mentor.in_(gone), ~is_looked_for)
    )
    for member in session.scalars(mentorless.limit(_MOST)):
        yield f"The mentor of the member {member} has left, and nobody looks for another."


def _count(session: Session, is_meant: ColumnElement[bool]) -> dict[int, int]:
    """Return how many steps of some kind the memberships of each pool made."""
    query = select(PoolMember.pool_id, func.count().label("number"))
    return _numbers(
        session, query.join(StateChange, StateChange.member_id == PoolMember.id).where(is_meant)
    )


def _numbers(session: Session, query: Select[int, int]) -> dict[int, int]:
    """Return numbers by pool."""
    rows = session.execute(query.group_by(PoolMember.pool_id))
    return {row.pool_id: row.number for row in rows}


def _hours(session: Session, _now: datetime) -> Problems:
    """Look whether the hours that are booked are those that were attended and verified."""
    attended = select(CourseEnrolment.item_id, func.sum(CourseEnrolment.hours)).where(
        CourseEnrolment.state == EnrolmentState.COMPLETED
    )
    studied = select(StudyEntry.item_id, func.sum(StudyEntry.hours)).where(
        StudyEntry.is_accepted.is_(True)
    )
    booked = (
        select(HoursLedger.item_id, func.sum(HoursLedger.hours))
        .join(TrainingItem, TrainingItem.id == HoursLedger.item_id)
        .where(TrainingItem.track == Track.THEORY, HoursLedger.kind == HoursKind.ORGANISED)
    )
    own = select(HoursLedger.item_id, func.sum(HoursLedger.hours)).where(
        HoursLedger.kind == HoursKind.SELF
    )
    yield from _differences(
        _sums(session, booked.group_by(HoursLedger.item_id)),
        _sums(session, attended.group_by(CourseEnrolment.item_id)),
    )
    yield from _differences(
        _sums(session, own.group_by(HoursLedger.item_id)),
        _sums(session, studied.group_by(StudyEntry.item_id)),
    )


def _sums(session: Session, query: Select[int | None, float] | Select[int, float]) -> Hours:
    """Return sums of hours by measure."""
    return {item: float(hours) for item, hours in session.execute(query)}


def _differences(booked: Hours, learned: Hours) -> Problems:
    """Say of which measures other hours are booked than were learned."""
    for item in {*booked, *learned}:
        in_ledger, in_records = booked.get(item, 0.0), learned.get(item, 0.0)
        if abs(in_ledger - in_records) > _ROUNDING:
            yield f"{in_ledger} hours are booked for measure {item}, but {in_records} were learned."


def _reasons(session: Session, _now: datetime) -> Problems:
    """Look for grades and exits that nobody decided, or without a reason."""
    decided = select(ReviewGrade.review_id)
    undecided = select(Review.id).where(
        Review.state == ReviewState.FINAL, Review.id.not_in(decided)
    )
    for number in session.scalars(undecided.limit(_MOST)):
        yield f"Nobody decided the grade of review {number}."
    bare = select(ReviewGrade.review_id).where(
        or_(ReviewGrade.decision.in_(("C", "D")), ReviewGrade.is_followed.is_(False)),
        func.length(func.trim(ReviewGrade.reason)) == 0,
    )
    for number in session.scalars(bare.limit(_MOST)):
        yield f"A grade of review {number} has no reason."
    changed = select(CalibrationChange.review_id).where(
        func.length(func.trim(CalibrationChange.rationale)) == 0
    )
    for number in session.scalars(changed.limit(_MOST)):
        yield f"The calibration of review {number} has no reason."
    silent = select(ExitCase.id).where(
        ExitCase.decision.is_not(None),
        or_(ExitCase.decided_by.is_(None), func.length(func.trim(ExitCase.decision_reason)) == 0),
    )
    for number in session.scalars(silent.limit(_MOST)):
        yield f"The exit {number} was decided without a reason."


def _named(user_task: UserTask) -> str:
    """Return a user task in words."""
    return f'"{user_task.name}" ({user_task.definition_key}, case {user_task.instance_id})'


_LOOKS: tuple[Callable[[Session, datetime], Problems], ...] = (
    _incidents,
    _orphans,
    _late,
    _asleep,
    _members,
    _hours,
    _reasons,
    records_of_leavers.problems,
)
