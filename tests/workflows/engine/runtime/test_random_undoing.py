"""Random nests of work that is undone: the order against a simple count of what was completed."""

from dataclasses import dataclass, field
from random import Random

import pytest

from tests.workflows.engine.build import Level, Process
from tests.workflows.engine.play import Play

CASES = 40


@dataclass
class Box:
    """A process or sub-process; `open` counts what is not completed in it."""

    name: str
    around: "Box | None" = None
    is_handled: bool = False
    open: int = 0
    done: list["str | Box"] = field(default_factory=list)

    def completed(self, part: "str | Box") -> None:
        """Note that something in it was completed, and perhaps it is itself."""
        self.done.append(part)
        self.open -= 1
        if not self.open and self.around is not None:
            self.around.completed(self)

    def undone(self) -> list[str]:
        """Return the handlers in the order in which they should run."""
        order: list[str] = []
        for part in reversed(self.done):
            if isinstance(part, str):
                order.append(f"un{part}")
            else:
                order.extend([f"un{part.name}"] if part.is_handled else part.undone())
        return order


class Drawing:
    """One random process, with the box in which each user task lies."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.boxes: dict[str, Box] = {}
        self.count = 0
        self.process = Process("p")
        self.root = Box("p")
        first, last = self._content(self.process, self.root, 0)
        self.process.start().undo("back", tag="intermediateThrowEvent").end()
        self.process.chain("start", first).chain(last, "back", "end")

    def _content(self, level: Level, box: Box, depth: int) -> tuple[str, str]:
        """Draw parts in a row or at once; answer with the first and the last node."""
        parts = [self._part(level, box, depth) for _ in range(self.random.randint(1, 3))]
        if len(parts) == 1 or self.random.random() < 0.5:
            level.chain(*parts)
            return parts[0], parts[-1]
        fork, join = f"{box.name}_fork", f"{box.name}_join"
        level.parallel(fork).parallel(join)
        for part in parts:
            level.chain(fork, part, join)
        return fork, join

    def _part(self, level: Level, box: Box, depth: int) -> str:
        """Draw a user task, or a sub-process with parts of its own; either may have a handler."""
        self.count += 1
        name = f"x{self.count}"
        box.open += 1
        if depth > 2 or self.random.random() < 0.6:
            level.user(name)
            self.boxes[name] = box
            self._handler(level, name)
            return name
        inner = Box(name, box, is_handled=self.random.random() < 0.3)
        content = level.sub(name) if self.random.random() < 0.7 else level.transaction(name)
        first, last = self._content(content, inner, depth + 1)
        content.start(f"{name}_start").end(f"{name}_end")
        content.chain(f"{name}_start", first).chain(last, f"{name}_end")
        if inner.is_handled:
            self._handler(level, name)
        return name

    @staticmethod
    def _handler(level: Level, name: str) -> None:
        level.user(f"un{name}", isForCompensation=True).undone_by(name, f"un{name}")


@pytest.mark.parametrize("seed", range(CASES))
def test_everything_is_undone_once_newest_first(seed):
    drawing = Drawing(seed)
    case = Play(drawing.process).start()
    while drawing.root.open:
        name = drawing.random.choice(case.open)
        case.complete(name)
        drawing.boxes[name].completed(name)

    undone = []
    while not case.is_done:
        assert len(case.open) == 1
        undone.append(case.open[0])
        case.complete(case.open[0])

    assert undone == drawing.root.undone()
