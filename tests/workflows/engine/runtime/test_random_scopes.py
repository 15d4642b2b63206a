"""
Random nests of scopes with all that can begin, stop and undo in them, played at random.

What must happen is said elsewhere, construct by construct; here it is only
checked that the state stays whole, whatever comes together.
"""

from collections import Counter
from random import Random

import pytest

from tests.workflows.engine.build import Level, Process, SubProcess, loop, many, timer, when
from tests.workflows.engine.play import Play
from workflows.engine.runtime import codec
from workflows.engine.runtime.state import CHILDREN
from workflows.engine.transition import (
    Command,
    CompleteUserTask,
    DeliverMessage,
    FireTimer,
    StepRefused,
)

CASES = 60
MOST_STEPS = 40


class Drawing:
    """One random process."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.count = 0
        self.process = Process("p")
        first, last = self._content(self.process, 0)
        self.process.start().end().chain("start", first).chain(last, "end")
        self._asides(self.process)

    def _name(self) -> str:
        self.count += 1
        return f"x{self.count}"

    def _content(self, level: Level, depth: int) -> tuple[str, str]:
        """Draw parts in a row or at once; answer with the first and the last node."""
        parts = [self._part(level, depth) for _ in range(self.random.randint(1, 3))]
        if len(parts) == 1 or self.random.random() < 0.5:
            level.chain(*parts)
            return parts[0], parts[-1]
        fork, join = self._name(), self._name()
        level.parallel(fork).inclusive(join)
        for part in parts:
            level.chain(fork, part, join)
        return fork, join

    def _part(self, level: Level, depth: int) -> str:
        """Draw a user task, an escalation or a scope, perhaps with events at its border."""
        name, chance = self._name(), self.random.random()
        if depth > 2 or chance < 0.4:
            level.user(name, many(cardinality="2") if chance < 0.1 else "")
        elif chance < 0.5:
            level.throw(name, escalation="A")
            return name
        else:
            self._scope(level, name, depth)
        if self.random.random() < 0.5:
            level.user(f"un{name}", isForCompensation=True).undone_by(name, f"un{name}")
        if self.random.random() < 0.3:
            day = timer(duration="P1D")
            level.boundary(f"{name}_late", name, day, interrupting=self.random.random() < 0.5)
            level.user(f"{name}_chase").chain(f"{name}_late", f"{name}_chase")
        return name

    def _scope(self, level: Level, name: str, depth: int) -> None:
        """Draw a sub-process or transaction that can end in one of several ways."""
        way = self.random.choice(["plain", "terminate", "error", "cancel"])
        inner = level.transaction(name) if way == "cancel" else self._repeated(level, name)
        first, last = self._content(inner, depth + 1)
        inner.start(f"{name}_s").exclusive(f"{name}_x", default=f"{name}_ok").end(f"{name}_e")
        inner.chain(f"{name}_s", first).chain(last, f"{name}_x")
        inner.flow(f"{name}_x", f"{name}_e", id=f"{name}_ok")
        if way != "plain":
            ends = {"error": "A"} if way == "error" else {way: True}
            inner.end_with(f"{name}_other", **ends)
            inner.flow(f"{name}_x", f"{name}_other", "modulo(k, 2) = 0")
        if way in ("error", "cancel"):
            caught = {"error": ""} if way == "error" else {"cancel": True}
            level.boundary(f"{name}_b", name, **caught).user(f"{name}_mend")
            level.chain(f"{name}_b", f"{name}_mend")
        self._asides(inner)

    def _repeated(self, level: Level, name: str) -> SubProcess:
        return level.sub(name, self.random.choice(["", many(cardinality="2"), loop(2)]))

    def _asides(self, level: Level) -> None:
        """Draw event sub-processes, at most one for each kind of event."""
        starts = {
            "message": {"message": "m"},
            "cycle": {"body": timer(cycle="R3/P1D")},
            "condition": {"body": when("modulo(k, 3) = 0")},
            "error": {"error": ""},
            "escalation": {"escalation": ""},
        }
        for kind in self.random.sample(sorted(starts), self.random.choice([0, 1, 2])):
            name, interrupts = self._name(), kind == "error" or self.random.random() < 0.5
            inner = level.event_sub(name)
            inner.event_start(f"{name}_s", interrupting=interrupts, **starts[kind])
            inner.user(f"{name}_w").end(f"{name}_e").chain(f"{name}_s", f"{name}_w", f"{name}_e")


def any_command(case: Play, chance: Random) -> Command:
    """Choose something that a case waits for; time passes where a timer needs it."""
    out = case.outcome
    choices: list[Command] = [
        CompleteUserTask(token, {"k": chance.randint(0, 9)}) for token in out.user_tasks
    ] * 3
    choices += [FireTimer(token) for token in out.timers]
    choices += [DeliverMessage(token, {}) for token in out.messages]
    command = chance.choice(choices)
    if isinstance(command, FireTimer):
        case.now = max(case.now, out.timers[command.token_id].due_at)
    return command


def must_be_whole(case: Play) -> None:
    """Check that everything in a stored state belongs to something that is there."""
    if case.state is None:
        return
    stored = codec.decode(case.state, case.model)
    assert codec.encode(stored) == case.state
    here = Counter(token.scope for token in stored.tokens.values() if not token.host)
    owners = {scope.owner for scope in stored.scopes.values()}
    for scope in stored.scopes.values():
        joined = sum(sum(counts.values()) for counts in scope.joins.values())
        assert scope.live == here[scope.id] + joined > 0
        assert not scope.owner or stored.tokens[scope.owner].kind == CHILDREN
    for token in stored.tokens.values():
        assert token.kind
        assert token.scope in stored.scopes
        assert token.host in stored.tokens or -token.host in (0, *stored.scopes)
        assert token.kind != CHILDREN or token.id in owners


@pytest.mark.parametrize("seed", range(CASES))
def test_the_state_stays_whole_whatever_comes_together(seed):
    chance = Random(seed)
    case = Play(Drawing(seed).process).start(k=1)
    must_be_whole(case)

    for _ in range(MOST_STEPS):
        if case.is_done:
            break
        before = case.state
        try:
            case.do(any_command(case, chance))
        except StepRefused:
            assert case.state == before
        must_be_whole(case)
