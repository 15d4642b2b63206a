"""Types by name, and whether a value has one."""

from collections.abc import Callable
from typing import Any

from rules.feel.budget import Budget
from rules.feel.syntax import TypeName
from rules.feel.values import TYPE_NAMES, type_name

_ALIASES = {
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "dateTime": "date and time",
    "Any": "Any",
    "any": "Any",
}
Named = Callable[[str], TypeName | None]
Fit = Callable[[Any, Budget], Any]


def no_names(name: str) -> TypeName | None:
    """Know no types but the built-in ones."""


def is_instance(
    value: Any, wanted: TypeName, budget: Budget, named: Named = no_names
) -> bool | None:
    """
    Say whether a value has a type; null if nobody knows the type.

    `named` tells what a type of the model around the expression is made of.
    """
    name = _ALIASES.get(wanted.name, wanted.name)
    if name == "Any":
        return value is not None
    if name == "null":
        return value is None
    if name not in TYPE_NAMES:
        meant = named(name)
        return None if meant is None else is_instance(value, meant, budget, named)
    if value is None or type_name(value) != name:
        return False
    return _parts_fit(value, name, wanted, budget, named)


def _parts_fit(value: Any, name: str, wanted: TypeName, budget: Budget, named: Named) -> bool:
    """Say whether the parts of a list, range or context have their types."""
    if not wanted.parts:
        return True
    if name == "list":
        budget.spend(len(value))
        return all(_fits(item, wanted.parts[0], budget, named) for item in value)
    if name == "range":
        ends = [end for end in (value.start, value.end) if end is not None]
        return all(_fits(end, wanted.parts[0], budget, named) for end in ends)
    if name == "context":
        pairs = zip(wanted.members, wanted.parts, strict=True)
        return all(key in value and _fits(value[key], part, budget, named) for key, part in pairs)
    return True


def _fits(value: Any, wanted: TypeName, budget: Budget, named: Named) -> bool:
    """Say whether a part has its type; null fits every type."""
    return value is None or is_instance(value, wanted, budget, named) is True


def coerced(value: Any, wanted: TypeName | None, budget: Budget) -> Any:
    """Return a value as a type: a list of one stands for its item, and an item for a list."""
    if wanted is None or value is None or is_instance(value, wanted, budget) is not False:
        return value
    if wanted.name == "list":
        return coerced([value], wanted, budget) if type(value) is not list else None
    if type(value) is list and len(value) == 1 and is_instance(value[0], wanted, budget):
        return value[0]
    return None


def fitting(wanted: TypeName) -> Fit:
    """Return what makes a value fit a type, or makes it null."""
    return lambda value, budget: coerced(value, wanted, budget)
