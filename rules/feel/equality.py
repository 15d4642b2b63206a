"""Equality and order of values, with three answers: yes, no, and null where they do not compare."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from rules.feel import temporal
from rules.feel.budget import Budget, exceeded
from rules.feel.values import Function, Range, YearsMonths, type_name

# Python compares these rightly; `temporal` knows about zones and wide values.
_PLAIN = frozenset({Decimal, str, bool, date, timedelta, YearsMonths})
_UNORDERED = frozenset({"null", "boolean", "list", "context", "range", "function", "unknown"})
_EQUALITIES = frozenset({"=", "!="})
_MAX_COMPARED_DEPTH = 60


def equal(left: Any, right: Any, budget: Budget, depth: int = 0) -> bool | None:
    """Return whether two values are equal; null when their types differ."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return temporal.equal(left, right)
    if kind in _PLAIN:
        return bool(left == right)
    if kind is list or kind is dict:
        return _equal_inside(left, right, budget, depth)
    if kind is Range:
        return _equal_ranges(left, right, budget, depth)
    return left is right if kind is Function else temporal.equal(left, right)


def same(left: Any, right: Any, budget: Budget) -> bool:
    """Say whether two values are equal, as members of a list are."""
    return equal(left, right, budget) is True


def _equal_inside(left: Any, right: Any, budget: Budget, depth: int) -> bool:
    """Compare two lists or two contexts."""
    if depth > _MAX_COMPARED_DEPTH:
        raise exceeded(f"Values are nested more than {_MAX_COMPARED_DEPTH} deep", "compare parts")
    if len(left) != len(right):
        return False
    budget.spend(len(left))
    if type(left) is list:
        pairs = zip(left, right, strict=True)
        return all(equal(a, b, budget, depth + 1) is True for a, b in pairs)
    return left.keys() == right.keys() and all(
        equal(value, right[key], budget, depth + 1) is True for key, value in left.items()
    )


def _equal_ranges(left: Range, right: Range, budget: Budget, depth: int) -> bool:
    """Compare two ranges by their ends."""
    return (
        left.operator == right.operator
        and left.start_included == right.start_included
        and left.end_included == right.end_included
        and equal(left.start, right.start, budget, depth + 1) is True
        and equal(left.end, right.end, budget, depth + 1) is True
    )


def order(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1 as the left value is smaller, equal or greater; null if not comparable."""
    kind = type(left)
    if kind is type(right) and kind in _PLAIN:
        return None if kind is bool else bool(left > right) - bool(left < right)
    return temporal.compared(left, right)


def inside(value: Any, limits: Range, budget: Budget) -> bool | None:
    """Return whether a value lies in a range; null if it cannot be compared with an end."""
    if limits.operator in _EQUALITIES:
        answer = equal(value, limits.start, budget)
        return None if answer is None else answer is (limits.operator == "=")
    if limits.start is not None:
        low = order(value, limits.start)
        if low is None:
            return None
        if low < 0 or (low == 0 and not limits.start_included):
            return False
    if limits.end is not None:
        high = order(value, limits.end)
        if high is None:
            return None
        if high > 0 or (high == 0 and not limits.end_included):
            return False
    return True


def is_ordered(value: Any) -> bool:
    """Say whether values of this type have an order."""
    return type_name(value) not in _UNORDERED
