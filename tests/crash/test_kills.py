"""Processes are killed at any moment of their work; the next one repeats what was not answered."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from random import Random

import orjson
import pytest

from tests.conftest import NOW
from tests.crash import victims
from tests.crash.checker import Acknowledged, faults
from tests.crash.clients import Client
from tests.crash.sizes import KILLS
from tests.crash.world import LATER, World, furnish
from tests.workflows.engine.shop import CALENDAR
from workflows.database import Database
from workflows.engine import outbox, timers


class Ledger:
    """A file that says what one process asked and what was answered; it outlives the process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = -1
        self.asked: dict[str, tuple[str, object]] = {}
        self.answered: dict[str, Acknowledged] = {}
        self.has_begun = False
        for line in path.read_bytes().splitlines() if path.exists() else ():
            self._read(line)

    def _read(self, line: bytes) -> None:
        what, key, *facts = orjson.loads(line)
        if what == "asked":
            self.asked[key] = (facts[0], facts[1])
        elif what == "answered":
            self.answered[key] = Acknowledged(key, facts[0], facts[1].encode())
        else:
            self.has_begun = True

    def write(self, *facts: object) -> None:
        """Write a line: one call, so that it is there whole or not at all."""
        os.write(self._file, orjson.dumps(facts) + b"\n")

    def begin(self, left: Mapping[str, tuple[str, object]]) -> None:
        """Take over what another process left unanswered, with one call as well."""
        self._file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.asked.update(left)
        lines: list[object] = [("asked", key, *facts) for key, facts in left.items()]
        os.write(
            self._file, b"".join(orjson.dumps(line) + b"\n" for line in (*lines, ("begun", "")))
        )

    @property
    def unanswered(self) -> dict[str, tuple[str, object]]:
        """What has to be asked again, by its keys."""
        return {key: facts for key, facts in self.asked.items() if key not in self.answered}


def live(url: str, token: str, path: str, former: str | None) -> None:
    """Work until killed: repeat what has no answer, then go on with cases and background work."""
    left = Ledger(Path(former)).unanswered if former else {}
    ledger = Ledger(Path(path))
    world = World(Database(url), token)

    def ask(address: str, body: object, key: str) -> tuple[int, bytes]:
        ledger.write("asked", key, address, body)
        status, answer = world.request(address, body, key)
        if status < 300:
            ledger.write("answered", key, status, answer.decode())
        return status, answer

    ledger.begin(left)
    for key, (address, body) in left.items():
        ask(address, body, key)
    client = Client(ask, "k")
    while not client.trouble:
        client.start_timer()
        client.play()
        timers.fire_due(world.database, world.at(NOW + LATER), CALENDAR, limit=3)
        outbox.deliver_due(world.database, NOW, CALENDAR, limit=3)
    ledger.write("trouble", client.trouble)
    os._exit(1)


def _let_live(url: str, token: str, path: Path, former: Path | None, random: Random) -> None:
    """Start a life, wait until it has begun, and end it at a random moment."""
    process = victims.spawn(live, url, token, str(path), former and str(former))
    until = time.monotonic() + 60
    while not Ledger(path).has_begun:
        assert process.is_alive(), "The process that is to be killed died by itself."
        assert time.monotonic() < until, "The process that is to be killed did not begin."
        time.sleep(0.01)
    time.sleep(random.expovariate(4))
    assert process.is_alive(), path.read_text()[-400:]
    victims.kill(process)


def test_killed_processes_lose_nothing_and_do_nothing_twice(
    database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    token, random = furnish(database), Random(2026)
    # One for each process, so that the work of a life does not grow with those before it.
    ledgers = [tmp_path / f"ledger-{number}" for number in range(KILLS)]
    beside = tmp_path / "ledger-beside"
    neighbour = victims.spawn(live, database.url, token, str(beside), None)
    try:
        for former, path in zip((None, *ledgers), ledgers, strict=False):
            _let_live(database.url, token, path, former, random)
    finally:
        victims.kill(neighbour)

    read = [Ledger(path) for path in (beside, *ledgers)]
    acknowledged = [answer for ledger in read for answer in ledger.answered.values()]
    with capsys.disabled():
        print(f"\n{KILLS + 1} kills, {len(acknowledged)} acknowledged")
    assert len(acknowledged) > KILLS
    found = faults(database, acknowledged)
    assert not found, "\n".join(found)
