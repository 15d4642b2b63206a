"""Where the paths of the oracle run, what waits in there, and what data they see."""

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from tests.workflows.engine.blocks import On

Data = MutableMapping[str, Any]
Then = Callable[[], None]


class Place:
    """Where paths run: it ends when all of them have ended."""

    def __init__(self, parent: "Place | None", then: Then, *, is_level: bool = False) -> None:
        self.parent = parent
        self.then = then
        self.is_level = is_level  # what an end of everything ends
        self.paths = 0
        self.is_dead = False
        self.inside: list[Catcher] = []
        self.border: list[Catcher] = []
        self.contents: list[Place] = []

    def end_path(self) -> None:
        if self.is_gone:
            return
        self.paths -= 1
        if not self.paths:
            self.end()

    def end(self) -> None:
        self.is_dead = True
        self.then()

    def content(self) -> "Place":
        """Return a place within, which is one path of this one."""
        inner = Place(self, self.end_path)
        self.contents.append(inner)
        self.paths += 1
        return inner

    def clear(self) -> None:
        """Stop all that is within, and let no event happen any more."""
        for inner in self.contents:
            inner.is_dead = True
        self.contents, self.paths, self.inside = [], 0, []

    @property
    def is_gone(self) -> bool:
        return self.is_dead or (self.parent is not None and self.parent.is_gone)


@dataclass
class Catcher:
    """Something that may happen to a place, and what is done then."""

    on: On
    happen: Then


@dataclass
class Waiting:
    """Something that waits in a place; `group` waits for the first of several."""

    element: str
    place: Place
    go: Callable[[int], None]
    stays: bool = False
    group: object = None
    on: tuple[Place, Catcher] | None = None
    due: int = 0
    every: int = 0
    left: int = 1


class Own(dict[str, Any]):
    """The data of one instance: writes stay here, reads go through."""

    def __init__(self, around: Data) -> None:
        super().__init__()
        self._around = around

    def __missing__(self, key: str) -> Any:
        return self._around[key]

    def get(self, key: str, default: Any = None) -> Any:
        try:
            return self[key]
        except KeyError:
            return default

    def keys(self) -> Any:
        return dict.fromkeys([*self._around.keys(), *dict.keys(self)]).keys()
