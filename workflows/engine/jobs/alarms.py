"""Wake a worker for rows that this transaction writes; a transaction that rolls back wakes none."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from workflows.engine.jobs import schema as _schema  # noqa: F401  (makes the tables it needs)

TASK = "understudy.work"
Alarm = tuple[str, str, str]
"""Lane, kind and key of a row."""

# One statement for any number of rows, on the connection of the caller. The function is
# versioned by Procrastinate, so that old and new releases of it can share a database.
_RING = text(
    """
    SELECT procrastinate_defer_jobs_v1(array_agg(ROW(
        lane, :task, 0, NULL, kind || ':' || key,
        jsonb_build_object('kind', kind, 'key', key), NULL
    )::procrastinate_job_to_defer_v1))
    FROM unnest(
        CAST(:lanes AS text[]), CAST(:kinds AS text[]), CAST(:keys AS text[])
    ) AS alarm(lane, kind, key)
    """
)


def ring(session: Session, alarms: Sequence[Alarm]) -> None:
    """
    Wake a worker for rows that are due now, in the transaction of the caller.

    The embedded worker looks at the rows themselves and needs no alarm.
    """
    if not alarms or session.get_bind().dialect.name != "postgresql":
        return
    lanes, kinds, keys = (list(column) for column in zip(*alarms, strict=True))
    session.execute(_RING, {"task": TASK, "lanes": lanes, "kinds": kinds, "keys": keys})
