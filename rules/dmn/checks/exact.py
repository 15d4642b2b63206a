"""
Cells whose answer can be known for every value of their column.

Such a cell compares the value with constants only. It changes its answer nowhere but at
these constants, so that trying one value beside and one at each of them tells all.
Everything else is unknown, and nothing is concluded from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rules.dmn.checks.budget import Work
from rules.dmn.checks.walking import QUESTION
from rules.feel import (
    Budget,
    FeelBudgetExceeded,
    FeelSyntaxError,
    Range,
    Tests,
    cell_of,
    expression_of,
)
from rules.feel.builtins import FUNCTIONS
from rules.feel.syntax import (
    And,
    Between,
    Call,
    Comparison,
    In,
    Literal,
    Name,
    Node,
    Or,
    RangeLiteral,
    Test,
    UnaryTests,
    everything_in,
)
from rules.feel.values import type_name

_ORDERS = frozenset({"<", "<=", ">", ">="})
_TESTED = frozenset(
    (
        *("null", "number", "string", "boolean", "date", "time", "date and time"),
        *("days and time duration", "years and months duration"),
    )
)
_STEPS = 20_000
_OVERHEAD = 5
_COMPILING = 20


class NotExact(Exception):
    """The cell has a part that depends on more than the value of its column."""


class Fixed:
    """
    The names whose value is always the same.

    Every evaluation spends from the work of the whole check.
    """

    def __init__(self, values: Mapping[str, Any], work: Work) -> None:
        self.values = values
        self._work = work
        # By the place of the cell in memory: to compare trees would cost more than it saves.
        self._compiled: dict[int, tuple[UnaryTests, Tests]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def evaluate(self, node: Node) -> Any:
        """
        Return the value of an expression.

        Raises:
            NotExact: It cannot be evaluated, or is too much work.

        """
        context = {name: self.values[name] for name in names_in(node) if name in self.values}
        with self._limited() as budget:
            return expression_of(node).evaluate(context, budget=budget)

    def accepts(self, tests: UnaryTests, value: Any) -> bool:
        """
        Say whether a value fulfils a cell.

        Raises:
            NotExact: It cannot be evaluated, or is too much work.

        """
        with self._limited(1 + len(tests.tests) // 2) as budget:
            if id(tests) not in self._compiled:
                self._work.spend(_COMPILING * (1 + len(tests.tests)))
                self._compiled[id(tests)] = tests, cell_of(tests)
            return self._compiled[id(tests)][1].matches(value, self.values, budget=budget)

    @contextmanager
    def _limited(self, more: int = 0) -> Iterator[Budget]:
        """Give a budget for one evaluation, out of the work that is left."""
        try:
            with self._work.evaluation(_STEPS, _OVERHEAD + more) as budget:
                yield budget
        except (FeelSyntaxError, FeelBudgetExceeded, KeyError):
            raise NotExact from None


class Cells:
    """Knows the cells of one table, and looks at each different one only once."""

    def __init__(self, fixed: Fixed) -> None:
        self._fixed = fixed
        self._same: dict[UnaryTests, UnaryTests] = {}
        self._marks: dict[int, list[Any] | None] = {}

    def same(self, tests: UnaryTests) -> UnaryTests:
        """Return the first cell that says what this one says, so that it is looked at once."""
        return self._same.setdefault(tests, tests)

    def marks(self, tests: UnaryTests) -> list[Any] | None:
        """Return the constants at which a cell may change its answer, if that can be known."""
        if id(tests) not in self._marks:
            tests = self.same(tests)
        if id(tests) not in self._marks:
            try:
                self._marks[id(tests)] = landmarks(tests, self._fixed)
            except NotExact:
                self._marks[id(tests)] = None
        return self._marks[id(tests)]

    def speaks_of_null(self, tests: UnaryTests) -> bool:
        """Say whether a cell accepts null by name."""
        return not tests.negated and None in (self.marks(tests) or ())


def landmarks(tests: UnaryTests, fixed: Fixed) -> list[Any]:
    """
    Return the constants at which a cell may change its answer.

    Raises:
        NotExact: It may change its answer elsewhere too.

    """
    return [mark for test in tests.tests for mark in _of_test(test, fixed)]


def constant(node: Node, fixed: Fixed) -> Any:
    """
    Return the value of an expression that is always the same.

    Raises:
        NotExact: It is not.

    """
    if isinstance(node, Literal):
        return node.value
    if not _is_constant(node, fixed):
        raise NotExact
    return fixed.evaluate(node)


def names_in(tree: Node) -> set[str]:
    """Return all names in an expression."""
    return {node.name for node in everything_in(tree) if isinstance(node, Name)}


def _is_constant(node: Node, fixed: Fixed) -> bool:
    """Say whether an expression reads nothing but fixed values and built-in functions."""
    return all(name in fixed or name in FUNCTIONS for name in names_in(node))


def _of_test(node: Node, fixed: Fixed) -> Iterable[Any]:
    """Return the constants of one alternative."""
    if isinstance(node, Test):
        return _compared(node.operator, constant(node.operand, fixed))
    if _is_constant(node, fixed):
        return _of_value(constant(node, fixed))
    return _of_condition(node, fixed)


def _of_condition(node: Node, fixed: Fixed) -> Iterable[Any]:
    """Return the constants of a condition about the value."""
    if isinstance(node, And | Or):
        return [mark for part in node.operands for mark in _of_condition(part, fixed)]
    if isinstance(node, Comparison):
        sides = [side for side in (node.left, node.right) if not _is_question(side)]
        if len(sides) == 1:
            return _compared(node.operator, constant(sides[0], fixed))
    if isinstance(node, Between) and _is_question(node.value):
        limits = constant(node.low, fixed), constant(node.high, fixed)
        return [mark for limit in limits for mark in _compared("<=", limit)]
    if isinstance(node, In) and _is_question(node.value):
        return [mark for test in node.tests for mark in _of_test(test, fixed)]
    if isinstance(node, Call) and node.function == Name("not") and len(node.arguments) == 1:
        return _of_condition(node.arguments[0], fixed)
    if isinstance(node, RangeLiteral) or not _is_constant(node, fixed):
        raise NotExact
    return _of_value(constant(node, fixed))


def _is_question(node: Node) -> bool:
    """Say whether an expression is the value of the column itself."""
    return node == Name(QUESTION)


def _compared(operator: str, value: Any) -> list[Any]:
    """Return the constant of a comparison; texts have too many others between them."""
    if type_name(value) not in _TESTED or (operator in _ORDERS and isinstance(value, str)):
        raise NotExact
    return [value]


def _of_value(value: Any) -> list[Any]:
    """Return the constants of a value, a range, or a list of them."""
    if isinstance(value, list):
        return [mark for item in value for mark in _of_value(item)]
    if isinstance(value, Range):
        limits = [limit for limit in (value.start, value.end) if limit is not None]
        return [mark for limit in limits for mark in _compared("<=", limit)]
    return _compared("=", value)
