"""Background work that comes round again and again, with one row of `sweep` for each kind."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, select, update
from sqlalchemy.orm import Session

from workflows.database import Database, insert_or, table_of
from workflows.engine import backoff
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.jobs import port
from workflows.engine.jobs.port import Backlog, Claim
from workflows.engine.letters import told
from workflows.engine.occasion import Occasion

EVERY = timedelta(minutes=1)

_sweep = table_of(Sweep)


def position(session: Session, row: str) -> int:
    """Return how far a round has come."""
    return session.scalar(select(_sweep.c.position).where(_sweep.c.name == row)) or 0


class RoundWork:
    """Does a little every minute, in one worker at a time; a subclass says what."""

    name: str
    row: str  # its name in the table
    lane = port.CASES
    most_attempts = MOST_ATTEMPTS

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the row when its minute is over, or when there never was one."""
        mine = select(_sweep.c.name).where(_sweep.c.name == self.row)
        if session.execute(mine).first() is None:
            return [self.row]
        return session.scalars(mine.where(_sweep.c.due_at <= now, _is_free(now))).all()

    def next_due(self, _session: Session, _now: datetime) -> datetime | None:
        """Leave the round to the next poll."""
        return None

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt and lend the row to this worker."""
        first = {"name": key, "due_at": now, "attempts": 0, "position": 0}
        session.execute(insert_or(session, _sweep).values(first).on_conflict_do_nothing())
        return port.claimed(session, key, _CLAIM, name=key, now=now, until=now + backoff.lease())

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Do the work of this minute, and `settle` it."""
        raise NotImplementedError

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the round wait for its next attempt."""
        self._note(session, claim, problem=told(problem)[:300], retry_at=retry_at)

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Begin anew in a minute: a round never ends."""
        self.postpone(session, claim, problem, until=now + EVERY)

    def settle(self, session: Session, claim: Claim, *, due_at: datetime, **values: Any) -> None:
        """Write in the transaction of the work that this minute is done."""
        values |= {"attempts": 0, "retry_at": None, "problem": None, "due_at": due_at}
        self._note(session, claim, **values)

    def postpone(
        self, session: Session, claim: Claim, problem: Exception, *, until: datetime, **values: Any
    ) -> None:
        """Leave out what failed too often, and go on later."""
        values |= {"attempts": 0, "retry_at": None, "due_at": until}
        self._note(session, claim, problem=told(problem)[:300], **values)

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Say whether the round is late."""
        mine = select(_sweep.c.due_at).where(_sweep.c.name == self.row, _sweep.c.due_at <= now)
        late = session.scalar(mine)
        return Backlog(self.name, int(late is not None), late, 0)

    def _note(self, session: Session, claim: Claim, **values: Any) -> None:
        """Write what becomes of the row, unless another worker has it by now."""
        session.execute(
            update(_sweep)
            .where(_sweep.c.name == claim.key, _sweep.c.attempts == claim.attempt)
            .values(**values)
        )


def _is_free(now: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Say that nobody does the round at the moment."""
    return port.may_be_tried(_sweep, now)


_NOW = port.moment("now")
_CLAIM = port.claiming(
    _sweep,
    _sweep.c.name.in_(
        select(_sweep.c.name)
        .where(_sweep.c.name == bindparam("name"), _sweep.c.due_at <= _NOW, _is_free(_NOW))
        .with_for_update(skip_locked=True)
    ),
)
