"""The few points that stand for all values of a column: each constant, and what lies between."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cmp_to_key
from itertools import pairwise
from typing import Any

from rules.dmn.checks.exact import NotExact
from rules.dmn.checks.kinds import Kind
from rules.feel import Budget, Expression, compile_expression, equality, evaluate
from rules.feel.values import type_name

ORDERED = frozenset(
    (
        *("number", "date", "time", "date and time"),
        *("days and time duration", "years and months duration"),
    )
)
_STEPS = {
    "number": "1",
    "date": 'duration("P1D")',
    "time": 'duration("PT1M")',
    "date and time": 'duration("P1D")',
    "days and time duration": 'duration("P1D")',
    "years and months duration": 'duration("P1M")',
}
_OTHER_TEXTS = ("other", "something else", "another text", "none of these")


@dataclass(frozen=True, slots=True)
class Point:
    """
    A value that stands for all values of its kind.

    `kind` is `at` for one value, `between`, `below` or `above` for those beside constants,
    `other` for all other texts, `null`, `foreign` for values of another type, and `any`
    where nothing is known.
    """

    kind: str
    value: Any = None
    low: Any = None
    high: Any = None


ANY = Point("any")
NULL = Point("null")
FOREIGN = Point("foreign", {})


def points_of(kind: Kind, marks: Iterable[Any]) -> list[Point]:
    """
    Return the points of a column of a type, whose cells compare with some constants.

    Raises:
        NotExact: The constants cannot be put into one order.

    """
    constants = [mark for mark in marks if mark is not None]
    names = [kind.name] if kind.is_scalar else sorted({type_name(mark) for mark in constants})
    if not names or (kind.name and not kind.is_scalar):
        return [ANY]
    found: list[Point] = []
    for name in names:
        found += _of_type(name, [mark for mark in constants if type_name(mark) == name])
    return found


def _of_type(name: str, constants: Sequence[Any]) -> list[Point]:
    """Return the points of one type."""
    if name == "boolean":
        return [Point("at", False), Point("at", True)]
    if name == "string":
        texts = list(dict.fromkeys(constants))
        return [*(Point("at", text) for text in texts), Point("other", _other_text(texts))]
    if name not in ORDERED:
        return [ANY]
    return _on_a_line(name, _sorted(constants))


def _other_text(texts: Sequence[str]) -> str:
    """Return a text that is none of some others."""
    return next((text for text in _OTHER_TEXTS if text not in texts), "".join(texts) + "?")


def _sorted(constants: Sequence[Any]) -> list[Any]:
    """Return constants in their order, each once."""

    def compare(one: Any, other: Any) -> int:
        order = equality.order(one, other)
        if order is None:
            raise NotExact
        return order

    ordered = sorted(constants, key=cmp_to_key(compare))
    return ordered[:1] + [other for one, other in pairwise(ordered) if compare(one, other)]


def _on_a_line(name: str, ordered: list[Any]) -> list[Point]:
    """Return the points at, between and beside constants."""
    if not ordered:
        # Any value will do where no cell compares.
        return [Point("between", first_of(name))]
    step = _STEPS[name]
    found = _beside("below", f"high - {step}", None, ordered[0])
    for low, high in zip(ordered, [*ordered[1:], None], strict=True):
        found.append(Point("at", low, low, low))
        if high is None:
            found += _beside("above", f"low + {step}", low, None)
        else:
            found += _middle(name, low, high)
    return found


def _middle(name: str, low: Any, high: Any) -> list[Point]:
    """Return the point between two constants, a whole number where there is one."""
    whole = _beside("between", "floor((low + high) / 2)", low, high) if name == "number" else []
    return whole or _beside("between", "low + (high - low) / 2", low, high)


def _beside(kind: str, text: str, low: Any, high: Any) -> list[Point]:
    """Return the point with a value that is written as an expression, if it lies right."""
    value = _compiled(text).evaluate({"low": low, "high": high}, budget=Budget())
    above = low is None or equality.order(value, low) == 1
    below = high is None or equality.order(value, high) == -1
    return [Point(kind, value, low, high)] if above and below and value is not None else []


@cache
def _compiled(text: str) -> Expression:
    """Return an expression of this module, ready to be evaluated."""
    return compile_expression(text)


def first_of(name: str) -> Any:
    """Return some value of a type."""
    return evaluate(
        {
            "number": "1",
            "date": 'date("2026-01-01")',
            "time": 'time("12:00:00")',
            "date and time": 'date and time("2026-01-01T12:00:00")',
            "days and time duration": 'duration("P1D")',
            "years and months duration": 'duration("P1M")',
        }[name],
        budget=Budget(),
    )
