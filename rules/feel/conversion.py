"""Values between the language and plain data, as JSON and Python hold it."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.feel import numbers, temporal
from rules.feel.budget import MAX_DATA_STRING, MAX_DATA_VALUES, exceeded
from rules.feel.values import SIMPLE_TYPES, Function, Range

_MAX_DEPTH = 100
_MAX_FLOAT_EXPONENT = 307


def from_json(value: Any) -> Any:
    """
    Return plain data as a value of the language.

    Raises:
        FeelBudgetExceeded: The data are too many, or nested too deeply.

    """
    convert = _FROM_PLAIN.get(type(value))
    return _Reader().read(value, 0) if convert is None else convert(value)


class _Reader:
    """Counts what it reads: data may hold the same part many times, or even themselves."""

    def __init__(self) -> None:
        self._left = MAX_DATA_VALUES

    def read(self, value: Any, depth: int) -> Any:
        """Return plain data as a value of the language."""
        convert = _FROM_PLAIN.get(type(value))
        if convert is not None:
            return convert(value)
        if isinstance(value, Mapping):
            self._count(len(value), depth)
            return {str(key): self.read(item, depth + 1) for key, item in value.items()}
        if isinstance(value, Sequence | set | frozenset) and not isinstance(value, str | bytes):
            self._count(len(value), depth)
            return [self.read(item, depth + 1) for item in value]
        return _from_subclass(value)

    def _count(self, length: int, depth: int) -> None:
        """Count the items of a list or context before they are read."""
        self._left -= length
        if self._left < 0:
            raise exceeded(f"The data have more than {MAX_DATA_VALUES:,} values", "hand in fewer")
        if depth > _MAX_DEPTH:
            raise exceeded(
                f"The data are nested more than {_MAX_DEPTH} levels deep", "hand in flatter data"
            )


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
        self._left = MAX_DATA_VALUES

    def write(self, value: Any, depth: int) -> Any:
        """Return a value as plain data."""
        convert = _TO_PLAIN.get(type(value))
        if convert is not None:
            return convert(value)
        if isinstance(value, Mapping):
            self._count(len(value), depth)
            return {str(key): self.write(item, depth + 1) for key, item in value.items()}
        if isinstance(value, list | tuple):
            self._count(len(value), depth)
            return [self.write(item, depth + 1) for item in value]
        if isinstance(value, bool | str | int | float):
            return value
        if isinstance(value, Range):
            return {
                "start": self.write(value.start, depth + 1),
                "end": self.write(value.end, depth + 1),
                "start included": value.start_included,
                "end included": value.end_included,
            }
        return None if isinstance(value, Function) else temporal.text(value)

    def _count(self, length: int, depth: int) -> None:
        """Count the items of a list or context before they are written."""
        self._left -= length
        if self._left < 0:
            raise exceeded(f"The result has more than {MAX_DATA_VALUES:,} values", "return fewer")
        if depth > _MAX_DEPTH:
            raise exceeded(
                f"The result is nested more than {_MAX_DEPTH} levels deep", "return flatter data"
            )


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


def _text(value: str) -> str:
    """Return a text, unless it would make every comparison slow."""
    if len(value) > MAX_DATA_STRING:
        raise exceeded(
            f"A text in the data has more than {MAX_DATA_STRING:,} characters", "hand in less text"
        )
    return value


def _same(value: Any) -> Any:
    """Return a value that is the same on both sides."""
    return value


_FROM_PLAIN: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys(SIMPLE_TYPES, _same),
    **{int: numbers.number, float: numbers.number, Decimal: numbers.rounded, str: _text},
}
_TO_PLAIN: dict[type, Callable[[Any], Any]] = {
    **dict.fromkeys((str, bool, type(None)), _same),
    Decimal: _plain_number,
}
