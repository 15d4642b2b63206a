"""
Dates, times and durations as whole numbers of days and nanoseconds, and back.

A day has the number that Python calls its ordinal: 1 is the first day of the year 1, and
the year 0 comes before it. The calendar repeats after 400 years, weekdays included, so
Python's own calendar counts the days of all years.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from rules.feel.numbers import CONTEXT
from rules.feel.values import WideDate, WideDateTime, WideDuration, WideTime, YearsMonths

Date = date | WideDate
Time = time | WideTime
DateTime = datetime | WideDateTime
Duration = timedelta | WideDuration
Temporal = Date | Time | DateTime | Duration | YearsMonths

SECOND = 1_000_000_000
DAY = 86_400 * SECOND
LARGEST_YEAR = 999_999_999
CYCLE_DAYS = 146_097
_CYCLE_YEARS = 400
_LAST_YEAR = 9_999
# Any duration, counted in nanoseconds or in months, is an exact number of the language.
_LONGEST = 10**34


def make_date(year: int, month: int, day: int) -> Date | None:
    """Return a date, or null where there is none."""
    try:
        if 1 <= year <= _LAST_YEAR:
            return date(year, month, day)
        date(_twin_year(year), month, day)
    except (ValueError, OverflowError):
        return None
    return WideDate(year, month, day) if abs(year) <= LARGEST_YEAR else None


def _twin_year(year: int) -> int:
    """Return the year of the first cycle of the calendar that has the same days."""
    return (year - 1) % _CYCLE_YEARS + 1


def twin(value: Date | DateTime) -> date:
    """Return the day with the same place in its year and its week that Python knows."""
    if isinstance(value, date):
        return value
    return date(_twin_year(value.year), value.month, value.day)


def day_number(value: Date | DateTime) -> int:
    """Return the number of the day of a date."""
    if isinstance(value, date):
        return value.toordinal()
    return twin(value).toordinal() + (value.year - 1) // _CYCLE_YEARS * CYCLE_DAYS


def date_of(number: int) -> Date | None:
    """Return the date of the day with a number, or null if it is too far away."""
    cycles, rest = divmod(number - 1, CYCLE_DAYS)
    day = date.fromordinal(rest + 1)
    return make_date(day.year + cycles * _CYCLE_YEARS, day.month, day.day)


def last_day(year: int, month: int) -> int:
    """Return the number of the days of a month."""
    return monthrange(_twin_year(year), month)[1]


def clock(value: Time | DateTime) -> int:
    """Return the nanoseconds that a clock has counted since midnight."""
    passed = value.hour * 3_600 + value.minute * 60 + value.second
    if isinstance(value, time | datetime):
        return passed * SECOND + value.microsecond * 1_000
    return passed * SECOND + value.nanosecond


def make_time(since_midnight: int, zone: tzinfo | None) -> Time:
    """Return the time of day when a clock has counted nanoseconds, fewer than a day has."""
    hour, minute, second, fraction = _clock_parts(since_midnight)
    if fraction % 1_000:
        return WideTime(hour, minute, second, fraction, zone)
    return time(hour, minute, second, fraction // 1_000, zone)


def _clock_parts(since_midnight: int) -> tuple[int, int, int, int]:
    """Return hour, minute, second and nanosecond."""
    passed, fraction = divmod(since_midnight, SECOND)
    minutes, second = divmod(passed, 60)
    return minutes // 60, minutes % 60, second, fraction


def make_datetime(
    day: Date | DateTime | None, since_midnight: int, zone: tzinfo | None, fold: int = 0
) -> DateTime | None:
    """Return the date and time on a day; null if there is no such day."""
    if day is None:
        return None
    year, month = day.year, day.month
    hour, minute, second, fraction = _clock_parts(since_midnight)
    if isinstance(day, date) and not fraction % 1_000:
        micro = fraction // 1_000
        return datetime(year, month, day.day, hour, minute, second, micro, zone, fold=fold)
    return WideDateTime(year, month, day.day, hour, minute, second, fraction, zone, fold)


def add_months(day: Date | DateTime, months: int) -> Date | None:
    """Return the date some months later; a day that the month lacks becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return make_date(year, month + 1, min(day.day, last_day(year, month + 1)))


def make_months(months: int) -> YearsMonths | None:
    """Return a duration of months, or null if it is too long."""
    return YearsMonths(months) if abs(months) < _LONGEST else None


def nanoseconds(duration: Duration) -> int:
    """Return the length of a duration."""
    if isinstance(duration, WideDuration):
        return duration.nanoseconds
    whole = duration.days * 86_400 + duration.seconds
    return whole * SECOND + duration.microseconds * 1_000


def make_duration(length: int) -> Duration | None:
    """Return a duration of nanoseconds, or null if it is too long."""
    if abs(length) >= _LONGEST:
        return None
    if length % 1_000:
        return WideDuration(length)
    try:
        return timedelta(microseconds=length // 1_000)
    except OverflowError:
        return WideDuration(length)


def narrowed(value: Any) -> Any:
    """
    Return a value for those who only know Python's types: without parts of a microsecond.

    What is too far away or too long for them stays as it is.
    """
    if isinstance(value, WideTime):
        return make_time(clock(value) // 1_000 * 1_000, value.tzinfo)
    if isinstance(value, WideDateTime):
        day = make_date(value.year, value.month, value.day)
        return make_datetime(day, clock(value) // 1_000 * 1_000, value.tzinfo, value.fold)
    if isinstance(value, WideDuration):
        return make_duration(value.nanoseconds // 1_000 * 1_000)
    return value


def seconds(length: int) -> Decimal:
    """Return nanoseconds as a number of seconds."""
    whole, fraction = divmod(length, SECOND)
    if not fraction:
        return Decimal(whole)
    return Decimal(length).scaleb(-9, CONTEXT).normalize(CONTEXT)
