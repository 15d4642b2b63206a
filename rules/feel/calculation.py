"""What the operators do with values that are not two numbers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, DecimalException
from fractions import Fraction
from typing import Any

from rules.feel import temporal
from rules.feel.numbers import CONTEXT
from rules.feel.temporal import Date, DateTime, Duration, Time
from rules.feel.values import WideDuration, YearsMonths, type_name

_Calculation = Callable[[Any, Any, int], Any]
# Python adds exactly where the offset of a moment cannot change.
_FIXED = frozenset({type(None), timezone})
# Numbers beyond this power of ten make every duration too long, or nothing.
_FARTHEST = 60


def add(left: Any, right: Any) -> Any:
    """Add temporal values."""
    kinds = type_name(left), type_name(right)
    if kinds in _MOVES:
        return _MOVES[kinds](left, right, 1)
    swapped = kinds[1], kinds[0]
    return _MOVES[swapped](right, left, 1) if swapped in _MOVES else None


def subtract(left: Any, right: Any) -> Any:
    """Subtract temporal values."""
    kinds = type_name(left), type_name(right)
    if kinds in _MOVES:
        return _MOVES[kinds](left, right, -1)
    return _DISTANCES[kinds](left, right) if kinds in _DISTANCES else None


def _moved_date(day: Date, length: Duration, sign: int) -> Date | None:
    """Return the date that a duration after or before the midnight of a date lies in."""
    if type(day) is date and type(length) is timedelta:
        try:
            # Python leaves away the parts of a day, as the midnight before them.
            return day + (length if sign > 0 else -length)
        except OverflowError:
            pass  # The date leaves the years that Python knows.
    passed = sign * temporal.nanoseconds(length) // temporal.DAY
    return temporal.date_of(temporal.day_number(day) + passed)


def _moved_datetime(moment: DateTime, length: Duration, sign: int) -> DateTime | None:
    """Return the moment a duration later or earlier."""
    zone = moment.tzinfo
    if type(moment) is datetime and type(length) is timedelta and type(zone) in _FIXED:
        try:
            return moment + length if sign > 0 else moment - length
        except OverflowError:
            pass  # The moment leaves the years that Python knows.
    later = temporal.instant(moment) + sign * temporal.nanoseconds(length)
    number, since_midnight, fold = temporal.at_instant(later, zone)
    return temporal.make_datetime(temporal.date_of(number), since_midnight, zone, fold)


def _moved_time(moment: Time, length: Duration, sign: int) -> Time:
    """Return the time of day a duration later or earlier; after midnight a day begins."""
    later = temporal.clock(moment) + sign * temporal.nanoseconds(length)
    return temporal.make_time(later % temporal.DAY, moment.tzinfo)


def _date_by_months(day: Date, months: YearsMonths, sign: int) -> Date | None:
    """Return the date some months later or earlier."""
    return temporal.add_months(day, sign * months.months)


def _datetime_by_months(moment: DateTime, months: YearsMonths, sign: int) -> DateTime | None:
    """Return the same time of day some months later or earlier."""
    day = temporal.add_months(moment, sign * months.months)
    return temporal.make_datetime(day, temporal.clock(moment), moment.tzinfo, moment.fold)


def _longer(left: Duration, right: Duration, sign: int) -> Duration | None:
    """Return a duration that is longer or shorter by another."""
    return temporal.make_duration(temporal.nanoseconds(left) + sign * temporal.nanoseconds(right))


def _more_months(left: YearsMonths, right: YearsMonths, sign: int) -> YearsMonths | None:
    """Return a duration of months that is longer or shorter by another."""
    return temporal.make_months(left.months + sign * right.months)


def _between_dates(left: Date, right: Date) -> Duration | None:
    """Return the time from one date to another."""
    if type(left) is date and type(right) is date:
        return left - right
    days = temporal.day_number(left) - temporal.day_number(right)
    return temporal.make_duration(days * temporal.DAY)


def _between_moments(left: Any, right: Any) -> Duration | None:
    """Return the time between two moments, of which both or none must have a zone."""
    if temporal.are_plain(left, right):
        return left - right  # type: ignore[no-any-return]
    first, second = _as_moment(left), _as_moment(right)
    if (first.tzinfo is None) != (second.tzinfo is None):
        return None
    return temporal.make_duration(temporal.instant(first) - temporal.instant(second))


def _as_moment(value: Any) -> Any:
    """Return a date as the moment at which it begins in UTC."""
    return temporal.make_datetime(value, 0, UTC) if type_name(value) == "date" else value


def _between_times(left: Time, right: Time) -> Duration | None:
    """Return the time between two times of a day, of which both or none must have a zone."""
    if (left.tzinfo is None) != (right.tzinfo is None):
        return None
    shift = temporal.nanoseconds(temporal.offset(left) or timedelta())
    other = temporal.nanoseconds(temporal.offset(right) or timedelta())
    return temporal.make_duration(temporal.clock(left) - shift - temporal.clock(right) + other)


_DATE, _TIME, _MOMENT = "date", "time", "date and time"
_LENGTH, _MONTHS = "days and time duration", "years and months duration"
_MOVES: dict[tuple[str, str], _Calculation] = {
    (_DATE, _LENGTH): _moved_date,
    (_MOMENT, _LENGTH): _moved_datetime,
    (_TIME, _LENGTH): _moved_time,
    (_DATE, _MONTHS): _date_by_months,
    (_MOMENT, _MONTHS): _datetime_by_months,
    (_LENGTH, _LENGTH): _longer,
    (_MONTHS, _MONTHS): _more_months,
}
_DISTANCES: dict[tuple[str, str], Callable[[Any, Any], Duration | None]] = {
    (_DATE, _DATE): _between_dates,
    (_MOMENT, _MOMENT): _between_moments,
    (_MOMENT, _DATE): _between_moments,
    (_DATE, _MOMENT): _between_moments,
    (_TIME, _TIME): _between_times,
}


def multiply(left: Any, right: Any) -> Any:
    """Multiply a duration with a number."""
    if type(left) is Decimal:
        left, right = right, left
    return _scaled(left, right, inverse=False) if type(right) is Decimal else None


def divide(left: Any, right: Any) -> Any:
    """Divide a duration by a number or by another duration."""
    if type(right) is Decimal:
        return _scaled(left, right, inverse=True) if right else None
    if type_name(left) != type_name(right):
        return None
    first, second = _units(left), _units(right)
    if first is None or not second:
        return None
    try:
        return CONTEXT.divide(Decimal(first), Decimal(second))
    except DecimalException:
        return None


def _units(value: Any) -> int | None:
    """Return the length of a duration in its smallest unit; null for any other value."""
    if isinstance(value, YearsMonths):
        return value.months
    return temporal.nanoseconds(value) if isinstance(value, timedelta | WideDuration) else None


def _scaled(value: Any, number: Decimal, *, inverse: bool) -> Duration | YearsMonths | None:
    """Return a duration times a number, or divided by it."""
    units = _units(value)
    if units is None:
        return None
    power = -number.adjusted() if inverse else number.adjusted()
    if power > _FARTHEST and units and number:
        return None
    scaled = Fraction(0)
    if power >= -_FARTHEST:
        scaled = units / Fraction(number) if inverse else units * Fraction(number)
    if isinstance(value, YearsMonths):
        return temporal.make_months(int(scaled))
    return temporal.make_duration(round(scaled))


def negate(value: Any) -> Any:
    """Return a number or duration with the opposite sign."""
    if type(value) is Decimal:
        return CONTEXT.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    units = _units(value)
    return None if units is None else temporal.make_duration(-units)


def absolute(value: Any) -> Any:
    """Return a duration without its sign."""
    units = _units(value)
    return negate(value) if units is not None and units < 0 else value
