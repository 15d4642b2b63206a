"""`understudy demo`: whole or not at all, quick the second time, never on a taken port."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.webapp.serving import ServerProcess, environment, free_port, run, send
from workflows import migrate
from workflows.account_tables import Account
from workflows.database import Database
from workflows.engine.tables import Instance
from workflows.people_tables import Person

PEOPLE = "150"


@dataclass(frozen=True)
class Killed:
    """A demonstration whose first loading was killed, and that was loaded again after it."""

    env: dict[str, str]
    was_killed_in_time: bool


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    """Begin to load a small demonstration, kill that, and load it again."""
    folder = tmp_path_factory.mktemp("demo") / "var"
    env = environment(folder)
    env.pop("UNDERSTUDY_SECRET_KEY")
    command = [sys.executable, "-m", "webapp.cli", "demo", "--prepare-only", "--people", PEOPLE]
    process = subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL)
    loading = folder / "loading" / "understudy.sqlite"
    until = time.monotonic() + 60
    while not loading.exists() and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1.0)
    process.kill()
    process.wait()
    was_killed_in_time = not (folder / "understudy.sqlite").exists()
    run(env, "demo", "--prepare-only", "--people", PEOPLE)
    return Killed(env, was_killed_in_time)


@pytest.fixture(scope="module")
def prepared(killed: Killed) -> dict[str, str]:
    """The environment of a small demonstration that is ready to be served."""
    return killed.env


def _folder(env: dict[str, str]) -> Path:
    return Path(env["UNDERSTUDY_DATA_DIR"])


def _counts(env: dict[str, str]) -> tuple[int, int, int]:
    """Count people, accounts and cases; the database must be whole."""
    database = Database(f"sqlite:///{_folder(env) / 'understudy.sqlite'}")
    assert migrate.is_current(database)
    with database.reading() as session:
        counts = tuple(
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Person, Account, Instance)
        )
    database.close()
    people, accounts, cases = counts
    return people, accounts, cases


def test_a_killed_loading_leaves_nothing_half_done(killed: Killed) -> None:
    assert killed.was_killed_in_time
    assert _counts(killed.env)[0] >= int(PEOPLE)
    assert not (_folder(killed.env) / "loading" / "understudy.sqlite").exists()


def test_the_demonstration_is_made_with_a_key_that_only_its_owner_reads(
    prepared: dict[str, str],
) -> None:
    key = _folder(prepared) / "secret_key"

    people, accounts, cases = _counts(prepared)

    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert len(key.read_text().strip()) >= 32
    assert people >= int(PEOPLE)
    assert accounts > 0
    assert cases > 0
    assert not (_folder(prepared) / "loading").exists()


def test_a_second_start_changes_nothing(prepared: dict[str, str]) -> None:
    before = _counts(prepared)
    key = (_folder(prepared) / "secret_key").read_text()
    port = free_port()

    with ServerProcess(prepared, port, "demo", "--port", str(port)) as server:
        page = send(f"{server.address}/")

    assert page.status == 200
    assert _counts(prepared) == before
    assert (_folder(prepared) / "secret_key").read_text() == key


def test_the_address_and_the_logins_are_printed_when_the_page_answers(
    prepared: dict[str, str],
) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "webapp.cli", "demo", "--port", str(port), "--json"],
        env=prepared,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    with process.stdout:
        welcome = json.loads(process.stdout.readline())
        page = send(f"{welcome['address']}/sign-in")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    assert welcome["address"] == f"http://127.0.0.1:{port}"
    assert {"username", "name", "part"} <= set(welcome["logins"][0])
    assert page.status == 200


def test_a_taken_port_is_said_before_anything_is_loaded(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        port = taken.getsockname()[1]

        refused = run(env, "demo", "--port", str(port), check=False)

    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"Port {port} cannot be used" in refused.stderr
    assert not (tmp_path / "var" / "understudy.sqlite").exists()


def test_reset_makes_the_demonstration_anew(prepared: dict[str, str]) -> None:
    database = _folder(prepared) / "understudy.sqlite"
    before = database.stat().st_ino

    run(prepared, "demo", "--prepare-only", "--reset", "--people", PEOPLE)

    assert database.stat().st_ino != before
    assert _counts(prepared)[0] >= int(PEOPLE)


def test_weeks_pass_over_the_demonstration_and_are_reckoned_up(
    prepared: dict[str, str],
) -> None:
    before = _counts(prepared)

    result = run(prepared, "years", "0.05", "--json", check=False)

    told = json.loads(result.stdout)
    assert (told["problems"], told["undoable"]) == ([], [])
    assert result.returncode == 0
    assert told["user_tasks"] > 0
    assert "training" in {case["process"] for case in told["cases"]}
    assert "user tasks are done." in result.stderr
    assert _counts(prepared)[2] > before[2]
