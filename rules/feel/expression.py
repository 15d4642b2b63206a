"""Expressions and unary tests that are ready to be evaluated."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rules.feel.budget import Budget, exceeded
from rules.feel.compiler import Code, Layout, Scope, compile_node, compile_tests
from rules.feel.compiler.core import read_slot
from rules.feel.compiler.unary import QUESTION
from rules.feel.conversion import from_json
from rules.feel.errors import FeelBudgetExceeded, FeelSyntaxError
from rules.feel.kept import Kept
from rules.feel.names import is_word, relevant
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.syntax import Node, UnaryTests

_EMPTY: Mapping[str, Any] = {}
_MAX_NAME_DEPTH = 10
_MAX_KEPT = 500_000
_MAX_NAMES = 50_000


class _Compiled:
    """Code with the frame that it starts from."""

    def __init__(self, text: str, tree: Node, code: Code, layout: Layout) -> None:
        self.text = text
        self.tree = tree
        self.names = frozenset(layout.names)
        self.reads = frozenset(layout.reads)
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
        except (RecursionError, MemoryError):
            raise _too_deep() from None


class Expression(_Compiled):
    """
    A compiled expression.

    Attributes:
        text: The text it was made of.
        tree: Its syntax tree.
        names: The variables that it reads from outside.
        reads: These, and those that may be members of a filtered item instead.

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
        except (RecursionError, MemoryError):
            raise _too_deep() from None


_EXPRESSIONS: Kept[Expression] = Kept(_MAX_KEPT)
_TESTS: Kept[Tests] = Kept(_MAX_KEPT)


def compile_expression(text: str, names: Iterable[str] = ()) -> Expression:
    """
    Compile an expression; a leading `=` is ignored.

    Only names with spaces or operators need to be given: the scope decides where
    they end. Others are read as they stand.

    Raises:
        FeelSyntaxError: The text is no expression.

    """
    special = _special(text, names)
    return _EXPRESSIONS.get((text, special), lambda: _compile_expression(text, special))


def compile_unary_tests(text: str, names: Iterable[str] = ()) -> Tests:
    """
    Compile the unary tests of a cell; an empty text and `-` accept any value.

    Raises:
        FeelSyntaxError: The text is no list of unary tests.

    """
    special = _special(text, names)
    return _TESTS.get((text, special), lambda: _compile_tests(text, special))


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


def names_in(context: Mapping[str, Any]) -> Iterator[str]:
    """
    Yield all names of a context and of the contexts inside it that are not plain words.

    Raises:
        FeelBudgetExceeded: The context has too many names.

    """
    seen = 0
    waiting: list[tuple[Any, int]] = [(context, 0)]
    while waiting:
        value, depth = waiting.pop()
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, Mapping) or depth > _MAX_NAME_DEPTH:
            continue
        seen += 1 + len(value)
        if seen > _MAX_NAMES:
            raise exceeded(f"The data have more than {_MAX_NAMES:,} names", "hand in fewer")
        yield from (str(key) for key in value if not is_word(str(key)))
        inside = (inner for inner in value.values() if isinstance(inner, dict | list | Mapping))
        waiting.extend((inner, depth + 1) for inner in inside)


def _special(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that the parser must be told to read a text, in a fixed order."""
    return tuple(sorted(set(relevant(names, text))))


def _compile_expression(text: str, names: tuple[str, ...]) -> tuple[Expression, int]:
    """Compile an expression; return it with its size."""
    return expression_of(parse_expression(text, names), text), len(text)


def expression_of(tree: Node, text: str = "") -> Expression:
    """
    Compile a syntax tree.

    Raises:
        FeelSyntaxError: The tree is too deep.

    """
    layout = Layout()
    try:
        code = compile_node(tree, Scope(layout))
    except RecursionError:
        raise FeelSyntaxError("The expression is nested too deeply; split it.", 1, 1) from None
    return Expression(text, tree, code, layout)


def _compile_tests(text: str, names: tuple[str, ...]) -> tuple[Tests, int]:
    """Compile unary tests; return them with their size."""
    return cell_of(parse_unary_tests(text, names), text), len(text)


def cell_of(tree: UnaryTests, text: str = "") -> Tests:
    """
    Compile the syntax tree of a cell.

    Raises:
        FeelSyntaxError: The tree is too deep.

    """
    layout = Layout()
    slot = layout.slot()
    scope = Scope(layout).with_slots({QUESTION: slot})
    try:
        code = compile_tests(tree, scope, read_slot(slot))
    except RecursionError:
        raise FeelSyntaxError("The expression is nested too deeply; split it.", 1, 1) from None
    return Tests(text, tree, code, layout, slot)


def _too_deep() -> FeelBudgetExceeded:
    """Return the error of a call inside too many others, whatever they are."""
    return exceeded("The evaluation is nested too deeply", "use fewer functions inside others")
