"""
Looks for inputs of a model that lead a table to wanted values of its columns.

A column that reads an input is set at once. What a column calculates is found by trying,
in the same order every time; when nothing is found, nothing is reported.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.dmn.checks.axes import Axis, example_points
from rules.dmn.checks.budget import Work
from rules.dmn.checks.exact import Fixed, NotExact
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.points import Point, first_of
from rules.dmn.checks.probes import Probe, Seen
from rules.feel import equality
from rules.feel.syntax import Name, Node, Path
from rules.feel.values import type_name

_NUMBERS = tuple(map(Decimal, ("1", "0", "2", "3", "10", "5", "100", "50", "20", "0.5", "-1")))
_DIRECT_TRIES = 30
_TRIES = 100
_BAG = 300
_MOST_LITERALS = 200
_MOST_COMPARED = 400
_MOST_RUNS = 1_500
Wanted = Mapping[int, int]
Accept = Callable[[Seen], bool]


def located(axis: Axis, value: Any) -> int:
    """Return the set with the point that a value belongs to; empty if there is none."""
    for place, point in enumerate(axis.points):
        if _belongs(value, point):
            return 1 << place
    return 0


def _belongs(value: Any, point: Point) -> bool:
    """Say whether a point stands for a value."""
    if value is None or point.kind in {"null", "foreign"}:
        return value is None and point.kind == "null"
    if point.kind == "any":
        return True
    if type(value) is not type(point.value):
        return False
    if point.kind == "at":
        return bool(value == point.value)
    if point.kind == "other":
        return True  # The texts that have points of their own come before.
    above = point.low is None or equality.order(value, point.low) == 1
    return above and (point.high is None or equality.order(value, point.high) == -1)


class Witnesses:
    """Finds inputs for one table."""

    def __init__(self, probe: Probe, axes: Sequence[Axis], work: Work) -> None:
        self._probe = probe
        self._fixed = Fixed({}, work)
        self._axes = axes
        self._ways = [_way(axis.expression, probe) for axis in axes]
        self._by_type: defaultdict[str, list[Any]] = defaultdict(list)
        self._known_pools: dict[object, list[Any]] = {}
        self._work = work
        self._asked = [list(example_points(axis, axis.asked)) for axis in axes]
        self._pools = {name: self._pool(kind) for name, kind in probe.inputs.items()}
        self._state = 1
        self._runs = _MOST_RUNS
        self._bag: list[Seen] = []

    def find(self, wanted: Wanted, accept: Accept) -> Seen | None:
        """Return a run of the table with its columns at wanted points, that is accepted."""
        computed = [axis for axis in wanted if self._ways[axis] is None]
        if computed and not self._bag:
            self._bag = list(self._sampled(_BAG))
        for seen in self._bag if computed else ():
            if self._fits(seen, wanted) and accept(seen):
                return seen
        points = {place: list(example_points(self._axes[place], wanted[place])) for place in wanted}
        for number in range(_TRIES if computed else _DIRECT_TRIES):
            tried = self._run(self._inputs(points, number))
            if tried is not None and self._fits(tried, wanted) and accept(tried):
                return tried
        return None

    def is_computed(self, axis: int) -> bool:
        """Say whether the values of an axis can only be found by trying."""
        return self._ways[axis] is None

    def _fits(self, seen: Seen, wanted: Wanted) -> bool:
        """Say whether a run has its columns at wanted points."""
        self._work.spend(sum(len(self._axes[axis].points) for axis in wanted) // 2)
        return all(
            located(self._axes[axis], seen.values[self._axes[axis].columns[0]]) & mask
            for axis, mask in wanted.items()
        )

    def _run(self, inputs: Mapping[str, Any]) -> Seen | None:
        """Run the table, as long as there are runs left."""
        self._runs -= 1
        return self._probe.run(inputs) if self._runs >= 0 else None

    def _sampled(self, count: int) -> Iterator[Seen]:
        """Yield runs with many different inputs."""
        for _ in range(count):
            seen = self._run(self._sample())
            if seen is not None:
                yield seen

    def _sample(self) -> dict[str, Any]:
        """Return one of many different inputs."""
        return {name: self._chosen(pool) for name, pool in self._pools.items()}

    def _inputs(self, wanted: Mapping[int, list[int]], number: int) -> dict[str, Any]:
        """Return inputs with everything that can be set at a wanted or an allowed point."""
        inputs = self._sample()
        for place, (axis, way) in enumerate(zip(self._axes, self._ways, strict=True)):
            points = wanted.get(place, self._asked[place])
            if way is None or not points:
                continue
            point = axis.points[
                points[number % len(points)] if place in wanted else self._chosen(points)
            ]
            if point.kind != "any":
                _set(inputs, way, point.value)
        return inputs

    def _chosen(self, pool: Sequence[Any]) -> Any:
        """Return one of some values; the same ones come in every run of the program."""
        self._state = (self._state * 1_103_515_245 + 12_345) % 2**31
        return pool[(self._state >> 8) % len(pool)]

    def _pool(self, kind: Kind, depth: int = 0) -> list[Any]:
        """Return values of a type to try, those that the table compares with among them."""
        # Hundreds of inputs have few types; their values are looked for once for each.
        key = (kind.name, *map(id, kind.allowed), id(kind.item), id(kind.members), depth)
        if key not in self._known_pools:
            self._known_pools[key] = self._made_pool(kind, depth)
            self._work.spend(1 + len(self._known_pools[key]))
        return self._known_pools[key]

    def _made_pool(self, kind: Kind, depth: int) -> list[Any]:
        """Return values of a type to try."""
        if kind.name == "list" and depth < 3:
            items = self._pool(kind.of_item, depth + 1)
            return [[], *([item] for item in items), items[:2], items[:3], items[-3:]]
        if kind.name == "context" and depth < 3:
            pools = {
                name: self._pool(part, depth + 1) for name, part in (kind.members or {}).items()
            }
            return [
                {name: pool[turn % len(pool)] for name, pool in pools.items()} for turn in range(4)
            ]
        values = [*_spread(self._compared(kind), _MOST_COMPARED), *_basic(kind)]
        return [value for value in values if self._is_allowed(value, kind)] or [None]

    def _is_allowed(self, value: Any, kind: Kind) -> bool:
        """Say whether a type allows a value."""
        try:
            return all(self._fixed.accepts(tests, value) for tests in kind.allowed)
        except NotExact:
            return True

    def _compared(self, kind: Kind) -> list[Any]:
        """Return the values that the columns, and what they need, are compared with."""
        if not self._by_type:
            for axis in self._axes:
                for point in axis.points:
                    if point.kind not in {"null", "foreign", "any"}:
                        self._by_type[type_name(point.value)].append(point.value)
            for value in self._probe.literals[:_MOST_LITERALS]:
                self._by_type[type_name(value)].append(value)
        if kind.name:
            return self._by_type[kind.name]
        return [value for values in self._by_type.values() for value in values]


def _spread(values: Sequence[Any], most: int) -> Sequence[Any]:
    """Return not more than some of many values, from the first to the last."""
    return values if len(values) <= most else values[:: -(-len(values) // most)]


def _basic(kind: Kind) -> list[Any]:
    """Return simple values of a type."""
    if kind.name == "number":
        return list(_NUMBERS)
    if kind.name == "boolean":
        return [True, False]
    if kind.name == "string":
        return [*(point for point in _texts(kind)), "text"]
    if kind.is_scalar:
        return [first_of(kind.name)]
    return [*_NUMBERS, True, False, "text", [], {}] if not kind.name else []


def _texts(kind: Kind) -> Iterator[str]:
    """Yield the texts that a type allows by name."""
    for tests in kind.allowed:
        for test in tests.tests:
            value = getattr(test, "value", None)
            if isinstance(value, str):
                yield value


def _way(expression: Node, probe: Probe) -> tuple[str, ...] | None:
    """Return the input that an expression reads, with the members on the way into it."""
    if isinstance(expression, Name):
        return (expression.name,) if expression.name in probe.inputs else None
    if isinstance(expression, Path):
        outer = _way(expression.source, probe)
        return (*outer, expression.member) if outer else None
    return None


def _set(inputs: dict[str, Any], way: tuple[str, ...], value: Any) -> None:
    """Put a value into inputs, or into a context inside them."""
    *outer, last = way
    place = inputs
    for name in outer:
        inner = place.get(name)
        place[name] = dict(inner) if isinstance(inner, dict) else {}
        place = place[name]
    place[last] = value
