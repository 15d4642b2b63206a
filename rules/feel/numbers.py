"""Numbers: decimals of 34 digits, rounded half to even; what cannot be is null."""

from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DecimalException,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

CONTEXT = Context(
    prec=34,
    rounding=ROUND_HALF_EVEN,
    Emin=-6143,
    Emax=6144,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_EXACT_INTEGER = 10**30
_LARGEST_BITS = 20_500
_LARGEST_EXPONENT = 999_999_999


def number(value: int | float | str) -> Decimal | None:
    """Return a plain number or the text of one as a number; null if it is none."""
    if type(value) is int and -_EXACT_INTEGER < value < _EXACT_INTEGER:
        return Decimal(value)
    if type(value) is int and value.bit_length() > _LARGEST_BITS:
        # To convert it would take time with the square of its length, only to be refused.
        return None
    try:
        result = CONTEXT.create_decimal(repr(value) if isinstance(value, float) else value)
    except (DecimalException, ValueError):
        return None
    return result if result.is_finite() else None


def rounded(value: Decimal) -> Decimal | None:
    """Return any decimal as a number of the language; null if it is too large or none."""
    try:
        result = CONTEXT.plus(value)
    except DecimalException:
        return None
    return result if result.is_finite() else None


def power(base: Decimal, exponent: Decimal) -> Decimal | None:
    """Return a power; null where it is too large or not defined."""
    if abs(exponent) > _LARGEST_EXPONENT:
        return None
    if not exponent and not base:
        return Decimal(1)
    try:
        result = CONTEXT.power(base, exponent)
    except DecimalException:
        return None
    # A negative power of zero is infinite, without any signal.
    return result if result.is_finite() else None


def text(value: Decimal) -> str:
    """Return a number as the language writes it: no exponent, no needless zeros."""
    if not value:
        return "0"
    if value == value.to_integral_value():
        return f"{value.to_integral_value():f}"
    written = f"{value:f}"
    return written.rstrip("0") if "." in written else written


def as_integer(value: Decimal) -> int | None:
    """Return a whole number as an integer, else null."""
    if value.adjusted() > 30 or value != value.to_integral_value():
        return None
    return int(value)
