"""
A second, simple engine for well-structured processes, to compare the real one with.

The oracle plays a tree of blocks itself, by callbacks in memory: it has no
tokens, no queue and nothing that is stored, and shares no code with the runtime.
Where BPMN leaves something open it says what it takes for right:

- A sub-process lives as long as anything in it, its event sub-processes
  included, and as long as it lives its events may happen.
- An event sub-process that interrupts stops all else in its place, and no other
  event of that place can happen any more.
- A fault is caught by the nearest place around: first by its event
  sub-processes, then by its border; the exact code comes before "every code".
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.workflows.engine.blocks import (
    INSTANCES,
    MOST_ROUNDS,
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
    takes,
    throws,
)
from tests.workflows.engine.oracle_places import Catcher, Data, Own, Place, Then, Waiting


@dataclass
class Oracle:
    """The state of one case."""

    tasks: list[Waiting] = field(default_factory=list)
    messages: list[Waiting] = field(default_factory=list)
    timers: list[Waiting] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=lambda: {"n": 0})
    now: int = 0
    is_done: bool = False

    def begin(self, block: Block) -> None:
        root = Place(None, self._finish, is_level=True)
        self._start(block, self.data, root.content(), None)

    def _finish(self) -> None:
        self.is_done = True

    def act(self, waits: list[Waiting], index: int, n: int) -> None:
        """Let one of the things that wait happen."""
        wait = waits[index]
        if waits is self.timers:
            self.now = max(self.now, wait.due)
        if not wait.stays:
            waits.remove(wait)
        elif waits is self.timers:
            waits.remove(wait)
            passed = (self.now - wait.due) // wait.every + 1
            wait.due, wait.left = wait.due + passed * wait.every, wait.left - passed
            if wait.left > 0:
                waits.append(wait)
        if wait.group is not None:
            for others in (self.messages, self.timers):
                others[:] = [one for one in others if one.group is not wait.group]
        wait.go(n)
        for each in (self.tasks, self.messages, self.timers):
            each[:] = [one for one in each if not self._is_over(one)]

    def _is_over(self, wait: Waiting) -> bool:
        """Say whether nothing can come of a wait any more."""
        if wait.place.is_gone:
            return True
        if wait.on is None or wait.on[1].on.place == "border":
            return False
        place, catcher = wait.on
        return catcher not in place.inside

    def _start(self, block: Block, data: Data, place: Place, then: Then | None) -> None:
        """Begin a block; without `then` it is all that a place does."""
        if not place.is_gone:
            if then is None:
                place.paths += 1
                then = place.end_path
            _BEGIN[type(block)](self, block, data, place, then)

    def _user(self, block: User, data: Data, place: Place, then: Then) -> None:
        def complete(n: int) -> None:
            data["n"] = n
            then()

        self.tasks.append(Waiting(block.id, place, complete))

    def _several(self, block: Several, data: Data, place: Place, then: Then) -> None:
        if block.kind == "seq":

            def after(index: int) -> None:
                if index == len(block.parts):
                    then()
                else:
                    self._start(block.parts[index], data, place, lambda: after(index + 1))

            after(0)
            return
        count = len(block.parts)
        chosen = list(block.parts)
        if block.kind != "par":
            hits = [p for i, p in enumerate(chosen) if takes(i, block.kind, count, data["n"])]
            chosen = hits[:1] if block.kind == "xor" else hits
        if not chosen:
            then()
            return
        left = [len(chosen)]

        def arrive() -> None:
            left[0] -= 1
            if not left[0]:
                then()

        for part in chosen:
            self._start(part, data, place, arrive)

    def _loop(self, block: Loop, data: Data, place: Place, then: Then) -> None:
        def check() -> None:
            if data["n"] % 3 == 0:
                self._start(block.body, data, place, check)
            else:
                then()

        self._start(block.body, data, place, check)

    def _link(self, block: Link, data: Data, place: Place, then: Then) -> None:
        self._start(block.body, data, place, then)

    def _wait(self, block: Wait, data: Data, place: Place, then: Then) -> None:
        self._listen(block, Waiting(block.id, place, lambda _: then()))

    def _listen(self, what: Wait | On, wait: Waiting) -> None:
        if what.kind == "timer":
            wait.due = self.now + what.hours
            self.timers.append(wait)
        else:
            self.messages.append(wait)

    def _choice(self, block: Choice, data: Data, place: Place, then: Then) -> None:
        group = object()
        for event, part in block.options:

            def go(_: int, part: Block = part) -> None:
                self._start(part, data, place, then)

            self._listen(event, Waiting(event.id, place, go, group=group))

    def _throw(self, block: Throw, data: Data, place: Place, then: Then) -> None:
        def complete(n: int) -> None:
            data["n"] = n
            if not throws(n):
                then()
            elif block.kind == "stop":
                self._stop(place)
            else:
                self._rise(block, place)
                if block.kind == "escalation" and not place.is_gone:
                    then()

        self.tasks.append(Waiting(block.id, place, complete))

    def _send(self, block: Send, data: Data, place: Place, then: Then) -> None:
        def complete(n: int) -> None:
            data["n"] = n
            self.sent.append(block.id)
            then()

        self.tasks.append(Waiting(block.id, place, complete))

    def _stop(self, place: Place) -> None:
        """End the nearest level around."""
        while not place.is_level:
            assert place.parent is not None
            place = place.parent
        place.clear()
        place.end()

    def _rise(self, fault: Throw, place: Place | None) -> None:
        """Let a fault rise to what catches it."""
        while place is not None:
            for catchers in (place.inside, place.border):
                for code in (fault.code, ""):
                    for one in catchers:
                        if (one.on.kind, one.on.code) == (fault.kind, code):
                            one.happen()
                            return
            place = place.parent
        assert fault.kind == "escalation", "an error that nothing catches"

    def _activity(self, block: Activity, data: Data, place: Place, then: Then) -> None:
        """Do something with a border around."""
        host = Place(place, then)
        for on in block.events:
            if on.place == "border":

                def happen(on: On = on) -> None:
                    if on.interrupting:
                        host.is_dead = True
                        self._start(on.handler, data, place, then)
                    else:
                        self._start(on.handler, data, place, None)

                host.border.append(self._await(host, on, happen))
        getattr(self, f"_{block.kind}")(block, data, host, host.end)

    def _await(self, place: Place, on: On, happen: Then) -> Catcher:
        """Let what may happen to a place wait for it; faults rise by themselves."""
        catcher = Catcher(on, happen)
        if on.kind not in ("error", "escalation"):
            stays = not on.interrupting and (on.kind != "timer" or on.times > 1)
            wait = Waiting(on.id, place, lambda _: happen(), stays=stays, on=(place, catcher))
            wait.every, wait.left = on.hours, on.times
            self._listen(on, wait)
        return catcher

    def _body(self, block: Activity, data: Data, host: Place, then: Then) -> None:
        """Do the body once, in a level of its own."""
        level = Place(host, then, is_level=True)
        for on in block.events:
            if on.place == "inside":

                def happen(on: On = on) -> None:
                    if on.interrupting:
                        level.clear()
                    self._start(on.handler, data, level.content(), None)

                level.inside.append(self._await(level, on, happen))
        self._start(block.body, data, level.content(), None)

    _sub = _body

    def _lone(self, block: Activity, data: Data, host: Place, then: Then) -> None:
        self._start(block.body, data, host, then)

    def _call(self, block: Activity, data: Data, host: Place, then: Then) -> None:
        own = {key: data[key] for key in data.keys()}  # noqa: SIM118  (instances read through)

        def give_back() -> None:
            data.update({key: value for key, value in own.items() if data.get(key) != value})
            then()

        self._body(block, own, host, give_back)

    def _rounds(self, block: Activity, data: Data, host: Place, then: Then) -> None:
        def after(done: int) -> None:
            if done == MOST_ROUNDS or (done and data["n"] % 3):
                then()
            else:
                self._body(block, data, host, lambda: after(done + 1))

        after(0)

    def _each(self, block: Activity, data: Data, host: Place, then: Then) -> None:
        results: dict[int, Any] = {}
        at_once = block.kind == "each"

        def begin(index: int) -> None:
            own = Own(data)

            def arrive() -> None:
                results[index] = own["n"]
                if block.first or len(results) == INSTANCES:
                    data[f"{block.id}_all"] = [results[one] for one in sorted(results)]
                    then()
                elif not at_once:
                    begin(index + 1)

            self._body(block, own, host, arrive)

        for index in range(INSTANCES if at_once else 1):
            begin(index)

    _row = _each


_BEGIN: dict[type, Callable[..., None]] = {
    User: Oracle._user,
    Several: Oracle._several,
    Loop: Oracle._loop,
    Link: Oracle._link,
    Wait: Oracle._wait,
    Choice: Oracle._choice,
    Throw: Oracle._throw,
    Send: Oracle._send,
    Activity: Oracle._activity,
}
