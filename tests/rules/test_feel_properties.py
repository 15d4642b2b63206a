"""What holds for every expression."""

import json
import re
import string
from contextlib import suppress

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
from rules.feel.parser import parse_expression
from rules.feel.patterns import compile_pattern
from rules.feel.printer import printed
from tests.rules.feel_trees import CONTEXTS, PLAIN, TREES

WORDS = (
    "if then else for in return some every satisfies and or not between instance of function "
    "null true count date time string length item partial external number a b"
)
SIGNS = '( ) [ ] { } , : . .. + - * / ** < <= = != > ? @ // /* */ -> \\ " list<'
PIECES = st.sampled_from(
    [*WORDS.split(), *SIGNS.split(), "1", "2.5", '"x"', '"P1D"', "\n", "\u00e9", "\U0001f40e"]
)


@settings(max_examples=500, deadline=None)
@given(TREES)
def test_a_printed_tree_is_read_back_as_the_same_tree(tree):
    text = printed(tree)
    try:
        read = parse_expression(text)
    except FeelSyntaxError as error:
        assert "nested" in error.message or "complex" in error.message, (text, error.message)
    else:
        assert read == tree


@settings(max_examples=500, deadline=None)
@given(TREES, CONTEXTS)
def test_evaluating_a_valid_expression_never_raises(tree, context):
    try:
        expression = compile_expression(printed(tree))
    except FeelSyntaxError:
        return
    budget = Budget(steps=5_000, seconds=60)
    try:
        json.dumps(to_json(expression.evaluate(context, budget=budget)))
    except FeelBudgetExceeded:
        assert budget.left < 5_000


@settings(max_examples=800, deadline=None)
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


ATOMS = st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "(?:ab|c)", "(a|b)", "\\d", "a|b"])
QUANTIFIERS = st.sampled_from(["", "", "*", "+", "?", "{2}", "{1,3}", "*?", "+?"])
REGEXES = st.lists(
    st.tuples(ATOMS, QUANTIFIERS).map(
        lambda pair: f"(?:{pair[0]}){pair[1]}" if pair[1] else pair[0]
    ),
    min_size=1,
    max_size=4,
).map("".join)


@settings(max_examples=400, deadline=None)
@given(REGEXES, st.text(alphabet="abc1\n", max_size=10))
def test_patterns_match_as_those_of_python_do(pattern, text):
    compiled = compile_pattern(pattern, "")
    found = re.search(pattern.replace(".", "[^\n\r]").replace("\\d", "[0-9]"), text)

    saved = compiled.search(text, 0, Budget())

    assert (saved and saved[:2]) == (found and found.span())


@given(st.text(alphabet=string.ascii_letters + "+.*", max_size=10))
def test_splitting_and_joining_give_the_text_back(text):
    assert evaluate('string join(split(t, "[+]"), "+")', {"t": text}) == text
