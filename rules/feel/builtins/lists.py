"""Built-in functions on lists."""

from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from rules.feel import equality
from rules.feel.budget import Budget, check_list, exceeded
from rules.feel.builtins.library import Library
from rules.feel.values import Function

LIBRARY = Library()
_MAX_FLATTENED_DEPTH = 60


@LIBRARY.add("list contains", "list: list, element: any")
def list_contains(budget: Budget, items: list[Any], element: Any) -> bool:
    """Say whether a list has an item."""
    budget.spend(len(items) // 4)
    return any(equality.same(item, element, budget) for item in items)


@LIBRARY.add("append", "list: list, item...: any")
def append(budget: Budget, items: list[Any], *more: Any) -> list[Any]:
    """Return a list with more items at its end."""
    return _list([*items, *more], budget)


@LIBRARY.add("concatenate", "list...: list")
def concatenate(budget: Budget, *lists: list[Any]) -> list[Any]:
    """Return the items of all lists."""
    check_list(sum(map(len, lists)))
    return _list([item for items in lists for item in items], budget)


@LIBRARY.add("union", "list...: list")
def union(budget: Budget, *lists: list[Any]) -> list[Any]:
    """Return the items of all lists without repetitions."""
    return distinct_values(budget, concatenate(budget, *lists))


@LIBRARY.add("distinct values", "list: list")
def distinct_values(budget: Budget, items: list[Any]) -> list[Any]:
    """Return a list without repetitions."""
    result: list[Any] = []
    for item in items:
        budget.spend(1 + len(result) // 4)
        if not any(equality.same(item, other, budget) for other in result):
            result.append(item)
    return result


@LIBRARY.add("duplicate values", "list: list")
def duplicate_values(budget: Budget, items: list[Any]) -> list[Any]:
    """Return the items that occur more than once, each once."""
    seen: list[Any] = []
    twice: list[Any] = []
    for item in items:
        budget.spend(1 + len(seen) // 4)
        if not any(equality.same(item, other, budget) for other in seen):
            seen.append(item)
        elif not any(equality.same(item, other, budget) for other in twice):
            twice.append(item)
    return twice


@LIBRARY.add("sublist", "list: list, start position: position, length?: position")
def sublist(
    budget: Budget, items: list[Any], start: Decimal, length: Decimal | None = None
) -> list[Any] | None:
    """Return a part of a list; positions count from 1, or from the end if negative."""
    begin = _index(items, start)
    if begin is None:
        return None
    if length is None:
        return _list(items[begin:], budget)
    if length < 0 or begin + int(length) > len(items):
        return None
    return _list(items[begin : begin + int(length)], budget)


@LIBRARY.add("insert before", "list: list, position: position, newItem: any")
def insert_before(
    budget: Budget, items: list[Any], position: Decimal, item: Any
) -> list[Any] | None:
    """Return a list with an item more."""
    index = _index(items, position)
    return None if index is None else _list([*items[:index], item, *items[index:]], budget)


@LIBRARY.add("remove", "list: list, position: position")
def remove(budget: Budget, items: list[Any], position: Decimal) -> list[Any] | None:
    """Return a list without the item at a position."""
    index = _index(items, position)
    return None if index is None else _list([*items[:index], *items[index + 1 :]], budget)


@LIBRARY.add(
    "list replace",
    "list: list, position: position, newItem: any",
    "list: list, match: function, newItem: any",
)
def list_replace(budget: Budget, items: list[Any], place: Any, item: Any) -> list[Any] | None:
    """Return a list with an item replaced, by position or where a function says so."""
    if isinstance(place, Decimal):
        index = _index(items, place)
        return None if index is None else _list([*items[:index], item, *items[index + 1 :]], budget)
    result = []
    for old in items:
        matched = place.call(budget, old, item)
        if type(matched) is not bool:
            return None
        result.append(item if matched else old)
    return result


@LIBRARY.add("reverse", "list: list")
def reverse(budget: Budget, items: list[Any]) -> list[Any]:
    """Return a list in the opposite order."""
    return _list(items[::-1], budget)


@LIBRARY.add("index of", "list: list, match: any")
def index_of(budget: Budget, items: list[Any], match: Any) -> list[Decimal]:
    """Return all positions of an item."""
    budget.spend(len(items))
    return [
        Decimal(index)
        for index, item in enumerate(items, start=1)
        if equality.same(item, match, budget)
    ]


@LIBRARY.add("flatten", "list: list")
def flatten(budget: Budget, items: list[Any]) -> list[Any]:
    """Return the items of all lists inside a list."""
    result: list[Any] = []
    _flatten_into(result, items, budget, 0)
    return result


@LIBRARY.add("is empty", "list: list")
def is_empty(budget: Budget, items: list[Any]) -> bool:
    """Say whether a list has no items."""
    return not items


@LIBRARY.add("sort", "list: list, precedes?: function")
def sort(budget: Budget, items: list[Any], precedes: Function | None = None) -> list[Any] | None:
    """Return a sorted list; the function says whether its first argument comes before."""

    def compare(left: Any, right: Any) -> int:
        budget.spend()
        if precedes is None:
            compared = equality.order(left, right)
            if compared is None:
                raise TypeError(left)
            return compared
        if _holds(precedes, left, right, budget):
            return -1
        return 1 if _holds(precedes, right, left, budget) else 0

    return sorted(items, key=cmp_to_key(compare))


def _holds(function: Function, left: Any, right: Any, budget: Budget) -> bool:
    """Say whether a function answers with true; what is neither true nor false is no order."""
    answer = function.call(budget, left, right)
    if type(answer) is not bool:
        raise TypeError(answer)
    return answer


def _list(items: list[Any], budget: Budget) -> list[Any]:
    """Return a new list after its length was checked and paid for."""
    budget.spend_items(len(items))
    return items


def _index(items: list[Any], position: Decimal) -> int | None:
    """Return the index of a position that counts from 1, or from the end if negative."""
    if not position or abs(position) > len(items):
        return None
    return int(position) - 1 if position > 0 else len(items) + int(position)


def _flatten_into(result: list[Any], items: list[Any], budget: Budget, depth: int) -> None:
    """Add the items, and those of lists among them."""
    if depth > _MAX_FLATTENED_DEPTH:
        raise exceeded(
            f"A list is nested more than {_MAX_FLATTENED_DEPTH} deep", "flatten its parts"
        )
    budget.spend(1 + len(items))
    for item in items:
        if isinstance(item, list):
            _flatten_into(result, item, budget, depth + 1)
        else:
            result.append(item)
    check_list(len(result))
