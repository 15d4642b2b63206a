"""
Tests that depend on nothing but the value that they test.

What they answer for a value can be kept. Of these, the simple ones compare with
constants only, so that they answer the same for all numbers between two constants.
"""

from decimal import Decimal
from typing import Any

from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler import Scope
from rules.feel.compiler.calls import SPECIAL_NAMES
from rules.feel.compiler.core import constant
from rules.feel.compiler.unary import QUESTION
from rules.feel.numbers import as_integer
from rules.feel.syntax import (
    Call,
    FunctionLiteral,
    Literal,
    Name,
    Negation,
    Node,
    RangeLiteral,
    Test,
    UnaryTests,
    children,
)

_COMPARABLE = frozenset({Decimal, str, bool, type(None)})
_BY_ORDER = frozenset({"<", "<=", ">", ">="})
_OPERATORS = _BY_ORDER | {"=", "!="}


def is_steady(node: Node, scope: Scope, names: frozenset[str] = frozenset({QUESTION})) -> bool:
    """Say whether a node reads nothing but the given names, nor the present moment."""
    if isinstance(node, Name):
        return node.name in names
    if isinstance(node, FunctionLiteral):
        return False
    if isinstance(node, Call):
        return _calls_builtin(node, scope) and all(
            is_steady(argument, scope, names) for argument in node.arguments
        )
    return all(is_steady(child, scope, names) for child in children(node))


def _calls_builtin(node: Call, scope: Scope) -> bool:
    """Say whether a call leads to a built-in function that looks at its arguments only."""
    function = node.function
    return (
        isinstance(function, Name)
        and function.name in FUNCTIONS
        and function.name not in SPECIAL_NAMES
        and scope.local(function.name) is None
    )


class Constants:
    """
    What the simple tests of a column compare with.

    Attributes:
        numbers: The numbers, ascending; between two of them all tests answer alike.
        texts: The strings; to all others every test answers alike.

    Either is null where some test of the column is not that simple.

    """

    def __init__(self, cells: list[UnaryTests]) -> None:
        parts = [_simple_parts(test) for cell in cells for test in cell.tests]
        known = [part for part in parts if part is not None]
        values = [value for part in known for value in part]
        is_simple = len(known) == len(parts)
        by_order = any(_orders_texts(test) for cell in cells for test in cell.tests)
        numbers = {value for value in values if type(value) is Decimal}
        texts = {value for value in values if type(value) is str}
        self.numbers: list[Decimal | int] | None = (
            [_whole(number) for number in sorted(numbers)] if is_simple else None
        )
        self.texts: frozenset[str] | None = frozenset(texts) if is_simple and not by_order else None


def _whole(number: Decimal) -> Decimal | int:
    """Return a whole number as an integer: those are compared faster."""
    whole = as_integer(number)
    return number if whole is None else whole


def is_simple(cell: UnaryTests) -> bool:
    """Say whether a cell does nothing but compare with constants."""
    return all(_simple_parts(test) is not None for test in cell.tests)


def _simple_parts(test: Node) -> tuple[Any, ...] | None:
    """Return the constants that a simple test compares with; null for other tests."""
    if isinstance(test, Literal | Negation):
        values: tuple[Any, ...] = (constant(test),)
    elif isinstance(test, Test) and test.operator in _OPERATORS:
        values = (constant(test.operand),)
    elif isinstance(test, RangeLiteral):
        values = constant(test.start), constant(test.end)
    else:
        return None
    return values if all(type(value) in _COMPARABLE for value in values) else None


def _orders_texts(test: Node) -> bool:
    """Say whether a test asks for the order of strings."""
    ordered = (isinstance(test, Test) and test.operator in _BY_ORDER) or isinstance(
        test, RangeLiteral
    )
    return ordered and any(type(value) is str for value in _simple_parts(test) or ())
