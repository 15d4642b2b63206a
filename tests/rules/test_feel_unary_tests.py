"""What stands in the cells of a table."""

import pytest

from rules.feel import compile_unary_tests

FACTS = [
    ("-", None, True),
    ("", 5, True),
    ('"a"', "a", True),
    ('"a"', None, False),
    ('"a", "b"', "b", True),
    ("< 5", 4, True),
    ("< 5", "4", False),
    ("< 5", None, False),
    (">= limit", 10, True),
    ("[1..5)", 5, False),
    ("(1..5]", 5, True),
    ("]1..5[", 1, False),
    ("not(1, 2)", 3, True),
    ("not(1, 2)", 2, False),
    ('not("a")', None, True),
    ("null", None, True),
    ("null", 1, False),
    ("true", True, True),
    ("true", False, False),
    ("true", None, False),
    ("false", False, True),
    ("? > 1 and ? < 5", 3, True),
    ("? > 1 and ? < 5", 7, False),
    ('list contains(?, "x")', ["x", "y"], True),
    ("limit + 1", 11, True),
    ("limits", 7, True),
    ("limits", 8, False),
    ('contains(?, "b")', "abc", True),
    ('@"2026-01-01"', "2026-01-01", False),
    ('> date("2026-01-01")', "x", False),
    ("-5", -5, True),
    ("not(true)", False, True),
    ("not(limit > 5) or true", 1, True),
    ("= 5", 5, True),
    ("!= 5", 4, True),
    ("!= 5", None, True),
    ("[1..nothing]", 3, False),
    ("[1..nothing]", None, False),
    ("not([1..nothing])", 3, False),
    ("not(null)", None, False),
    ("not(null)", 1, True),
    ("[5..1]", 3, False),
    ("(< 5)", 3, True),
    ("? in [1..5]", 3, True),
    ("some x in ? satisfies x > limit", [1, 11], True),
    ("if ? > 5 then true else false", 7, True),
    ("-(limit)", -10, True),
    ("[limits]", 7, False),
    ("limits[1], limits[2]", 7, True),
    ("{a: 1}", {"a": 1}, True),
    ('"5"', 5, False),
]


@pytest.mark.parametrize(("text", "value", "expected"), FACTS)
def test_a_cell_accepts_what_it_says(text, value, expected):
    tests = compile_unary_tests(text)

    assert tests.matches(value, {"limit": 10, "limits": [1, 7]}) is expected
