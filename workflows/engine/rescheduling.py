"""Move when a user task is due, together with the timers beside it, for as long as it must wait."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import entities, holding, transitions
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import codec
from workflows.engine.runtime.state import TIMER
from workflows.engine.runtime.waits import from_stored, to_stored
from workflows.engine.tables import END_OF_TIME, UserTask, UserTaskCandidate
from workflows.engine.transition import Reschedule

STALLS = 0  # no token has this number: when the user task counts as stalled
Moments = Mapping[int, datetime]

_user_task = table_of(UserTask)
_candidate = table_of(UserTaskCandidate)


def moments(session: Session, user_task_id: int) -> dict[int, datetime]:
    """
    Lock the case of a user task and return what is due with it, by token.

    That is the user task itself, the timers at its border, and when it stalls.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.

    """
    case = transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    tokens = codec.decode(case.values["state"], case.bundle.executable).tokens.values()
    found = {
        token.id: from_stored(token.due)
        for token in tokens
        if token.due is not None
        and (token.id == row.token_id or (token.kind == TIMER and token.host == row.token_id))
    }
    return {**found, **({STALLS: row.stalls_at} if row.stalls_at else {})}


def reschedule(
    session: Session,
    user_task_id: int,
    due: Moments,
    *,
    cause: str,
    paused_at: datetime | None,
    occasion: Occasion,
) -> UserTask:
    """
    Let a user task and the timers beside it be due at other moments, given by token.

    Timers that have fired meanwhile are passed over. `paused_at` says since when
    its time stands still; `cause` stands in the history.

    Raises:
        UserTaskNotFound: There is none.
        AlreadyCompleted: It is done.

    """
    case = transitions.lock_by_user_task(session, user_task_id)
    row = holding.open_row(session, user_task_id)
    dues = [[token, to_stored(at)] for token, at in sorted(due.items()) if token != STALLS]
    transitions.move(session, case, Reschedule(row.token_id, dues, cause), occasion)
    changed = _changed(row, due, paused_at)
    session.execute(update(_user_task).where(_user_task.c.id == row.id).values(**changed))
    session.execute(
        update(_candidate)
        .where(_candidate.c.user_task_id == row.id)
        .values(inbox_at=changed["inbox_at"])
    )
    return entities.present(session, UserTask, {**vars(row), **changed})


def _changed(row: Any, due: Moments, paused_at: datetime | None) -> dict[str, Any]:
    """Return the columns that say when a user task is due."""
    due_at = due.get(row.token_id, row.due_at)
    return {
        "due_at": due_at,
        "inbox_at": due_at or END_OF_TIME,
        "stalls_at": due.get(STALLS, row.stalls_at),
        "paused_at": paused_at,
    }
