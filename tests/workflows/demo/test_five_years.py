"""
Five years over the whole organisation of the demonstration: nothing is stuck, all adds up.

One in fifteen of the members that are there is accompanied from the first day, and everybody
who comes. `UNDERSTUDY_SOAK=1` lets the years pass over 2,000 people, too, and some months
over 200 of whom everybody is accompanied.
"""

import os
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.workflows.demo import passing
from tests.workflows.demo.passing import BEGINNING, FIVE_YEARS, USUAL_SHARE
from tests.workflows.service_listening import Heard, listening
from workflows import service_examples
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.reckoning import reckon
from workflows.engine.tables import Instance

IS_SOAK = os.environ.get("UNDERSTUDY_SOAK") == "1"
# How many people, how many days, and one of how many members is accompanied from the beginning.
RUNS = [(200, FIVE_YEARS, USUAL_SHARE)]
if IS_SOAK:
    RUNS += [(2_000, FIVE_YEARS, USUAL_SHARE), (200, 120, 1)]
ACCOMPANIED = ("training", "mentoring", "check_in")


@pytest.fixture
def database(people: int, tmp_path: Path) -> Database:
    """A demonstration in a file."""
    return passing.furnish(tmp_path / "years.sqlite", people)


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
    clock = FixedClock(BEGINNING)

    with listening() as heard:
        course = passing.let_pass(database, clock, days, of_each)

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
    assert days < FIVE_YEARS or begun["review"] > 50
