"""Built-in functions that make and ask dates, times and durations."""

from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any

from rules.feel import equality, temporal
from rules.feel.budget import Budget
from rules.feel.builtins.library import Library
from rules.feel.numbers import CONTEXT
from rules.feel.temporal import Date, DateTime, Duration, Time
from rules.feel.values import WideDuration, YearsMonths, type_name

LIBRARY = Library()


@LIBRARY.add("date", "from: any", "year: integer, month: integer, day: integer")
def make_date(budget: Budget, *parts: Any) -> Date | None:
    """Return a date from a text, a date and time, or year, month and day."""
    if len(parts) == 3:
        return temporal.make_date(*(int(part) for part in parts))
    source = parts[0]
    kind = type_name(source)
    if kind == "date and time":
        return temporal.make_date(source.year, source.month, source.day)
    if kind == "date":
        return source  # type: ignore[no-any-return]
    return temporal.parse_date(source) if isinstance(source, str) else None


@LIBRARY.add(
    "time", "from: any", "hour: integer, minute: integer, second: number, offset?: duration"
)
def make_time(budget: Budget, *parts: Any) -> Time | None:
    """Return a time from a text, a date and time, or hour, minute, second and offset."""
    if len(parts) >= 3:
        return _time_of_parts(*parts)
    source = parts[0]
    kind = type_name(source)
    if kind == "date and time":
        return temporal.make_time(temporal.clock(source), source.tzinfo)
    if kind == "time":
        return source  # type: ignore[no-any-return]
    if kind == "date":
        return temporal.make_time(0, UTC)
    return temporal.parse_time(source) if isinstance(source, str) else None


def _time_of_parts(
    hour: Decimal, minute: Decimal, second: Decimal, offset: Any = None
) -> Time | None:
    """Return a time of its parts."""
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60):
        return None
    zone = None
    if offset is not None:
        zone = None if isinstance(offset, YearsMonths) else temporal.make_zone(offset)
        if zone is None:
            return None
    passed = int(hour) * 3_600 + int(minute) * 60
    return temporal.make_time(
        passed * temporal.SECOND + int(CONTEXT.multiply(second, Decimal(temporal.SECOND))), zone
    )


@LIBRARY.add("date and time", "from: any", "date: date, time: any")
def make_datetime(budget: Budget, day: Any, moment: Any = None) -> DateTime | None:
    """Return a date and time from a text, or from a date and a time."""
    if moment is not None:
        if type_name(moment) != "time":
            return None
        return temporal.make_datetime(make_date(budget, day), temporal.clock(moment), moment.tzinfo)
    kind = type_name(day)
    if kind == "date and time":
        return day  # type: ignore[no-any-return]
    if kind == "date":
        return temporal.make_datetime(day, 0, UTC)
    return temporal.parse_datetime(day) if isinstance(day, str) else None


@LIBRARY.add("duration", "from: any")
def make_duration(budget: Budget, source: Any) -> Duration | YearsMonths | None:
    """Return a duration from a text."""
    if isinstance(source, timedelta | WideDuration | YearsMonths):
        return source
    return temporal.parse_duration(source) if isinstance(source, str) else None


@LIBRARY.add("years and months duration", "from: date, to: date")
def years_and_months(
    budget: Budget, start: Date | DateTime, end: Date | DateTime
) -> YearsMonths | None:
    """Return the whole months between two dates; a time of day does not count."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and end.day < start.day:
        months -= 1
    elif months < 0 and end.day > start.day:
        months += 1
    return temporal.make_months(months)


@LIBRARY.add("is", "value1: any, value2?: any")
def identical(budget: Budget, left: Any, right: Any = None) -> bool:
    """Say whether two values are the same in every detail, the offset of a time included."""
    kind = type_name(left)
    if kind != type_name(right):
        return False
    if kind in {"time", "date and time"}:
        return temporal.text(left) == temporal.text(right)
    return equality.equal(left, right, budget) is True


@LIBRARY.add("day of year", "date: date")
def day_of_year(budget: Budget, day: Date | DateTime) -> Decimal:
    """Return the number of a day in its year."""
    return Decimal(temporal.twin(day).timetuple().tm_yday)


@LIBRARY.add("day of week", "date: date")
def day_of_week(budget: Budget, day: Date | DateTime) -> str:
    """Return the English name of the day."""
    return _ENGLISH_DAYS[temporal.twin(day).weekday()]


@LIBRARY.add("month of year", "date: date")
def month_of_year(budget: Budget, day: Date | DateTime) -> str:
    """Return the English name of the month."""
    return _ENGLISH_MONTHS[day.month]


@LIBRARY.add("week of year", "date: date")
def week_of_year(budget: Budget, day: Date | DateTime) -> Decimal:
    """Return the number of the week after ISO 8601."""
    return Decimal(temporal.twin(day).isocalendar()[1])


@LIBRARY.add("last day of month", "date: date")
def last_day_of_month(budget: Budget, day: Date | DateTime) -> Date | None:
    """Return the last day of the month."""
    return temporal.make_date(day.year, day.month, temporal.last_day(day.year, day.month))


_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
