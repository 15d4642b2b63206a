"""The checks of types: each is a closure that returns a value as its type, or `WRONG`."""

from collections.abc import Callable, Iterable
from typing import Any

from rules.feel import Budget
from rules.feel import temporal as iso
from rules.feel.compiler import Code, Layout, Scope, compile_tests
from rules.feel.compiler.core import read_slot
from rules.feel.compiler.unary import QUESTION
from rules.feel.syntax import UnaryTests
from rules.feel.values import type_name

_FROM_TEXT: dict[str, Callable[[str], Any]] = {
    "date": iso.parse_date,
    "time": iso.parse_time,
    "date and time": iso.parse_datetime,
    "days and time duration": iso.parse_duration,
    "years and months duration": iso.parse_duration,
}
WRONG = object()

# The last argument says that the value is plain data, where dates are texts and the
# members of a context may be missing.
Check = Callable[[Any, Budget, bool], Any]
_Test = Callable[[Any, Budget], bool]


def anything(value: Any, _budget: Budget, _plain: bool) -> Any:
    """Accept any value."""
    return value


def built_in_check(name: str) -> Check:
    """Return the check of a built-in type."""
    from_text = _FROM_TEXT.get(name)

    def check(value: Any, _budget: Budget, plain: bool) -> Any:
        if plain and from_text is not None and type(value) is str:
            value = from_text(value)
        return value if type_name(value) == name else WRONG

    return check


def list_check(item_check: Check) -> Check:
    """Return the check of a list by that of its items; an item may be null."""

    def check(value: Any, budget: Budget, plain: bool) -> Any:
        if type(value) is not list:
            return WRONG
        budget.spend(len(value))
        items = [None if item is None else item_check(item, budget, plain) for item in value]
        return WRONG if any(item is WRONG for item in items) else items

    return check


def context_check(parts: Iterable[tuple[str, Check]]) -> Check:
    """Return the check of a context by those of its members."""
    members = tuple(parts)

    def check(value: Any, budget: Budget, plain: bool) -> Any:
        if type(value) is not dict:
            return WRONG
        budget.spend()
        result = dict(value)
        for name, part in members:
            if name not in value:
                if plain:
                    continue
                return WRONG
            if value[name] is not None:
                result[name] = part(value[name], budget, plain)
                if result[name] is WRONG:
                    return WRONG
        return result

    return check


def restricted(check: Check, tests: UnaryTests) -> Check:
    """Return a check that accepts only allowed values."""
    is_allowed = _allowed_test(tests)

    def allowed(value: Any, budget: Budget, plain: bool) -> Any:
        fitted = check(value, budget, plain)
        if fitted is WRONG or fitted is None or is_allowed(fitted, budget):
            return fitted
        return WRONG

    return allowed


def _allowed_test(tests: UnaryTests) -> _Test:
    """Return the test of the allowed values of a type."""
    layout = Layout()
    slot = layout.slot()
    scope = Scope(layout).with_slots({QUESTION: slot})
    code: Code = compile_tests(tests, scope, read_slot(slot))

    def test(value: Any, budget: Budget) -> bool:
        frame = layout.template.copy()
        frame[0] = {}
        frame[1] = budget
        frame[slot] = value
        return code(frame) is True

    return test
