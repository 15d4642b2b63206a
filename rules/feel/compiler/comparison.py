"""Equality, order, `between` and `in`."""

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rules.feel import equality
from rules.feel.compiler.core import (
    BUDGET,
    Code,
    Frame,
    Scope,
    compile_node,
    compiles,
    constant,
    read_slot,
)
from rules.feel.compiler.unary import any_of, compile_test
from rules.feel.syntax import Between, Comparison, In, Test
from rules.feel.values import Range

_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@compiles(Comparison)
def compile_comparison(node: Comparison, scope: Scope) -> Code:
    """Compile a comparison of two values."""
    left = compile_node(node.left, scope)
    fixed = constant(node.right)
    if node.operator in {"=", "!="}:
        wanted = node.operator == "="
        if type(fixed) in {str, Decimal, bool}:
            return _equal_to_constant(left, fixed, wanted=wanted)
        return _equality(left, compile_node(node.right, scope), scope, wanted=wanted)
    if type(fixed) is Decimal:
        return _ordered_with_number(left, fixed, _PYTHON[node.operator])
    return _ordering(left, compile_node(node.right, scope), _PYTHON[node.operator])


def _equal_to_constant(left: Code, fixed: Any, *, wanted: bool) -> Code:
    """Return the code of an equality with a plain constant."""
    kind = type(fixed)

    def compare(frame: Frame) -> bool | None:
        value = left(frame)
        if type(value) is kind:
            return (value == fixed) is wanted
        return None if value is not None else not wanted

    return compare


def _equality(left: Code, right: Code, scope: Scope, *, wanted: bool) -> Code:
    """Return the code of an equality of any two values."""
    scope.budgeted()

    def compare(frame: Frame) -> bool | None:
        answer = equality.equal(left(frame), right(frame), frame[BUDGET])
        return None if answer is None else answer is wanted

    return compare


def _ordered_with_number(left: Code, fixed: Decimal, holds: Callable[[Any, Any], bool]) -> Code:
    """Return the code of an order against a constant number."""

    def compare(frame: Frame) -> bool | None:
        value = left(frame)
        return holds(value, fixed) if type(value) is Decimal else None

    return compare


def _ordering(left: Code, right: Code, holds: Callable[[Any, Any], bool]) -> Code:
    """Return the code of an order of any two values."""

    def compare(frame: Frame) -> bool | None:
        first = left(frame)
        second = right(frame)
        if type(first) is Decimal and type(second) is Decimal:
            return holds(first, second)
        compared = equality.order(first, second)
        return None if compared is None else holds(compared, 0)

    return compare


@compiles(Between)
def compile_between(node: Between, scope: Scope) -> Code:
    """Compile `between`; both ends are included."""
    scope.budgeted()
    value = compile_node(node.value, scope)
    low = compile_node(node.low, scope)
    high = compile_node(node.high, scope)

    def compare(frame: Frame) -> bool | None:
        tested, least, most = value(frame), low(frame), high(frame)
        if tested is None or least is None or most is None:
            return None
        return equality.inside(tested, Range(least, most), frame[BUDGET])

    return compare


@compiles(In)
def compile_in(node: In, scope: Scope) -> Code:
    """Compile `in`: any of the tests holds for the value."""
    value = compile_node(node.value, scope)
    slot = scope.layout.slot()
    # Inside the tests the question mark still is what it was outside.
    tests = tuple(compile_test(test, scope, read_slot(slot), asks=False) for test in node.tests)
    holds = any_of(tests)

    def compare(frame: Frame) -> bool | None:
        kept = frame[slot]
        frame[slot] = value(frame)
        answer: bool | None = holds(frame)
        frame[slot] = kept
        return answer

    return compare


@compiles(Test)
def compile_test_value(node: Test, scope: Scope) -> Code:
    """Compile a comparison without a left side as the range of what fulfils it."""
    operand = compile_node(node.operand, scope)
    ends: dict[str, Callable[[Any], Range]] = {
        "<": lambda value: Range(None, value, False, False, "<"),
        "<=": lambda value: Range(None, value, False, True, "<="),
        ">": lambda value: Range(value, None, False, False, ">"),
        ">=": lambda value: Range(value, None, True, False, ">="),
        "=": lambda value: Range(value, value, True, True, "="),
        "!=": lambda value: Range(value, value, False, False, "!="),
    }
    make = ends[node.operator]

    def build(frame: Frame) -> Range | None:
        value = operand(frame)
        return None if value is None else make(value)

    return build
