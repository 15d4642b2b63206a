"""Built-in functions on numbers, and the conversion from text."""

import re
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from rules.feel import calculation, numbers
from rules.feel.budget import Budget
from rules.feel.builtins.library import Library

LIBRARY = Library()
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_MAX_SCALE = 6176
_MIN_SCALE = -6111


def _rounded(value: Decimal, scale: Decimal | None, rounding: str) -> Decimal | None:
    """Return a number with so many digits after the point; a negative scale rounds before it."""
    digits = 0 if scale is None else int(scale)
    if not _MIN_SCALE <= digits <= _MAX_SCALE:
        return None
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -digits:
        return value
    step = Decimal(1).scaleb(-digits)
    return numbers.CONTEXT.plus(value.quantize(step, rounding, _WIDE))


_WIDE = numbers.CONTEXT.copy()
_WIDE.prec = 7000


@LIBRARY.add("decimal", "n: number, scale: position")
def decimal(budget: Budget, n: Decimal, scale: Decimal) -> Decimal | None:
    """Round half to even."""
    return _rounded(n, scale, ROUND_HALF_EVEN)


@LIBRARY.add("floor", "n: number", "n: number, scale: integer")
def floor(budget: Budget, n: Decimal, scale: Decimal | None = None) -> Decimal | None:
    """Round down to the next smaller number."""
    return _rounded(n, scale, ROUND_FLOOR)


@LIBRARY.add("ceiling", "n: number", "n: number, scale: integer")
def ceiling(budget: Budget, n: Decimal, scale: Decimal | None = None) -> Decimal | None:
    """Round up to the next greater number."""
    return _rounded(n, scale, ROUND_CEILING)


@LIBRARY.add("round up", "n: number, scale: integer")
def round_up(budget: Budget, n: Decimal, scale: Decimal) -> Decimal | None:
    """Round away from zero."""
    return _rounded(n, scale, ROUND_UP)


@LIBRARY.add("round down", "n: number, scale: integer")
def round_down(budget: Budget, n: Decimal, scale: Decimal) -> Decimal | None:
    """Round towards zero."""
    return _rounded(n, scale, ROUND_DOWN)


@LIBRARY.add("round half up", "n: number, scale: integer")
def round_half_up(budget: Budget, n: Decimal, scale: Decimal) -> Decimal | None:
    """Round to the nearest; a half goes away from zero."""
    return _rounded(n, scale, ROUND_HALF_UP)


@LIBRARY.add("round half down", "n: number, scale: integer")
def round_half_down(budget: Budget, n: Decimal, scale: Decimal) -> Decimal | None:
    """Round to the nearest; a half goes towards zero."""
    return _rounded(n, scale, ROUND_HALF_DOWN)


@LIBRARY.add("abs", "n: number or duration")
def absolute(budget: Budget, n: Any) -> Any:
    """Return a number or duration without its sign."""
    if isinstance(n, Decimal):
        return n.copy_abs()
    return calculation.absolute(n)


@LIBRARY.add("modulo", "dividend: number, divisor: number")
def modulo(budget: Budget, dividend: Decimal, divisor: Decimal) -> Decimal | None:
    """Return the remainder with the sign of the divisor."""
    if not divisor or dividend.adjusted() - divisor.adjusted() > 2 * _MAX_SCALE:
        return None
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return numbers.CONTEXT.plus(rest)


@LIBRARY.add("sqrt", "number: number")
def square_root(budget: Budget, number: Decimal) -> Decimal | None:
    """Return the square root."""
    return numbers.CONTEXT.sqrt(number) if number >= 0 else None


@LIBRARY.add("log", "number: number")
def logarithm(budget: Budget, number: Decimal) -> Decimal | None:
    """Return the natural logarithm."""
    return numbers.CONTEXT.ln(number) if number > 0 else None


@LIBRARY.add("exp", "number: number")
def exponential(budget: Budget, number: Decimal) -> Decimal:
    """Return e to the power of a number."""
    return numbers.CONTEXT.exp(number)


@LIBRARY.add("odd", "number: number")
def odd(budget: Budget, number: Decimal) -> bool | None:
    """Say whether a number is odd."""
    rest = modulo(budget, number, Decimal(2))
    return None if rest is None else rest == 1


@LIBRARY.add("even", "number: number")
def even(budget: Budget, number: Decimal) -> bool | None:
    """Say whether a number is even."""
    rest = modulo(budget, number, Decimal(2))
    return None if rest is None else rest == 0


@LIBRARY.add("number", "from: any, grouping separator?: string, decimal separator?: string")
def number(
    budget: Budget, source: Any, grouping: str | None = None, point: str | None = None
) -> Decimal | None:
    """Return the number that a text writes."""
    if isinstance(source, Decimal):
        return source
    if not isinstance(source, str) or grouping not in {None, " ", ",", "."}:
        return None
    if point not in {None, ",", "."} or (point is not None and point == grouping):
        return None
    text = source.replace(grouping, "") if grouping else source
    text = text.replace(point, ".") if point else text
    return numbers.number(text) if _NUMBER.fullmatch(text) else None
