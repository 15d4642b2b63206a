"""A process dies at every boundary of every deed: all or nothing, acknowledged is durable, once."""

import uuid
from collections import Counter
from random import Random

import pytest

from tests.crash.checker import content, faults, summary
from tests.crash.deeds import DEEDS
from tests.crash.sizes import CRASH_POINTS
from tests.crash.victims import Stage
from tests.crash.world import furnish
from workflows.database import Database


class Judge:
    """Lets one deed die at its boundaries, and looks at what is left each time."""

    def __init__(self, database: Database, stage: Stage, name: str) -> None:
        self._database = database
        self._stage = stage
        self._name = name
        facts = stage.prepare(name)
        before = summary(database)
        key = uuid.uuid4().hex
        fate = stage.act(name, facts, key, note=True)
        self.boundaries = fate.boundaries
        self._steps = [_difference(before, Counter(one)) for one in fate.commits]
        assert self._steps
        stage.act(name, {**facts, "round": 1}, key)
        self._last = _difference(before, summary(database))
        self._reply = (fate.reply or "")[:3]

    def die_at(self, boundary: int) -> list[str]:
        """Return what is wrong after a death at a boundary, and after another try."""
        facts, key = self._stage.prepare(self._name), uuid.uuid4().hex
        counted, stored = summary(self._database), content(self._database)
        fate = self._stage.act(self._name, facts, key, fatal=boundary)
        found = [] if fate.reply is None else [f"it lived on: {fate.reply}"]
        step = _difference(counted, summary(self._database))
        if step not in (Counter(), *self._steps):
            found.append(f"neither all nor nothing: {step}")
        if not step and content(self._database) != stored:
            found.append("something was changed by a deed that was not done")
        again = self._stage.act(self._name, {**facts, "round": 1}, key)
        if self._reply.isdigit() and (again.reply or "")[:3] != self._reply:
            found.append(f"the next try was answered with {again.reply}, not {self._reply}")
        step = _difference(counted, summary(self._database))
        if step != self._last:
            found.append(f"not once: {step}, but it should be {self._last}")
        return [f"{self._name}, boundary {boundary}: {sentence}" for sentence in found]


def _difference(
    before: Counter[tuple[str, ...]], after: Counter[tuple[str, ...]]
) -> Counter[tuple[str, ...]]:
    """Return how many rows of each sort came, and went."""
    changed = Counter(after)
    changed.subtract(before)
    return Counter({sort: count for sort, count in changed.items() if count})


def chosen(boundaries: int, random: Random) -> list[int]:
    """Return the boundaries to die at: all of them, twice, or a few."""
    if CRASH_POINTS is None:
        return list(range(1, boundaries + 1)) * 2
    return sorted(random.sample(range(1, boundaries + 1), min(CRASH_POINTS, boundaries)))


def test_a_deed_is_done_once_or_not_at_all_wherever_its_process_dies(database: Database) -> None:
    token, random = furnish(database), Random(20261120)
    found: list[str] = []
    points = 0
    with Stage(database.url, token) as stage:
        for name in DEEDS:
            judge = Judge(database, stage, name)
            for boundary in chosen(judge.boundaries, random):
                found += judge.die_at(boundary)
                points += 1
    found += faults(database)

    assert not found, "\n".join(found)
    assert points >= len(DEEDS)


@pytest.mark.parametrize("variant", ["commits twice", "forgets keys", "answers before the commit"])
def test_the_checker_catches_a_careless_engine(database: Database, variant: str) -> None:
    token = furnish(database)
    found: list[str] = []
    with Stage(database.url, token) as stage:
        judge = Judge(database, stage, "complete")
    with Stage(database.url, token, variant) as stage:
        judge._stage = stage
        for boundary in range(judge.boundaries, 0, -1):
            found += judge.die_at(boundary)
            if found:
                break

    assert found != []
