"""Random well-structured processes, restored from bytes before every step, against the oracle."""

import os
import random
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.engine.oracle import Around, Block, Guard, Oracle, Several, User, drawn
from tests.workflows.engine.play import Play, executable

MOST_STEPS = 40


class Maker:
    """Makes random trees of blocks from a source of randomness."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.made = 0

    def name(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def block(self, depth: int) -> Block:
        if depth == 0 or self.chance.random() < 0.05:
            return User(self.name("u"))
        kind = self.chance.choice(
            ["seq", "par", "xor", "inc", "loop", "sub", "call", "each", "row", "guard"]
        )
        name = self.name(kind)
        if kind in ("seq", "par", "xor", "inc"):
            count = self.chance.randint(2, 3)
            return Several(kind, name, tuple(self.block(depth - 1) for _ in range(count)))
        if kind == "guard":
            interrupting = self.chance.random() < 0.5
            return Guard(name, self.block(depth - 1), self.block(0), interrupting)
        body = self.block(depth - 1)
        if kind == "loop":  # somebody must work in every round
            body = Several("seq", self.name("seq"), (User(self.name("u")), body))
        return Around(kind, name, body)


def compare(seed: int, depth: int) -> int:
    """Play one random process on both engines; answer with the number of steps."""
    chance = random.Random(seed)
    block = Maker(chance).block(depth)
    process, *others = drawn(block)
    oracle = Oracle()
    oracle.begin(block)
    case = Play(executable(process, *others)).start(n=0)
    for step in range(1, MOST_STEPS):
        waits = case.outcome.user_tasks.values()
        messages = case.outcome.messages.values()
        assert Counter(w.element_id for w in waits) == Counter(w.element for w in oracle.tasks)
        assert Counter(w.element_id for w in messages) == Counter(
            w.element for w in oracle.messages
        )
        assert case.is_done == oracle.is_done
        assert case.data == oracle.data
        if oracle.is_done:
            return step
        theirs = oracle.messages if oracle.messages and chance.random() < 0.2 else oracle.tasks
        index = chance.randrange(len(theirs))
        element = theirs[index].element
        at = [wait.element for wait in theirs[:index]].count(element)
        if theirs is oracle.tasks:
            case.complete(element, at, n=step)
        else:
            case.deliver_at(element, at)
        oracle.act(theirs, index, step)
    return MOST_STEPS


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=5))
def test_random_processes_do_what_the_oracle_does(seed, depth):
    compare(seed, depth)


@pytest.mark.soak
@pytest.mark.skipif("UNDERSTUDY_SOAK" not in os.environ, reason="a long run; see make soak")
def test_ten_thousand_random_processes_do_what_the_oracle_does():
    for seed in range(10_000):
        compare(seed, 1 + seed % 6)
