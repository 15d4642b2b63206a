"""`understudy process migrate`: cases go on in the version in force, from the command line."""

import json
from pathlib import Path

import pytest

from tests.webapp.command_line import Invoke
from tests.workflows.engine.migration.moving import line
from tests.workflows.engine.shop import CALENDAR, NOW
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import instances
from workflows.engine.tables import Instance


@pytest.fixture
def database(folder: Path, installed: Invoke):
    database = Database(f"sqlite:///{folder / 'data' / 'understudy.sqlite'}")
    yield database
    database.close()


@pytest.fixture
def case(database: Database, folder: Path, installed: Invoke) -> int:
    """A case that has an older version than the one in force."""

    def deploy(*elements: str) -> None:
        path = folder / "line.bpmn"
        path.write_bytes(line(*elements).xml())
        installed("process", "deploy", str(path))

    deploy("write", "check")
    with database.unit_of_work() as session:
        started = instances.start(session, "line", {}, actor=SYSTEM, now=NOW, calendar=CALENDAR)
    deploy("draft", "check")
    return started.id


def version(database: Database, case: int) -> int:
    with database.reading() as session:
        return session.get_one(Instance, case).definition_version


def test_without_a_reason_it_only_looks(case: int, installed: Invoke, database: Database) -> None:
    result = installed("process", "migrate", "line")

    assert "version 2: 1 blocked" in result.stdout
    assert "1 at write: It is at “write”, which the new version does not have" in result.stdout
    assert "looking: 1 of 1 cases" in result.stderr
    assert version(database, case) == 1


def test_with_a_reason_those_that_can_migrate_do(
    case: int, installed: Invoke, database: Database
) -> None:
    ready = installed("process", "migrate", "line", "--map", "write=draft")
    assert "Give --reason" in ready.stdout

    result = installed(
        "process", "migrate", "line", "--map", "write=draft", "--reason", "Mended.", "--json"
    )

    assert json.loads(result.stdout)["verdicts"] == {"migrated": 1}
    assert version(database, case) == 2
    again = installed("process", "migrate", "line", "--reason", "Mended.")
    assert "Every open case of “line” runs on the version in force." in again.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("line", "--map", "write"), "“write” is no pair"),
        (("line", "--map", "wrote=draft"), "“wrote” is no element of the older versions"),
        (("nowhere",), "There is no process “nowhere”"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    case: int, installed: Invoke, arguments: tuple[str, ...], words: str
) -> None:
    result = installed("process", "migrate", *arguments, status=1)

    assert words in result.stderr
