"""Which adapter does the background work of a database."""

from collections.abc import Sequence

from workflows.clock import Clock
from workflows.database import Database
from workflows.engine.jobs.embedded import POLL_SECONDS, EmbeddedJobs
from workflows.engine.jobs.port import Jobs, Kind
from workflows.engine.transition import WorkingCalendar


def jobs_for(
    database: Database,
    clock: Clock,
    calendar: WorkingCalendar,
    kinds: Sequence[Kind],
    *,
    poll_seconds: float = POLL_SECONDS,
) -> Jobs:
    """Return the adapter for a database: Procrastinate on PostgreSQL, else the embedded one."""
    if database.is_sqlite:
        return EmbeddedJobs(database, clock, calendar, kinds, poll_seconds=poll_seconds)
    # An installation on SQLite needs no event loop and no second driver connection.
    from workflows.engine.jobs.on_procrastinate import ProcrastinateJobs  # noqa: PLC0415

    return ProcrastinateJobs(database, clock, calendar, kinds, poll_seconds=poll_seconds)
