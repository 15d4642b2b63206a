"""How values are written as text by the function `string`."""

from decimal import Decimal
from typing import Any

from rules.feel import numbers, temporal
from rules.feel.budget import MAX_STRING_LENGTH, Budget, check_string, exceeded
from rules.feel.names import is_word
from rules.feel.values import Function, Range

_MAX_DEPTH = 60


def written(value: Any, budget: Budget) -> str:
    """
    Return a value as text; a string stays as it is.

    Raises:
        FeelBudgetExceeded: The text would be too long.

    """
    if isinstance(value, str):
        return value
    pieces = _Pieces(budget)
    pieces.add(value, 0)
    return "".join(pieces.parts)


def to_text(value: Any) -> str:
    """
    Return a value as text, as the function `string` does.

    Raises:
        FeelBudgetExceeded: The text would be too long.

    """
    return written(value, Budget())


def quoted(value: str) -> str:
    """Return a string as a literal of the language."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


class _Pieces:
    """Collects the pieces of a text and stops before it grows too long."""

    def __init__(self, budget: Budget) -> None:
        self.parts: list[str] = []
        self._length = 0
        self._budget = budget

    def put(self, piece: str) -> None:
        """Add a piece of text."""
        self._length += len(piece)
        if self._length > MAX_STRING_LENGTH:
            check_string(self._length)
        self.parts.append(piece)

    def add(self, value: Any, depth: int) -> None:
        """Add a value; strings inside others are quoted."""
        self._budget.spend()
        if depth > _MAX_DEPTH:
            raise exceeded(f"A value is nested more than {_MAX_DEPTH} deep", "write its parts")
        if isinstance(value, list):
            self._all("[", value, "]", depth)
        elif isinstance(value, dict):
            self._context(value, depth)
        elif isinstance(value, Range):
            self._range(value, depth)
        else:
            self.put(_simple(value))

    def _all(self, opening: str, values: list[Any], closing: str, depth: int) -> None:
        """Add the items of a list."""
        self.put(opening)
        for index, item in enumerate(values):
            if index:
                self.put(", ")
            self.add(item, depth + 1)
        self.put(closing)

    def _context(self, value: dict[str, Any], depth: int) -> None:
        """Add the entries of a context."""
        self.put("{")
        for index, (key, item) in enumerate(value.items()):
            if index:
                self.put(", ")
            self.put(f"{key if is_word(key) else quoted(key)}: ")
            self.add(item, depth + 1)
        self.put("}")

    def _range(self, value: Range, depth: int) -> None:
        """Add a range; one that was written as a comparison is written so again."""
        if value.operator:
            self.put(f"({value.operator} ")
            self.add(value.end if value.start is None else value.start, depth + 1)
            self.put(")")
            return
        self.put("[" if value.start_included else "(")
        self.add(value.start, depth + 1)
        self.put("..")
        self.add(value.end, depth + 1)
        self.put("]" if value.end_included else ")")


def _simple(value: Any) -> str:
    """Return a value that has no parts."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return numbers.text(value)
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Function):
        return f"function {value.name}".rstrip()
    return temporal.text(value)
