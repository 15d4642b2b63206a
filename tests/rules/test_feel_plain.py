"""The short way through plain texts makes the trees that the parser makes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.feel import FeelSyntaxError
from rules.feel.parser import entry
from rules.feel.parser.plain import plain_expression, plain_tests

TOKENS = [
    '"a"', '"a b"', '""', '"\\n"', "true", "false", "null", "1", "-1", "-", "1.50", ".5", "1e3",
    "<", "<=", ">", ">=", "=", "!=", "[", "(", "]", ")", "..", ",", "not(", "not (", "not", " ",
    "  ", "\n", "x", "true x", "-- 1", "0", "00", "1..3", "[1..3]", "(1..3)", "]1..3[",
    "[-1..2.50)", "< 5", ">= -5", '"x", "y"', "\u00a0", "\r", "?", '("a", 1)', "12345678901234567",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=5).map("".join)
NAMES = ("a", "true x", "x y", "null-x", "not a")


@settings(max_examples=1_500, deadline=None)
@given(TEXTS)
def test_a_plain_text_makes_the_tree_that_the_parser_makes(text):
    for plain, read in (
        (plain_tests(text), entry._unary_tests),
        (plain_expression(text), entry._whole_expression),
    ):
        # The text of a tree has all positions too.
        assert plain is None or repr(plain) == repr(entry._parse(text, NAMES, read))


@pytest.mark.parametrize(
    "text",
    ["-", "1", " -1.50 ", '"a"', "true", "null", "< 5", ">=-1", "[1..3)", "]1..3[", '"a", "b"',
     'not("a", 1)', "not( < 5, [1..2] )"],
)  # fmt: skip
def test_most_cells_of_tables_are_plain(text):
    assert plain_tests(text) is not None


@pytest.mark.parametrize(
    "text",
    ["", "x", "1 +", '"a', '"\\n"', "1..3", "not", "not(1", "1)", "not(1), 2", "1,", "(1)",
     "5 days", "= 5", "1e3", "?", '"' + "a" * 300 + '"'],
)  # fmt: skip
def test_other_texts_are_left_to_the_parser(text):
    assert plain_tests(text) is None


def test_a_wrong_text_is_refused_as_before():
    with pytest.raises(FeelSyntaxError):
        entry.parse_unary_tests("[1..3")
