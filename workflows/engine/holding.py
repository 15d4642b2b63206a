"""A user task whose case this transaction has locked, with all that a step needs to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import entities, prepared, transitions, waits
from workflows.engine.failures import AlreadyCompleted, NoLongerOpen, UserTaskNotFound
from workflows.engine.prepared import Prepared, Rows
from workflows.engine.tables import Instance, UserTask
from workflows.engine.transitions import LockedCase
from workflows.engine.waits import LiveRows

_user_task = table_of(UserTask)
BY_NUMBER = Prepared(select(_user_task).where(_user_task.c.id == bindparam("number")))


@dataclass(frozen=True)
class HeldUserTask:
    """
    A user task that nobody else can touch before this transaction ends.

    Attributes:
        row: Its columns.
        live: What its case waits for, and the duties of who asked.
        answers: What the questions found that were asked along with it.

    """

    case: LockedCase
    row: Any
    live: LiveRows
    answers: Sequence[Rows] = ()

    @property
    def user_task(self) -> UserTask:
        """Return it as it was when it was locked."""
        return entities.copy_of(UserTask, vars(self.row))

    @property
    def instance(self) -> Instance:
        """Return its case as it was when it was locked."""
        return entities.copy_of(Instance, self.case.values)


def hold(
    session: Session,
    user_task_id: int,
    username: str,
    *also: tuple[Prepared, Mapping[str, Any]],
) -> HeldUserTask:
    """
    Lock the case of a user task and read what a step needs, with one question to the database.

    `also` are further queries and their values; they are asked behind the lock too.

    Raises:
        UserTaskNotFound: There is none.

    """
    number = {"number": user_task_id}
    cases, rows, live, *answers = prepared.ask(
        session,
        (transitions.LOCK_BY_USER_TASK, number),
        (BY_NUMBER, number),
        (waits.LIVE_ROWS_BY_USER_TASK, {**number, "username": username}),
        *also,
    )
    if not cases:
        raise UserTaskNotFound(user_task_id)
    (values,) = transitions.LOCK_BY_USER_TASK.with_names(cases)
    (row,) = BY_NUMBER.with_names(rows)
    return HeldUserTask(
        transitions.locked(session, values),
        SimpleNamespace(**row),
        waits.sorted_out(live),
        answers,
    )


def row(session: Session, user_task_id: int) -> Any:
    """Return the row of a user task of a locked case."""
    return BY_NUMBER.only(session, number=user_task_id)


def open_row(session: Session, user_task_id: int) -> Any:
    """
    Return the row of a user task of a locked case, refusing one that is closed.

    Raises:
        AlreadyCompleted: It is done.
        NoLongerOpen: The case went on without it.

    """
    found = row(session, user_task_id)
    must_be_open(found)
    return found


def must_be_open(row: Any) -> None:
    """
    Refuse a user task that is closed.

    Raises:
        AlreadyCompleted: It is done.
        NoLongerOpen: The case went on without it.

    """
    if row.state == "completed":
        raise AlreadyCompleted(row.name, by=row.completed_by, at=row.completed_at)
    if row.state != "open":
        raise NoLongerOpen(row.name, at=row.completed_at)
