"""
The port of background work: kinds of work on one side, adapters that do it on the other.

The truth about what is due stands in rows of ours: timers, letters, sweeps. A
job of an adapter is only the alarm that a row may be due. So an alarm that is
lost, doubled or late costs a poll and never the work, and every adapter gives
the same guarantees:

- A row is claimed before its work. The attempt is counted and committed first,
  so that work that kills its worker is counted too.
- Work is done at least once; its effects happen once, because each kind does
  them in the transaction that also says that the row is done.
- What fails is put back, ever later and with jitter; after the last attempt it
  is given up, which a person can see and mend.
- One look begins with the oldest rows. No order is promised between two rows,
  and none is needed: one that fails never makes another one wait.
- Kinds in different lanes do not wait for each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import BindParameter, ColumnElement, Table, and_, bindparam, or_, update
from sqlalchemy.orm import Session

from workflows.database import Database, UtcDateTime
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared

TIMERS = "timers"  # every adapter looks for these itself, the moment that one is due
CASES = "cases"
MAIL = "mail"
LANES = (TIMERS, CASES, MAIL)


class WorkerDied(Exception):
    """Every attempt ended without a word: the work stops its worker, or takes far too long."""

    def __init__(self) -> None:
        super().__init__("The worker stopped in the middle of every attempt.")


@dataclass(frozen=True)
class Claim:
    """A row that belongs to this worker for a while; `attempt` counts from one."""

    key: str
    attempt: int


@dataclass(frozen=True)
class Backlog:
    """How far behind one kind of work is."""

    kind: str
    waiting: int
    oldest: datetime | None
    given_up: int

    def age(self, now: datetime) -> float:
        """Return for how many seconds the oldest has waited."""
        return 0.0 if self.oldest is None else max((now - self.oldest).total_seconds(), 0.0)


class Kind(Protocol):
    """One kind of background work, over the rows that say when it is due."""

    name: str
    lane: str
    most_attempts: int

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the keys of rows that are due and that nobody works on, the oldest first."""
        ...

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """Return when the next row becomes due, where that matters to less than a poll."""
        ...

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt and lend the row to this worker, if it is due and free."""
        ...

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Do the work in transactions of its own; say whether there was anything to do."""
        ...

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the row wait for its next attempt."""
        ...

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Stop trying, and leave a trace that a person can see."""
        ...

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Count what is due and what was given up."""
        ...


class Jobs(Protocol):
    """Does background work until it is stopped; any number of them may run beside each other."""

    @property
    def is_alive(self) -> bool:
        """Say whether it runs."""
        ...

    def start(self) -> None:
        """Begin to work; starting twice is no error."""
        ...

    def stop(self) -> None:
        """Finish the work at hand, take no more, and return when all is quiet."""
        ...

    def run_once(self) -> int:
        """Do what is due now, in this thread; return how much was done."""
        ...


def is_free(
    table: Table, most_attempts: int | BindParameter[int] = MOST_ATTEMPTS
) -> ColumnElement[bool]:
    """
    Say that a row was never tried: neither lent, nor put back, nor given up.

    A row that is lent or put back has a moment in `retry_at`. One that was
    given up has none, and all its attempts behind it.
    """
    return and_(table.c.retry_at.is_(None), table.c.attempts < most_attempts)


def may_be_tried(
    table: Table,
    now: datetime | BindParameter[datetime],
    most_attempts: int | BindParameter[int] = MOST_ATTEMPTS,
) -> ColumnElement[bool]:
    """Say that a row is free, or that its pause or its worker's time is over."""
    return or_(is_free(table, most_attempts), table.c.retry_at <= now)


def claiming(table: Table, is_free_row: ColumnElement[bool]) -> Prepared:
    """
    Return the statement that counts an attempt of a row and holds it until a moment.

    The moment is its value `until`; the condition brings the others.
    """
    return Prepared(
        update(table)
        .where(is_free_row)
        .values(attempts=table.c.attempts + 1, retry_at=moment("until"))
        .returning(table.c.attempts)
    )


def claimed(session: Session, key: str, claiming: Prepared, **values: Any) -> Claim | None:
    """Count an attempt of a row and hold it; nothing if no such row is free."""
    rows = claiming.rows(session, **values)
    return Claim(key, rows[0][0]) if rows else None


def moment(name: str) -> BindParameter[datetime]:
    """Return the place of a moment in a statement that is prepared."""
    return bindparam(name, type_=UtcDateTime())


def is_given_up(table: Table, most_attempts: int = MOST_ATTEMPTS) -> ColumnElement[bool]:
    """Say that nobody tries a row any more."""
    return and_(table.c.retry_at.is_(None), table.c.attempts >= most_attempts)
