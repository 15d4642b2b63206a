"""Types: what `instance of` answers."""

import pytest

from rules.feel import evaluate, to_json

FACTS = [
    # simple types
    ("1 instance of number", True),
    ("-1 instance of number", True),
    ("-1 instance of string", False),
    ('"a" instance of string', True),
    ("true instance of boolean", True),
    ('@"2026-01-01" instance of date', True),
    ('@"2026-01-01" instance of date and time', False),
    ('@"2026-01-01T00:00:00" instance of date and time', True),
    ('@"10:00:00" instance of time', True),
    ('@"PT1H" instance of days and time duration', True),
    ('@"PT1H" instance of dayTimeDuration', True),
    ('@"P1Y" instance of years and months duration', True),
    ('@"P1Y" instance of days and time duration', False),
    # null and Any
    ("null instance of number", False),
    ("null instance of Any", False),
    ("null instance of null", True),
    ("null instance of Null", True),
    ("1 instance of null", False),
    ("1 instance of Any", True),
    ("1 instance of no such type", None),
    # made of others
    ("[] instance of list<number>", True),
    ("[1, 2] instance of list", True),
    ('[1, "a"] instance of list<number>', False),
    ("[1, null] instance of list<number>", True),
    ("[[1]] instance of list<list<number>>", True),
    ("1 instance of list<number>", False),
    ("[1] instance of number", False),
    ("{} instance of context", True),
    ("{a: 1, b: 2} instance of context<a: number>", True),
    ('{a: "x"} instance of context<a: number>', False),
    ("{a: null} instance of context<a: number>", True),
    ("{} instance of context<a: number>", False),
    ("{a b: 1} instance of context<a b: number>", True),
    ("[1..5] instance of range<number>", True),
    ("(< 5) instance of range<number>", True),
    ("[1..5] instance of range<string>", False),
    # functions
    ("abs instance of function", True),
    ("abs instance of function<number> -> number", True),
    ("abs instance of function<number, number> -> number", False),
    ("(function() 1) instance of function<> -> Any", True),
    ("(function() 1) instance of function<number> -> Any", False),
    ("(function(x) 1) instance of function<number> -> Any", True),
    ("(function(x: string) 1) instance of function<string> -> Any", True),
    ("(function(x: string) 1) instance of function<number> -> Any", False),
    ("(function(x: list<Any>) 1) instance of function<list<number>> -> Any", True),
    ("(function(x: list<number>) 1) instance of function<list<Any>> -> Any", False),
    ("1 instance of function<> -> Any", False),
    # where it stands
    ("not(1 instance of string)", True),
    ("1 instance of number and true", True),
    ("1 + 1 instance of number", None),
    ("(1 + 1) instance of number", True),
    ('some x in [1, "a"] satisfies x instance of string', True),
    ('[1, "a", 2][item instance of number]', [1, 2]),
]


@pytest.mark.parametrize(("text", "expected"), FACTS)
def test_a_value_has_its_type(text, expected):
    assert to_json(evaluate(text)) == expected
