"""Stalled cases: each with its cause, since when, whom it waits for and what to do next."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, union
from sqlalchemy.orm import Session

from workflows.engine import stall_reasons
from workflows.engine.stall_reasons import Cause, OpenRows
from workflows.engine.tables import (
    Incident,
    Instance,
    Subscription,
    Timer,
    UserTask,
    UserTaskCandidate,
)
from workflows.engine.transition import WorkingCalendar
from workflows.paging import Page, bounded, from_cursor, to_cursor

QUIET_WORKING_DAYS = 10
LATE_TIMER = timedelta(hours=1)
_OPEN = ("running", "incident")


class PeopleCheck(Protocol):
    """Knows who is there; the engine knows no people."""

    def absent(self, session: Session, usernames: frozenset[str]) -> frozenset[str]:
        """Return the usernames that belong to nobody who is active."""
        ...

    def empty(self, session: Session, groups: frozenset[str]) -> frozenset[str]:
        """Return the groups that have no active member."""
        ...


@dataclass(frozen=True)
class StalledCase:
    """
    A case that does not go on, with its gravest reason.

    Attributes:
        reason: `incident`, `nobody`, `overdue`, `late_timer`, `message` or `idle`.
        cause: The reason in one sentence.
        waits_for: Usernames or groups that must act, where somebody must.
        next_step: The next safe thing to do, in one sentence.
        user_task_id: The user task that is stuck, where there is one.
        others: How many further reasons the case has.

    """

    instance: Instance
    reason: str
    cause: str
    since: datetime
    element_id: str | None
    waits_for: tuple[str, ...]
    next_step: str
    user_task_id: int | None
    others: int


@dataclass(frozen=True)
class Thresholds:
    """From which moments on waiting is too long, and who is not there."""

    now: datetime
    quiet_since: datetime
    absent: frozenset[str]
    empty: frozenset[str]


def find(
    session: Session,
    *,
    now: datetime,
    limit: int = 50,
    cursor: str | None = None,
    people: PeopleCheck | None = None,
    calendar: WorkingCalendar | None = None,
    narrow: Callable[[Select[Any]], Select[Any]] | None = None,
    reason: str | None = None,
) -> Page[StalledCase]:
    """
    Return one page of the cases that do not go on, the oldest case first.

    `narrow` leaves of a query on `Instance` what the reader may see; `reason`
    asks for the cases that have this reason, be it the gravest or not.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    thresholds = _thresholds(session, now, people, calendar)
    suspects = _suspects(thresholds)
    if reason is not None:
        suspects = {reason: suspects[reason]} if reason in suspects else {}
    if not suspects:
        return Page([], None)
    ids = union(*suspects.values()).subquery()
    query = select(Instance).join(ids, ids.c.instance_id == Instance.id)
    if narrow is not None:
        query = narrow(query)
    if cursor is not None:
        query = query.where(Instance.id > from_cursor(cursor, int)[0])
    instances = session.scalars(
        query.order_by(Instance.id).limit(limit + 1).execution_options(populate_existing=True)
    ).all()
    page = instances[:limit]
    rows = _open_rows(session, [instance.id for instance in page])
    items = [
        _stalled(instance, stall_reasons.causes(instance, rows[instance.id], thresholds), reason)
        for instance in page
    ]
    has_more = len(instances) > limit
    return Page(items, to_cursor(page[-1].id) if has_more else None)


def _thresholds(
    session: Session,
    now: datetime,
    people: PeopleCheck | None,
    calendar: WorkingCalendar | None,
) -> Thresholds:
    """Return what counts as too long, and who is not there."""
    days = QUIET_WORKING_DAYS if calendar else QUIET_WORKING_DAYS * 7 // 5
    quiet_since = now - timedelta(days=days)
    while calendar and calendar.add_working_days(quiet_since, QUIET_WORKING_DAYS) > now:
        quiet_since -= timedelta(days=1)
    absent: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    if people is not None:
        assignees = session.scalars(
            select(UserTask.assignee)
            .where(UserTask.state == "open", UserTask.assignee.is_not(None))
            .distinct()
        )
        groups = session.scalars(select(UserTaskCandidate.group_name).distinct())
        absent = people.absent(session, frozenset(name for name in assignees if name))
        empty = people.empty(session, frozenset(groups))
    return Thresholds(now, quiet_since, absent, empty)


