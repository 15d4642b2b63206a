"""The plan on PostgreSQL: ring for rows that are due and have no alarm, once for each."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session

from workflows.database import Database
from workflows.engine.jobs import alarms
from workflows.engine.jobs.port import Kind

# Any number will do, as long as every worker asks for the same lock.
_LOCK = 7_013_466_220
# A worker says every ten seconds that it lives.
_DEAD_AFTER_SECONDS = 60
FEW = 8
SHARES = 4
SHARE = "*"  # no key of a row begins with it
_A_SHARE = 50

_ALONE = text("SELECT pg_try_advisory_xact_lock(:number)")
_RUNG = text(
    "SELECT queueing_lock FROM procrastinate_jobs"
    " WHERE status = 'todo' AND queueing_lock = ANY(CAST(:locks AS text[]))"
)
# The alarm of a worker that died rings no more. Its row does, when its lease is over.
_BURY = text(
    """
    DELETE FROM procrastinate_jobs AS job WHERE job.status = 'doing' AND NOT EXISTS (
        SELECT FROM procrastinate_workers AS worker
        WHERE worker.id = job.worker_id
            AND worker.last_heartbeat > now() - make_interval(secs => :seconds)
    )
    """
)


def plan(database: Database, kinds: Iterable[Kind], now: datetime) -> int:
    """Ring for what is due and was not rung for; return how many alarms there were."""
    with database.unit_of_work() as session:
        # One worker at a time plans for all; the others have nothing to add.
        if not session.scalar(_ALONE, {"number": _LOCK}):
            return 0
        session.execute(_BURY, {"seconds": _DEAD_AFTER_SECONDS})
        return sum(_ring(session, kind, now) for kind in kinds)


def _ring(session: Session, kind: Kind, now: datetime) -> int:
    """Ring for the rows of one kind: for each of a few, for shares of many."""
    keys = kind.due(session, now, FEW + 1)
    if len(keys) > FEW:
        # A heap after a downtime is worked off in shares: an alarm for each row costs more
        # than the row. Rows are still claimed one by one, by whoever comes first.
        keys = [f"{SHARE}{number}" for number in range(SHARES)]
    if not keys:
        return 0
    locks = [f"{kind.name}:{key}" for key in keys]
    rung = set(session.scalars(_RUNG, {"locks": locks}))
    missing = [key for key in keys if f"{kind.name}:{key}" not in rung]
    alarms.ring(session, [(kind.lane, kind.name, key) for key in missing])
    return len(missing)


def rows_of(session: Session, kind: Kind, key: str, now: datetime) -> Sequence[str]:
    """Return the rows that an alarm means: one, or its share of all that are due."""
    if not key.startswith(SHARE):
        return (key,)
    share = int(key.removeprefix(SHARE))
    due = kind.due(session, now, _A_SHARE * SHARES)
    return [one for one in due if crc32(one.encode()) % SHARES == share]
