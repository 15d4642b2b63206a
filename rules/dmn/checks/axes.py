"""
The columns of a table as axes: the points of each, and which of them each rule accepts.

Columns that look at the same expression are one axis.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rules.dmn.checks.accepts import Accepts
from rules.dmn.checks.budget import Work
from rules.dmn.checks.exact import Cells, NotExact
from rules.dmn.checks.inference import Inference
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.points import ANY, FOREIGN, NULL, Point, points_of
from rules.dmn.checks.sites import Site
from rules.dmn.syntax import InputClause
from rules.feel.syntax import Call, Filter, If, Name, Node, Path

_READ = (Name, Path, Filter, If, Call)
_MOST_POINTS = 4_000
_STEPS_PER_POINT = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """
    One axis of a table.

    Attributes:
        columns: The places of its columns.
        points: What stands for all its values, in their order.
        everything: All points that can come.
        asked: Those of them for which the table should have an answer: null only where a
            cell of the column speaks of null.
        possible, sure: For each rule the points that it may accept, and that it does accept.

    """

    label: str
    expression: Node
    columns: tuple[int, ...]
    points: tuple[Point, ...]
    everything: int
    asked: int
    possible: tuple[int, ...]
    sure: tuple[int, ...]

    @property
    def shown(self) -> int:
        """Return the points that an example may show."""
        return sum(1 << place for place, point in enumerate(self.points) if point.kind != "foreign")


def axes_of(site: Site, inference: Inference, cells: Cells, work: Work) -> list[Axis]:
    """
    Return the axes of a table.

    Raises:
        TooLarge: The table has too many cells to try all of them.

    """
    groups: dict[Node, list[int]] = {}
    for place, column in enumerate(site.table.inputs):
        groups.setdefault(column.expression, []).append(place)
    return [_axis(site, tuple(places), inference, cells, work) for places in groups.values()]


def column_kind(column: InputClause, site: Site, inference: Inference) -> Kind:
    """Return the type of what a column looks at."""
    found = inference.kind(column.expression, site.visible)
    declared = inference.kinds.named(column.type_ref)
    if declared.name and (not found.name or declared.allowed):
        found = replace(
            declared,
            is_enforced=found.is_enforced and found.name == declared.name,
            is_required=found.is_required,
            allowed=(*declared.allowed, *found.allowed),
        )
    if not isinstance(column.expression, _READ):
        found = replace(found, is_enforced=bool(found.name))
    return found


def _axis(
    site: Site, places: tuple[int, ...], inference: Inference, cells: Cells, work: Work
) -> Axis:
    """Return the axis of the columns at some places."""
    column = site.table.inputs[places[0]]
    kind = column_kind(column, site, inference)
    allowed = [*kind.allowed, *(site.table.inputs[place].allowed for place in places)]
    written = [cells.same(tests) for tests in allowed if tests is not None]
    limits = [tests for tests in written if cells.marks(tests) is not None]
    rows = [[cells.same(rule.tests[place]) for place in places] for rule in site.table.rules]
    marks = [cells.marks(tests) or [] for tests in (*limits, *(one for row in rows for one in row))]
    points = _points(kind, [mark for found in marks for mark in found], work)
    accepts = Accepts(site.fixed, cells, points, work)
    everything = accepts.all
    for tests in limits:
        everything &= accepts.sure(tests) | accepts.beyond
    if kind.is_required:
        everything &= ~accepts.null
    asked = everything & ~accepts.foreign
    if not any(cells.speaks_of_null(tests) for row in rows for tests in row):
        asked &= ~accepts.null
    return Axis(
        column.label,
        column.expression,
        places,
        tuple(points),
        everything,
        asked,
        tuple(everything & accepts.possible_for_all(row) for row in rows),
        tuple(everything & accepts.sure_for_all(row) for row in rows),
    )


def _points(kind: Kind, marks: list[Any], work: Work) -> list[Point]:
    """
    Return the points of an axis from the constants in its cells.

    Raises:
        TooLarge: There are too many.

    """
    try:
        points = points_of(kind, marks)
    except NotExact:
        points = [ANY]
    work.spend(_STEPS_PER_POINT * len(points) if len(points) <= _MOST_POINTS else work.left + 1)
    return [*points, NULL] if kind.is_enforced else [*points, NULL, FOREIGN]


def example_points(axis: Axis, among: int) -> Iterator[int]:
    """Yield points of a set, the best examples first."""
    order = ("between", "at", "above", "below", "other", "any", "null")
    places = [place for place in range(len(axis.points)) if among >> place & 1]
    ranked = [place for place in places if axis.points[place].kind in order]
    yield from sorted(ranked, key=lambda place: order.index(axis.points[place].kind))
