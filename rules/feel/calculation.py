"""What the operators do with values that are not two numbers."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, DecimalException
from typing import Any

from rules.feel import temporal
from rules.feel.numbers import CONTEXT
from rules.feel.values import YearsMonths

_DAY_SECONDS = 86_400


def add(left: Any, right: Any) -> Any:
    """Add temporal values."""
    try:
        if isinstance(left, timedelta | YearsMonths) and isinstance(right, date | time):
            return _moved(right, left, 1)
        return _add_duration(left, right, 1)
    except (OverflowError, ValueError, TypeError):
        return None


def subtract(left: Any, right: Any) -> Any:
    """Subtract temporal values."""
    try:
        if isinstance(right, timedelta | YearsMonths):
            return _add_duration(left, right, -1)
        return _between(left, right)
    except (OverflowError, ValueError, TypeError):
        return None


def _add_duration(left: Any, right: Any, sign: int) -> Any:
    """Add a duration to a duration or to a moment."""
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left + sign * right
    if isinstance(left, YearsMonths) and isinstance(right, YearsMonths):
        return temporal.make_months(left.months + sign * right.months)
    if isinstance(left, date | time):
        return _moved(left, right, sign)
    return None


def _moved(moment: Any, duration: Any, sign: int) -> Any:
    """Return a moment that is later by a duration."""
    if isinstance(duration, YearsMonths):
        if isinstance(moment, time):
            return None
        return temporal.add_months(moment, sign * duration.months)
    if not isinstance(duration, timedelta):
        return None
    if isinstance(moment, time):
        day = datetime.combine(date(2000, 1, 2), moment)
        return (day + sign * (duration % timedelta(days=1))).timetz()
    if isinstance(moment, datetime):
        return moment + sign * duration
    midnight = datetime.combine(moment, time(0))
    return (midnight + sign * duration).date()


def _between(left: Any, right: Any) -> timedelta | None:
    """Return the time from one moment to another."""
    if isinstance(left, time) and isinstance(right, time):
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
        base = date(2000, 1, 2)
        return datetime.combine(base, left) - datetime.combine(base, right)
    if not isinstance(left, date) or not isinstance(right, date):
        return None
    if isinstance(left, datetime) or isinstance(right, datetime):
        # The midnight of a date counts in UTC where the other moment has a zone.
        return _at_midnight(left, right) - _at_midnight(right, left)
    return left - right


def _at_midnight(value: date, other: date) -> datetime:
    """Return a date as the moment at which it begins."""
    if isinstance(value, datetime):
        return value
    zoned = isinstance(other, datetime) and other.tzinfo is not None
    return datetime.combine(value, time(0), UTC if zoned else None)


def multiply(left: Any, right: Any) -> Any:
    """Multiply a duration with a number."""
    if isinstance(left, Decimal):
        left, right = right, left
    if not isinstance(right, Decimal):
        return None
    try:
        if isinstance(left, YearsMonths):
            return temporal.make_months(int(CONTEXT.multiply(Decimal(left.months), right)))
        if isinstance(left, timedelta):
            return temporal.make_seconds(CONTEXT.multiply(temporal.seconds_of(left), right))
    except (DecimalException, OverflowError, ValueError):
        return None
    return None


def divide(left: Any, right: Any) -> Any:
    """Divide a duration by a number or by another duration."""
    try:
        if isinstance(left, YearsMonths):
            if isinstance(right, YearsMonths):
                return CONTEXT.divide(Decimal(left.months), Decimal(right.months))
            if isinstance(right, Decimal):
                return temporal.make_months(int(CONTEXT.divide(Decimal(left.months), right)))
        if isinstance(left, timedelta):
            seconds = temporal.seconds_of(left)
            if isinstance(right, timedelta):
                return CONTEXT.divide(seconds, temporal.seconds_of(right))
            if isinstance(right, Decimal):
                return temporal.make_seconds(CONTEXT.divide(seconds, right))
    except (DecimalException, OverflowError, ValueError):
        return None
    return None


def negate(value: Any) -> Any:
    """Return a number or duration with the opposite sign."""
    if type(value) is Decimal:
        return CONTEXT.minus(value)
    if isinstance(value, YearsMonths):
        return YearsMonths(-value.months)
    return -value if isinstance(value, timedelta) else None
