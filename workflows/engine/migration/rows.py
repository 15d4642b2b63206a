"""The rows of a case that has migrated: what is open says what the new version says."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.database import Base, table_of
from workflows.engine import duties, waits, writes
from workflows.engine.migration.verdicts import Wish
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import StartEvent
from workflows.engine.nodes import UserTask as UserTaskNode
from workflows.engine.tables import HistoryEvent, Subscription, Timer, UserTask
from workflows.engine.transition import ConditionWait, MessageWait, Outcome
from workflows.engine.transitions import LockedCase
from workflows.engine.waits import LiveRows


def follow(session: Session, live: LiveRows, outcome: Outcome) -> None:
    """Bring the rows up to date that were there before; those of new waits are written already."""
    heard: dict[int, MessageWait | ConditionWait] = {**outcome.messages, **outcome.conditions}
    with writes.together(session):
        for token in live.user_tasks.keys() & outcome.user_tasks.keys():
            wait = outcome.user_tasks[token]
            _update(
                session,
                UserTask,
                live.user_tasks[token],
                element_id=wait.element_id,
                name=(wait.name or wait.element_id)[:200],
                form_key=wait.form_key,
                duty=wait.duty,
                excludes=list(wait.excludes),
            )
        for token in live.timers.keys() & outcome.timers.keys():
            element_id = outcome.timers[token].element_id
            _update(session, Timer, live.timers[token][0], element_id=element_id)
        for token in live.subscriptions.keys() & heard.keys():
            found: dict[str, Any] = waits.subscribed(heard[token])
            found["element_id"] = heard[token].element_id
            _update(session, Subscription, live.subscriptions[token], **found)


def _update(session: Session, of: type[Base], row_id: int, **values: Any) -> None:
    """Update one row by its number."""
    writes.update(session, table_of(of), {"id": row_id}, **values)


@dataclass(frozen=True)
class _Done:
    """A user task that was done, with the duty that the new version gives for it."""

    duty: str
    on_behalf_of: tuple[str, ...]


def duties_of_the_past(session: Session, case: LockedCase, wish: Wish) -> Iterator[tuple[str, str]]:
    """
    Yield who holds which duty by what was done, as the new version names the duties.

    Otherwise whoever scored in the old version could approve in the new one, only because
    the old one did not declare the duty.
    """
    declared = _declared(case.bundle.executable)
    done = session.execute(
        select(UserTask.element_id, UserTask.completed_by, UserTask.on_behalf_of).where(
            UserTask.instance_id == case.id, UserTask.state == "completed"
        )
    )
    for row in done:
        for duty in declared.get(wish.mapping.get(row.element_id, row.element_id), ()):
            if row.completed_by:
                past = _Done(duty, tuple(row.on_behalf_of or ()))
                yield from duties.taken(past, row.completed_by)
    yield from _of_start(session, case)


def _declared(executable: ExecutableProcess) -> dict[str, list[str]]:
    """Return the duties of the user tasks of all processes, by element."""
    found: dict[str, list[str]] = {}
    for model in executable.models:
        for node in model.nodes.values():
            if isinstance(node, UserTaskNode) and node.duty:
                found.setdefault(node.id, []).append(node.duty)
    return found


def _of_start(session: Session, case: LockedCase) -> Iterator[tuple[str, str]]:
    """Yield the duty of who started the case, where it began at an event that gives one."""
    began_at = session.scalar(
        select(HistoryEvent.element_id)
        .where(HistoryEvent.instance_id == case.id, HistoryEvent.type == "instance_started")
        .limit(1)
    )
    start = case.bundle.executable.process.nodes.get(began_at or "")
    if isinstance(start, StartEvent) and start.duty:
        yield start.duty, case.values["started_by"]
