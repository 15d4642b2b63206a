"""
Random cases that migrate half-way, against the oracle.

The oracle plays the new version from the beginning. The engine begins with the old one and
migrates somewhere on the way. Since what is new was not reached by then, both must do the
same from there on.
"""

import os
import random
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.engine.blocks import Activity, Block, On, Several, User
from tests.workflows.engine.drawing import drawn
from tests.workflows.engine.oracle import Oracle
from tests.workflows.engine.play import Play, executable
from tests.workflows.engine.runtime.test_random_processes import MOST_STEPS, Maker, Match
from workflows.engine.migration.comparison import Comparison
from workflows.engine.migration.verdicts import Wish
from workflows.engine.model import ExecutableProcess

BRANCHES_BEFORE = 12


def users(block: object, found: list[User], *, may_wrap: bool = True) -> list[User]:
    """Collect the user tasks of a tree that can be replaced by something larger."""
    if isinstance(block, tuple):
        for part in block:
            users(part, found)
    elif isinstance(block, User):
        if may_wrap:
            found.append(block)
    elif hasattr(block, "id"):
        for field in fields(block):  # type: ignore[arg-type]
            # The body of an activity that is one user task is drawn as that task alone.
            is_body = isinstance(block, Activity) and field.name == "body"
            users(getattr(block, field.name), found, may_wrap=not is_body)
    return found


def replaced(block: Any, old: User, new: Block) -> Any:
    """Return a tree with another block in place of a user task."""
    if block is old:
        return new
    if isinstance(block, tuple):
        return tuple(replaced(part, old, new) for part in block)
    if not hasattr(block, "id"):
        return block
    return replace(
        block, **{one.name: replaced(getattr(block, one.name), old, new) for one in fields(block)}
    )


def larger(chance: random.Random, user: User) -> Block:
    """Return a user task with something more: behind it, at its border, or beside it."""
    more = User("more")
    if chance.random() < 0.4:
        return Several("seq", "more_seq", (user, more))
    if chance.random() < 0.5:
        kind = chance.choice(["timer", "message", "signal"])
        interrupting = chance.random() < 0.5
        on = On(kind, "more_on", "border", more, interrupting, hours=chance.randint(1, 9))
        return Activity("lone", "more_lone", user, (on,))
    return Several(chance.choice(["par", "inc", "xor"]), "more_gate", (user, more))


class Migration(Match):
    """A random case on the engine in its old version, and on the oracle in the new one."""

    def __init__(self, seed: int, depth: int) -> None:
        self.chance = random.Random(seed)
        self.block = Maker(self.chance).block(depth)
        self.old = compiled(self.block)
        self.before = self.chance.randint(0, BRANCHES_BEFORE)
        self.newer = self._newer(seed)
        self.new = compiled(self.newer)
        self.oracle = Oracle()
        self.oracle.begin(self.newer)
        self.case = Play(self.old).start(n=0)

    def _newer(self, seed: int) -> Block:
        """Return the new version: with something more where nothing comes before the migration."""
        state = self.chance.getstate()
        found = users(self.block, [])
        reached = self._reached()
        self.chance.setstate(state)
        ahead = [user for user in found if user.id not in reached]
        if not ahead:
            return self.block
        chance = random.Random(seed)
        user = chance.choice(ahead)
        return replaced(self.block, user, larger(chance, user))

    def _reached(self) -> set[str]:
        """Play the old version up to the migration, and return where it came."""
        self.oracle = Oracle()
        self.oracle.begin(self.block)
        self.case = Play(self.old).start(n=0)
        for step in range(1, self.before + 1):
            if self.oracle.is_done:
                break
            self.act(step)
        return {str(element) for _, element in self.case.happened("activity_started")}

    def migrate(self) -> None:
        """Put the case into the new version; the state must be as good as any other."""
        assert self.case.state is not None
        comparison = Comparison(self.old, self.new, Wish())
        plan = comparison.plan(self.case.state, before=1, after=2, reason="why")
        assert plan.hindrances == ()
        assert plan.command is not None
        self.case.model = self.new
        self.case.do(plan.command)
        self.oracle.sent.clear()


def compiled(block: Block) -> ExecutableProcess:
    process, *others = drawn(block)
    return executable(process, *others)


def play(seed: int, depth: int) -> str:
    """Play one random case and migrate it half-way; answer with how it ended."""
    match = Migration(seed, depth)
    # What is chosen depends on what waits, so both play the same up to the migration.
    for step in range(1, MOST_STEPS):
        if step == match.before + 1 and not match.oracle.is_done:
            match.migrate()
        match.compare()
        if match.oracle.is_done:
            return "changed" if match.newer is not match.block and step > match.before else ""
        match.act(step)
    return "changed" if match.newer is not match.block else ""


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=5))
def test_a_case_that_migrates_goes_on_as_if_it_had_begun_there(seed, depth):
    play(seed, depth)


def test_many_of_them_change_something_that_is_reached_later():
    assert sum(play(seed, 2 + seed % 4) == "changed" for seed in range(100)) > 30


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=5))
def test_migrating_to_the_same_version_changes_no_byte(seed, depth):
    match = Match(seed, depth)
    same = compiled(match.block)
    for step in range(1, MOST_STEPS):
        if match.oracle.is_done:
            return
        before = match.case.state
        plan = Comparison(match.case.model, same, Wish()).plan(
            before, before=1, after=2, reason="why"
        )
        assert (plan.hindrances, plan.remarks) == ((), ())
        match.case.branch().do(plan.command)
        other = match.case.branch()
        other.do(plan.command)
        assert other.state == before
        match.act(step)


@pytest.mark.soak
@pytest.mark.skipif("UNDERSTUDY_SOAK" not in os.environ, reason="a long run; see make soak")
def test_ten_thousand_cases_migrate():
    for seed in range(10_000):
        play(seed, 1 + seed % 6)
