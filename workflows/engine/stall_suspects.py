"""Which cases may stand still: one query for each reason, each read by an index."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, not_, select
from sqlalchemy.orm import aliased

from workflows.engine.stall_yardstick import (
    LATE_TIMER,
    LOOP_DAYS,
    MOST_ROUNDS,
    NO_SENDER_DAYS,
    Yardstick,
)
from workflows.engine.tables import (
    Incident,
    Instance,
    Subscription,
    Timer,
    UserTask,
    UserTaskCandidate,
)

OPEN = ("running", "incident")


def suspects(yardstick: Yardstick) -> Iterator[Select[Any]]:
    """Yield queries for the numbers of cases of which each may have one reason."""
    now, is_open = yardstick.now, UserTask.state == "open"
    yield select(Incident.instance_id).where(Incident.resolved_at.is_(None))
    yield select(UserTask.instance_id).where(is_open, UserTask.stalls_at <= now)
    yield select(UserTask.instance_id).where(
        is_open, UserTask.created_at < yardstick.quiet_since, UserTask.paused_at.is_(None)
    )
    yield select(Timer.instance_id).where(Timer.due_at < now - LATE_TIMER)
    yield select(Subscription.instance_id).where(
        Subscription.kind != "condition",
        Subscription.is_aside.is_(False),
        Subscription.created_at < now - timedelta(days=NO_SENDER_DAYS),
    )
    yield select(Instance.id).where(
        Instance.status.in_(OPEN), Instance.changed_at < yardstick.quiet_since
    )
    if yardstick.joins:
        yield select(Instance.id).where(Instance.id.in_(yardstick.joins.keys()))
    yield rounds(yardstick).with_only_columns(UserTask.instance_id)
    people = yardstick.people
    if people.left or people.away:
        missing = people.left | people.away.keys()
        yield select(UserTask.instance_id).where(is_open, UserTask.assignee.in_(missing))
    if people.empty or people.away_groups:
        groups = people.empty | people.away_groups.keys()
        yield select(UserTask.instance_id).where(is_open, _is_offered_only_to(groups))


def rounds(yardstick: Yardstick) -> Select[int, str, int]:
    """
    Select how often each element at which a case stands was done before, where that is too often.

    What began at one moment counts once: those are the many instances of one activity.
    """
    again = aliased(UserTask)
    stands_there = exists().where(
        again.instance_id == UserTask.instance_id,
        again.element_id == UserTask.element_id,
        again.state == "open",
    )
    number = func.count(UserTask.created_at.distinct())
    since = yardstick.now - timedelta(days=LOOP_DAYS)
    found = select(UserTask.instance_id, UserTask.element_id, number.label("number"))
    if yardstick.among is not None:
        found = found.where(UserTask.instance_id.in_(yardstick.among))
    return (
        found.where(UserTask.state == "completed", UserTask.completed_at > since, stands_there)
        .group_by(UserTask.instance_id, UserTask.element_id)
        .having(number > MOST_ROUNDS)
    )


def _is_offered_only_to(groups: frozenset[str]) -> ColumnElement[bool]:
    """Say that a user task waits for groups only, and for no other ones than these."""
    is_candidate = UserTaskCandidate.user_task_id == UserTask.id
    return and_(
        UserTask.assignee.is_(None),
        exists().where(is_candidate),
        not_(exists().where(is_candidate, UserTaskCandidate.group_name.not_in(groups))),
    )
