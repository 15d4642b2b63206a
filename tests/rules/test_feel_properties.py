"""What holds for every expression."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.feel import (
    Budget,
    FeelBudgetExceeded,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
    evaluate,
    from_json,
    to_json,
)
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.printer import printed
from tests.rules.feel_trees import CELLS, CONTEXTS, PLAIN, SPECIAL_NAMES, TREES

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
SOAK = 20 if "UNDERSTUDY_SOAK" in os.environ else 1

WORDS = (
    "if then else for in return some every satisfies and or not between instance of function "
    "null true count date time string length item partial external number a b"
)
SIGNS = '( ) [ ] { } , : . .. + - * / ** < <= = != > ? @ // /* */ -> \\ " list<'
PIECES = st.sampled_from(
    [*WORDS.split(), *SIGNS.split(), "1", "2.5", '"x"', '"P1D"', "\n", "\u00e9", "\U0001f40e"]
)


@settings(max_examples=400 * SOAK, deadline=None)
@given(TREES)
def test_a_printed_tree_is_read_back_as_the_same_tree(tree):
    text = printed(tree)
    try:
        read = parse_expression(text, SPECIAL_NAMES)
    except FeelSyntaxError as error:
        assert _too_large(error), (text, error.message)
    else:
        assert read == tree


@settings(max_examples=150 * SOAK, deadline=None)
@given(CELLS)
def test_a_printed_cell_is_read_back_as_the_same_cell(cell):
    text = printed(cell)
    try:
        read = parse_unary_tests(text, SPECIAL_NAMES)
    except FeelSyntaxError as error:
        assert _too_large(error), (text, error.message)
    else:
        assert read == cell


def _too_large(error):
    return any(word in error.message for word in ("nested", "complex", "parts"))


@settings(max_examples=500 * SOAK, deadline=None)
@given(TREES, CONTEXTS)
def test_evaluating_a_valid_expression_never_raises_and_always_answers_the_same(tree, context):
    try:
        expression = compile_expression(printed(tree), SPECIAL_NAMES)
    except FeelSyntaxError:
        return

    once, again = (_outcome(expression.evaluate, context) for _ in range(2))

    assert once == again


@settings(max_examples=200 * SOAK, deadline=None)
@given(CELLS, PLAIN, CONTEXTS)
def test_testing_a_value_never_raises_and_always_answers_the_same(cell, value, context):
    try:
        tests = compile_unary_tests(printed(cell), SPECIAL_NAMES)
    except FeelSyntaxError:
        return

    once, again = (_outcome(partial(tests.matches, value), context) for _ in range(2))

    assert once == again
    assert once in {True, False, "too much"}


def _outcome(evaluate_in, context):
    budget = Budget(steps=5_000, seconds=60)
    try:
        value = evaluate_in(context, budget=budget, now=NOW)
        return value if isinstance(value, bool) else json.dumps(to_json(value))
    except FeelBudgetExceeded:
        return "too much"


@settings(max_examples=600 * SOAK, deadline=None)
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_any_text_is_an_expression_or_a_syntax_error(text):
    try:
        compile_expression(text)
    except FeelSyntaxError as error:
        assert error.line >= 1
        assert error.column >= 1
    with suppress(FeelSyntaxError, FeelBudgetExceeded):
        compile_unary_tests(text).matches(1, budget=Budget(steps=5_000, seconds=60))


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_characters_are_an_expression_or_a_syntax_error(text):
    with suppress(FeelSyntaxError, FeelBudgetExceeded):
        evaluate(text, budget=Budget(steps=5_000, seconds=60))


@settings(deadline=None)
@given(PLAIN)
def test_plain_data_become_values_and_plain_data_again(data):
    once = to_json(from_json(data))

    assert to_json(from_json(once)) == once
    json.dumps(once)


ENDS = [
    f"{opening}{low}..{high}{closing}"
    for low, high in [(1, 3), (1, 5), (3, 5), (2, 4)]
    for opening, closing in product("[(", "])")
]
RANGES = [*ENDS, "(< 3)", "(<= 3)", "(> 3)", "(>= 3)", "[3..3]"]
POINTS = [half / 2 for half in range(-1, 14)]


def _members(text):
    return {point for point in POINTS if evaluate(f"{point} in {text}")}


@pytest.mark.parametrize("left", RANGES)
def test_relations_of_ranges_agree_with_the_points_in_them(left):
    inside = _members(left)
    for right in RANGES:
        others = _members(right)
        facts = {
            "overlaps": bool(inside & others),
            "before": max(inside) < min(others),
            "after": min(inside) > max(others),
            "includes": inside >= others,
            "during": inside <= others,
            "coincides": inside == others,
        }

        assert {name: evaluate(f"{name}({left}, {right})") for name in facts} == facts, right
