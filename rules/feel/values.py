"""
The values of the language, as Python sees them.

Numbers are `Decimal`, strings `str`, booleans `bool`, null `None`, lists `list`,
contexts `dict`; dates and times are those of `datetime`, a days and time duration
is a `timedelta`. What Python lacks stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, order=True, slots=True)
class YearsMonths:
    """A duration of years and months, counted in months."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        sign = "-" if self.months < 0 else ""
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months else "")
        return f"{sign}P{parts or '0M'}"


@dataclass(frozen=True, slots=True)
class Range:
    """All values between two ends; an end of `None` is open for ever."""

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """
    A function, built in or written in the language.

    `call` takes the budget and then the arguments in the order of the parameters. A
    built-in function may have several signatures; each lists the names of parameters.
    """

    name: str
    signatures: tuple[tuple[str, ...], ...]
    call: Callable[..., Any]

    def arranged(self, names: tuple[str, ...]) -> tuple[int, ...] | None:
        """
        Return the places of named arguments among the parameters.

        The answer is null if the names fit no signature.
        """
        for signature in self.signatures:
            if len(set(names)) == len(names) and set(names) <= set(signature):
                return tuple(signature.index(name) for name in names)
        return None


_TYPE_NAMES: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


TYPE_NAMES = frozenset(_TYPE_NAMES.values())


def type_name(value: Any) -> str:
    """Return the name that the language has for the type of a value."""
    return _TYPE_NAMES.get(type(value), "unknown")
