"""Equality and order of dates, times and durations by what they mean."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from rules.feel.temporal.timeline import Time, clock, day_number, nanoseconds
from rules.feel.temporal.zones import instant, offset, wall
from rules.feel.values import (
    WideDate,
    WideDateTime,
    WideDuration,
    WideTime,
    YearsMonths,
    type_name,
)

# Python compares moments of one region by their clocks, and never finds two moments of
# different regions equal while a clock is set back; so it is only asked where offsets are fixed.
_FIXED = frozenset({type(None), timezone})
_PLAIN = frozenset({date, timedelta, YearsMonths})
_CLOCKS = frozenset({datetime, time})


def compared(left: Any, right: Any) -> int | None:
    """
    Return -1, 0 or 1 as the left value is smaller, equal or greater; null for two kinds.

    Where only one of two moments has a zone, the other takes place in the same one.
    """
    kind = type(left)
    if (kind in _PLAIN and kind is type(right)) or are_plain(left, right):
        return bool(left > right) - bool(left < right)
    places = _PLACES.get(kind)
    if places is None or type_name(left) != type_name(right):
        return None
    place, shown = places
    if kind in _ZONED and (left.tzinfo is None) != (right.tzinfo is None):
        place = shown
    first, second = place(left), place(right)
    return (first > second) - (first < second)


def equal(left: Any, right: Any) -> bool | None:
    """Return whether two values are equal; a moment with a zone never equals one without."""
    order = compared(left, right)
    if order or type(left) not in _ZONED:
        return None if order is None else order == 0
    return None if order is None else (left.tzinfo is None) == (right.tzinfo is None)


def are_plain(left: Any, right: Any) -> bool:
    """Say whether two values are moments that Python compares and subtracts rightly."""
    kind = type(left)
    if kind not in _CLOCKS or type(right) is not kind:
        return False
    zone = type(left.tzinfo)
    return zone is type(right.tzinfo) and zone in _FIXED


def _time_place(value: Time) -> int:
    """Return the nanoseconds since midnight in UTC, which may lie in another day."""
    shift = offset(value)
    return clock(value) - nanoseconds(shift) if shift else clock(value)


def _months(value: YearsMonths) -> int:
    """Return the length of a duration."""
    return value.months


_Place = Callable[[Any], int]
_PLACES: dict[type, tuple[_Place, _Place]] = {
    date: (day_number, day_number),
    WideDate: (day_number, day_number),
    time: (_time_place, clock),
    WideTime: (_time_place, clock),
    datetime: (instant, wall),
    WideDateTime: (instant, wall),
    timedelta: (nanoseconds, nanoseconds),
    WideDuration: (nanoseconds, nanoseconds),
    YearsMonths: (_months, _months),
}
_ZONED = frozenset({time, WideTime, datetime, WideDateTime})
