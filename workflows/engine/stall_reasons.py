"""Why a case does not go on: every reason with its facts; pages put them into words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflows import working_time
from workflows.engine.stall_rows import OpenRows
from workflows.engine.stall_yardstick import LATE_TIMER, NO_SENDER_DAYS, QUIET_DAYS, Yardstick
from workflows.engine.tables import Subscription, UserTask


class Reason(StrEnum):
    """Why a case does not go on, the gravest first."""

    INCIDENT = "incident"
    JOIN = "join"
    LOOP = "loop"
    LEFT = "left"
    EMPTY_GROUP = "empty_group"
    AWAY = "away"
    OVERDUE = "overdue"
    SLOW = "slow"
    LATE_TIMER = "late_timer"
    NO_SENDER = "no_sender"
    MESSAGE = "message"
    IDLE = "idle"


@dataclass(frozen=True)
class Cause:
    """
    One reason why a case does not go on.

    Attributes:
        waits_for: Usernames or groups that must act, where somebody must.
        object_id: The number of the incident or subscription that it is about.
        facts: What else a sentence about it says.

    """

    reason: Reason
    since: datetime
    element_id: str | None = None
    waits_for: tuple[str, ...] = ()
    user_task_id: int | None = None
    object_id: int | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def causes(rows: OpenRows, yardstick: Yardstick, senders: frozenset[str]) -> list[Cause]:
    """
    Return every reason of a case, the gravest first; none where it only seemed to stand still.

    `senders` are the names of what somebody could still send.
    """
    found = [
        *_incidents(rows),
        *_joins(rows, yardstick),
        *_loops(rows),
        *_of_user_tasks(rows, yardstick),
        *_late_timers(rows, yardstick),
        *_messages(rows, yardstick, senders),
    ]
    order = list(Reason)
    found.sort(key=lambda cause: order.index(cause.reason))
    return found or list(_idle(rows, yardstick))


def people_of(user_task: UserTask) -> tuple[str, ...]:
    """Return who must act: the assignee, else the groups."""
    return (user_task.assignee,) if user_task.assignee else tuple(user_task.candidate_groups)


def _incidents(rows: OpenRows) -> Iterator[Cause]:
    """Yield a cause per open incident."""
    for incident in rows.incidents:
        yield Cause(
            Reason.INCIDENT,
            incident.opened_at,
            incident.element_id,
            object_id=incident.id,
            facts={"message": incident.message, "has_step": incident.token_id is not None},
        )


def _joins(rows: OpenRows, yardstick: Yardstick) -> Iterator[Cause]:
    """Yield a cause for a join to which nothing leads any more."""
    join = yardstick.joins.get(rows.case.id)
    if join is not None:
        facts = {"step": join.name, "missing": join.missing}
        yield Cause(Reason.JOIN, rows.case.changed_at, join.element_id, facts=facts)


def _loops(rows: OpenRows) -> Iterator[Cause]:
    """Yield a cause per element to which a case comes back again and again."""
    for one in rows.user_tasks:
        if one.element_id in rows.rounds:
            number = rows.rounds[one.element_id]
            yield _of(Reason.LOOP, one, one.created_at, number=number)


def _of_user_tasks(rows: OpenRows, yardstick: Yardstick) -> Iterator[Cause]:
    """Yield a cause per user task that nobody can do, or that takes too long."""
    for one in rows.user_tasks:
        cause = _nobody(one, yardstick) or _too_long(one, yardstick)
        if cause is not None:
            yield cause


def _nobody(one: UserTask, yardstick: Yardstick) -> Cause | None:
    """Return why nobody can do a user task, if nobody can."""
    people, groups = yardstick.people, set(one.candidate_groups)
    if one.assignee in people.left:
        return _of(Reason.LEFT, one, one.created_at)
    if one.assignee is not None:
        away = people.away.get(one.assignee)
    elif not groups:
        return None
    elif groups <= people.empty:
        return _of(Reason.EMPTY_GROUP, one, one.created_at)
    elif groups <= people.empty | people.away_groups.keys():
        away = min(
            (people.away_groups[name] for name in groups & people.away_groups.keys()),
            key=lambda each: each.until,
        )
    else:
        return None
    if away is None or not yardstick.is_gone_too_long(away, one.due_at):
        return None
    began = working_time.begin_of(yardstick.time.calendar, away.since)
    is_group = one.assignee is None
    return _of(Reason.AWAY, one, max(one.created_at, began), until=away.until, is_group=is_group)


def _too_long(one: UserTask, yardstick: Yardstick) -> Cause | None:
    """Return that a user task takes too long: by its time, or by what is usual."""
    if one.stalls_at is not None and one.stalls_at <= yardstick.now:
        return _of(Reason.OVERDUE, one, one.due_at or one.stalls_at, due_at=one.due_at)
    element = (one.definition_key, one.element_id)
    pace = yardstick.paces.get(element)
    if pace is None or one.paused_at is not None:
        return None
    if yardstick.days_since(one.created_at) <= yardstick.longest_days(element):
        return None
    return _of(Reason.SLOW, one, one.created_at, usual=pace.median)


def _late_timers(rows: OpenRows, yardstick: Yardstick) -> Iterator[Cause]:
    """Yield a cause per timer that should have fired more than an hour ago."""
    for timer in rows.timers:
        if timer.due_at < yardstick.now - LATE_TIMER:
            yield Cause(
                Reason.LATE_TIMER, timer.due_at, timer.element_id, facts={"due_at": timer.due_at}
            )


def _messages(rows: OpenRows, yardstick: Yardstick, senders: frozenset[str]) -> Iterator[Cause]:
    """
    Yield a cause per message or signal that does not come, where the case waits for nothing else.

    What only begins an event sub-process is none.
    """
    if rows.user_tasks or not _is_quiet(rows, yardstick):
        return
    for message in rows.messages:
        if message.is_aside:
            continue
        if message.message_name not in senders:
            reason, days = Reason.NO_SENDER, NO_SENDER_DAYS
        else:
            reason, days = Reason.MESSAGE, QUIET_DAYS
        if yardstick.is_before(message.created_at, days):
            yield _of_message(reason, message)


def _idle(rows: OpenRows, yardstick: Yardstick) -> Iterator[Cause]:
    """Yield that nothing happens and nothing is planned."""
    changed_at = rows.case.changed_at
    if rows.case.status not in ("running", "incident") or not _is_quiet(rows, yardstick):
        return
    elements = [(one.definition_key, one.element_id) for one in rows.user_tasks]
    longest = max(map(yardstick.longest_days, elements), default=QUIET_DAYS)
    if yardstick.days_since(changed_at) <= longest:
        return
    for one in rows.user_tasks[:1]:
        yield _of(Reason.IDLE, one, changed_at)
    if not rows.user_tasks:
        yield Cause(Reason.IDLE, changed_at)


def _is_quiet(rows: OpenRows, yardstick: Yardstick) -> bool:
    """Say whether nothing is planned: no timer and no due user task lies ahead."""
    now = yardstick.now
    ahead = any(timer.due_at > now and not timer.is_aside for timer in rows.timers)
    return not ahead and not any(one.due_at and one.due_at > now for one in rows.user_tasks)


def _of(reason: Reason, one: UserTask, since: datetime, **facts: Any) -> Cause:
    """Return a cause about a user task."""
    return Cause(
        reason,
        since,
        one.element_id,
        people_of(one),
        one.id,
        facts={"step": one.name, **facts},
    )


def _of_message(reason: Reason, message: Subscription) -> Cause:
    """Return a cause about a message or signal that is waited for."""
    return Cause(
        reason,
        message.created_at,
        message.element_id,
        object_id=message.id,
        facts={"kind": message.kind, "message": message.message_name},
    )
