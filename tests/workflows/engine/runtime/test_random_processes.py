"""Random well-structured processes, restored from bytes before every step, against the oracle."""

import os
import random
from collections import Counter
from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflows.engine import oracle
from tests.workflows.engine.blocks import (
    Activity,
    Block,
    Choice,
    Link,
    Loop,
    On,
    Send,
    Several,
    Throw,
    User,
    Wait,
)
from tests.workflows.engine.drawing import drawn
from tests.workflows.engine.oracle import Oracle
from tests.workflows.engine.oracle_places import Place, Waiting
from tests.workflows.engine.play import NOW, Play, executable
from workflows.engine.transition import DeliverMessage, FireTimer

MOST_STEPS = 40
CODES = ("red", "blue")
LEAVES = ("user",) * 6 + ("message", "receive", "signal", "timer", "send")
JOINS = ("par", "inc")
GATEWAYS = ("seq", "par", "xor", "inc")
PLACES = ("border", "inside")
BRANCHES = ("seq", "seq", "par", "par", "xor", "inc", "loop", "link", "choice")
HOSTS = ("sub", "call", "lone", "rounds", "each", "row")


class Maker:
    """Makes random trees of blocks from a source of randomness."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.made = 0

    def name(self, prefix: str) -> str:
        self.made += 1
        return f"{prefix}{self.made}"

    def block(self, depth: int, codes: frozenset[str] = frozenset()) -> Block:
        """Make a block; errors of `codes` are caught around it."""
        if depth == 0 or self.chance.random() < 0.05:
            return self.leaf(codes)
        if self.chance.random() < 0.45:
            return self.activity(depth, codes)
        kind = self.chance.choice(BRANCHES)
        if kind in ("loop", "link"):
            if kind == "link":
                return Link(self.name("link"), self.block(depth - 1, codes))
            within = self.chance.choice((*JOINS, ""))
            body = self.several(within, depth, codes) if within else self.block(depth - 1, codes)
            # Somebody must work in every round.
            body = Several("seq", self.name("seq"), (User(self.name("u")), body))
            return Loop(self.name("loop"), body)
        if kind == "choice":
            kinds = self.chance.sample(("message", "receive", "signal", "timer"), 2)
            options = [(self.wait(one), self.block(depth - 1, codes)) for one in kinds]
            return Choice(self.name("choice"), tuple(options))
        return self.several(kind, depth, codes)

    def several(self, kind: str, depth: int, codes: frozenset[str]) -> Several:
        count = self.chance.randint(2, 3)
        parts = tuple(self.block(depth - 1, codes) for _ in range(count))
        return Several(kind, self.name(kind), parts)

    def leaf(self, codes: frozenset[str]) -> Block:
        if self.chance.random() < 0.3:
            kind = self.chance.choice(["escalation", "error", "stop"])
            if kind == "error" and not codes:
                kind = "escalation"
            code = self.chance.choice(CODES) if kind == "escalation" else ""
            if kind == "error":
                code = self.chance.choice(sorted(codes))
            return Throw(kind, self.name(kind), code)
        kind = self.chance.choice(LEAVES)
        if kind == "send":
            return Send(self.name("send"))
        return User(self.name("u")) if kind == "user" else self.wait(kind)

    def wait(self, kind: str) -> Wait:
        return Wait(kind, self.name(kind), self.chance.randint(1, 9))

    def activity(self, depth: int, codes: frozenset[str]) -> Activity:
        kind = self.chance.choice(HOSTS)
        name = self.name(kind)
        events = self.events(is_lone=kind == "lone", count=self.chance.choice([0, 1, 1, 2, 3]))
        caught = {on.code for on in events if on.kind == "error"}
        codes |= frozenset(CODES) if "" in caught else frozenset(caught)
        body = User(self.name("u")) if kind == "lone" else self.block(depth - 1, codes)
        if isinstance(body, User):  # drawn without a level of its own, where nothing can lie inside
            events = tuple(on for on in events if on.place == "border" or kind in ("sub", "call"))
        return Activity(kind, name, body, events, first=self.chance.random() < 0.3)

    def events(self, *, is_lone: bool, count: int) -> tuple[On, ...]:
        """Make what may happen to an activity; no two of them catch the same fault."""
        made: dict[object, On] = {}
        for _ in range(count):
            kind = self.chance.choice(
                ["message", "signal", "timer", *(() if is_lone else ("error", "escalation"))]
            )
            place = "border" if is_lone else self.chance.choice(["border", "inside"])
            is_fault = kind in ("error", "escalation")
            code = self.chance.choice([*CODES, ""]) if is_fault else ""
            interrupting = kind == "error" or self.chance.random() < 0.5
            name = self.name(f"on_{kind}")
            times = 1 if interrupting else self.chance.randint(1, 3)
            made[(place, kind, code) if is_fault else name] = On(
                kind,
                name,
                place,
                User(self.name("u")),
                interrupting,
                code,
                self.chance.randint(1, 9),
                times,
            )
        return tuple(made.values())


class Match:
    """One random process on both engines."""

    def __init__(self, seed: int, depth: int) -> None:
        self.chance = random.Random(seed)
        self.block = Maker(self.chance).block(depth)
        self.oracle = Oracle()
        self.oracle.begin(self.block)
        process, *others = drawn(self.block)
        self.case = Play(executable(process, *others)).start(n=0)

    def compare(self) -> None:
        """Both wait for the same, with the same data."""
        out, mine = self.case.outcome, self.oracle
        assert elements(out.user_tasks.values()) == Counter(w.element for w in mine.tasks)
        assert elements(out.messages.values()) == Counter(w.element for w in mine.messages)
        due = Counter((w.element_id, w.due_at) for w in out.timers.values())
        assert due == Counter((w.element, NOW + timedelta(hours=w.due)) for w in mine.timers)
        assert [one.message_name for one in out.thrown] == mine.sent
        assert self.case.is_done == mine.is_done
        assert self.case.data == mine.data

    def choose(self) -> list[Waiting]:
        """Choose what kind of thing happens next."""
        mine, luck = self.oracle, self.chance.random()
        kinds = [mine.tasks, mine.messages, mine.timers]
        if luck < 0.2:
            kinds = [mine.messages, mine.timers, mine.tasks]
        elif luck < 0.35:
            kinds = [mine.timers, mine.messages, mine.tasks]
        return next(kind for kind in kinds if kind)

    def act(self, n: int) -> None:
        """Let one thing happen on both."""
        mine, case = self.oracle, self.case
        if self.chance.random() < 0.1:
            hours = self.chance.randint(1, 20)
            mine.now += hours
            case.shift(hours=hours)
        theirs = self.choose()
        index = self.chance.randrange(len(theirs))
        element = theirs[index].element
        at = [wait.element for wait in theirs[:index]].count(element)
        if theirs is mine.tasks:
            case.complete(element, at, n=n)
        elif theirs is mine.messages:
            case.do(DeliverMessage(case.token(case.outcome.messages, element, at), {}))
        else:
            token = case.token(case.outcome.timers, element, at)
            case.now = max(case.now, case.outcome.timers[token].due_at)
            case.do(FireTimer(token))
        mine.sent.clear()
        mine.act(theirs, index, n)


def elements(waits):
    return Counter(wait.element_id for wait in waits)


def compare(seed: int, depth: int) -> int:
    """Play one random process on both engines; answer with the number of steps."""
    match = Match(seed, depth)
    for step in range(1, MOST_STEPS):
        match.compare()
        if match.oracle.is_done:
            return step
        match.act(step)
    return MOST_STEPS


def inside(loop: Loop) -> Counter[str]:
    """Count the constructs of the body of a loop."""
    return kinds_in(loop.body, Counter())


def kinds_in(block: object, found: Counter[str]) -> Counter[str]:
    """Count the constructs of a tree."""
    if isinstance(block, tuple):
        for part in block:
            kinds_in(part, found)
    elif hasattr(block, "id"):
        found[" ".join(filter(None, (type(block).__name__, getattr(block, "kind", ""))))] += 1
        if isinstance(block, On):
            found[f"{block.place} {block.kind} {block.interrupting}"] += 1
        if isinstance(block, Loop):
            found.update(
                f"Loop with {kind}" for kind in JOINS if f"Several {kind}" in inside(block)
            )
        for field in fields(block):  # type: ignore[arg-type]
            kinds_in(getattr(block, field.name), found)
    return found


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(min_value=0, max_value=2**32), st.integers(min_value=1, max_value=5))
def test_random_processes_do_what_the_oracle_does(seed, depth):
    compare(seed, depth)


def test_the_daily_models_hold_every_construct():
    found: Counter[str] = Counter()
    for seed in range(200):
        kinds_in(Maker(random.Random(seed)).block(1 + seed % 5), found)

    kinds = [f"Activity {kind}" for kind in HOSTS] + [f"Several {kind}" for kind in GATEWAYS]
    kinds += ["Throw error", "Throw escalation", "Throw stop", "Loop", "Link", "Choice", "User"]
    kinds += ["Send", *(f"Loop with {kind}" for kind in JOINS)]
    kinds += [f"Wait {kind}" for kind in LEAVES if kind not in ("user", "send")]
    kinds += [f"{place} error True" for place in PLACES]
    kinds += [
        f"{place} {kind} {interrupting}"
        for place in PLACES
        for kind in ("message", "signal", "timer", "escalation")
        for interrupting in (True, False)
    ]
    assert [kind for kind in kinds if found[kind] < 5] == []


def keep_listening(place):
    """Stop all within a place, but not what may happen to it: wrong."""
    inside = place.inside
    CLEAR(place)
    place.inside = inside


CLEAR = Place.clear
WRONG = {
    "an event happens in a place that was interrupted": (Place, "clear", keep_listening),
    "a place ends though a path of it runs": (Place, "end_path", Place.end),
    "an inclusive gateway takes one flow": (oracle, "takes", lambda index, *_: index == 0),
    "no fault is thrown": (oracle, "throws", lambda _: False),
    "one round too many": (oracle, "MOST_ROUNDS", 4),
}


@pytest.mark.parametrize("what", WRONG)
def test_an_engine_that_is_wrong_is_found(what, monkeypatch):
    monkeypatch.setattr(*WRONG[what])

    with pytest.raises((AssertionError, IndexError)):
        for seed in range(1_000):
            compare(seed, 1 + seed % 5)


@pytest.mark.soak
@pytest.mark.skipif("UNDERSTUDY_SOAK" not in os.environ, reason="a long run; see make soak")
def test_ten_thousand_random_processes_do_what_the_oracle_does():
    for seed in range(10_000):
        compare(seed, 1 + seed % 6)
