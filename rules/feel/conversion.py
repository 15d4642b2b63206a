"""Values between the language and plain data, as JSON and Python hold it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.feel import numbers, temporal
from rules.feel.errors import FeelBudgetExceeded
from rules.feel.values import SIMPLE_TYPES, Function, Range

_MAX_DEPTH = 100
_MAX_NODES = 100_000
_MAX_FLOAT_EXPONENT = 307


def from_json(value: Any, depth: int = 0) -> Any:
    """
    Return plain data as a value of the language.

    Raises:
        FeelBudgetExceeded: The data are nested too deeply.

    """
    kind = type(value)
    if kind is Decimal:
        return numbers.rounded(value)
    if kind in SIMPLE_TYPES:
        return value
    if kind is int or kind is float:
        return numbers.number(value)
    if depth > _MAX_DEPTH:
        raise FeelBudgetExceeded("The data are nested too deeply.")
    if isinstance(value, Mapping):
        return {str(key): from_json(item, depth + 1) for key, item in value.items()}
    if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
        return [from_json(item, depth + 1) for item in value]
    return _from_subclass(value)


def _from_subclass(value: Any) -> Any:
    """Return a value of a type derived from a known one, such as an enum of strings; else null."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return numbers.number(int(value))
    if isinstance(value, float):
        return numbers.number(float(value))
    return None


class _Writer:
    """Counts what it writes: a value may hold the same part many times."""

    def __init__(self) -> None:
        self._left = _MAX_NODES

    def write(self, value: Any, depth: int) -> Any:
        """Return a value as plain data."""
        self._left -= 1
        if self._left < 0 or depth > _MAX_DEPTH:
            raise FeelBudgetExceeded("The result is too large or nested too deeply.")
        if isinstance(value, Decimal):
            return _plain_number(value)
        if value is None or isinstance(value, bool | str | int | float):
            return value
        if isinstance(value, Mapping):
            return {str(key): self.write(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.write(item, depth + 1) for item in value]
        if isinstance(value, Range):
            return {
                "start": self.write(value.start, depth + 1),
                "end": self.write(value.end, depth + 1),
                "start included": value.start_included,
                "end included": value.end_included,
            }
        return None if isinstance(value, Function) else temporal.text(value)


def to_json(value: Any) -> Any:
    """
    Return a value of the language as plain data; dates and durations become ISO texts.

    Raises:
        FeelBudgetExceeded: The value is too large to be written.

    """
    return _Writer().write(value, 0)


def _plain_number(value: Decimal) -> int | float | None:
    """Return a number as an integer where it is whole; null if it is too large for JSON."""
    whole = numbers.as_integer(value)
    if whole is not None:
        return whole
    return float(value) if value.adjusted() <= _MAX_FLOAT_EXPONENT else None
