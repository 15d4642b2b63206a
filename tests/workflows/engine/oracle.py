"""
A second, simple engine for well-structured processes, to compare the real one with.

A process is a tree of blocks. The oracle plays the tree itself, by callbacks in
memory; `drawn` writes the same tree as BPMN. Conditions depend on `n`, which each
completion writes.
"""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from tests.workflows.engine.build import Level, Process, many

Data = MutableMapping[str, Any]
Then = Callable[[], None]


@dataclass(frozen=True)
class User:
    id: str


@dataclass(frozen=True)
class Several:
    """Blocks in a row, side by side, one of them, or some of them."""

    kind: str  # seq, par, xor, inc
    id: str
    parts: tuple["Block", ...]


@dataclass(frozen=True)
class Around:
    """A block in a loop, sub-process, call, or many instances (side by side or in a row)."""

    kind: str  # loop, sub, call, each, row
    id: str
    body: "Block"


@dataclass(frozen=True)
class Guard:
    """A sub-process with a message at its border."""

    id: str
    body: "Block"
    handler: "Block"
    interrupting: bool


Block = User | Several | Around | Guard
INSTANCES = 2


def takes(index: int, kind: str, count: int, n: int) -> bool:
    """Say whether a gateway takes a branch; the last one is the default."""
    if kind == "xor":
        return n % count == index if index < count - 1 else True
    return (n + index) % 4 < 2


# Playing.


class Place:
    """A scope: it ends when all its paths have ended."""

    def __init__(self, parent: "Place | None", then: Then) -> None:
        self.parent = parent
        self.then = then
        self.paths = 0
        self.is_dead = False

    def end_path(self) -> None:
        self.paths -= 1
        if not self.paths and not self.is_dead:
            self.then()

    @property
    def is_gone(self) -> bool:
        return self.is_dead or (self.parent is not None and self.parent.is_gone)


@dataclass
class Waiting:
    """Something that waits in a place."""

    element: str
    place: Place
    go: Callable[[int], None]


@dataclass
class Oracle:
    """The state of one case."""

    tasks: list[Waiting] = field(default_factory=list)
    messages: list[Waiting] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=lambda: {"n": 0})
    is_done: bool = False

    def begin(self, block: Block) -> None:
        root = Place(None, self._finish)
        self._path(root, block, self.data)

    def _finish(self) -> None:
        self.is_done = True

    def _path(self, place: Place, block: Block, data: Data) -> None:
        place.paths += 1
        self._start(block, data, place, place.end_path)

    def act(self, waits: list[Waiting], index: int, n: int) -> None:
        wait = waits[index]
        if waits is self.tasks:
            waits.remove(wait)
        wait.go(n)
        self.tasks = [item for item in self.tasks if not item.place.is_gone]
        self.messages = [item for item in self.messages if not item.place.is_gone]

    def _start(self, block: Block, data: Data, place: Place, then: Then) -> None:
        if isinstance(block, User):

            def complete(n: int) -> None:
                data["n"] = n
                then()

            self.tasks.append(Waiting(block.id, place, complete))
        elif isinstance(block, Several):
            self._several(block, data, place, then)
        elif isinstance(block, Guard):
            self._guard(block, data, place, then)
        else:
            getattr(self, f"_{block.kind}")(block, data, place, then)

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

    def _loop(self, block: Around, data: Data, place: Place, then: Then) -> None:
        def check() -> None:
            if data["n"] % 3 == 0:
                self._start(block.body, data, place, check)
            else:
                then()

        self._start(block.body, data, place, check)

    def _sub(self, block: Around, data: Data, place: Place, then: Then) -> None:
        self._path(Place(place, then), block.body, data)

    def _call(self, block: Around, data: Data, place: Place, then: Then) -> None:
        own = {key: data[key] for key in data.keys()}  # noqa: SIM118  (instances read through)

        def give_back() -> None:
            data.update({key: value for key, value in own.items() if data.get(key) != value})
            then()

        self._path(Place(place, give_back), block.body, own)

    def _each(self, block: Around, data: Data, place: Place, then: Then) -> None:
        left = [INSTANCES]

        def arrive() -> None:
            left[0] -= 1
            if not left[0]:
                then()

        for _ in range(INSTANCES):
            self._path(Place(place, arrive), block.body, Own(data))

    def _row(self, block: Around, data: Data, place: Place, then: Then) -> None:
        def after(done: int) -> None:
            if done == INSTANCES:
                then()
            else:
                self._path(Place(place, lambda: after(done + 1)), block.body, Own(data))

        after(0)

    def _guard(self, block: Guard, data: Data, place: Place, then: Then) -> None:
        def leave() -> None:
            inner.is_dead = True
            then()

        inner = Place(place, leave)

        def hear(_: int) -> None:
            if block.interrupting:
                inner.is_dead = True
                self._start(block.handler, data, place, then)
            else:
                self._path(place, block.handler, data)

        self.messages.append(Waiting(f"{block.id}_border", inner, hear))
        self._path(inner, block.body, data)


