"""Built-in functions that make ranges, and compare points and ranges."""

from typing import Any

from rules.feel import equality
from rules.feel.budget import Budget
from rules.feel.builtins.library import Library
from rules.feel.parser.ranges import parse_range
from rules.feel.values import Range

LIBRARY = Library()
_ANY_PAIR = (
    "point1: any, point2: any",
    "point: any, range: any",
    "range: any, point: any",
    "range1: any, range2: any",
)


@LIBRARY.add("range", "from: string")
def make_range(budget: Budget, source: str) -> Range | None:
    """Return the range that a text writes."""
    budget.spend(len(source) // 10)
    limits = parse_range(source)
    if limits is None:
        return None
    compared = equality.order(limits.start, limits.end)
    return None if compared is None or compared > 0 else limits


def _as_range(value: Any) -> Range:
    """Return a point as the range that holds only it."""
    if isinstance(value, Range):
        if value.operator == "!=":
            # All values but one have no beginning and no end.
            raise TypeError(value)
        return value
    if not equality.is_ordered(value):
        raise TypeError(value)
    return Range(value, value)


def _order(left: Any, right: Any) -> int:
    """Return the order of two ends."""
    compared = equality.order(left, right)
    if compared is None:
        raise TypeError(left)
    return compared


def _starts(left: Range, right: Range) -> int:
    """Return the order of two beginnings; one that is open for ever comes first."""
    if left.start is None or right.start is None:
        return (left.start is not None) - (right.start is not None)
    return _order(left.start, right.start) or right.start_included - left.start_included


def _ends(left: Range, right: Range) -> int:
    """Return the order of two ends; one that is open for ever comes last."""
    if left.end is None or right.end is None:
        return (left.end is None) - (right.end is None)
    return _order(left.end, right.end) or left.end_included - right.end_included


def _meeting(left: Range, right: Range) -> int:
    """Return where the first ends: before the second begins (-1), where (0), or after (1)."""
    if left.end is None or right.start is None:
        return 1
    compared = _order(left.end, right.start)
    return compared or (0 if left.end_included and right.start_included else -1)


@LIBRARY.add("before", *_ANY_PAIR)
def before(budget: Budget, first: Any, second: Any) -> bool:
    """Say whether all of the first lies before the second."""
    return _meeting(_as_range(first), _as_range(second)) < 0


@LIBRARY.add("after", *_ANY_PAIR)
def after(budget: Budget, first: Any, second: Any) -> bool:
    """Say whether all of the first lies after the second."""
    return before(budget, second, first)


@LIBRARY.add("meets", "range1: range, range2: range")
def meets(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range ends where the second begins."""
    return _meeting(_as_range(first), _as_range(second)) == 0


@LIBRARY.add("met by", "range1: range, range2: range")
def met_by(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range begins where the second ends."""
    return meets(budget, second, first)


@LIBRARY.add("overlaps", "range1: range, range2: range")
def overlaps(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether two ranges share a point."""
    left, right = _as_range(first), _as_range(second)
    return _meeting(left, right) >= 0 and _meeting(right, left) >= 0


@LIBRARY.add("overlaps before", "range1: range, range2: range")
def overlaps_before(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range begins before the second and ends inside it."""
    left, right = _as_range(first), _as_range(second)
    return _starts(left, right) < 0 and _meeting(left, right) >= 0 and _ends(left, right) <= 0


@LIBRARY.add("overlaps after", "range1: range, range2: range")
def overlaps_after(budget: Budget, first: Range, second: Range) -> bool:
    """Say whether the first range begins inside the second and ends after it."""
    left, right = _as_range(first), _as_range(second)
    return _starts(left, right) > 0 and _meeting(right, left) >= 0 and _ends(left, right) >= 0


@LIBRARY.add("finishes", "point: any, range: range", "range1: range, range2: range")
def finishes(budget: Budget, first: Any, second: Range) -> bool:
    """Say whether the first lies in the second and ends with it."""
    left, right = _as_range(first), _as_range(second)
    return _ends(left, right) == 0 and _starts(left, right) >= 0


@LIBRARY.add("finished by", "range: range, point: any", "range1: range, range2: range")
def finished_by(budget: Budget, first: Range, second: Any) -> bool:
    """Say whether the second finishes the first."""
    return finishes(budget, second, first)


@LIBRARY.add("starts", "point: any, range: range", "range1: range, range2: range")
def starts(budget: Budget, first: Any, second: Range) -> bool:
    """Say whether the first lies in the second and begins with it."""
    left, right = _as_range(first), _as_range(second)
    return _starts(left, right) == 0 and _ends(left, right) <= 0


@LIBRARY.add("started by", "range: range, point: any", "range1: range, range2: range")
def started_by(budget: Budget, first: Range, second: Any) -> bool:
    """Say whether the second starts the first."""
    return starts(budget, second, first)


@LIBRARY.add("includes", "range: range, point: any", "range1: range, range2: range")
def includes(budget: Budget, first: Range, second: Any) -> bool:
    """Say whether all of the second lies in the first."""
    outer, inner = _as_range(first), _as_range(second)
    return _starts(outer, inner) <= 0 and _ends(outer, inner) >= 0


@LIBRARY.add("during", "point: any, range: range", "range1: range, range2: range")
def during(budget: Budget, first: Any, second: Range) -> bool:
    """Say whether all of the first lies in the second."""
    return includes(budget, second, first)


@LIBRARY.add("coincides", "point1: any, point2: any", "range1: range, range2: range")
def coincides(budget: Budget, first: Any, second: Any) -> bool | None:
    """Say whether two points or two ranges are the same."""
    if not isinstance(first, Range) or not isinstance(second, Range):
        return equality.equal(first, second, budget)
    left, right = _as_range(first), _as_range(second)
    return _starts(left, right) == 0 and _ends(left, right) == 0
