"""How a built-in function is declared, and how its arguments are checked."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any, NamedTuple, TypeVar

from rules.feel.budget import Budget
from rules.feel.values import (
    Function,
    Range,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
)

_KINDS: dict[str, tuple[type, ...]] = {
    "number": (Decimal,),
    "integer": (Decimal,),
    "position": (Decimal,),
    "string": (str,),
    "boolean": (bool,),
    "context": (dict,),
    "function": (Function,),
    "range": (Range,),
    "date": (date, datetime, WideDate, WideDateTime),
    "moment": (date, datetime, time, WideDate, WideDateTime, WideTime),
    "duration": (timedelta, WideDuration, YearsMonths),
    "number or duration": (Decimal, timedelta, WideDuration, YearsMonths),
}
_WRONG = object()
# What a function does with each character or item in one go of Python's own is this fast.
_CHARACTERS_PER_STEP = 200
_ITEMS_PER_STEP = 64
_FunctionT = TypeVar("_FunctionT", bound=Callable[..., Any])


class _Parameter(NamedTuple):
    """One parameter: its name, what it takes, and whether it may be left out."""

    name: str
    kind: str
    optional: bool


class _Signature(NamedTuple):
    """The parameters of one way to call a function; the last one may repeat."""

    parameters: tuple[_Parameter, ...]
    repeats: bool

    def takes(self, count: int) -> bool:
        """Say whether the function can be called with so many arguments."""
        required = sum(not parameter.optional for parameter in self.parameters)
        return count >= required and (self.repeats or count <= len(self.parameters))


class Library:
    """The built-in functions of one topic."""

    def __init__(self) -> None:
        self.functions: list[Function] = []

    def add(
        self, name: str, *signatures: str, spread: bool = False
    ) -> Callable[[_FunctionT], _FunctionT]:
        """
        Declare a built-in function.

        A signature reads `string: string, length?: number, items...: any`; a kind is
        `any`, `list` or one of the kinds above. With `spread` the only parameter is a
        list, and several arguments are taken as its items.
        """
        read = tuple(_read_signature(signature) for signature in signatures)

        def declare(function: _FunctionT) -> _FunctionT:
            names = tuple(tuple(p.name for p in signature.parameters) for signature in read)
            self.functions.append(Function(name, names, _checked(function, read, spread)))
            return function

        return declare


def _read_signature(text: str) -> _Signature:
    """Read the short form of a signature."""
    parameters = []
    repeats = False
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, kind = (piece.strip() for piece in part.partition(":"))
        repeats = name.endswith("...")
        optional = name.endswith("?")
        parameters.append(_Parameter(name.rstrip("?."), kind, optional))
    return _Signature(tuple(parameters), repeats)


def _checked(
    function: Callable[..., Any], signatures: tuple[_Signature, ...], spread: bool
) -> Callable[..., Any]:
    """Return the function with its arguments checked; wrong ones make the result null."""

    def call(budget: Budget, *arguments: Any) -> Any:
        budget.spend()
        if spread and arguments and not _is_list(arguments):
            arguments = (list(arguments),)
        for signature in signatures:
            if signature.takes(len(arguments)):
                accepted = _accepted(signature, arguments)
                if accepted is not None:
                    return _called(function, budget, accepted)
        return None

    return call


def _is_list(arguments: tuple[Any, ...]) -> bool:
    """Say whether the only argument is the list, or the null where one should be."""
    return len(arguments) == 1 and (arguments[0] is None or type(arguments[0]) is list)


def _called(function: Callable[..., Any], budget: Budget, arguments: list[Any]) -> Any:
    """Call a function; what it cannot do is null, and long arguments and results are paid for."""
    for argument in arguments:
        kind = type(argument)
        if kind is str and len(argument) >= _CHARACTERS_PER_STEP:
            budget.spend(len(argument) // _CHARACTERS_PER_STEP)
        elif kind is list and len(argument) >= _ITEMS_PER_STEP:
            budget.spend(len(argument) // _ITEMS_PER_STEP)
    try:
        result = function(budget, *arguments)
    except (ArithmeticError, ValueError, TypeError):
        return None
    if type(result) is str:
        budget.spend_characters(len(result))
    elif type(result) is list:
        budget.spend_items(len(result))
    return result


def _accepted(signature: _Signature, arguments: tuple[Any, ...]) -> list[Any] | None:
    """Return the arguments as the function wants them, or null if one does not fit."""
    accepted = []
    last = len(signature.parameters) - 1
    for index, argument in enumerate(arguments):
        parameter = signature.parameters[min(index, last)]
        value = _coerced(parameter.kind, argument)
        if value is _WRONG:
            if argument is None and parameter.optional:
                value = None
            else:
                return None
        accepted.append(value)
    return accepted


def _coerced(kind: str, value: Any) -> Any:
    """Return a value as a kind; a list of one stands for its item, and an item for a list."""
    if kind == "any":
        return value
    if kind == "list":
        if value is None:
            return _WRONG
        return value if type(value) is list else [value]
    accepted = _KINDS[kind]
    if type(value) is list and len(value) == 1:
        value = value[0]
    if type(value) not in accepted:
        return _WRONG
    if kind == "integer" and value != value.to_integral_value():
        return _WRONG
    # The fraction of a position does not count.
    return value.to_integral_value(ROUND_DOWN) if kind == "position" else value
