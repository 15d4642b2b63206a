"""Unary tests: what stands in the cells of a table, and after `in`."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rules.feel import equality
from rules.feel.budget import Budget
from rules.feel.compiler.core import (
    BUDGET,
    Code,
    Frame,
    Scope,
    compile_node,
    constant,
)
from rules.feel.syntax import (
    And,
    Between,
    Comparison,
    In,
    InstanceOf,
    Literal,
    Name,
    Node,
    Or,
    Quantified,
    RangeLiteral,
    Test,
    UnaryTests,
    children,
)
from rules.feel.values import Range

QUESTION = "?"
_ORDERS: dict[str, tuple[int, ...]] = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (1, 0)}
_ASKING = (And, Or, Comparison, Between, In, InstanceOf, Quantified)


def compile_tests(node: UnaryTests, scope: Scope, value: Code) -> Code:
    """Return the code that tests a value; `scope` must know the question mark."""
    if not node.tests:
        return _accept_any
    holds = any_of(tuple(compile_test(test, scope, value, asks=True) for test in node.tests))
    if not node.negated:
        return holds

    def holds_not(frame: Frame) -> bool | None:
        answer = holds(frame)
        return None if answer is None else not answer

    return holds_not


def _accept_any(frame: Frame) -> bool:
    """Accept every value."""
    return True


def any_of(tests: tuple[Code, ...]) -> Code:
    """Return the code that asks whether any test holds."""
    if len(tests) == 1:
        return tests[0]

    def holds(frame: Frame) -> bool | None:
        result: bool | None = False
        for test in tests:
            answer = test(frame)
            if answer is True:
                return True
            if answer is None:
                result = None
        return result

    return holds


def compile_test(node: Node, scope: Scope, value: Code, *, asks: bool) -> Code:
    """Return the code of one test; with `asks` a condition may speak for itself."""
    if isinstance(node, Test):
        return _compile_operator(node, scope, value)
    if isinstance(node, RangeLiteral):
        return _compile_range(node, scope, value)
    if isinstance(node, Literal) and type(node.value) in {str, Decimal, bool}:
        return _is_constant(value, node.value)
    code = compile_node(node, scope)
    if asks and (isinstance(node, _ASKING) or _mentions_question(node)):
        return lambda frame: code(frame) is True
    scope.budgeted()
    if asks:
        return lambda frame: matches(value(frame), code(frame), frame[BUDGET])
    return lambda frame: contains(code(frame), value(frame), frame[BUDGET])


def _mentions_question(node: Node) -> bool:
    """Say whether a test asks for the value itself."""
    if isinstance(node, Name):
        return node.name == QUESTION
    return any(_mentions_question(child) for child in children(node))


def _is_constant(value: Code, fixed: Any) -> Code:
    """Return the code that compares with a plain constant."""
    kind = type(fixed)

    def holds(frame: Frame) -> bool | None:
        tested = value(frame)
        if type(tested) is kind:
            return bool(tested == fixed)
        if type(tested) is list:
            # A list that is tested against one value must be that value alone.
            return len(tested) == 1 and type(tested[0]) is kind and bool(tested[0] == fixed)
        return False

    return holds


def _inside_numbers(value: Code, limits: Range) -> Code:
    """Return the code that asks whether a number lies between two constants."""
    low, high = limits.start, limits.end
    low_in, high_in = limits.start_included, limits.end_included

    def holds(frame: Frame) -> bool | None:
        tested = value(frame)
        if type(tested) is not Decimal:
            return None
        return (low < tested or (low_in and tested == low)) and (
            tested < high or (high_in and tested == high)
        )

    return holds


def _compile_range(node: RangeLiteral, scope: Scope, value: Code) -> Code:
    """Return the code that asks whether a value lies in a range; null if there is none."""
    ends = constant(node.start), constant(node.end)
    if all(type(end) is Decimal for end in ends):
        return _inside_numbers(value, Range(*ends, node.start_included, node.end_included))
    limits = compile_node(node, scope)
    scope.budgeted()

    def holds(frame: Frame) -> bool | None:
        wanted = limits(frame)
        tested = value(frame)
        if type(wanted) is not Range:
            return None
        return contains(wanted, tested, frame[BUDGET])

    return holds


def _compile_operator(node: Test, scope: Scope, value: Code) -> Code:
    """Return the code of a comparison without a left side."""
    operand = compile_node(node.operand, scope)
    if node.operator in {"=", "!="}:
        wanted = node.operator == "="
        scope.budgeted()

        def equal(frame: Frame) -> bool | None:
            answer = equality.equal(value(frame), operand(frame), frame[BUDGET])
            return None if answer is None else answer is wanted

        return equal
    accepted = _ORDERS[node.operator]
    fixed = constant(node.operand)
    if type(fixed) is Decimal:
        return _ordered_with_number(value, fixed, node.operator)

    def ordered(frame: Frame) -> bool | None:
        compared = equality.order(value(frame), operand(frame))
        return None if compared is None else compared in accepted

    return ordered


def _ordered_with_number(value: Code, fixed: Decimal, sign: str) -> Code:
    """Return the code that compares with a constant number."""
    holds: dict[str, Callable[[Decimal], bool]] = {
        "<": fixed.__gt__,
        "<=": fixed.__ge__,
        ">": fixed.__lt__,
        ">=": fixed.__le__,
    }
    compare = holds[sign]

    def test(frame: Frame) -> bool | None:
        tested = value(frame)
        return compare(tested) if type(tested) is Decimal else None

    return test


def matches(value: Any, tested: Any, budget: Budget) -> bool | None:
    """Say whether the value of a cell's expression accepts an input."""
    if tested is True and type(value) is not bool:
        return True
    return contains(tested, value, budget)


def contains(tested: Any, value: Any, budget: Budget) -> bool | None:
    """Say whether a value is another, lies in a range, or is in a list of such."""
    if type(tested) is Range:
        return equality.inside(value, tested, budget)
    if type(tested) is list and type(value) is not list:
        budget.spend(len(tested))
        return any(_is_member(value, item, budget) for item in tested)
    if type(tested) is list and type(value) is list:
        budget.spend(len(tested))
        if equality.equal(value, tested, budget):
            return True
        return any(_is_member(value, item, budget) for item in tested)
    return equality.equal(value, tested, budget)


def _is_member(value: Any, item: Any, budget: Budget) -> bool:
    """Say whether an item of a list accepts a value."""
    if type(item) is Range and type(value) is not Range:
        return equality.inside(value, item, budget) is True
    return equality.equal(value, item, budget) is True


__all__ = ["QUESTION", "any_of", "compile_test", "compile_tests"]
