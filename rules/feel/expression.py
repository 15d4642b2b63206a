"""Expressions and unary tests that are ready to be evaluated."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from rules.feel.budget import Budget
from rules.feel.compiler import Code, Layout, Scope, compile_node, compile_tests
from rules.feel.compiler.core import read_slot
from rules.feel.compiler.unary import QUESTION
from rules.feel.conversion import from_json
from rules.feel.errors import FeelBudgetExceeded
from rules.feel.names import is_special, is_word
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.syntax import Node, UnaryTests

_EMPTY: Mapping[str, Any] = {}
_MAX_NAME_DEPTH = 10
_CACHED = 4_096
_TOO_DEEP = "The evaluation is nested too deeply."


class _Compiled:
    """Code with the frame that it starts from."""

    def __init__(self, text: str, tree: Node, code: Code, layout: Layout) -> None:
        self.text = text
        self.tree = tree
        self.names = frozenset(layout.names)
        self._code = code
        self._template = layout.template
        self._needs_budget = layout.needs_budget

    def _run(self, context: Mapping[str, Any], budget: Budget | None, now: datetime | None) -> Any:
        """Run the code in a new frame."""
        frame = self._template.copy()
        frame[0] = context
        frame[1] = Budget() if budget is None and self._needs_budget else budget
        frame[2] = now
        try:
            return self._code(frame)
        except RecursionError:
            raise FeelBudgetExceeded(_TOO_DEEP) from None


class Expression(_Compiled):
    """
    A compiled expression.

    Attributes:
        text: The text it was made of.
        tree: Its syntax tree.
        names: The variables that it reads from outside.

    """

    def evaluate(
        self,
        context: Mapping[str, Any] = _EMPTY,
        *,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> Any:
        """
        Return the value in a context of plain data or values; null where it has none.

        Raises:
            FeelBudgetExceeded: The evaluation does too much.

        """
        return self._run(context, budget, now)


class Tests(_Compiled):
    """The compiled unary tests of a cell; attributes as those of an expression."""

    def __init__(self, text: str, tree: UnaryTests, code: Code, layout: Layout, slot: int) -> None:
        super().__init__(text, tree, code, layout)
        self._slot = slot
        self.is_any = not tree.tests

    def matches(
        self,
        value: Any,
        context: Mapping[str, Any] = _EMPTY,
        *,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> bool:
        """
        Say whether a value fulfils the tests.

        Raises:
            FeelBudgetExceeded: The evaluation does too much.

        """
        frame = self._template.copy()
        frame[0] = context
        frame[1] = Budget() if budget is None and self._needs_budget else budget
        frame[2] = now
        frame[self._slot] = from_json(value)
        try:
            return self._code(frame) is True
        except RecursionError:
            raise FeelBudgetExceeded(_TOO_DEEP) from None


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """
    Compile an expression; a leading `=` is ignored.

    Only names with spaces or operators need to be given: the scope decides where
    they end. Others are read as they stand.

    Raises:
        FeelSyntaxError: The text is no expression.

    """
    return _compile_expression(text, _special(names))


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> Tests:
    """
    Compile the unary tests of a cell; an empty text and `-` accept any value.

    Raises:
        FeelSyntaxError: The text is no list of unary tests.

    """
    return _compile_tests(text, _special(names))


def evaluate(
    text: str,
    context: Mapping[str, Any] = _EMPTY,
    *,
    budget: Budget | None = None,
    now: datetime | None = None,
) -> Any:
    """
    Compile and evaluate an expression at once; compiled expressions are kept.

    Raises:
        FeelSyntaxError: The text is no expression.
        FeelBudgetExceeded: The evaluation does too much.

    """
    expression = compile_expression(text, names_in(context))
    return expression.evaluate(context, budget=budget, now=now)


def names_in(context: Mapping[str, Any], depth: int = 0) -> Iterator[str]:
    """Yield all names of a context and of the contexts inside it that are not plain words."""
    if depth > _MAX_NAME_DEPTH:
        return
    for key, value in context.items():
        if not is_word(str(key)):
            yield str(key)
        if isinstance(value, Mapping):
            yield from names_in(value, depth + 1)
        elif isinstance(value, list):
            for item in value[:1]:
                if isinstance(item, Mapping):
                    yield from names_in(item, depth + 1)


def _special(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that the parser must be told, in a fixed order."""
    return tuple(sorted({name for name in names if is_special(name)}))


@lru_cache(maxsize=_CACHED)
def _compile_expression(text: str, names: tuple[str, ...]) -> Expression:
    """Compile an expression."""
    tree = parse_expression(text, names)
    layout = Layout()
    code = compile_node(tree, Scope(layout))
    return Expression(text, tree, code, layout)


@lru_cache(maxsize=_CACHED)
def _compile_tests(text: str, names: tuple[str, ...]) -> Tests:
    """Compile unary tests."""
    tree = parse_unary_tests(text, names)
    layout = Layout()
    slot = layout.slot()
    scope = Scope(layout).with_slots({QUESTION: slot})
    code = compile_tests(tree, scope, read_slot(slot))
    return Tests(text, tree, code, layout, slot)
