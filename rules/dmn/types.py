"""The types of a model: what an input or a result may be, and its conversion from plain data."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.dmn.syntax import ItemDefinition
from rules.feel import Budget, Function, Range, YearsMonths
from rules.feel import temporal as iso
from rules.feel.compiler import Code, Layout, Scope, compile_tests
from rules.feel.compiler.core import read_slot
from rules.feel.compiler.unary import QUESTION

_PYTHON: dict[str, type] = {
    "number": Decimal,
    "string": str,
    "boolean": bool,
    "date": date,
    "time": time,
    "date and time": datetime,
    "days and time duration": timedelta,
    "years and months duration": YearsMonths,
    "list": list,
    "context": dict,
    "range": Range,
    "function": Function,
}
_ALIASES = {
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
}
_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "date": iso.parse_date,
    "time": iso.parse_time,
    "date and time": iso.parse_datetime,
    "days and time duration": iso.parse_duration,
    "years and months duration": iso.parse_duration,
}
_MAX_DEPTH = 30
WRONG = object()


class Types:
    """All types of a model by name."""

    def __init__(self, definitions: Iterable[ItemDefinition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._allowed: dict[int, Callable[[Any, Budget], bool]] = {}

    def knows(self, type_ref: str) -> bool:
        """Say whether a reference leads to a type."""
        name = _plain(type_ref)
        return name in {"", "Any", "any"} or name in _PYTHON or name in self._definitions

    def fitted(self, value: Any, type_ref: str, budget: Budget, *, plain: bool = False) -> Any:
        """
        Return a value as a type, or `WRONG`; null fits every type.

        With `plain` the value comes from JSON, where dates are texts.
        """
        return self._fitted(value, _plain(type_ref), budget, plain, 0)

    def _fitted(self, value: Any, name: str, budget: Budget, plain: bool, depth: int) -> Any:
        """Return a value as a named type, or `WRONG`."""
        if value is None or name in {"", "Any", "any"}:
            return value
        definition = self._definitions.get(name)
        if definition is not None:
            return self._of_definition(value, definition, budget, plain, depth)
        wanted = _PYTHON.get(name)
        if wanted is None:
            return value
        if plain and type(value) is str and name in _FROM_TEXT:
            value = _FROM_TEXT[name](value)
        if type(value) is list and len(value) == 1 and wanted is not list:
            value = value[0]
        return value if type(value) is wanted else WRONG

    def _of_definition(
        self, value: Any, definition: ItemDefinition, budget: Budget, plain: bool, depth: int
    ) -> Any:
        """Return a value as a type of the model, or `WRONG`."""
        if depth > _MAX_DEPTH:
            return WRONG
        if not definition.is_collection:
            if type(value) is list and len(value) == 1 and definition.type_ref != "list":
                value = value[0]
            return self._single(value, definition, budget, plain, depth)
        items = value if type(value) is list else [value]
        budget.spend(len(items))
        fitted = [self._single(item, definition, budget, plain, depth) for item in items]
        return WRONG if any(item is WRONG for item in fitted) else fitted

    def _single(
        self, value: Any, definition: ItemDefinition, budget: Budget, plain: bool, depth: int
    ) -> Any:
        """Return one value as a type of the model, or `WRONG`."""
        if definition.components:
            value = self._context(value, definition, budget, plain, depth)
        else:
            value = self._fitted(value, _plain(definition.type_ref), budget, plain, depth + 1)
        if value is WRONG or value is None or definition.allowed is None:
            return value
        return value if self._is_allowed(value, definition, budget) else WRONG

    def _context(
        self, value: Any, definition: ItemDefinition, budget: Budget, plain: bool, depth: int
    ) -> Any:
        """Return a context with its members as their types, or `WRONG`."""
        if type(value) is not dict:
            return None if value is None else WRONG
        result = dict(value)
        for part in definition.components:
            if part.name not in value:
                continue
            member = value[part.name]
            if member is not None:
                member = self._of_definition(member, part, budget, plain, depth + 1)
            if member is WRONG:
                return WRONG
            result[part.name] = member
        return result

    def _is_allowed(self, value: Any, definition: ItemDefinition, budget: Budget) -> bool:
        """Say whether a value is among the allowed ones."""
        key = id(definition)
        if key not in self._allowed:
            self._allowed[key] = _allowed_test(definition)
        return self._allowed[key](value, budget)


def _plain(type_ref: str) -> str:
    """Return the name of a type without the prefix that old files have."""
    name = type_ref.removeprefix("feel:")
    return _ALIASES.get(name, name)


def _allowed_test(definition: ItemDefinition) -> Callable[[Any, Budget], bool]:
    """Return the test of the allowed values of a type."""
    layout = Layout()
    slot = layout.slot()
    scope = Scope(layout).with_slots({QUESTION: slot})
    if definition.allowed is None:
        return lambda _value, _budget: True
    code: Code = compile_tests(definition.allowed, scope, read_slot(slot))

    def test(value: Any, budget: Budget) -> bool:
        frame = layout.template.copy()
        frame[0] = {}
        frame[1] = budget
        frame[slot] = value
        return code(frame) is True

    return test


def type_text(type_ref: str) -> str:
    """Return how a message names a type."""
    return _plain(type_ref) or "any value"
