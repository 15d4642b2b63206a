"""The two ways into the parser: a whole expression, and the unary tests of a cell."""

import re
from collections.abc import Callable, Collection

from rules.feel.budget import MAX_TREE_DEPTH, SourceBudget
from rules.feel.errors import FeelSyntaxError
from rules.feel.names import KnownNames, relevant
from rules.feel.parser.expressions import ExpressionParser
from rules.feel.parser.plain import plain_expression, plain_tests
from rules.feel.syntax import Node, UnaryTests, depth

_LEADING_SIGN = re.compile(r"\s*=(?!=)")
_NEGATED = re.compile(r"not(?=\s*\()")


def parse_expression(
    text: str, names: Collection[str] = (), budget: SourceBudget | None = None
) -> Node:
    """
    Read an expression; a leading `=`, as process models have it, is ignored.

    Raises:
        FeelSyntaxError: The text is no expression.
        FeelBudgetExceeded: The texts of the model are too much in all.

    """
    plain = plain_expression(text)
    if plain is not None:
        return plain
    sign = _LEADING_SIGN.match(text)
    # Spaces keep the columns of the findings right.
    source = " " * sign.end() + text[sign.end() :] if sign else text
    return _parse(source, names, _whole_expression, budget)


def parse_unary_tests(
    text: str, names: Collection[str] = (), budget: SourceBudget | None = None
) -> UnaryTests:
    """
    Read the unary tests of a cell; an empty cell and `-` mean any value.

    Raises:
        FeelSyntaxError: The text is no list of unary tests.
        FeelBudgetExceeded: The texts of the model are too much in all.

    """
    plain = plain_tests(text)
    if plain is not None:
        return plain
    node = _parse(text, names, _unary_tests, budget)
    if not isinstance(node, UnaryTests):
        raise TypeError(node)
    return node


def _parse(
    text: str,
    names: Collection[str],
    read: Callable[[ExpressionParser], Node],
    budget: SourceBudget | None = None,
) -> Node:
    """Read a text to its end and check that the tree is not too deep for the compiler."""
    known = relevant(names, text)
    if budget is not None:
        budget.spend(0, len(names), len(known))
    parser = ExpressionParser(text, KnownNames(known))
    try:
        node = read(parser)
    except RecursionError:
        raise FeelSyntaxError("The expression is nested too deeply.", 1, 1) from None
    finally:
        if budget is not None:
            budget.spend(parser.parts)
    if depth(node) > MAX_TREE_DEPTH:
        parser.fail("The expression is too complex; split it into several.", position=0)
    return node


def _whole_expression(parser: ExpressionParser) -> Node:
    """Read an expression up to the end of the text."""
    if parser.at_end():
        parser.fail("The expression is empty.", "an expression")
    node = parser.expression()
    _need_end(parser, "an operator or the end of the expression")
    return node


def _unary_tests(parser: ExpressionParser) -> Node:
    """Read unary tests up to the end of the text."""
    start = parser.position
    if parser.at_end() or (parser.take("-") and parser.at_end()):
        return UnaryTests((), position=start)
    parser.position = start
    if parser.take_match(_NEGATED):
        parser.need("(")
        tests = _alternatives(parser)
        if parser.take(")") and parser.at_end():
            return UnaryTests(tests, negated=True, position=start)
        # What goes on after the parenthesis is an expression that calls the function not.
        parser.position = start
    tests = _alternatives(parser)
    _need_end(parser, '"," or the end of the cell')
    return UnaryTests(tests, position=start)


def _alternatives(parser: ExpressionParser) -> tuple[Node, ...]:
    """Read tests with commas between them."""
    tests = [parser.test()]
    while parser.take(","):
        tests.append(parser.test())
    return tuple(tests)


def _need_end(parser: ExpressionParser, expected: str) -> None:
    """Refuse what is left over after the end."""
    if not parser.at_end():
        parser.fail_expected(expected)
