"""Walks through every expression of an element, with what can be seen at each place."""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from rules.dmn.checks.inference import Inference
from rules.dmn.checks.kinds import FUNCTION, NUMBER, UNKNOWN, Kind
from rules.dmn.syntax import BoxedFilter, Element, Let, OutputClause, Rule, Table
from rules.feel.syntax import (
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    Loop,
    Node,
    Quantified,
    children,
)

QUESTION = "?"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands: the element, the line, and how a person calls it."""

    element_id: str | None
    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Scope:
    """
    What can be seen at one place.

    Attributes:
        visible: The types of all names.
        is_open: Whether any name may be the member of a filtered item.
        bound: The names that the expression binds itself, the outermost first, with what
            they stand for; nothing for the parameters of functions and loops.

    """

    visible: Mapping[str, Kind]
    place: Place
    is_open: bool = False
    bound: tuple[tuple[str, Node | None], ...] = ()

    def having(self, names: Mapping[str, Kind]) -> "Scope":
        """Return a scope with more names that can have any value."""
        bound = (*self.bound, *((name, None) for name in names))
        return Scope({**self.visible, **names}, self.place, self.is_open, bound)

    def with_entry(self, name: str, value: Node, kind: Kind) -> "Scope":
        """Return a scope with an entry of a context."""
        bound = (*self.bound, (name, value))
        return Scope({**self.visible, name: kind}, self.place, self.is_open, bound)

    def at(self, element_id: str | None, line: int | None, text: str) -> "Scope":
        """Return the scope for another place."""
        return Scope(self.visible, Place(element_id, line, text), self.is_open, self.bound)


Visit = tuple[Node, Scope]


class Walk:
    """Yields every node of an expression after its scope is known."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference

    def of_element(self, element: Element, visible: Mapping[str, Kind]) -> Iterator[Visit]:
        """Yield all nodes of the logic of an element."""
        if element.logic is not None:
            text = f'"{element.name or element.id}"'
            yield from self._walk(
                element.logic, Scope(visible, Place(element.id, element.line, text))
            )

    def _walk(self, node: Node, scope: Scope) -> Iterator[Visit]:
        """Yield a node and everything inside it."""
        yield node, scope
        walker = _WALKERS.get(type(node))
        if walker is not None:
            yield from walker(self, node, scope)
        else:
            for part in children(node):
                yield from self._walk(part, scope)

    def _context(self, node: ContextLiteral, scope: Scope) -> Iterator[Visit]:
        """Walk through a context; entries see those before them, and functions themselves."""
        yield from self._entries(node, scope)

    def _entries(self, node: ContextLiteral | Let, scope: Scope) -> Generator[Visit, None, Scope]:
        """Walk through entries that see those before them; return what is seen behind them."""
        for name, value in node.entries:
            yield from self._entry(name, value, scope)
            kind = self._inference.kind(value, scope.visible)
            scope = scope.with_entry(name, value, kind)
        return scope

    def _entry(self, name: str, value: Node, scope: Scope) -> Iterator[Visit]:
        """Walk through an entry of a context; a function sees itself."""
        if isinstance(value, FunctionLiteral):
            scope = scope.with_entry(name, value, FUNCTION)
        yield from self._walk(value, scope)

    def _let(self, node: Let, scope: Scope) -> Iterator[Visit]:
        """Walk through a context with a result."""
        inside = yield from self._entries(node, scope)
        yield from self._walk(node.result, inside)

    def _loops(self, loops: tuple[Loop, ...], scope: Scope) -> Iterator[tuple[Scope, Loop]]:
        """Yield the scope before each loop, and at last the one inside all of them."""
        for loop in loops:
            yield scope, loop
            of_item = NUMBER
            if loop.end is None:
                source = self._inference.kind(loop.source, scope.visible)
                of_item = UNKNOWN if source.name in {"", "range"} else source.of_item
            scope = scope.having({loop.name: of_item})
        yield scope, Loop("", loops[0].source)

    def _for(self, node: For, scope: Scope) -> Iterator[Visit]:
        """Walk through a loop; its result sees the results before it."""
        *loops, (inner, _) = self._loops(node.iterators, scope)
        for outer, loop in loops:
            yield from self._loop_source(loop, outer)
        yield from self._walk(node.result, inner.having({"partial": Kind("list")}))

    def _quantified(self, node: Quantified, scope: Scope) -> Iterator[Visit]:
        """Walk through `some` or `every`."""
        *loops, (inner, _) = self._loops(node.iterators, scope)
        for outer, loop in loops:
            yield from self._loop_source(loop, outer)
        yield from self._walk(node.condition, inner)

    def _loop_source(self, loop: Loop, scope: Scope) -> Iterator[Visit]:
        """Walk through what a loop runs over."""
        yield from self._walk(loop.source, scope)
        if loop.end is not None:
            yield from self._walk(loop.end, scope)

    def _function(self, node: FunctionLiteral, scope: Scope) -> Iterator[Visit]:
        """Walk through the body of a function."""
        written = map(self._inference.kinds.written, node.types)
        parameters = dict(zip(node.parameters, written, strict=False))
        yield from self._walk(node.body, scope.having(parameters))

    def _filter(self, node: Filter | BoxedFilter, scope: Scope) -> Iterator[Visit]:
        """Walk through a filter; its condition sees the members of the item."""
        yield from self._walk(node.source, scope)
        item = self._inference.kind(node.source, scope.visible).of_item
        inner = scope.having({"item": item, **(item.members or {})})
        is_known = item.members is not None or item.is_scalar
        condition = node.match if isinstance(node, BoxedFilter) else node.condition
        yield from self._walk(condition, replace(inner, is_open=not is_known or scope.is_open))

    def _table(self, node: Table, scope: Scope) -> Iterator[Visit]:
        """Walk through a table: the columns, then the rules."""
        tested = []  # What the cells of each column see.
        for column in node.inputs:
            at = scope.at(node.id or None, node.line, f'the column "{column.label}"')
            yield from self._walk(column.expression, at)
            kind = self._inference.kind(column.expression, scope.visible)
            kind = kind if kind.name else self._inference.kinds.named(column.type_ref)
            tested.append(at.having({QUESTION: kind}))
            if column.allowed is not None:
                yield from self._walk(column.allowed, tested[-1])
        for output in node.outputs:
            at = scope.at(node.id or None, node.line, f'the result column "{output.label}"')
            for part in children(output):
                yield from self._walk(part, at)
        for number, rule in enumerate(node.rules, start=1):
            for column, inner, tests in zip(node.inputs, tested, rule.tests, strict=False):
                at = inner.at(rule.id, rule.line, f'rule {number}, column "{column.label}"')
                yield from self._walk(tests, at)
            for output, result in zip(node.outputs, rule.outputs, strict=False):
                yield from self._walk(result, replace(scope, place=of_result(rule, number, output)))


def of_result(rule: Rule, number: int, output: OutputClause) -> Place:
    """Return the place of a result cell."""
    name = f', column "{output.label}"' if output.label else ""
    return Place(rule.id, rule.line, f"the result of rule {number}{name}")


_WALKERS: dict[type[Node], Callable[[Any, Any, Scope], Iterator[Visit]]] = {
    ContextLiteral: Walk._context,
    Let: Walk._let,
    For: Walk._for,
    Quantified: Walk._quantified,
    FunctionLiteral: Walk._function,
    Filter: Walk._filter,
    BoxedFilter: Walk._filter,
    Table: Walk._table,
}
