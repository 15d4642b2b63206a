"""A worker dies again and again while cases migrate: each migrates once, and as a whole."""

import os
import signal
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
    while performing.perform_due(database, work.WORK, now, CALENDAR):
        pass
    os._exit(0)


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
    with database.unit_of_work() as session:
        number = runs.begin(session, "line", Wish(), actor=HANA, now=NOW).id
    random, now, deaths = Random(seed), NOW, 0
    while (run := state_of(database, number)).state != RunState.DONE:
        if run.state == RunState.EXAMINED:
            with database.unit_of_work() as session:
                held = runs.held(session, number, RunState.EXAMINED)
                runs.propose(session, held, reason=REASON, actor=HANA, now=now)
                runs.confirm(session, held, actor=BEN, now=now)
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
    assert migrated(database) == dict.fromkeys(cases, 1)
    with database.reading() as session:
        assert notes.counts(session, number) == {"migrated": CASES}
    assert state_of(database, number).done == CASES
