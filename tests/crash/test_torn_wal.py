"""The log of SQLite is torn at any byte: what opens again is a prefix of what was committed."""

import shutil
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import event, select

from tests.crash.checker import faults
from tests.crash.sizes import TORN_IMAGES
from tests.crash.world import World, furnish
from workflows.database import Database
from workflows.engine.tables import IdempotencyAnswer

DEEDS = 24


class Recorded:
    """A database whose log was kept, and how long the log was after each acknowledged deed."""

    def __init__(self, file: Path, log: Path, ends: list[tuple[str, int]]) -> None:
        self.file = file
        self.log = log.read_bytes()
        self.keys = [key for key, _ in ends]
        self.ends = [end for _, end in ends]
        self.first = self.ends[0]


@pytest.fixture
def recorded(sqlite_template: Path, tmp_path: Path) -> Iterator[Recorded]:
    """A day's work in the log, none of it in the database file."""
    file, kept = tmp_path / "work.sqlite", tmp_path / "kept.sqlite"
    shutil.copy(sqlite_template, file)
    database = Database(f"sqlite:///{file}")
    token = furnish(database)
    database.close()
    event.listen(
        database.engine,
        "connect",
        lambda connection, _: connection.execute("PRAGMA wal_autocheckpoint=0"),
    )
    log = file.with_name(file.name + "-wal")
    ends = _work(World(database, token), log)
    shutil.copy(file, kept)
    yield Recorded(kept, log, ends)
    database.close()


def _work(world: World, log: Path) -> list[tuple[str, int]]:
    """Do deeds one after the other; return their keys and the length of the log after each."""
    ends: list[tuple[str, int]] = []

    def do(path: str, body: object) -> dict[str, object]:
        key = f"deed-{len(ends)}"
        answer = world.post(path, body, key)
        assert answer.status_code < 300, answer.text
        ends.append((key, log.stat().st_size))
        found: dict[str, object] = answer.get_json()
        return found

    while len(ends) < DEEDS:
        case = do("/instances", {"definition": "tiny_review", "business_key": f"b-{len(ends)}"})
        number = world.task(case)
        do(f"/user-tasks/{number}/claim", {})
        case = do(f"/user-tasks/{number}/complete", {"data": {"points": 5}})
        do(f"/user-tasks/{world.task(case)}/complete", {})
    return ends


def _tear(log: bytes, place: int, random: Random) -> bytes:
    """Return a log that is damaged at a byte and, as on a real disk, perhaps behind it."""
    kind = random.randrange(4)
    if kind == 0:
        return log[:place]
    if kind == 1:
        return log[:place] + bytes([log[place] ^ (1 << random.randrange(8))]) + log[place + 1 :]
    if kind == 2:
        return log[:place] + bytes(len(log) - place)
    return log[:place] + random.randbytes(len(log) - place)


def test_a_torn_log_leaves_a_committed_prefix(recorded: Recorded, tmp_path: Path) -> None:
    random = Random(20261120)
    image = tmp_path / "image.sqlite"
    for number in range(TORN_IMAGES):
        place = random.randrange(recorded.first, len(recorded.log))
        shutil.copy(recorded.file, image)
        image.with_name("image.sqlite-wal").write_bytes(_tear(recorded.log, place, random))
        image.with_name("image.sqlite-shm").unlink(missing_ok=True)
        database = Database(f"sqlite:///{image}")
        with database.reading() as session:
            keys = set(session.scalars(select(IdempotencyAnswer.key)))
        found = faults(database)
        database.close()

        expected = set(recorded.keys[: bisect_right(recorded.ends, place)])
        assert keys == expected, f"image {number}, torn at {place}"
        assert not found, f"image {number}, torn at {place}: {found}"
