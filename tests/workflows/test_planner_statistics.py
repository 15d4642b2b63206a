"""A large SQLite database is counted once a day, so that queries begin at the right end."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.workflows.engine.shop import SCORE, publish, start, two_steps
from workflows import planner_statistics
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.jobs.choice import jobs_for

CALENDAR = OrganisationCalendar()


def count(database, at=NOW):
    """Let the worker count if it is time."""
    return jobs_for(database, FixedClock(at), CALENDAR, [planner_statistics.WORK]).run_once()


def counted_tables(database):
    """Return the tables of which SQLite knows how many rows they have."""
    with database.reading() as session:
        if not session.scalar(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")):
            return set()
        return set(session.scalars(text("SELECT tbl FROM sqlite_stat1")))


def test_tables_are_counted_once_a_day_where_there_are_many_cases(database, monkeypatch):
    publish(database, two_steps(), SCORE)
    start(database, "two_steps", {"topic": "Bridge"})
    count(database)
    if database.is_sqlite:
        assert counted_tables(database) == set()
    monkeypatch.setattr(planner_statistics, "FROM_CASES", 1)

    count(database, NOW + timedelta(days=1))

    with database.reading() as session:
        sweep = session.get_one(Sweep, planner_statistics.ROW)
    assert sweep.due_at == NOW + timedelta(days=2)
    if database.is_sqlite:
        assert {"instance", "user_task"} <= counted_tables(database)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_connection_reads_the_new_counts(database, monkeypatch):
    """SQLite reads them with the schema, which must have changed for that."""
    monkeypatch.setattr(planner_statistics, "FROM_CASES", 0)
    count(database)
    version = text("PRAGMA schema_version")
    with database.engine.connect() as connection:
        before = connection.scalar(version)

    count(database, NOW + timedelta(days=1))

    with database.engine.connect() as connection:
        assert connection.scalar(version) != before
