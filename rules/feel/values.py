"""
The values of the language, as Python sees them.

Numbers are `Decimal`, strings `str`, booleans `bool`, null `None`, lists `list`,
contexts `dict`; dates and times are those of `datetime`, a days and time duration
is a `timedelta`. What Python lacks stands here; a wide value exists only where Python's
own type cannot hold it, so no value has two forms.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from rules.feel.syntax import TypeName


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
class WideDate:
    """A date of a year before 1 or after 9999."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class WideTime:
    """A time of day whose second has more than six decimal places."""

    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None


@dataclass(frozen=True, slots=True)
class WideDateTime:
    """
    A date and time with a wide date or a wide time.

    `fold` tells the second of two equal times apart, when a clock is set back.
    """

    year: int
    month: int
    day: int
    hour: int
    minute: int
    second: int
    nanosecond: int
    tzinfo: tzinfo | None
    fold: int = 0


@dataclass(frozen=True, slots=True)
class WideDuration:
    """A duration of days and time that is too fine or too long for Python."""

    nanoseconds: int


@dataclass(frozen=True, slots=True)
class Range:
    """
    All values between two ends; an end of `None` is open for ever.

    A range that was written as a comparison, such as `(< 5)`, keeps its operator: it is
    not equal to a range with the same ends. That of `!=` holds what is not its start.
    """

    start: Any
    end: Any
    start_included: bool = True
    end_included: bool = True
    operator: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """
    A function, built in or written in the language.

    `call` takes the budget and then the arguments in the order of the parameters. A
    built-in function may have several signatures; each lists the names of parameters.
    `types` are those of the parameters, where they are declared.
    """

    name: str
    signatures: tuple[tuple[str, ...], ...]
    call: Callable[..., Any]
    types: tuple[TypeName | None, ...] = ()

    def arranged(self, names: tuple[str, ...]) -> tuple[int, ...] | None:
        """
        Return the places of named arguments among the parameters.

        The answer is null if the names fit no signature. Two signatures may differ in
        nothing but the order of their names: the one in which the names stand wins.
        """
        if names in self.signatures:
            return tuple(range(len(names)))
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
    WideDate: "date",
    WideTime: "time",
    WideDateTime: "date and time",
    WideDuration: "days and time duration",
    YearsMonths: "years and months duration",
    list: "list",
    dict: "context",
    Range: "range",
    Function: "function",
}


TYPE_NAMES = frozenset(_TYPE_NAMES.values())
# Values of these types have no parts that may be plain data.
SIMPLE_TYPES = frozenset(_TYPE_NAMES) - {list, dict}


def type_name(value: Any) -> str:
    """Return the name that the language has for the type of a value."""
    return _TYPE_NAMES.get(type(value), "unknown")
