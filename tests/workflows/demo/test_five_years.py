"""
Five years over the whole organisation of the demonstration: nothing is stuck, all adds up.

One in fifteen of the members that are there is accompanied from the first day, and everybody
who comes. `UNDERSTUDY_SOAK=1` lets the years pass over 2,000 people, too, and some months
over 200 of whom everybody is accompanied.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, func, select

from tests.workflows.service_listening import Heard, listening
from workflows import demo, migrate, packaged, service_examples
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.chores import Chores
from workflows.demo.reckoning import reckon
from workflows.demo.years import Years
from workflows.engine.tables import Instance

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
IS_SOAK = os.environ.get("UNDERSTUDY_SOAK") == "1"
_FIVE_YEARS = 5 * 366
# How many people, how many days, and one of how many members is accompanied from the beginning.
RUNS = [(200, _FIVE_YEARS, 15)]
if IS_SOAK:
    RUNS += [(2_000, _FIVE_YEARS, 15), (200, 120, 1)]
ACCOMPANIED = ("training", "mentoring", "check_in")


@pytest.fixture
def database(people: int, tmp_path: Path) -> Database:
    """A demonstration in a file; nobody pulls the plug, so that nothing is synchronised."""
    made = Database(f"sqlite:///{tmp_path / 'years.sqlite'}")
    event.listen(
        made.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF")
    )
    migrate.upgrade(made)
    with made.unit_of_work() as session:
        packaged.publish(session, now=NOW)
        demo.load(session, now=NOW, calendar=OrganisationCalendar(), people=people)
    return made


def strangers(heard: Heard) -> list[str]:
    """Return the services that never gave back what `write_service_examples` has written."""
    examples = {service: service_examples.of(service) for service in heard.shapes}
    return [
        service
        for service, example in examples.items()
        if example and frozenset(example) not in heard.shapes[service]
    ]


@pytest.mark.parametrize(("people", "days", "of_each"), RUNS)
def test_years_leave_no_stuck_case_no_orphan_and_sums_that_add_up(
    database: Database, people: int, days: int, of_each: int
) -> None:
    clock, calendar, random = FixedClock(NOW), OrganisationCalendar(), Random(1)
    chores = Chores(database, calendar, random, of_each=of_each)

    with listening() as heard:
        course = Years(database, clock, calendar, random, chores=[chores]).run(
            NOW + timedelta(days=days)
        )

    assert course.undoable == {}
    assert strangers(heard) == []
    with database.reading() as session:
        assert reckon(session, clock.now()) == []
        rows = session.execute(
            select(Instance.definition_key, func.count().label("number")).group_by(
                Instance.definition_key
            )
        )
        begun = {row.definition_key: row.number for row in rows}
    assert all(begun[process] > people / 4 / of_each for process in ACCOMPANIED)
    assert begun["pool_exit"] > 0
    assert days < _FIVE_YEARS or begun["review"] > 50
