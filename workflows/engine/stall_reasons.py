"""Why a case does not go on, in sentences for those who can help."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from workflows.engine.tables import Incident, Instance, Subscription, Timer, UserTask

if TYPE_CHECKING:
    from workflows.engine.stalled import Thresholds

_LATE_TIMER = timedelta(hours=1)


@dataclass(frozen=True)
class Cause:
    """One reason why a case does not go on."""

    reason: str
    sentence: str
    since: datetime
    next_step: str
    element_id: str | None = None
    waits_for: tuple[str, ...] = ()
    user_task_id: int | None = None


@dataclass
class OpenRows:
    """What is open in one case."""

    incidents: list[Incident] = field(default_factory=list)
    user_tasks: list[UserTask] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    messages: list[Subscription] = field(default_factory=list)


def causes(instance: Instance, rows: OpenRows, thresholds: "Thresholds") -> list[Cause]:
    """Return every reason of a case, the gravest first; there is always at least one."""
    found = [
        *_incidents(rows),
        *_nobody(rows, thresholds),
        *_overdue(rows, thresholds),
        *_late_timers(rows, thresholds),
        *_messages(rows, thresholds),
    ]
    if found:
        return found
    return [
        Cause(
            "idle",
            f"Nothing has happened in this case since {instance.changed_at:%Y-%m-%d}.",
            instance.changed_at,
            _ask(rows),
            next((one.element_id for one in rows.user_tasks), None),
            tuple(name for one in rows.user_tasks for name in _people(one)),
            next((one.id for one in rows.user_tasks), None),
        )
    ]


def _incidents(rows: OpenRows) -> Iterator[Cause]:
    """Yield a cause per open incident."""
    for incident in rows.incidents:
        yield Cause(
            "incident",
            f"A step failed: {incident.message}",
            incident.opened_at,
            "Retry the step; if it fails again, skip it or cancel the case.",
            incident.element_id,
        )


def _nobody(rows: OpenRows, thresholds: "Thresholds") -> Iterator[Cause]:
    """Yield a cause per user task that nobody can do."""
    for one in rows.user_tasks:
        groups = set(one.candidate_groups)
        if one.assignee in thresholds.absent:
            cause = f"“{one.name}” is assigned to {one.assignee}, who is not active."
        elif one.assignee is None and groups and groups <= thresholds.empty:
            cause = f"“{one.name}” is offered to {', '.join(sorted(groups))}, who have no members."
        else:
            continue
        yield Cause(
            "nobody",
            cause,
            one.created_at,
            "Reassign the user task to somebody who can do it.",
            one.element_id,
            _people(one),
            one.id,
        )


def _overdue(rows: OpenRows, thresholds: "Thresholds") -> Iterator[Cause]:
    """Yield a cause per user task that is past 150 % of its time."""
    for one in rows.user_tasks:
        if one.stalls_at is None or one.stalls_at > thresholds.now:
            continue
        due = f" since {one.due_at:%Y-%m-%d}" if one.due_at else ""
        yield Cause(
            "overdue",
            f"“{one.name}” is overdue{due} and has taken more than 150 % of its time.",
            one.due_at or one.stalls_at,
            f"Remind {', '.join(_people(one))}, or reassign the user task.",
            one.element_id,
            _people(one),
            one.id,
        )


def _late_timers(rows: OpenRows, thresholds: "Thresholds") -> Iterator[Cause]:
    """Yield a cause per timer that should have fired more than an hour ago."""
    for timer in rows.timers:
        if timer.due_at < thresholds.now - _LATE_TIMER:
            yield Cause(
                "late_timer",
                f"A timer that was due on {timer.due_at:%Y-%m-%d at %H:%M} UTC has not fired.",
                timer.due_at,
                "Check that a worker is running.",
                timer.element_id,
            )


def _messages(rows: OpenRows, thresholds: "Thresholds") -> Iterator[Cause]:
    """
    Yield a cause per message or signal that has not come for too long, with no timer beside it.

    A condition is no cause of its own: it is the case itself that must go on. What only
    begins an event sub-process is none either.
    """
    if any(timer.due_at > thresholds.now and not timer.is_aside for timer in rows.timers):
        return
    for message in rows.messages:
        is_waited_for = message.kind != "condition" and not message.is_aside
        if is_waited_for and message.created_at < thresholds.quiet_since:
            yield Cause(
                "message",
                f"The {message.kind} “{message.message_name}” has not come since "
                f"{message.created_at:%Y-%m-%d}.",
                message.created_at,
                f"Ask whoever should send the {message.kind}, or send it for them.",
                message.element_id,
            )


def _ask(rows: OpenRows) -> str:
    """Say what to do about a case in which nothing happens."""
    people = ", ".join(dict.fromkeys(name for one in rows.user_tasks for name in _people(one)))
    return f"Ask {people} what is missing." if people else "Look at the case and what it waits for."


def _people(user_task: UserTask) -> tuple[str, ...]:
    """Return who must act: the assignee, else the groups."""
    return (user_task.assignee,) if user_task.assignee else tuple(user_task.candidate_groups)
