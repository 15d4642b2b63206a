"""
The columns of a table as axes: the points of each, and which of them each rule accepts.

Columns that look at the same expression are one axis.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from rules.dmn.checks.budget import Work
from rules.dmn.checks.exact import Cells, NotExact
from rules.dmn.checks.inference import Inference
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.points import ANY, FOREIGN, NULL, Point, points_of
from rules.dmn.checks.sites import Site
from rules.dmn.checks.walking import QUESTION
from rules.dmn.syntax import InputClause
from rules.feel import FeelBudgetExceeded, FeelSyntaxError, compile_unary_tests
from rules.feel.printer import printed
from rules.feel.syntax import Call, Filter, If, Name, Node, Path, UnaryTests

_READ = (Name, Path, Filter, If, Call)
_MOST_POINTS = 4_000


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


def axes_of(site: Site, inference: Inference, work: Work) -> list[Axis]:
    """
    Return the axes of a table.

    Raises:
        TooLarge: The table has too many cells to try all of them.

    """
    groups: dict[Node, list[int]] = {}
    for place, column in enumerate(site.table.inputs):
        groups.setdefault(column.expression, []).append(place)
    cells = Cells(site.fixed)
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
    limits = [tests for tests in allowed if tests is not None and cells.marks(tests) is not None]
    rows = [[rule.tests[place] for place in places] for rule in site.table.rules]
    marks = [cells.marks(tests) or [] for tests in (*limits, *(one for row in rows for one in row))]
    points = _points(kind, [mark for found in marks for mark in found])
    if len(points) > _MOST_POINTS:
        work.spend(work.left + 1)
    accepts = _Accepts(site, cells, points, work)
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


def _points(kind: Kind, marks: list[Any]) -> list[Point]:
    """Return the points of an axis from the constants in its cells."""
    try:
        points = points_of(kind, marks)
    except NotExact:
        points = [ANY]
    return [*points, NULL] if kind.is_enforced else [*points, NULL, FOREIGN]


class _Accepts:
    """Tries every different cell of an axis with every point, once."""

    def __init__(self, site: Site, cells: Cells, points: list[Point], work: Work) -> None:
        self._site = site
        self._cells = cells
        self._points = points
        self._work = work
        self._known: dict[UnaryTests, tuple[int, int]] = {}
        self.all = (1 << len(points)) - 1
        self.null = self._of_kind("null")
        self.foreign = self._of_kind("foreign")
        # No constant can tell what a cell says about these.
        self.beyond = self._of_kind("null", "foreign", "any")

    def _of_kind(self, *kinds: str) -> int:
        """Return the points of some kinds."""
        return sum(1 << place for place, point in enumerate(self._points) if point.kind in kinds)

    def possible_for_all(self, cells: list[UnaryTests]) -> int:
        """Return the points that may fulfil all cells."""
        found = self.all
        for tests in cells:
            found &= self._tried(tests)[0]
        return found

    def sure_for_all(self, cells: list[UnaryTests]) -> int:
        """Return the points that do fulfil all cells."""
        found = self.all
        for tests in cells:
            found &= self._tried(tests)[1]
        return found

    def sure(self, tests: UnaryTests) -> int:
        """Return the points that do fulfil a cell."""
        return self._tried(tests)[1]

    def _tried(self, tests: UnaryTests) -> tuple[int, int]:
        """Return the points that may and that do fulfil a cell."""
        if not tests.tests:
            return self.all, self.all
        if tests not in self._known:
            self._known[tests] = self._try(tests)
        return self._known[tests]

    def _try(self, tests: UnaryTests) -> tuple[int, int]:
        """Try a cell with every point; what cannot be known stays possible."""
        if self._cells.marks(tests) is None:
            return self.all, 0
        self._work.spend(len(self._points))
        try:
            compiled = compile_unary_tests(printed(tests), (QUESTION, *self._site.fixed))
            sure = sum(
                1 << place
                for place, point in enumerate(self._points)
                if compiled.matches(point.value, self._site.fixed)
            )
        except (FeelSyntaxError, FeelBudgetExceeded):
            return self.all, 0
        unknown = self.beyond & ~self.null
        return sure | unknown, sure & ~unknown


def example_points(axis: Axis, among: int) -> Iterator[int]:
    """Yield points of a set, the best examples first."""
    order = ("between", "at", "above", "below", "other", "any", "null")
    places = [place for place in range(len(axis.points)) if among >> place & 1]
    ranked = [place for place in places if axis.points[place].kind in order]
    yield from sorted(ranked, key=lambda place: order.index(axis.points[place].kind))
