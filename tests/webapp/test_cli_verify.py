"""`understudy verify`: whoever runs an installation can see that its cases are right."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.webapp.command_line import Invoke
from tests.workflows.engine.shop import SCORE, publish, start, two_steps
from webapp.settings import DATABASE_FILE
from workflows.database import Database


@pytest.fixture
def case(installed: Invoke, folder: Path) -> int:
    """A case of the installation."""
    database = Database(f"sqlite:///{folder / 'data' / DATABASE_FILE}")
    publish(database, two_steps(), SCORE)
    number = start(database, "two_steps", {"topic": "x"}, now=NOW).id
    database.close()
    return number


def tamper(folder: Path) -> None:
    database = Database(f"sqlite:///{folder / 'data' / DATABASE_FILE}")
    with database.unit_of_work() as session:
        session.execute(text("UPDATE instance SET data = '{}'"))
    database.close()


def test_verify_says_that_nothing_differs(installed: Invoke, case: int) -> None:
    assert "Cases checked: 1. Differences: 0." in installed("verify").stdout
    assert "Cases checked: 1." in installed("verify", "--instance", str(case)).stdout


def test_verify_names_each_difference_and_fails(installed: Invoke, folder: Path, case: int) -> None:
    tamper(folder)

    told = json.loads(installed("verify", "--json", status=1).stdout)

    assert told["checked"] == 1
    assert told["differences"] == [f"Case {case}: Its data are not what replaying its log gives."]


def test_verify_names_a_case_that_is_not_there(installed: Invoke) -> None:
    assert "There is no case 99." in installed("verify", "--instance", "99", status=1).stderr