def _suspects(thresholds: Thresholds) -> dict[str, Select[Any]]:
    """Return the query of case numbers for each reason, each read by an index."""
    now = thresholds.now
    is_open = UserTask.state == "open"
    queries: dict[str, Select[Any]] = {
        "incident": select(Incident.instance_id).where(Incident.resolved_at.is_(None)),
        "overdue": select(UserTask.instance_id).where(is_open, UserTask.stalls_at <= now),
        "late_timer": select(Timer.instance_id).where(Timer.due_at < now - LATE_TIMER),
        "message": select(Subscription.instance_id).where(
            Subscription.kind != "condition",
            Subscription.is_aside.is_(False),
            Subscription.created_at < thresholds.quiet_since,
            _is_quiet(Subscription.instance_id, now),
        ),
        "idle": select(Instance.id).where(
            Instance.status.in_(_OPEN),
            Instance.changed_at < thresholds.quiet_since,
            _is_quiet(Instance.id, now),
        ),
    }
    if thresholds.absent or thresholds.empty:
        queries["nobody"] = select(UserTask.instance_id).where(
            is_open,
            or_(UserTask.assignee.in_(thresholds.absent), _is_offered_to_nobody(thresholds.empty)),
        )
    return {
        reason: query.with_only_columns(query.selected_columns[0].label("instance_id"))
        for reason, query in queries.items()
    }


def _is_offered_to_nobody(empty: frozenset[str]) -> ColumnElement[bool]:
    """Say that a user task waits for groups only, and that all of them are empty."""
    is_candidate = UserTaskCandidate.user_task_id == UserTask.id
    return and_(
        UserTask.assignee.is_(None),
        exists().where(is_candidate),
        not_(exists().where(is_candidate, UserTaskCandidate.group_name.not_in(empty))),
    )


def _is_quiet(instance_id: Any, now: datetime) -> ColumnElement[bool]:
    """Say that nothing is planned: no timer and no due user task lies ahead."""
    planned_timer = exists().where(
        Timer.instance_id == instance_id, Timer.due_at > now, Timer.is_aside.is_(False)
    )
    planned_work = exists().where(
        UserTask.instance_id == instance_id, UserTask.state == "open", UserTask.due_at > now
    )
    return not_(or_(planned_timer, planned_work))


def _open_rows(session: Session, ids: Sequence[int]) -> defaultdict[int, OpenRows]:
    """Return what is open in each of the cases, in a fixed number of statements."""
    rows: defaultdict[int, OpenRows] = defaultdict(OpenRows)
    for incident in session.scalars(
        select(Incident).where(Incident.instance_id.in_(ids), Incident.resolved_at.is_(None))
    ):
        rows[incident.instance_id].incidents.append(incident)
    for user_task in session.scalars(
        select(UserTask).where(UserTask.instance_id.in_(ids), UserTask.state == "open")
    ):
        rows[user_task.instance_id].user_tasks.append(user_task)
    for timer in session.scalars(select(Timer).where(Timer.instance_id.in_(ids))):
        rows[timer.instance_id].timers.append(timer)
    for message in session.scalars(select(Subscription).where(Subscription.instance_id.in_(ids))):
        rows[message.instance_id].messages.append(message)
    return rows


def _stalled(instance: Instance, causes: Sequence[Cause], reason: str | None) -> StalledCase:
    """Return a stalled case with its gravest reason, or the one that was asked for."""
    gravest = next((cause for cause in causes if cause.reason == reason), causes[0])
    return StalledCase(
        instance=instance,
        reason=gravest.reason,
        cause=gravest.sentence,
        since=gravest.since,
        element_id=gravest.element_id,
        waits_for=gravest.waits_for,
        next_step=gravest.next_step,
        user_task_id=gravest.user_task_id,
        others=len(causes) - 1,
    )
