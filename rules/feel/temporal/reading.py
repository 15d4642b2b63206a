"""Reads dates, times and durations from texts; what is none is null."""

import re
from datetime import UTC, timedelta, tzinfo

from rules.feel.temporal.timeline import (
    DAY,
    SECOND,
    Date,
    DateTime,
    Duration,
    Temporal,
    Time,
    date_of,
    day_number,
    make_date,
    make_datetime,
    make_duration,
    make_months,
    make_time,
)
from rules.feel.temporal.zones import find_region, make_zone
from rules.feel.values import YearsMonths

_ZONE = r"([Zz]|[+-][0-9]{2}:[0-5][0-9](?::[0-5][0-9])?|@[A-Za-z][A-Za-z0-9_+/-]*)?"
_DAY = r"(?!-0000)(-?(?:[0-9]{4}|[1-9][0-9]{4,8}))-([0-9]{2})-([0-9]{2})"
_DATE = re.compile(_DAY)
_MIDNIGHT = re.compile(_DAY + _ZONE)
_TIME = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9]):([0-5][0-9])(?:\.([0-9]+))?" + _ZONE)
_DAYS_TIME = re.compile(
    r"(-)?P(?:([0-9]+)D)?"
    r"(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]*))?S)?)?"
)
_YEARS_MONTHS = re.compile(r"(-)?P(?:([0-9]+)Y)?(?:([0-9]+)M)?")
_LONGEST_TEXT = 100


def parse_any(text: str) -> Temporal | None:
    """Return the date, time or duration that a text writes, or null."""
    if "P" in text[:2]:
        return parse_duration(text)
    if ":" in text[:3]:
        return parse_time(text)
    return parse_datetime(text) if "T" in text else parse_date(text)


def parse_date(text: str) -> Date | None:
    """Return the date that a text writes, or null."""
    found = _DATE.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    return make_date(int(found[1]), int(found[2]), int(found[3])) if found else None


def parse_time(text: str) -> Time | None:
    """Return the time that a text writes, or null; 24:00:00 is midnight."""
    read = _read_clock(text)
    return None if read is None else make_time(read[0] % DAY, read[1])


def _read_clock(text: str) -> tuple[int, tzinfo | None] | None:
    """Return the nanoseconds since midnight, up to a whole day, and the zone."""
    found = _TIME.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        return None
    zone = parse_zone(found[5]) if found[5] else None
    if found[5] and zone is None:
        return None
    passed = int(found[1]) * 3_600 + int(found[2]) * 60 + int(found[3])
    since_midnight = passed * SECOND + _fraction(found[4])
    return (since_midnight, zone) if since_midnight <= DAY else None


def _fraction(digits: str | None) -> int:
    """Return the nanoseconds of the digits after the point."""
    return int((digits or "").ljust(9, "0")[:9])


def parse_datetime(text: str) -> DateTime | None:
    """Return the date and time that a text writes, or null; a date alone is its midnight."""
    day_text, separator, time_text = text.partition("T")
    if not separator:
        return _parse_midnight(text)
    day = parse_date(day_text)
    read = _read_clock(time_text)
    if day is None or read is None:
        return None
    since_midnight, zone = read
    if since_midnight == DAY:
        # The end of a day is the beginning of the next one.
        return make_datetime(date_of(day_number(day) + 1), 0, zone)
    return make_datetime(day, since_midnight, zone)


def _parse_midnight(text: str) -> DateTime | None:
    """Return the midnight of a date, which may have a zone."""
    found = _MIDNIGHT.fullmatch(text) if len(text) <= _LONGEST_TEXT else None
    if found is None:
        return None
    zone = parse_zone(found[4]) if found[4] else None
    if found[4] and zone is None:
        return None
    return make_datetime(make_date(int(found[1]), int(found[2]), int(found[3])), 0, zone)


def parse_zone(text: str) -> tzinfo | None:
    """Return the zone that the end of a time names: `Z`, an offset or `@region/city`."""
    if text in {"Z", "z"}:
        return UTC
    if text.startswith("@"):
        return find_region(text[1:])
    hours, minutes, *rest = (int(part) for part in text[1:].split(":"))
    found = timedelta(hours=hours, minutes=minutes, seconds=rest[0] if rest else 0)
    return make_zone(-found if text[0] == "-" else found)


def parse_duration(text: str) -> Duration | YearsMonths | None:
    """Return the duration that a text writes, or null."""
    if len(text) > _LONGEST_TEXT or text.endswith(("P", "T")):
        return None
    found = _YEARS_MONTHS.fullmatch(text)
    if found:
        months = int(found[2] or 0) * 12 + int(found[3] or 0)
        return make_months(-months if found[1] else months)
    found = _DAYS_TIME.fullmatch(text)
    if found is None:
        return None
    hours = int(found[2] or 0) * 24 + int(found[3] or 0)
    passed = hours * 3_600 + int(found[4] or 0) * 60 + int(found[5] or 0)
    length = passed * SECOND + _fraction(found[6])
    return make_duration(-length if found[1] else length)
