"""What begins by itself, and what people decide where a case could not: try it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import permissions
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import definitions, instances, journal
from workflows.engine.jobs import alarms
from workflows.engine.start_timers import WORK, key_of
from workflows.engine.tables import StartTimer
from workflows.errors import Conflict, NotFound
from workflows.permissions import Action

_timer = table_of(StartTimer)


class NothingToTryAgain(Conflict):
    """The case has begun meanwhile."""

    def __init__(self) -> None:
        super().__init__(Sentence("The case has begun meanwhile; there is nothing to try again."))


@dataclass(frozen=True)
class StartLine:
    """
    A moment at which a process begins a case by itself.

    Attributes:
        next_at: When the next one begins or is tried; `None` when that is not known.
        is_over: Whether no other one will begin.
        problem: Why the last one could not begin.
        since: The first moment for which no case began.

    """

    process_key: str
    process_name: str
    element_id: str
    name: str
    next_at: datetime | None
    is_over: bool
    problem: str | None
    since: datetime | None


def of_process(session: Session, key: str) -> list[StartLine]:
    """Return what begins cases of a process in force by itself."""
    rows = session.execute(
        select(_timer).where(_timer.c.process_key == key).order_by(_timer.c.element_id)
    ).all()
    return _lines(session, rows)


def failed(session: Session) -> list[StartLine]:
    """Return everything whose last case could not begin."""
    rows = session.execute(
        select(_timer)
        .where(_timer.c.problem.is_not(None))
        .order_by(_timer.c.process_key, _timer.c.element_id)
    ).all()
    return _lines(session, rows)


def try_again(
    session: Session, key: str, element_id: str, *, reason: str, actor: Actor, now: datetime
) -> None:
    """
    Let a worker begin at once the case that could not begin.

    Raises:
        NotAllowed: The actor may not deal with what begins by itself.
        ReasonMissing: The reason is empty.
        NotFound: The process has no such start.
        NothingToTryAgain: The case has begun meanwhile.

    """
    permissions.check(actor, Action.STEER_START_TIMERS)
    if not reason.strip():
        raise instances.ReasonMissing
    place = (_timer.c.process_key == key, _timer.c.element_id == element_id)
    row = session.execute(select(_timer).where(*place).with_for_update()).one_or_none()
    if row is None:
        raise NotFound(f"The process “{key}” does not begin by itself at “{element_id}”.")
    if row.problem is None:
        raise NothingToTryAgain
    session.execute(update(_timer).where(*place).values(attempts=0, retry_at=None, **_anew(row)))
    data = {"event": element_id, "reason": reason.strip()}
    journal.audit(
        session, actor.username, "start_timer.try_again", "definition", key, at=now, data=data
    )
    alarms.ring(session, [(WORK.lane, WORK.name, key_of(key, element_id))], are_new=False)


def _anew(row: Any) -> dict[str, Any]:
    """Return what makes a timer due again for the case that it left out."""
    is_waiting = row.due_at == row.armed_at or row.attempts > 0
    if row.missed_at is None or (is_waiting and not row.is_over):
        return {"is_over": False}
    # What was left out was counted as begun, and stands where the schedule is counted from.
    left = None if row.remaining is None else row.remaining + 1
    return {"is_over": False, "due_at": row.armed_at, "remaining": left}


def _lines(session: Session, rows: Sequence[Any]) -> list[StartLine]:
    """Put rows into the words of their processes."""
    lines = []
    for row in rows:
        process = definitions.executable(
            session, definitions.active_bundle(session, row.process_key).id
        ).process
        node = process.nodes.get(row.element_id)
        lines.append(
            StartLine(
                process_key=row.process_key,
                process_name=process.name or process.key,
                element_id=row.element_id,
                name=(node.name if node else "") or row.element_id,
                next_at=None if row.is_over else row.retry_at or row.due_at,
                is_over=row.is_over,
                problem=row.problem,
                since=row.missed_at or (row.due_at if row.attempts else row.armed_at),
            )
        )
    return lines
