"""Which points of a column each of its cells accepts."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from rules.dmn.checks.budget import Work
from rules.dmn.checks.exact import Cells, Fixed, NotExact
from rules.dmn.checks.points import Point
from rules.feel.syntax import UnaryTests

_VALUES = frozenset({"at", "between", "below", "above", "other"})


class Accepts:
    """
    Tries the cells of a column; each different cell, as `Cells` knows it, is tried once.

    A cell changes its answer only at its own constants, so that one try is enough for
    all points between two of them.
    """

    def __init__(self, fixed: Fixed, cells: Cells, points: Sequence[Point], work: Work) -> None:
        self._fixed = fixed
        self._cells = cells
        self._points = points
        self._work = work
        self._known: dict[int, tuple[int, int]] = {}
        self._segments = list(_segments(points))
        self._places = {
            (type(point.value), point.value): place
            for place, point in enumerate(points)
            if point.kind == "at"
        }
        self._types = {kind for kind, _ in self._places}
        self.all = (1 << len(points)) - 1
        self.null = self._of_kind("null")
        self.foreign = self._of_kind("foreign")
        # No constant can tell what a cell says about these.
        self.beyond = self._of_kind("null", "foreign", "any")

    def _of_kind(self, *kinds: str) -> int:
        """Return the points of some kinds."""
        return sum(1 << place for place, point in enumerate(self._points) if point.kind in kinds)

    def possible_for_all(self, cells: Sequence[UnaryTests]) -> int:
        """Return the points that may fulfil all cells."""
        found = self.all
        for tests in cells:
            found &= self._tried(tests)[0]
        return found

    def sure_for_all(self, cells: Sequence[UnaryTests]) -> int:
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
        if id(tests) not in self._known:
            self._known[id(tests)] = self._try(tests)
        return self._known[id(tests)]

    def _try(self, tests: UnaryTests) -> tuple[int, int]:
        """Try a cell; what cannot be known stays possible."""
        marks = self._cells.marks(tests)
        if marks is None:
            return self.all, 0
        unknown = self.beyond & ~self.null
        sure = 0
        try:
            for place, alike in self._regions(marks):
                self._work.spend()
                if self._fixed.accepts(tests, self._points[place].value):
                    sure |= alike
        except NotExact:
            return self.all, 0
        return sure | unknown, sure

    def _regions(self, marks: Sequence[Any]) -> Iterator[tuple[int, int]]:
        """Yield one point of each region in which a cell does not change its answer."""
        if self.null:
            yield self.null.bit_length() - 1, self.null
        own = self._own(marks)
        for start, end, is_line in self._segments:
            cuts = list(range(start, end)) if own is None else _between(own, start, end)
            for cut in cuts:
                yield cut, 1 << cut
            if is_line:
                yield from _spaces(start, end, cuts)
            else:
                rest = _range(start, end) & ~sum(1 << cut for cut in cuts)
                if rest:
                    yield rest.bit_length() - 1, rest

    def _own(self, marks: Sequence[Any]) -> list[int] | None:
        """Return the places of the constants of a cell; nothing if one has no place."""
        wanted = [mark for mark in marks if type(mark) in self._types]
        places = {self._places.get((type(mark), mark)) for mark in wanted}
        return (
            sorted(place for place in places if place is not None) if None not in places else None
        )


def _segments(points: Sequence[Point]) -> Iterator[tuple[int, int, bool]]:
    """Yield where the points of each type begin and end, and whether they lie on a line."""
    place = 0
    for (kind, is_value), group in groupby(
        points, key=lambda point: (type(point.value), point.kind in _VALUES)
    ):
        count = len(list(group))
        if is_value:
            yield place, place + count, kind not in {str, bool}
        place += count


def _between(places: Sequence[int], start: int, end: int) -> list[int]:
    """Return those of some sorted places that lie in a segment."""
    return list(places[bisect_left(places, start) : bisect_left(places, end)])


def _spaces(start: int, end: int, cuts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of points between cuts, each with its first point."""
    for cut in (*cuts, end):
        if start < cut:
            yield start, _range(start, cut)
        start = cut + 1


def _range(start: int, end: int) -> int:
    """Return the set of all points from a place up to another one."""
    return (1 << end) - (1 << start)
