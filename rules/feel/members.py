"""What a path can reach: entries of contexts, and the parts of temporal values and ranges."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.feel import temporal
from rules.feel.temporal import Duration
from rules.feel.values import (
    Range,
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
)

_Getter = Callable[[Any], Any]


def _part(size: int, limit: int | None) -> _Getter:
    """Return the getter of one unit of a duration; it has the sign of the duration."""

    def get(value: Duration) -> Decimal:
        length = temporal.nanoseconds(value)
        units = abs(length) // size
        whole = units % limit if limit else units
        return Decimal(-whole if length < 0 else whole)

    return get


def _seconds(value: Duration) -> Decimal:
    """Return the seconds of a duration beyond its whole minutes, with their fraction."""
    length = temporal.nanoseconds(value)
    rest = abs(length) % (60 * temporal.SECOND)
    return temporal.seconds(-rest if length < 0 else rest)


def _months(value: YearsMonths) -> Decimal:
    """Return the months of a duration beyond its whole years."""
    return Decimal(abs(value.months) % 12 * (-1 if value.months < 0 else 1))


def _years(value: YearsMonths) -> Decimal:
    """Return the whole years of a duration."""
    return Decimal(abs(value.months) // 12 * (-1 if value.months < 0 else 1))


_DAY: dict[str, _Getter] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(temporal.twin(value).isoweekday()),
}
_CLOCK: dict[str, _Getter] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": lambda value: temporal.seconds(temporal.clock(value) % (60 * temporal.SECOND)),
    "time offset": temporal.offset,
    "timezone": lambda value: temporal.region(value.tzinfo),
}
_LENGTH: dict[str, _Getter] = {
    "days": _part(temporal.DAY, None),
    "hours": _part(3_600 * temporal.SECOND, 24),
    "minutes": _part(60 * temporal.SECOND, 60),
    "seconds": _seconds,
}
_GETTERS: dict[type, dict[str, _Getter]] = {
    date: _DAY,
    WideDate: _DAY,
    time: _CLOCK,
    WideTime: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    WideDateTime: {**_DAY, **_CLOCK},
    timedelta: _LENGTH,
    WideDuration: _LENGTH,
    YearsMonths: {"years": _years, "months": _months},
    Range: {
        # What differs from one value has no ends.
        "start": lambda value: None if value.operator == "!=" else value.start,
        "end": lambda value: None if value.operator == "!=" else value.end,
        "start included": lambda value: value.start_included,
        "end included": lambda value: value.end_included,
    },
}

# The parser must know these names, because they have more than one word.
SPACED_MEMBERS = ("time offset", "start included", "end included")


def member(value: Any, name: str) -> Any:
    """Return a member of a value; of a list, the members of its items; else null."""
    kind = type(value)
    if kind is dict:
        return value.get(name)
    if kind is list:
        return [member(item, name) if type(item) is not list else None for item in value]
    getter = _GETTERS.get(kind, {}).get(name)
    return getter(value) if getter else None
