"""Writes dates, times and durations as ISO 8601; reading the text gives an equal value."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.feel.temporal.timeline import (
    DAY,
    SECOND,
    Date,
    DateTime,
    Duration,
    Time,
    clock,
    nanoseconds,
)
from rules.feel.temporal.zones import offset, region
from rules.feel.values import WideDate, WideDateTime, WideDuration, WideTime


def text(value: Any) -> str:
    """Return a temporal value as a text, with a zone as `@region/city` where it has a name."""
    return _WRITERS.get(type(value), str)(value)


def _date_text(value: Date | DateTime) -> str:
    """Return a date; its year has at least four digits."""
    sign = "-" if value.year < 0 else ""
    return f"{sign}{abs(value.year):04}-{value.month:02}-{value.day:02}"


def _time_text(value: Time | DateTime) -> str:
    """Return a time of day with its zone."""
    written = f"{value.hour:02}:{value.minute:02}:{value.second:02}"
    return written + _fraction(clock(value) % SECOND) + _zone_text(value)


def _datetime_text(value: DateTime) -> str:
    """Return a date and time."""
    return f"{_date_text(value)}T{_time_text(value)}"


def _fraction(nanosecond: int) -> str:
    """Return the decimal places of a second."""
    return f".{nanosecond:09}".rstrip("0") if nanosecond else ""


def _zone_text(value: Time | DateTime) -> str:
    """Return the zone of a time."""
    if value.tzinfo is None:
        return ""
    name = region(value.tzinfo)
    if name is not None and not _is_second(value):
        return f"@{name}"
    length = nanoseconds(offset(value) or timedelta()) // SECOND
    if not length:
        return "Z"
    minutes, second = divmod(abs(length), 60)
    seconds = f":{second:02}" if second else ""
    return f"{'-' if length < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}{seconds}"


def _is_second(value: Time | DateTime) -> bool:
    """
    Say whether a clock shows a time for the second time, after it was set back.

    The region would tell the first of the two, so such a time is written with its offset.
    """
    if not isinstance(value, datetime | WideDateTime) or not value.fold:
        return False
    first: DateTime
    first = replace(value, fold=0) if isinstance(value, WideDateTime) else value.replace(fold=0)
    return offset(first) != offset(value)


def _duration_text(value: Duration) -> str:
    """Return a duration as `P1DT2H3M4.5S`."""
    length = nanoseconds(value)
    if not length:
        return "PT0S"
    days, rest = divmod(abs(length), DAY)
    passed, fraction = divmod(rest, SECOND)
    minutes, second = divmod(passed, 60)
    parts = {"H": minutes // 60, "M": minutes % 60}
    written = "".join(f"{count}{unit}" for unit, count in parts.items() if count)
    if second or fraction:
        written += f"{second}{_fraction(fraction)}S"
    sign = "-" if length < 0 else ""
    return f"{sign}P{f'{days}D' if days else ''}{f'T{written}' if written else ''}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    date: _date_text,
    WideDate: _date_text,
    time: _time_text,
    WideTime: _time_text,
    datetime: _datetime_text,
    WideDateTime: _datetime_text,
    timedelta: _duration_text,
    WideDuration: _duration_text,
}
