"""`for`, `some` and `every`."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from rules.feel import temporal
from rules.feel.budget import MAX_LIST_LENGTH, Budget, check_list
from rules.feel.compiler.core import BUDGET, Code, Frame, Scope, compile_node, compiles, cost
from rules.feel.numbers import as_integer
from rules.feel.syntax import For, Loop, Name, Node, Quantified, children
from rules.feel.values import Range, type_name

_Source = Callable[[Frame], Iterable[Any] | None]
_PARTIAL = "partial"


class _Loops:
    """The compiled iterators of one loop."""

    def __init__(self, loops: tuple[Loop, ...], result: Node, scope: Scope) -> None:
        self._cost = cost(result, *loops)
        self._steps: list[tuple[int, _Source]] = []
        for loop in loops:
            source = _compile_source(loop, scope)
            slot = scope.layout.slot()
            scope = scope.with_slots({loop.name: slot})
            self._steps.append((slot, source))
        self.scope = scope

    def run(self, frame: Frame, level: int = 0) -> Iterator[bool]:
        """Set the variables to each combination; false once a source is no list."""
        slot, source = self._steps[level]
        values = source(frame)
        if values is None:
            yield False
            return
        spend, steps = frame[BUDGET].spend, self._cost
        inner = level + 1 < len(self._steps)
        for value in values:
            spend(steps)
            frame[slot] = value
            if inner:
                yield from self.run(frame, level + 1)
            else:
                yield True


def _compile_source(loop: Loop, scope: Scope) -> _Source:
    """Return the code that lists what a variable runs over."""
    source = compile_node(loop.source, scope)
    if loop.end is None:
        return lambda frame: _values(source(frame))
    end = compile_node(loop.end, scope)
    return lambda frame: _count(source(frame), end(frame))


def _values(value: Any) -> Iterable[Any] | None:
    """Return the items of a list, or the whole numbers or days of a range."""
    if type(value) is list:
        return value
    if type(value) is Range:
        return _range_values(value)
    return None if value is None else [value]


def _range_values(value: Range) -> Iterable[Any] | None:
    """Return what lies in a range; open ends are left out."""
    counted = _count(value.start, value.end)
    if counted is None:
        return None
    return (
        item
        for item in counted
        if (value.start_included or item != value.start)
        and (value.end_included or item != value.end)
    )


def _count(start: Any, end: Any) -> Iterable[Any] | None:
    """Return the whole numbers or the days from one end to the other, up or down."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        first, last = as_integer(start), as_integer(end)
        if first is None or last is None:
            return None
        step = 1 if last >= first else -1
        return map(Decimal, range(first, last + step, step))
    if type_name(start) == "date" and type_name(end) == "date":
        return _days(temporal.day_number(start), temporal.day_number(end))
    return None


def _days(first: int, last: int) -> Iterator[temporal.Date | None]:
    """Return the days from one date to another."""
    step = 1 if last >= first else -1
    return map(temporal.date_of, range(first, last + step, step))


def _mentions(node: Node, name: str) -> bool:
    """Say whether a variable is read anywhere in a tree."""
    if isinstance(node, Name):
        return node.name == name
    return any(_mentions(child, name) for child in children(node))


@compiles(For)
def compile_for(node: For, scope: Scope) -> Code:
    """Compile `for`; the result so far can be read as `partial`."""
    partial = scope.layout.slot()
    loops = _Loops(node.iterators, node.result, scope)
    inner = loops.scope
    # The result so far belongs to the nearest loop, unless a variable of it has that name.
    if _mentions(node.result, _PARTIAL) and all(one.name != _PARTIAL for one in node.iterators):
        inner = inner.with_code({_PARTIAL: _snapshot(partial)})
    body = compile_node(node.result, inner)
    scope.budgeted()

    def loop(frame: Frame) -> list[Any] | None:
        kept = frame[partial]
        result: list[Any] = []
        for valid in loops.run(frame):
            if not valid:
                return None
            frame[partial] = result
            result.append(body(frame))
            if len(result) > MAX_LIST_LENGTH:
                check_list(len(result))
        frame[partial] = kept
        return result

    return loop


def _snapshot(slot: int) -> Code:
    """Return code that copies a growing list, so that nobody holds the list itself."""

    def read(frame: Frame) -> list[Any]:
        items: list[Any] = frame[slot]
        budget: Budget = frame[BUDGET]
        budget.spend(len(items) // 16)
        return list(items)

    return read


@compiles(Quantified)
def compile_quantified(node: Quantified, scope: Scope) -> Code:
    """Compile `some` and `every` with three values of truth."""
    loops = _Loops(node.iterators, node.condition, scope)
    condition = compile_node(node.condition, loops.scope)
    decisive = not node.every
    scope.budgeted()

    def quantify(frame: Frame) -> bool | None:
        result: bool | None = not decisive
        for valid in loops.run(frame):
            if not valid:
                return None
            answer: Any = condition(frame)
            if answer is decisive:
                return bool(decisive)
            if answer is not (not decisive):
                result = None
        return result

    return quantify
