"""A worker dies again and again while cases migrate: each migrates once, and as a whole."""

import os
import signal
from collections import Counter
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.crash import victims
from tests.crash.sizes import MIGRATION_POINTS
from tests.crash.victims import Boundaries
from tests.workflows.engine.migration.moving import REASON, file, line
from tests.workflows.engine.shop import BEN, CALENDAR, HANA, publish, start
from workflows.database import Database
from workflows.engine import verification
from workflows.engine.jobs import performing
from workflows.engine.migration import notes, runs, work
from workflows.engine.migration.runs import RunState
from workflows.engine.migration.verdicts import Wish
from workflows.engine.migration_tables import CaseMigration
from workflows.engine.tables import HistoryEvent

# A case takes some dozens of boundaries.
MOST_BOUNDARIES = 160
CASES = max(MIGRATION_POINTS, 15)


def migrating(url: str, fatal: int, now: datetime) -> None:
    """Work until nothing is left, and die at a boundary."""
    work.BATCH = 3
    database = Database(url)
    Boundaries(database, fatal, note_commits=False)
    work_off(database, now)
    os._exit(0)


def work_off(database: Database, now: datetime) -> None:
    """Work until nothing is left."""
    while performing.perform_due(database, work.WORK, now, CALENDAR):
        pass


def migrated(database: Database) -> dict[int, int]:
    """Return how often each case has migrated."""
    with database.reading() as session:
        rows = session.execute(
            select(HistoryEvent.instance_id, func.count().label("number"))
            .where(HistoryEvent.type == "instance_migrated")
            .group_by(HistoryEvent.instance_id)
        )
        return {row.instance_id: row.number for row in rows}


def state_of(database: Database, number: int) -> CaseMigration:
    with database.reading() as session:
        return session.get_one(CaseMigration, number)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_migration_survives_every_death_of_its_worker(database: Database, seed: int) -> None:
    publish(database, file(line("write")))
    cases = [start(database, "line").id for _ in range(CASES)]
    publish(database, file(line("write", "sign")))
    number = begun(database)
    random, now, deaths = Random(seed), NOW, 0
    while (run := state_of(database, number)).state != RunState.DONE:
        if run.state == RunState.EXAMINED:
            confirm(database, number, now)
        database.close()
        fatal = random.randint(20, MOST_BOUNDARIES)
        process = victims.spawn(migrating, database.url, fatal, now)
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        deaths += process.exitcode != 0
        now += timedelta(minutes=1)  # the lease of the one that died is over
        assert set(migrated(database).values()) <= {1}
        with database.reading() as session:
            assert list(verification.differences(session)) == []

    assert deaths > 2
    # A case at which five workers died in a row is passed over, left as it was, and told.
    passed_over = len(cases) - len(migrated(database))
    with database.reading() as session:
        told = notes.counts(session, number)
    assert told == Counter(migrated=CASES - passed_over) + Counter(failed=passed_over)
    assert passed_over < CASES / 10
    if passed_over:
        migrate_in_peace(database, now)
    assert migrated(database) == dict.fromkeys(cases, 1)


def begun(database: Database) -> int:
    """Begin a migration to the newest version; return its number."""
    with database.unit_of_work() as session:
        return runs.begin(session, "line", Wish(), actor=HANA, now=NOW).id


def confirm(database: Database, number: int, now: datetime) -> None:
    """Let a second person confirm what was examined."""
    with database.unit_of_work() as session:
        held = runs.held(session, number, RunState.EXAMINED)
        runs.propose(session, held, reason=REASON, actor=HANA, now=now)
        runs.confirm(session, held, actor=BEN, now=now)


def migrate_in_peace(database: Database, now: datetime) -> None:
    """Let the cases that are left migrate, and nobody die."""
    number = begun(database)
    work_off(database, now)
    confirm(database, number, now)
    work_off(database, now)
