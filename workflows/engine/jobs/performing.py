"""One attempt at one piece of background work: claim, commit, work, and settle what failed."""

import logging
from collections.abc import Iterable
from datetime import datetime

from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import backoff
from workflows.engine.failures import TryAgainLater
from workflows.engine.jobs.port import Claim, Kind, WorkerDied
from workflows.engine.occasion import Occasion
from workflows.engine.transition import WorkingCalendar
from workflows.errors import UnderstudyError

logger = logging.getLogger(__name__)

AT_ONCE = 100  # how many rows one look takes
_SHORTEST_PAUSE_SECONDS = 0.02


class GiveUp(Exception):
    """The work can never succeed; further attempts would only repeat the answer."""


def perform(
    database: Database, kind: Kind, key: str, now: datetime, calendar: WorkingCalendar
) -> bool:
    """Try one row, if it is due and free; return whether it was done."""
    with database.unit_of_work() as session:
        claim = kind.claim(session, key, now)
    if claim is None:
        return False
    occasion = Occasion(SYSTEM, now, calendar)
    problem: Exception
    if claim.attempt > kind.most_attempts:
        # The last attempt was counted, and nobody lived to tell how it ended.
        problem = WorkerDied()
    else:
        try:
            return kind.work(database, claim, occasion)
        except Exception as error:  # noqa: BLE001 (one piece of work must not hold up the others)
            problem = error
    _log(kind, claim, problem)
    _settle(database, kind, claim, problem, now)
    return False


def perform_due(
    database: Database, kind: Kind, now: datetime, calendar: WorkingCalendar, limit: int = AT_ONCE
) -> int:
    """Try the rows of a kind that are due, oldest first; return how many were done."""
    with database.reading() as session:
        keys = kind.due(session, now, limit)
    return sum(perform(database, kind, key, now, calendar) for key in keys)


def pause(database: Database, kinds: Iterable[Kind], now: datetime, poll_seconds: float) -> float:
    """Return for how many seconds there is nothing to look for: a poll, or until a row is due."""
    with database.reading() as session:
        moments = [kind.next_due(session, now) for kind in kinds]
    waits = [(moment - now).total_seconds() for moment in moments if moment is not None]
    return max(min([poll_seconds, *waits]), _SHORTEST_PAUSE_SECONDS)


def _settle(
    database: Database, kind: Kind, claim: Claim, problem: Exception, now: datetime
) -> None:
    """Put a row back that failed, or give it up."""
    is_over = claim.attempt >= kind.most_attempts or isinstance(problem, GiveUp)
    with database.unit_of_work() as session:
        if is_over:
            kind.give_up(session, claim, problem, now=now)
        else:
            retry_at = now + backoff.delay(claim.attempt)
            kind.put_back(session, claim, problem, retry_at=retry_at)


def _log(kind: Kind, claim: Claim, problem: Exception) -> None:
    """Log what failed; what is foreseen needs no traceback."""
    is_foreseen = isinstance(problem, UnderstudyError | TryAgainLater | WorkerDied | GiveUp)
    logger.warning(
        "background work failed",
        extra={"kind": kind.name, "key": claim.key, "attempt": claim.attempt},
        exc_info=None if is_foreseen else problem,
    )
