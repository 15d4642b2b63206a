"""Built-in functions that make one value of a list."""

from decimal import Decimal
from functools import reduce
from typing import Any

from rules.feel import equality
from rules.feel.budget import Budget
from rules.feel.builtins.library import Library
from rules.feel.numbers import CONTEXT

LIBRARY = Library()


def _numbers(items: list[Any], budget: Budget) -> list[Decimal] | None:
    """Return the items if all are numbers."""
    budget.spend(len(items))
    return items if all(type(item) is Decimal for item in items) else None


def _extreme(items: list[Any], budget: Budget, sign: int) -> Any:
    """Return the greatest or the smallest item; null if the items do not compare."""
    budget.spend(len(items))
    if not items or not equality.is_ordered(items[0]):
        return None
    best = items[0]
    for item in items[1:]:
        compared = equality.order(item, best)
        if compared is None:
            return None
        if compared == sign:
            best = item
    return best


@LIBRARY.add("count", "list: list", spread=True)
def count(budget: Budget, items: list[Any]) -> Decimal:
    """Return the number of items."""
    return Decimal(len(items))


@LIBRARY.add("min", "list: list", spread=True)
def minimum(budget: Budget, items: list[Any]) -> Any:
    """Return the smallest item."""
    return _extreme(items, budget, -1)


@LIBRARY.add("max", "list: list", spread=True)
def maximum(budget: Budget, items: list[Any]) -> Any:
    """Return the greatest item."""
    return _extreme(items, budget, 1)


@LIBRARY.add("sum", "list: list", spread=True)
def total(budget: Budget, items: list[Any]) -> Decimal | None:
    """Return the sum; null for an empty list."""
    values = _numbers(items, budget)
    return reduce(CONTEXT.add, values) if values else None


@LIBRARY.add("product", "list: list", spread=True)
def product(budget: Budget, items: list[Any]) -> Decimal | None:
    """Return the product; null for an empty list."""
    values = _numbers(items, budget)
    return reduce(CONTEXT.multiply, values) if values else None


@LIBRARY.add("mean", "list: list", spread=True)
def mean(budget: Budget, items: list[Any]) -> Decimal | None:
    """Return the arithmetic mean."""
    values = _numbers(items, budget)
    return CONTEXT.divide(reduce(CONTEXT.add, values), Decimal(len(values))) if values else None


@LIBRARY.add("median", "list: list", spread=True)
def median(budget: Budget, items: list[Any]) -> Decimal | None:
    """Return the middle of the sorted numbers."""
    values = sorted(_numbers(items, budget) or [])
    if not values:
        return None
    middle = len(values) // 2
    if len(values) % 2:
        return values[middle]
    return CONTEXT.divide(CONTEXT.add(values[middle - 1], values[middle]), Decimal(2))


@LIBRARY.add("stddev", "list: list", spread=True)
def standard_deviation(budget: Budget, items: list[Any]) -> Decimal | None:
    """Return the standard deviation of a sample; null for fewer than two numbers."""
    values = _numbers(items, budget)
    if not values or len(values) < 2:
        return None
    average = CONTEXT.divide(reduce(CONTEXT.add, values), Decimal(len(values)))
    squares = [CONTEXT.power(CONTEXT.subtract(value, average), 2) for value in values]
    variance = CONTEXT.divide(reduce(CONTEXT.add, squares), Decimal(len(values) - 1))
    return CONTEXT.sqrt(variance)


@LIBRARY.add("mode", "list: list", spread=True)
def mode(budget: Budget, items: list[Any]) -> list[Decimal] | None:
    """Return the most frequent numbers, sorted."""
    values = _numbers(items, budget)
    if values is None:
        return None
    counts: dict[Decimal, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    most = max(counts.values(), default=0)
    return sorted(value for value, times in counts.items() if times == most)


@LIBRARY.add("all", "list: list", spread=True)
def all_true(budget: Budget, items: list[Any]) -> bool | None:
    """Say whether all items are true; null if that is not known."""
    budget.spend(len(items))
    if any(item is False for item in items):
        return False
    return True if all(item is True for item in items) else None


@LIBRARY.add("any", "list: list", spread=True)
def any_true(budget: Budget, items: list[Any]) -> bool | None:
    """Say whether any item is true; null if that is not known."""
    budget.spend(len(items))
    if any(item is True for item in items):
        return True
    return False if all(item is False for item in items) else None
