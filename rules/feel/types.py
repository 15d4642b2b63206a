"""Types by name, and whether a value has one."""

from collections.abc import Callable
from datetime import UTC
from typing import Any

from rules.feel import temporal
from rules.feel.budget import Budget
from rules.feel.syntax import TypeName
from rules.feel.values import TYPE_NAMES, Function, type_name

_ALIASES = {
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "dateTime": "date and time",
    "any": "Any",
    "Null": "null",
}
Named = Callable[[str], TypeName | None]
Fit = Callable[[Any, Budget], Any]


def _plain(wanted: TypeName) -> str:
    """Return the name of a type, whichever way it is written."""
    return _ALIASES.get(wanted.name, wanted.name)


def no_names(name: str) -> TypeName | None:
    """Know no types but the built-in ones."""


def is_instance(
    value: Any, wanted: TypeName, budget: Budget, named: Named = no_names
) -> bool | None:
    """
    Say whether a value has a type; null if nobody knows the type.

    `named` tells what a type of the model around the expression is made of.
    """
    name = _plain(wanted)
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
    return name != "function" or _takes(value, wanted)


def _takes(function: Function, wanted: TypeName) -> bool:
    """Say whether a function takes what a type of functions says; its result is not known."""
    given = wanted.parts[:-1]
    if all(len(signature) != len(given) for signature in function.signatures):
        return False
    # A built-in function declares no types here.
    pairs = zip(given, function.types, strict=False)
    return all(parameter is None or conforms(argument, parameter) for argument, parameter in pairs)


def conforms(given: TypeName, wanted: TypeName) -> bool:
    """Say whether every value of a type has another one too."""
    name = _plain(wanted)
    if name == "Any":
        return True
    if _plain(given) != name:
        return False
    return not wanted.parts or _parts_conform(given, wanted, name)


def _parts_conform(given: TypeName, wanted: TypeName, name: str) -> bool:
    """Say whether the parts of a type conform to those of another one of the same name."""
    if name == "context":
        parts = dict(zip(given.members, given.parts, strict=True))
        members = zip(wanted.members, wanted.parts, strict=True)
        return all(key in parts and conforms(parts[key], part) for key, part in members)
    if len(given.parts) != len(wanted.parts):
        return False
    pairs = list(zip(given.parts, wanted.parts, strict=True))
    if name == "function":
        # Whoever stands for another function takes at least what that one takes.
        *parameters, result = pairs
        return conforms(*result) and all(conforms(right, left) for left, right in parameters)
    return all(conforms(left, right) for left, right in pairs)


def _fits(value: Any, wanted: TypeName, budget: Budget, named: Named) -> bool:
    """Say whether a part has its type; null fits every type."""
    return value is None or is_instance(value, wanted, budget, named) is True


def coerced(value: Any, wanted: TypeName | None, budget: Budget) -> Any:
    """
    Return a value as a type; null if it cannot be one.

    A list of one stands for its item, an item for a list, and a date for its midnight.
    """
    if wanted is None or value is None or is_instance(value, wanted, budget) is not False:
        return value
    if _plain(wanted) == "date and time" and type_name(value) == "date":
        return temporal.make_datetime(value, 0, UTC)
    if wanted.name == "list":
        return coerced([value], wanted, budget) if type(value) is not list else None
    if type(value) is list and len(value) == 1 and is_instance(value[0], wanted, budget):
        return value[0]
    return None


def fitting(wanted: TypeName) -> Fit:
    """Return what makes a value fit a type, or makes it null."""
    return lambda value, budget: coerced(value, wanted, budget)
