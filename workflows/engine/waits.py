"""What a case waits for, as rows: user tasks, timers and messages follow the live tokens."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Table,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import user_task_rows, writes
from workflows.engine.prepared import Prepared, Rows
from workflows.engine.tables import Draft, Duty, Subscription, Timer, UserTask
from workflows.engine.transition import ConditionWait, MessageWait, Outcome, TimerWait
from workflows.engine.user_task_rows import CaseFacts, Closing, OpenedUserTask, must_fit

_user_task = table_of(UserTask)
_timer = table_of(Timer)
_subscription = table_of(Subscription)
_duty = table_of(Duty)
_draft = table_of(Draft)
_LONGEST_NAME = 120


@dataclass
class LiveRows:
    """The rows of a case before a step, by token, and the duties of who acts."""

    user_tasks: dict[int, int] = field(default_factory=dict)
    offered: set[int] = field(default_factory=set)  # numbers of user tasks that nobody holds
    drafted: set[int] = field(default_factory=set)  # numbers of those with a draft
    timers: dict[int, tuple[int, datetime]] = field(default_factory=dict)
    subscriptions: dict[int, int] = field(default_factory=dict)
    duties: set[str] = field(default_factory=set)


def _part(kind: str, case: Any, table: Table, *conditions: Any, **columns: Any) -> Any:
    """Select one kind of live row; the columns that it has not are empty."""
    shown = {
        "id": table.c.get("id", table.c.instance_id),
        "token_id": table.c.get("token_id", table.c.instance_id),
        "at": cast(null(), Timer.due_at.type),
        "text": literal(""),
        **columns,
    }
    labelled = [column.label(name) for name, column in shown.items()]
    return select(literal(kind).label("kind"), *labelled).where(
        table.c.instance_id == case, *conditions
    )


def _live_rows(case: Any) -> Prepared:
    """Return the query for the live rows of a case; one is part of every transition."""
    is_open = _user_task.c.state == literal_column("'open'")
    holder = func.coalesce(_user_task.c.assignee, "")
    is_theirs = _duty.c.username == bindparam("username")
    return Prepared(
        union_all(
            _part("timer", case, _timer, at=_timer.c.due_at),
            _part("user_task", case, _user_task, is_open, text=holder),
            _part("message", case, _subscription),
            _part("duty", case, _duty, is_theirs, text=_duty.c.duty),
            _part(
                "draft",
                case,
                _user_task,
                is_open,
                select(_draft.c.user_task_id)
                .where(_draft.c.user_task_id == _user_task.c.id)
                .exists(),
            ),
        )
    )


_LIVE_ROWS = _live_rows(bindparam("instance"))
_closing = _user_task.alias()
LIVE_ROWS_BY_USER_TASK = _live_rows(
    select(_closing.c.instance_id).where(_closing.c.id == bindparam("number")).scalar_subquery()
)


def read(session: Session, instance_id: int, username: str) -> LiveRows:
    """Return the live rows of a case, and the duties of a person in it, in one statement."""
    return sorted_out(_LIVE_ROWS.rows(session, instance=instance_id, username=username))


def sorted_out(rows: Rows) -> LiveRows:
    """Return live rows by their kinds."""
    live = LiveRows()
    for kind, row_id, token_id, at, text in rows:
        if kind == "timer":
            live.timers[token_id] = (row_id, at)
        elif kind == "user_task":
            live.user_tasks[token_id] = row_id
            if not text:
                live.offered.add(row_id)
        elif kind == "message":
            live.subscriptions[token_id] = row_id
        elif kind == "draft":
            live.drafted.add(row_id)
        else:
            live.duties.add(text)
    return live


def follow(
    session: Session,
    case: CaseFacts,
    live: LiveRows,
    outcome: Outcome,
    closing: Closing | None = None,
) -> list[OpenedUserTask]:
    """Make the rows equal to what the case waits for now; return the user tasks it opened."""
    gone = {token: row for token, row in live.user_tasks.items() if token not in outcome.user_tasks}
    user_task_rows.close(session, case, gone, closing, offered=live.offered, drafted=live.drafted)
    _follow_timers(session, case, live, outcome.timers)
    _follow_subscriptions(session, case, live, {**outcome.messages, **outcome.conditions})
    return user_task_rows.open_new(session, case, live.user_tasks, outcome.user_tasks)


def _follow_timers(
    session: Session, case: CaseFacts, live: LiveRows, waits: Mapping[int, TimerWait]
) -> None:
    """Arm new timers, move those that were armed again, drop those that are gone."""
    gone = [row for token, (row, _) in live.timers.items() if token not in waits]
    if gone:
        writes.delete(session, _timer, {"id": gone})
    new = [
        {
            "instance_id": case.instance_id,
            "token_id": wait.token_id,
            "element_id": wait.element_id,
            "due_at": wait.due_at,
            "is_aside": wait.is_aside,
        }
        for token, wait in waits.items()
        if token not in live.timers
    ]
    writes.insert(session, _timer, new)
    for token, wait in waits.items():
        if token in live.timers and live.timers[token][1] != wait.due_at:
            armed = {"id": live.timers[token][0]}
            writes.update(session, _timer, armed, due_at=wait.due_at, attempts=0, retry_at=None)


def _follow_subscriptions(
    session: Session,
    case: CaseFacts,
    live: LiveRows,
    waits: Mapping[int, MessageWait | ConditionWait],
) -> None:
    """Subscribe to the messages, signals and conditions of now, and only to these."""
    gone = [row for token, row in live.subscriptions.items() if token not in waits]
    if gone:
        writes.delete(session, _subscription, {"id": gone})
    new = [wait for token, wait in waits.items() if token not in live.subscriptions]
    rows = [
        {
            "instance_id": case.instance_id,
            "token_id": wait.token_id,
            "element_id": wait.element_id,
            **subscribed(wait),
            "created_at": case.now,
        }
        for wait in new
    ]
    writes.insert(session, _subscription, rows)


def subscribed(wait: MessageWait | ConditionWait) -> dict[str, str | bool]:
    """Return what a subscription says; a condition is written down for its readers only."""
    if isinstance(wait, ConditionWait):
        name = wait.text[:_LONGEST_NAME]
        return {"kind": "condition", "message_name": name, "correlation": "", "is_aside": False}
    must_fit(_subscription.c.correlation, wait.correlation, wait.element_id)
    return {
        "kind": "signal" if wait.is_signal else "message",
        "message_name": wait.message_name,
        "correlation": wait.correlation,
        "is_aside": wait.is_aside,
    }


def record_duties(session: Session, instance_id: int, duties: Iterable[tuple[str, str]]) -> None:
    """Record who holds which duty in a case; what is recorded already stays."""
    rows = [
        {"instance_id": instance_id, "duty": duty, "username": username}
        for duty, username in dict.fromkeys(duties)
        if username
    ]
    writes.insert(session, _duty, rows, is_new=False)
