"""`understudy verify`: whoever runs an installation can see that its cases are right."""

import json
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.conftest import NOW
from tests.webapp.command_line import Invoke
from tests.workflows.engine.shop import SCORE, publish, start, two_steps
from webapp.background import jobs
from webapp.installation import install
from webapp.settings import DATABASE_FILE, Settings
from workflows.database import Database
from workflows.engine import audit_guard


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


@pytest.fixture
def sealed(installed: Invoke, case: int) -> Settings:
    """The installation after a minute of its worker."""
    settings = Settings()
    installation = install(settings)
    jobs(installation).run_once()
    installation.database.close()
    return settings


def change_audit(settings: Settings, *statements: str) -> None:
    database = Database(settings.url)
    with database.engine.begin() as connection:
        audit_guard.remove(connection)
        for statement in statements:
            connection.execute(text(statement))
        audit_guard.apply(connection)
    database.close()


def test_verify_checks_the_seals_of_the_audit_trail(installed: Invoke, sealed: Settings) -> None:
    told = json.loads(installed("verify", "--json").stdout)

    assert told["differences"] == []
    assert told["audit"]["sealed"] > 1
    assert told["audit"]["waiting"] == 0
    assert "sealed, 0 waiting for their seals." in installed("verify").stdout


def test_verify_names_an_entry_that_was_changed(installed: Invoke, sealed: Settings) -> None:
    change_audit(sealed, "UPDATE audit_event SET actor = 'somebody' WHERE id = 2")

    told = installed("verify", status=1).stdout

    assert "Entry 2 of the audit trail is not what was sealed in its place." in told


def test_verify_finds_that_the_end_is_cut_off(installed: Invoke, sealed: Settings) -> None:
    change_audit(
        sealed, "DELETE FROM audit_seal WHERE number > 1", "DELETE FROM audit_event WHERE id > 1"
    )

    assert "its end is cut off." in installed("verify", status=1).stdout


@pytest.mark.parametrize(
    ("text", "sentence"), [(None, "there are no anchors in"), ("x y z w\n", "Line 1 of")]
)
def test_verify_says_what_is_wrong_with_the_anchors(
    installed: Invoke, sealed: Settings, text: str | None, sentence: str
) -> None:
    path = sealed.data_dir / "audit.anchors"
    if text is None:
        path.unlink()
    else:
        path.write_text(text)

    assert sentence in installed("verify", status=1).stdout


def test_verify_says_which_key_is_missing_or_wrong(
    installed: Invoke, sealed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = sealed.secret_key.get_secret_value()
    monkeypatch.setenv("UNDERSTUDY_SECRET_KEY", "another-key-of-tests-with-more-than-32-chars")
    assert "seals fits: the key is not the one" in installed("verify", status=1).stdout

    monkeypatch.setenv("UNDERSTUDY_AUDIT_KEY", old)
    assert "Differences: 0." in installed("verify").stdout

    monkeypatch.delenv("UNDERSTUDY_AUDIT_KEY")
    monkeypatch.delenv("UNDERSTUDY_SECRET_KEY")
    assert "set UNDERSTUDY_SECRET_KEY or" in installed("verify", status=1).stdout


def test_a_worker_without_a_key_seals_nothing(
    installed: Invoke, case: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNDERSTUDY_SECRET_KEY")
    installation = install(Settings())
    jobs(installation).run_once()
    installation.database.close()

    told = json.loads(installed("verify", "--json").stdout)

    assert told["audit"]["sealed"] == 0
    assert told["audit"]["waiting"] > 1
