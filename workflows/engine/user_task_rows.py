"""The rows of user tasks: opened and closed as the tokens of a case come and go."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import writes
from workflows.engine.tables import END_OF_TIME, Draft, UserTask, UserTaskCandidate
from workflows.engine.transition import ExpressionFailed, UserTaskWait

_user_task = table_of(UserTask)
_candidate = table_of(UserTaskCandidate)


@dataclass(frozen=True)
class CaseFacts:
    """The facts of a case that its rows repeat."""

    instance_id: int
    definition_key: str
    subject: str
    started_by: str
    now: datetime


@dataclass(frozen=True)
class OpenedUserTask:
    """A user task that the step opened."""

    id: int
    wait: UserTaskWait
    assignee: str | None


@dataclass(frozen=True)
class Closing:
    """The user task that a person completes with this step."""

    token_id: int
    username: str


def close(
    session: Session,
    case: CaseFacts,
    gone: dict[int, int],
    closing: Closing | None,
    *,
    offered: Set[int],
    drafted: Set[int],
) -> None:
    """
    Close the user task that was completed and those that are no longer waited for.

    `offered` and `drafted` are the numbers of user tasks with rows of these kinds.
    """
    if not gone:
        return
    rows = list(gone.values())
    if closing is not None and closing.token_id in gone:
        writes.update(
            session,
            _user_task,
            {"id": gone.pop(closing.token_id)},
            state="completed",
            completed_at=case.now,
            completed_by=closing.username,
            assignee=closing.username,
        )
    if gone:
        withdrawn = {"id": list(gone.values())}
        writes.update(session, _user_task, withdrawn, state="cancelled", completed_at=case.now)
    if not offered.isdisjoint(rows):
        writes.delete(session, _candidate, {"user_task_id": rows})
    if not drafted.isdisjoint(rows):
        writes.delete(session, table_of(Draft), {"user_task_id": rows})


def open_new(
    session: Session, case: CaseFacts, live: Mapping[int, int], waits: Mapping[int, UserTaskWait]
) -> list[OpenedUserTask]:
    """Insert rows for the user tasks that are new, and offer them to their groups."""
    new = [wait for token, wait in waits.items() if token not in live]
    if not new:
        return []
    rows = [_row(case, wait) for wait in new]
    numbers = writes.insert_numbered(session, _user_task, rows, key="token_id")
    opened = [
        OpenedUserTask(numbers[wait.token_id], wait, row["assignee"])
        for wait, row in zip(new, rows, strict=True)
    ]
    offers = [
        {"group_name": group, "user_task_id": user_task.id, "inbox_at": row["inbox_at"]}
        for user_task, row in zip(opened, rows, strict=True)
        if user_task.assignee is None
        for group in row["candidate_groups"]
    ]
    writes.insert(session, _candidate, offers)
    return opened


def _row(case: CaseFacts, wait: UserTaskWait) -> dict[str, Any]:
    """Return the row of a new user task."""
    groups = list(dict.fromkeys(wait.candidate_groups))
    assignee = wait.assignee or (None if groups else case.started_by)
    for column, text in (("assignee", assignee), *(("assignee", group) for group in groups)):
        must_fit(_user_task.c[column], text, wait.element_id)
    return {
        "instance_id": case.instance_id,
        "token_id": wait.token_id,
        "definition_key": case.definition_key,
        "element_id": wait.element_id,
        "name": (wait.name or wait.element_id)[:200],
        "subject": case.subject,
        "state": "open",
        "assignee": assignee,
        "is_claimed": False,
        "candidate_groups": groups,
        "form_key": wait.form_key,
        "duty": wait.duty,
        "excludes": list(wait.excludes),
        "priority": wait.priority,
        "created_at": case.now,
        "due_at": wait.due_at,
        "inbox_at": wait.due_at or END_OF_TIME,
        "stalls_at": _stalls_at(wait.due_at or wait.sla_at, case.now),
    }


def _stalls_at(due_at: datetime | None, now: datetime) -> datetime | None:
    """Return when 150 % of the time for a user task is over."""
    return due_at and due_at + max(due_at - now, timedelta()) / 2


def must_fit(column: Column[Any], text: str | None, element_id: str) -> None:
    """Refuse a text that an expression made longer than its column, before the database does."""
    longest = column.type.length  # type: ignore[attr-defined]
    if text is not None and longest is not None and len(text) > longest:
        raise ExpressionFailed(
            f"“{text[:40]}…” of “{element_id}” is longer than {longest} characters.", element_id
        )
