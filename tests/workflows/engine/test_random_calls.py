"""
Processes that call each other in random versions, against a model of a few lines.

In the model each call has a picture of what was in force: a call of the latest
version takes a new one, any other has that of its caller. After each step a case
must wait where the model says, with the form that the model says, and replaying its
log must give what is stored.
"""

from dataclasses import dataclass
from random import Random

import pytest

from tests.workflows.engine.build import Process
from tests.workflows.engine.callers import done, file, waiting
from tests.workflows.engine.shop import find, form, open_tasks, publish, start
from workflows.engine import user_tasks

KEYS = "abc"
CASES, STEPS = 8, 40

Part = tuple[str, str]  # how something is called and what: "start", "latest", or "" for work


@dataclass
class Call:
    """A process that runs: its parts that are left, and the picture that it has."""

    parts: list[Part]
    picture: dict[str, int]


class World:
    """All versions of some processes that use one form, and which are in force."""

    def __init__(self, database, seed):
        self.database, self.random = database, Random(seed)
        self.versions = {key: [] for key in KEYS}
        self.limit = 10
        publish(database, *(self._drawn(key) for key in KEYS), self._form())

    @property
    def in_force(self):
        return {key: len(known) - 1 for key, known in self.versions.items()} | {"f": self.limit}

    def change(self):
        """Publish a new version of something."""
        if self.random.random() < 0.3:
            self.limit += 1
            publish(self.database, self._form())
        else:
            publish(self.database, self._drawn(self.random.choice(KEYS)))

    def call(self, key, picture):
        return Call(list(self.versions[key][picture[key]]), picture)

    def _form(self):
        return form("f", v={"type": "integer", "maximum": self.limit})

    def _drawn(self, key):
        """Draw a version: work, perhaps a call, and work again."""
        number = len(self.versions[key])
        parts = [("", f"{key}_{number}_before"), ("", f"{key}_{number}_after")]
        if self.random.random() < 0.9:
            called = self.random.choice(KEYS)
            parts.insert(1, (self.random.choice(["start", "latest"]), called))
        self.versions[key].append(parts)
        process = Process(key).start().end()
        for binding, what in parts:
            if binding:
                process.call("inner", what, binding=binding)
            else:
                process.user(what, form="f")
        names = ["inner" if binding else what for binding, what in parts]
        return file(process.chain("start", *names, "end"))


class Played:
    """A case, and the calls that are open in it by the model."""

    def __init__(self, world):
        key = world.random.choice(KEYS)
        self.world = world
        self.case = start(world.database, key)
        self.calls = [world.call(key, world.in_force)]
        self.go()

    def go(self):
        """Go on in the model to where somebody is waited for."""
        while self.calls and (not self.calls[-1].parts or self.calls[-1].parts[0][0]):
            top = self.calls[-1]
            if not top.parts:
                self.calls.pop()
                continue
            binding, key = top.parts.pop(0)
            picture = self.world.in_force if binding == "latest" else top.picture
            self.calls.append(self.world.call(key, picture))

    def work(self):
        """Do what is waited for."""
        _, element = self.calls[-1].parts.pop(0)
        done(self.world.database, self.case, element, {"v": 1})
        self.go()

    def must_be_as_expected(self):
        database = self.world.database
        if not self.calls:
            assert find(database, self.case.id).status == "completed"
            return
        top = self.calls[-1]
        assert waiting(database, self.case) == {top.parts[0][1]}
        (task,) = open_tasks(database, self.case).values()
        with database.reading() as session:
            limit = user_tasks.form(session, task).fields["v"].schema["maximum"]
        assert limit == top.picture["f"]


@pytest.mark.parametrize("seed", range(CASES))
def test_every_call_runs_the_version_that_it_asks_for(database, seed):
    world = World(database, seed)
    cases = [Played(world)]

    for _ in range(STEPS):
        chance = world.random.random()
        if chance < 0.25:
            world.change()
        elif chance < 0.3:
            cases.append(Played(world))
        else:
            played = world.random.choice(cases)
            if played.calls:
                played.work()
            played.must_be_as_expected()

    for played in cases:
        played.must_be_as_expected()
