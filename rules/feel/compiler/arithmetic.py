"""Addition, subtraction, multiplication, division, powers and the unary minus."""

from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from rules.feel import calculation
from rules.feel.compiler.access import always
from rules.feel.compiler.core import (
    BUDGET,
    NOT_CONSTANT,
    Code,
    Frame,
    Scope,
    compile_node,
    compiles,
    constant,
)
from rules.feel.numbers import CONTEXT, power
from rules.feel.syntax import Arithmetic, Negation

_Operation = Callable[[Any, Any], Any]


def _power_of_others(left: Any, right: Any) -> None:
    """Answer with null: only numbers have powers."""


_OPERATIONS: dict[str, tuple[_Operation, _Operation]] = {
    "+": (CONTEXT.add, calculation.add),
    "-": (CONTEXT.subtract, calculation.subtract),
    "*": (CONTEXT.multiply, calculation.multiply),
    "/": (CONTEXT.divide, calculation.divide),
    "**": (power, _power_of_others),
}


@compiles(Arithmetic)
def compile_arithmetic(node: Arithmetic, scope: Scope) -> Code:
    """Compile an operation; two numbers take the short way."""
    left = compile_node(node.left, scope)
    right = compile_node(node.right, scope)
    of_numbers, of_others = _OPERATIONS[node.operator]
    fixed = constant(node.right)
    if type(fixed) is Decimal:
        return _with_constant(left, fixed, of_numbers, of_others)

    if node.operator == "+":
        return _addition(left, right, scope)

    def calculate(frame: Frame) -> Any:
        first = left(frame)
        second = right(frame)
        if type(first) is Decimal and type(second) is Decimal:
            try:
                return of_numbers(first, second)
            except DecimalException:
                return None
        return of_others(first, second)

    return calculate


def _addition(left: Code, right: Code, scope: Scope) -> Code:
    """Return the code of `+`, which also joins strings and must pay for their length."""
    scope.budgeted()
    of_numbers = CONTEXT.add

    def calculate(frame: Frame) -> Any:
        first = left(frame)
        second = right(frame)
        if type(first) is Decimal and type(second) is Decimal:
            try:
                return of_numbers(first, second)
            except DecimalException:
                return None
        if type(first) is str and type(second) is str:
            frame[BUDGET].spend_characters(len(first) + len(second))
            return first + second
        return calculation.add(first, second)

    return calculate


def _with_constant(
    left: Code, second: Decimal, of_numbers: _Operation, of_others: _Operation
) -> Code:
    """Return the code of an operation whose right side is a constant number."""

    def calculate(frame: Frame) -> Any:
        first = left(frame)
        if type(first) is Decimal:
            try:
                return of_numbers(first, second)
            except DecimalException:
                return None
        return of_others(first, second)

    return calculate


@compiles(Negation)
def compile_negation(node: Negation, scope: Scope) -> Code:
    """Compile the unary minus."""
    fixed = constant(node)
    if fixed is not NOT_CONSTANT:
        return always(fixed)
    operand = compile_node(node.operand, scope)
    return lambda frame: calculation.negate(operand(frame))
