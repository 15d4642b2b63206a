"""What a path can reach: entries of contexts, and the parts of temporal values and ranges."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rules.feel.temporal import seconds_of
from rules.feel.values import Range, YearsMonths

_Getter = Callable[[Any], Any]


def _offset(value: Any) -> timedelta | None:
    """Return the offset of a time from UTC."""
    offset = value.utcoffset()
    return offset if isinstance(offset, timedelta) else None


def _zone(value: Any) -> str | None:
    """Return the name of the region of a time."""
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


def _part(size: int, limit: int | None) -> _Getter:
    """Return the getter of one unit of a duration; it has the sign of the duration."""

    def get(value: timedelta) -> Decimal:
        seconds = seconds_of(value)
        units = abs(seconds) // size
        whole = units % limit if limit else units
        return whole.copy_sign(seconds) if whole else Decimal(0)

    return get


def _months(value: YearsMonths) -> Decimal:
    """Return the months of a duration beyond its whole years."""
    return Decimal(abs(value.months) % 12 * (-1 if value.months < 0 else 1))


def _years(value: YearsMonths) -> Decimal:
    """Return the whole years of a duration."""
    return Decimal(abs(value.months) // 12 * (-1 if value.months < 0 else 1))


def _second(value: Any) -> Decimal:
    """Return the seconds of a time with their fraction."""
    return Decimal(value.second) + Decimal(value.microsecond) / 1_000_000


_DAY: dict[str, _Getter] = {
    "year": lambda value: Decimal(value.year),
    "month": lambda value: Decimal(value.month),
    "day": lambda value: Decimal(value.day),
    "weekday": lambda value: Decimal(value.isoweekday()),
}
_CLOCK: dict[str, _Getter] = {
    "hour": lambda value: Decimal(value.hour),
    "minute": lambda value: Decimal(value.minute),
    "second": _second,
    "time offset": _offset,
    "timezone": _zone,
}
_GETTERS: dict[type, dict[str, _Getter]] = {
    date: _DAY,
    time: _CLOCK,
    datetime: {**_DAY, **_CLOCK},
    timedelta: {
        "days": _part(86_400, None),
        "hours": _part(3_600, 24),
        "minutes": _part(60, 60),
        "seconds": _part(1, 60),
    },
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
