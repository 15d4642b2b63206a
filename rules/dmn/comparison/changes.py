"""One change between two versions, and how it reads."""

from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from rules.dmn.syntax import Let, Table, Typed
from rules.feel.printer import printed
from rules.feel.syntax import Node

_ItemT = TypeVar("_ItemT")
_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Change:
    """
    One change.

    Attributes:
        kind: What happened, for example `cell-changed`.
        place: The element, and the part of it where it happened, for a person.
        element_id: Id of the element, table or rule.
        rule: Id of the rule, where there is one.
        column: Label of the column, where there is one.
        old, new: How it was and how it is written; nothing where it was not or is no more.

    """

    kind: str
    place: str
    element_id: str
    rule: str = ""
    column: str = ""
    old: str | None = None
    new: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain data, without what does not apply."""
        facts = asdict(self)
        return {name: value for name, value in facts.items() if value not in (None, "")}

    @property
    def text(self) -> str:
        """Return the change as a line for a person."""
        rule = f", rule {self.rule}" if self.rule else ""
        column = f', column "{self.column}"' if self.column else ""
        what = self.kind.replace("-", " ")
        if self.old is None and self.new is None:
            return f"{self.place}{rule}{column}: {what}"
        old, new = (_short(side) if side is not None else "(none)" for side in (self.old, self.new))
        return f"{self.place}{rule}{column}: {what}: {old} -> {new}"


def written(node: Node | None) -> str | None:
    """Return an expression as it is written; what has no text is named by its kind."""
    while isinstance(node, Typed):
        node = node.value
    if node is None:
        return None
    try:
        return printed(node)
    except KeyError:
        kinds = {Table: "a table", Let: "a context"}
        return kinds.get(type(node), "a boxed expression")


def paired(
    old: Sequence[_ItemT], new: Sequence[_ItemT], *keys: Callable[[_ItemT], Hashable]
) -> list[tuple[int, int]]:
    """
    Return which items of two lists belong together, by their places.

    The keys are tried one after the other; an empty key matches nothing.
    """
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for key in keys:
        waiting: dict[Hashable, list[int]] = {}
        for place, item in enumerate(new):
            if place not in taken and key(item):
                waiting.setdefault(key(item), []).append(place)
        for place, item in enumerate(old):
            found = waiting.get(key(item)) if place not in partners else None
            if found:
                partners[place] = found.pop(0)
                taken.add(partners[place])
    return sorted(partners.items())


def moved(pairs: Sequence[tuple[int, int]]) -> set[int]:
    """
    Return the old places of the fewest items that must move to come into the new order.

    The others are the longest run of pairs, in the old order, whose new places rise.
    """
    ends: list[int] = []
    last: list[int] = []
    before: dict[int, int | None] = {}
    for number, (_, new) in enumerate(pairs):
        place = bisect_left(ends, new)
        before[number] = last[place - 1] if place else None
        ends[place : place + 1] = [new]
        last[place : place + 1] = [number]
    stays = set()
    step = last[-1] if last else None
    while step is not None:
        stays.add(pairs[step][0])
        step = before[step]
    return {old for old, _ in pairs} - stays


def _short(text: str) -> str:
    """Return a text that is short enough for a line."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
