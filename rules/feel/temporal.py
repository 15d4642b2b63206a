"""
Dates, times and durations: reading and writing them.

They are Python's own types, so years run from 1 to 9999 and fractions of a second
have six digits. What cannot be represented is null, never an error.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal, DecimalException
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from rules.feel.values import YearsMonths

Temporal = date | time | datetime | timedelta | YearsMonths

_DATE = re.compile(r"(-?[0-9]{4,9})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(
    r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2}(?::[0-9]{2})?|@[A-Za-z][A-Za-z0-9_+/-]*)?"
)
_DAYS_TIME = re.compile(
    r"(-)?P(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]*)?)S)?)?"
)
_YEARS_MONTHS = re.compile(r"(-)?P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
_MAX_TEXT = 100
_MAX_MONTHS = 12 * 999_999_999
_DAY_SECONDS = 86_400


def parse_any(text: str) -> Temporal | None:
    """Return the date, time or duration that a text writes, or null."""
    if "P" in text[:2]:
        return parse_duration(text)
    if ":" in text[:3]:
        return parse_time(text)
    return parse_datetime(text) if "T" in text else parse_date(text)


def parse_date(text: str) -> date | None:
    """Return the date that a text writes, or null."""
    found = _DATE.fullmatch(text) if len(text) <= _MAX_TEXT else None
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def make_date(year: int, month: int, day: int) -> date | None:
    """Return a date, or null where there is none."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def make_date_of_ordinal(ordinal: int) -> date | None:
    """Return the date with a number of days since the year 1, or null."""
    try:
        return date.fromordinal(ordinal)
    except (ValueError, OverflowError):
        return None


def parse_time(text: str) -> time | None:
    """Return the time that a text writes, or null."""
    found = _TIME.fullmatch(text) if len(text) <= _MAX_TEXT else None
    if found is None:
        return None
    zone = parse_zone(found[5]) if found[5] else None
    if found[5] and zone is None:
        return None
    fraction = int((found[4] or "").ljust(6, "0")[:6])
    try:
        return time(int(found[1]), int(found[2]), int(found[3]), fraction, zone)
    except ValueError:
        return None


def parse_datetime(text: str) -> datetime | None:
    """Return the date and time that a text writes, or null; a date alone is its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = parse_date(day_text)
    if time_text.startswith("24:00:00") and day:
        # The end of a day is the beginning of the next one.
        time_text = "00" + time_text[2:]
        day = make_date_of_ordinal(day.toordinal() + 1)
    moment = parse_time(time_text) if separator else time(0)
    return datetime.combine(day, moment) if day and moment is not None else None


@lru_cache(maxsize=256)
def parse_zone(text: str) -> tzinfo | None:
    """Return the zone that the end of a time names: `Z`, an offset or `@region/city`."""
    if text == "Z":
        return UTC
    if text.startswith("@"):
        try:
            return ZoneInfo(text[1:])
        except (OSError, ValueError, KeyError):  # No such region, or no name of a file.
            return None
    hours, minutes, *seconds = (int(part) for part in text[1:].split(":"))
    offset = timedelta(hours=hours, minutes=minutes, seconds=seconds[0] if seconds else 0)
    return make_zone(-offset if text[0] == "-" else offset)


def make_zone(offset: timedelta) -> tzinfo | None:
    """Return the zone of an offset from UTC, or null for one of more than 18 hours."""
    if abs(offset) > timedelta(hours=18):
        return None
    return UTC if not offset else timezone(offset)


def parse_duration(text: str) -> timedelta | YearsMonths | None:
    """Return the duration that a text writes, or null."""
    if len(text) > _MAX_TEXT or text.endswith(("P", "T")):
        return None
    found = _YEARS_MONTHS.fullmatch(text)
    if found:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return make_months(-months if found[1] else months)
    found = _DAYS_TIME.fullmatch(text)
    if found is None:
        return None
    seconds = (
        Decimal(found[2] or 0) * _DAY_SECONDS
        + Decimal(found[3] or 0) * 3600
        + Decimal(found[4] or 0) * 60
        + Decimal(found[5] or 0)
    )
    return make_seconds(-seconds if found[1] else seconds)


def make_months(months: int) -> YearsMonths | None:
    """Return a duration of months, or null if it is too long."""
    return YearsMonths(months) if abs(months) <= _MAX_MONTHS else None


def make_seconds(seconds: Decimal) -> timedelta | None:
    """Return a duration of seconds, or null if it is too long."""
    try:
        whole, fraction = divmod(seconds, 1)
        return timedelta(seconds=int(whole), microseconds=int(fraction * 1_000_000))
    except (OverflowError, DecimalException):
        return None


def seconds_of(duration: timedelta) -> Decimal:
    """Return a duration as an exact number of seconds."""
    whole = duration.days * _DAY_SECONDS + duration.seconds
    return Decimal(whole) + Decimal(duration.microseconds) / 1_000_000


def add_months(day: date, months: int) -> date | None:
    """Return a date some months later; a day that the month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return day.replace(year=year, month=month + 1, day=last)
        except (ValueError, OverflowError):
            continue
    try:
        return day.replace(year=year, month=month + 1)
    except (ValueError, OverflowError):
        return None


def text(value: Any) -> str:
    """Return a temporal value as ISO 8601, with a zone as `@region/city` where it has a name."""
    if isinstance(value, timedelta):
        return _duration_text(value)
    if isinstance(value, datetime):
        return f"{value.date().isoformat()}T{_time_text(value.timetz())}"
    if isinstance(value, time):
        return _time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _time_text(value: time) -> str:
    """Return a time of day with its zone."""
    written = value.replace(tzinfo=None).isoformat()
    if "." in written:
        written = written.rstrip("0")
    if value.tzinfo is None:
        return written
    if isinstance(value.tzinfo, ZoneInfo):
        return f"{written}@{value.tzinfo.key}"
    if value.tzinfo is UTC or not value.tzinfo.utcoffset(None):
        return f"{written}Z"
    # Python writes a fixed zone as UTC+02:00.
    return written + value.tzinfo.tzname(None).removeprefix("UTC")  # type: ignore[union-attr]


def _duration_text(value: timedelta) -> str:
    """Return a duration as `P1DT2H3M4.5S`."""
    sign = "-" if value < timedelta(0) else ""
    seconds = abs(seconds_of(value))
    days, rest = divmod(seconds, _DAY_SECONDS)
    hours, rest = divmod(rest, 3600)
    minutes, rest = divmod(rest, 60)
    clock = (f"{hours:f}H" if hours else "") + (f"{minutes:f}M" if minutes else "")
    if rest:
        clock += f"{rest:f}".rstrip("0").rstrip(".") + "S" if "." in f"{rest:f}" else f"{rest:f}S"
    date_part = f"{days:f}D" if days else ""
    if not date_part and not clock:
        return "PT0S"
    return f"{sign}P{date_part}{'T' + clock if clock else ''}"
