"""Built-in functions that make and ask dates, times and durations."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.feel import equality, temporal
from rules.feel.budget import Budget
from rules.feel.builtins.library import Library
from rules.feel.values import YearsMonths

LIBRARY = Library()


@LIBRARY.add("date", "from: any", "year: integer, month: integer, day: integer")
def make_date(budget: Budget, *parts: Any) -> date | None:
    """Return a date from a text, a date and time, or year, month and day."""
    if len(parts) == 3:
        return temporal.make_date(*(int(part) for part in parts))
    source = parts[0]
    if isinstance(source, datetime):
        return source.date()
    if isinstance(source, date):
        return source
    return temporal.parse_date(source) if isinstance(source, str) else None


@LIBRARY.add(
    "time", "from: any", "hour: integer, minute: integer, second: number, offset?: duration"
)
def make_time(budget: Budget, *parts: Any) -> time | None:
    """Return a time from a text, a date and time, or hour, minute, second and offset."""
    if len(parts) >= 3:
        return _time_of_parts(*parts)
    source = parts[0]
    if isinstance(source, datetime):
        return source.timetz()
    if isinstance(source, time):
        return source
    if isinstance(source, date):
        return time(0, tzinfo=UTC)
    return temporal.parse_time(source) if isinstance(source, str) else None


def _time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None
) -> time | None:
    """Return a time of its parts."""
    if offset is not None and not isinstance(offset, timedelta):
        return None
    whole, fraction = divmod(second, 1)
    zone = None if offset is None else temporal.make_zone(offset)
    if offset is not None and zone is None:
        return None
    return time(int(hour), int(minute), int(whole), int(fraction * 1_000_000), zone)


@LIBRARY.add("date and time", "from: any", "date: date, time: any")
def make_datetime(budget: Budget, day: Any, moment: Any = None) -> datetime | None:
    """Return a date and time from a text, or from a date and a time."""
    if moment is not None:
        return datetime.combine(day, moment) if isinstance(moment, time) else None
    if isinstance(day, datetime):
        return day
    if isinstance(day, date):
        return datetime.combine(day, time(0, tzinfo=UTC))
    return temporal.parse_datetime(day) if isinstance(day, str) else None


@LIBRARY.add("duration", "from: any")
def make_duration(budget: Budget, source: Any) -> timedelta | YearsMonths | None:
    """Return a duration from a text."""
    if isinstance(source, timedelta | YearsMonths):
        return source
    return temporal.parse_duration(source) if isinstance(source, str) else None


@LIBRARY.add("years and months duration", "from: date, to: date")
def years_and_months(budget: Budget, start: date, end: date) -> YearsMonths | None:
    """Return the whole months between two dates."""
    if equality.order(start, end) is None:
        start, end = _day(start), _day(end)
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and _within_month(end) < _within_month(start):
        months -= 1
    elif months < 0 and _within_month(end) > _within_month(start):
        months += 1
    return temporal.make_months(months)


def _day(value: date) -> date:
    """Return the day of a date or of a date and time."""
    return value.date() if isinstance(value, datetime) else value


def _within_month(value: date) -> tuple[int, time]:
    """Return the place of a date inside its month."""
    return value.day, value.time() if isinstance(value, datetime) else time(0)


@LIBRARY.add("is", "value1: any, value2?: any")
def identical(budget: Budget, left: Any, right: Any = None) -> bool:
    """Say whether two values are the same in every detail, the offset of a time included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, time | datetime):
        return temporal.text(left) == temporal.text(right)
    return equality.equal(left, right, budget) is True


@LIBRARY.add("day of year", "date: date")
def day_of_year(budget: Budget, day: date) -> Decimal:
    """Return the number of a day in its year."""
    return Decimal(day.timetuple().tm_yday)


@LIBRARY.add("day of week", "date: date")
def day_of_week(budget: Budget, day: date) -> str:
    """Return the English name of the day."""
    return _ENGLISH_DAYS[day.weekday()]


@LIBRARY.add("month of year", "date: date")
def month_of_year(budget: Budget, day: date) -> str:
    """Return the English name of the month."""
    return _ENGLISH_MONTHS[day.month]


@LIBRARY.add("week of year", "date: date")
def week_of_year(budget: Budget, day: date) -> Decimal:
    """Return the number of the week after ISO 8601."""
    return Decimal(day.isocalendar()[1])


@LIBRARY.add("last day of month", "date: date")
def last_day_of_month(budget: Budget, day: date) -> date:
    """Return the last day of the month."""
    return date(day.year, day.month, monthrange(day.year, day.month)[1])


_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
