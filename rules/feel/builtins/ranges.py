"""Built-in functions that compare points and ranges."""

from typing import Any

from rules.feel import equality
from rules.feel.budget import Budget
from rules.feel.builtins.library import Library
from rules.feel.values import Range

LIBRARY = Library()


def _as_range(value: Any) -> Range:
    """Return a point as the range that holds only it."""
    return value if isinstance(value, Range) else Range(value, value)


def _order(left: Any, right: Any) -> int:
    """Return the order of two ends."""
    compared = equality.order(left, right)
    if compared is None:
        raise TypeError(left)
    return compared


def _starts_at_or_before(outer: Range, inner: Range) -> bool:
    """Say whether a range begins no later than another."""
    compared = _order(outer.start, inner.start)
    return compared < 0 or (compared == 0 and (outer.start_included or not inner.start_included))


def _ends_at_or_after(outer: Range, inner: Range) -> bool:
    """Say whether a range ends no earlier than another."""
    compared = _order(outer.end, inner.end)
    return compared > 0 or (compared == 0 and (outer.end_included or not inner.end_included))


@LIBRARY.add(
    "before",
    "point1: any, point2: any",
    "point: any, range: any",
    "range: any, point: any",
    "range1: any, range2: any",
)
def before(budget: Budget, first: Any, second: Any) -> bool:
    """Say whether all of the first lies before the second."""
    left, right = _as_range(first), _as_range(second)
    compared = _order(left.end, right.start)
    return compared < 0 or (compared == 0 and not (left.end_included and right.start_included))


@LIBRARY.add(
    "after",
    "point1: any, point2: any",
    "point: any, range: any",
    "range: any, point: any",
    "range1: any, range2: any",
)
def after(budget: Budget, first: Any, second: Any) -> bool:
    """Say whether all of the first lies after the second."""
    return before(budget, second, first)


@LIBRARY.add("meets", "range1: range, range2: range")
def meets(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range ends where the second begins."""
    return first.end_included and second.start_included and _order(first.end, second.start) == 0


@LIBRARY.add("met by", "range1: range, range2: range")
def met_by(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range begins where the second ends."""
    return meets(budget, second, first)


@LIBRARY.add("overlaps", "range1: range, range2: range")
def overlaps(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether two ranges share a point."""
    return not before(budget, first, second) and not before(budget, second, first)


@LIBRARY.add("overlaps before", "range1: range, range2: range")
def overlaps_before(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range begins before the second and ends inside it."""
    begins = _order(first.start, second.start)
    starts = begins < 0 or (begins == 0 and first.start_included and not second.start_included)
    ends = _order(first.end, second.end)
    stops = ends < 0 or (ends == 0 and (not first.end_included or second.end_included))
    return starts and stops and overlaps(budget, first, second)


@LIBRARY.add("overlaps after", "range1: range, range2: range")
def overlaps_after(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range begins inside the second and ends after it."""
    begins = _order(first.start, second.start)
    starts = begins > 0 or (begins == 0 and (second.start_included or not first.start_included))
    ends = _order(first.end, second.end)
    stops = ends > 0 or (ends == 0 and first.end_included and not second.end_included)
    return starts and stops and overlaps(budget, first, second)


@LIBRARY.add("finishes", "point: any, range: range", "range1: range, range2: range")
def finishes(budget: Budget, first: Any, second: Range) -> bool:
    """Say whether the first lies in the second and ends with it."""
    left = _as_range(first)
    return (
        _order(left.end, second.end) == 0
        and left.end_included == second.end_included
        and _starts_at_or_before(second, left)
    )


@LIBRARY.add("finished by", "range: range, point: any", "range1: range, range2: range")
def finished_by(budget: Budget, first: Range, second: Any) -> bool:
    """Say whether the second finishes the first."""
    return finishes(budget, second, first)


@LIBRARY.add("starts", "point: any, range: range", "range1: range, range2: range")
def starts(budget: Budget, first: Any, second: Range) -> bool:
    """Say whether the first lies in the second and begins with it."""
    left = _as_range(first)
    return (
        _order(left.start, second.start) == 0
        and left.start_included == second.start_included
        and _ends_at_or_after(second, left)
    )


@LIBRARY.add("started by", "range: range, point: any", "range1: range, range2: range")
def started_by(budget: Budget, first: Range, second: Any) -> bool:
    """Say whether the second starts the first."""
    return starts(budget, second, first)


@LIBRARY.add("includes", "range: range, point: any", "range1: range, range2: range")
def includes(budget: Budget, first: Range, second: Any) -> bool:
    """Say whether all of the second lies in the first."""
    right = _as_range(second)
    return _starts_at_or_before(first, right) and _ends_at_or_after(first, right)


@LIBRARY.add("during", "point: any, range: range", "range1: range, range2: range")
def during(budget: Budget, first: Any, second: Range) -> bool:
    """Say whether all of the first lies in the second."""
    return includes(budget, second, first)


@LIBRARY.add("coincides", "point1: any, point2: any", "range1: range, range2: range")
def coincides(budget: Budget, first: Any, second: Any) -> bool | None:
    """Say whether two points or two ranges are the same."""
    return equality.equal(first, second, budget)
