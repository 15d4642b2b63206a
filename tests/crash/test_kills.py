"""Processes are killed at any moment of their work; the next one repeats what was not answered."""

import os
import time
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

SIDE_BY_SIDE = 2


class Ledger:
    """A file that says what was asked and what was answered; it outlives the process."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.asked: dict[str, tuple[str, object]] = {}
        self.answered: dict[str, Acknowledged] = {}
        self.lives = 0
        for line in path.read_bytes().splitlines():
            self._read(line)

    def _read(self, line: bytes) -> None:
        what, key, *facts = orjson.loads(line)
        if what == "asked":
            self.asked[key] = (facts[0], facts[1])
        elif what == "answered":
            self.answered[key] = Acknowledged(key, facts[0], facts[1].encode())
        else:
            self.lives += 1

    def write(self, *facts: object) -> None:
        """Write a line: one call, so that it is there whole or not at all."""
        os.write(self._file, orjson.dumps(facts) + b"\n")

    @property
    def unanswered(self) -> list[str]:
        """The keys of what has to be asked again."""
        return [key for key in self.asked if key not in self.answered]


def live(url: str, token: str, path: str) -> None:
    """Work until killed: repeat what has no answer, then go on with cases and background work."""
    ledger = Ledger(Path(path))
    world = World(Database(url), token)

    def ask(address: str, body: object, key: str) -> tuple[int, bytes]:
        ledger.write("asked", key, address, body)
        status, answer = world.request(address, body, key)
        if status < 300:
            ledger.write("answered", key, status, answer.decode())
        return status, answer

    ledger.write("lives", "")
    for key in ledger.unanswered:
        ask(*ledger.asked[key], key)
    client = Client(ask, "k")
    while not client.trouble:
        client.start_timer()
        client.play()
        timers.fire_due(world.database, world.at(NOW + LATER), CALENDAR, limit=3)
        outbox.deliver_due(world.database, NOW, CALENDAR, limit=3)
    ledger.write("trouble", client.trouble)
    os._exit(1)


def _let_live(url: str, token: str, path: Path, before: int, random: Random) -> None:
    """Start a life, wait until it has begun, and end it at a random moment."""
    process = victims.spawn(live, url, token, str(path))
    until = time.monotonic() + 60
    while Ledger(path).lives <= before:
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
    ledgers = [tmp_path / f"ledger-{place}" for place in range(SIDE_BY_SIDE)]
    neighbour = victims.spawn(live, database.url, token, str(ledgers[0]))
    try:
        for number in range(KILLS):
            _let_live(database.url, token, ledgers[1], number, random)
    finally:
        victims.kill(neighbour)

    read = [Ledger(path) for path in ledgers]
    acknowledged = [answer for ledger in read for answer in ledger.answered.values()]
    with capsys.disabled():
        print(f"\n{KILLS + 1} kills, {len(acknowledged)} acknowledged")
    assert len(acknowledged) > KILLS
    found = faults(database, acknowledged)
    assert not found, "\n".join(found)