class Own(dict[str, Any]):
    """The data of one instance: writes stay here, reads go through."""

    def __init__(self, around: Data) -> None:
        super().__init__()
        self._around = around

    def __missing__(self, key: str) -> Any:
        return self._around[key]

    def get(self, key: str, default: Any = None) -> Any:
        return self[key]

    def keys(self) -> Any:
        return dict.fromkeys([*self._around.keys(), *dict.keys(self)]).keys()


# Drawing.


def drawn(block: Block) -> list[Process]:
    """Write a tree of blocks as BPMN; the first process is the outermost."""
    others: list[Process] = []
    process = Process("outer")
    _content(process, "outer", block, others)
    return [process, *others]


def _content(level: Level, name: str, block: Block, others: list[Process]) -> None:
    first, last = _draw(level, block, others)
    level.start(f"{name}_start").end(f"{name}_end")
    level.chain(f"{name}_start", first).chain(last, f"{name}_end")


def _draw(level: Level, block: Block, others: list[Process]) -> tuple[str, str]:
    """Draw a block; answer with its first and last node."""
    if isinstance(block, User):
        level.user(block.id)
        return block.id, block.id
    if isinstance(block, Several):
        return _draw_several(level, block, others)
    if isinstance(block, Guard):
        return _draw_guard(level, block, others)
    return _draw_around(level, block, others)


def _draw_several(level: Level, block: Several, others: list[Process]) -> tuple[str, str]:
    ends = [_draw(level, part, others) for part in block.parts]
    if block.kind == "seq":
        for (_, last), (first, _) in pairwise(ends):
            level.flow(last, first)
        return ends[0][0], ends[-1][1]
    split, join = f"{block.id}_split", f"{block.id}_join"
    tag = {"par": "parallelGateway", "xor": "exclusiveGateway", "inc": "inclusiveGateway"}
    count = len(ends)
    default = {"xor": f"{block.id}_to{count - 1}", "inc": f"{block.id}_none"}.get(block.kind)
    level.add(tag[block.kind], split, default=default).add(tag[block.kind], join)
    for index, (first, last) in enumerate(ends):
        name = f"{block.id}_to{index}"
        condition = {
            "par": "",
            "xor": f"modulo(n, {count}) = {index}",
            "inc": f"modulo(n + {index}, 4) < 2",
        }[block.kind]
        level.flow(split, first, "" if name == default else condition, id=name)
        level.flow(last, join, id=f"{name}_back")
    if block.kind == "inc":
        level.flow(split, join, id=default or "")
    return split, join


def _draw_guard(level: Level, block: Guard, others: list[Process]) -> tuple[str, str]:
    inner = level.sub(block.id)
    _content(inner, block.id, block.body, others)
    border, merge = f"{block.id}_border", f"{block.id}_merge"
    level.boundary(border, block.id, message="stop", interrupting=block.interrupting)
    level.exclusive(merge).flow(block.id, merge)
    first, last = _draw(level, block.handler, others)
    level.flow(border, first)
    if block.interrupting:
        level.flow(last, merge)
    else:
        level.end(f"{block.id}_handled").flow(last, f"{block.id}_handled", id=f"{block.id}_ends")
    return block.id, merge


def _draw_around(level: Level, block: Around, others: list[Process]) -> tuple[str, str]:
    if block.kind == "loop":
        first, last = _draw(level, block.body, others)
        merge, again, out = (f"{block.id}_{part}" for part in ("merge", "again", "out"))
        level.exclusive(merge).exclusive(again, default=f"{out}_flow").task(out)
        level.flow(merge, first).flow(last, again).flow(again, merge, "modulo(n, 3) = 0")
        level.flow(again, out, id=f"{out}_flow")
        return merge, out
    if block.kind == "call":
        called = Process(f"{block.id}_called")
        others.append(called)
        _content(called, f"{block.id}_called", block.body, others)
        level.call(block.id, called.key)
        return block.id, block.id
    body = ""
    if block.kind != "sub":
        body = many(cardinality=str(INSTANCES), sequential=block.kind == "row")
    inner = level.sub(block.id, body)
    _content(inner, f"{block.id}_body", block.body, others)
    return block.id, block.id
