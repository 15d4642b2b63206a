"""The built-in functions, by example."""

import pytest

from rules.feel import evaluate, to_json
from rules.feel.builtins import FUNCTIONS
from rules.feel.names import SPACED_FUNCTIONS

FACTS = [
    ('string(1.50)', "1.5"),
    ("string(true)", "true"),
    ('string([1, "a", null])', '[1, "a", null]'),
    ("string({a: 1})", "{a: 1}"),
    ('string(@"P1DT2H")', "P1DT2H"),
    ("string(null)", None),
    ('number("1 500,5", " ", ",")', 1500.5),
    ('number("x")', None),
    ('string length("caf\u00e9")', 4),
    ('upper case("aB")', "AB"),
    ('lower case("aB")', "ab"),
    ('trim("  a ")', "a"),
    ('substring("abc", 2)', "bc"),
    ('substring("abc", -2, 1)', "b"),
    ('substring("abc", 0)', None),
    ('substring before("a-b", "-")', "a"),
    ('substring after("a-b", "-")', "b"),
    ('contains("abc", "b")', True),
    ('starts with("abc", "b")', False),
    ('ends with("abc", "c")', True),
    ('matches("abc", "^a.c$")', True),
    ('matches("ABC", "abc", "i")', True),
    ('matches("abc", "[")', None),
    ('replace("a1b22", "[0-9]+", "#")', "a#b#"),
    ('replace("john smith", "(\\w+) (\\w+)", "$2 $1")', "smith john"),
    ('split("a;b;;c", ";")', ["a", "b", "", "c"]),
    ('string join(["a", null, "b"], "-")', "a-b"),
    ("count([1, 2, 3])", 3),
    ("count([])", 0),
    ("sum([1, 2, 3])", 6),
    ("sum(1, 2, 3)", 6),
    ("sum([])", None),
    ('sum([1, "a"])', None),
    ("min([3, 1, 2])", 1),
    ("max(3, 1, 2)", 3),
    ('max(["a", "c", "b"])', "c"),
    ('min([1, "a"])', None),
    ("mean([1, 2, 6])", 3),
    ("median([5, 1, 3])", 3),
    ("product([2, 3])", 6),
    ("stddev([2, 4, 7, 5])", 2.0816659994661326),
    ("mode([6, 3, 9, 6, 6])", [6]),
    ("all([true, null, true])", None),
    ("any([false, true])", True),
    ("any([])", False),
    ("list contains([1, null], null)", True),
    ("append([1], 2, 3)", [1, 2, 3]),
    ("concatenate([1], [2, 3])", [1, 2, 3]),
    ("union([1, 2], [2, 3])", [1, 2, 3]),
    ("distinct values([1, 2, 1])", [1, 2]),
    ("duplicate values([1, 2, 1, 1])", [1]),
    ("sublist([1, 2, 3], 2)", [2, 3]),
    ("sublist([1, 2, 3], -2, 1)", [2]),
    ("insert before([1, 3], 2, 2)", [1, 2, 3]),
    ("remove([1, 2, 3], 2)", [1, 3]),
    ("list replace([1, 2], 2, 9)", [1, 9]),
    ("reverse([1, 2])", [2, 1]),
    ("index of([1, 2, 1], 1)", [1, 3]),
    ("flatten([[1, [2]], 3])", [1, 2, 3]),
    ("sort([3, 1, 2])", [1, 2, 3]),
    ("sort([3, 1, 2], function(x, y) x > y)", [3, 2, 1]),
    ("is empty([])", True),
    ("floor(1.9)", 1),
    ("floor(-1.55, 1)", -1.6),
    ("ceiling(1.1)", 2),
    ("decimal(2.5, 0)", 2),
    ("round up(5.5, 0)", 6),
    ("round down(5.5, 0)", 5),
    ("round half up(2.5, 0)", 3),
    ("round half down(2.5, 0)", 2),
    ("abs(-4)", 4),
    ("modulo(-12, 5)", 3),
    ("sqrt(16)", 4),
    ("sqrt(-1)", None),
    ("exp(0)", 1),
    ("log(1)", 0),
    ("odd(3)", True),
    ("even(3)", False),
    ('date("2026-11-20")', "2026-11-20"),
    ("date(2026, 11, 20)", "2026-11-20"),
    ("time(9, 30, 0)", "09:30:00"),
    ('date and time("2026-11-20T09:30:00+02:00")', "2026-11-20T09:30:00+02:00"),
    ('date and time(@"2026-11-20", @"09:30:00")', "2026-11-20T09:30:00"),
    ('duration("P2DT3H")', "P2DT3H"),
    ('duration("P14M")', "P1Y2M"),
    ('duration("x")', None),
    ('day of year(@"2026-02-01")', 32),
    ('day of week(@"2026-11-20")', "Friday"),
    ('month of year(@"2026-11-20")', "November"),
    ('week of year(@"2026-01-01")', 1),
    ('last day of month(@"2026-02-01")', "2026-02-28"),
    ("get value({a: 1}, \"a\")", 1),
    ('get value({a: {b: 2}}, ["a", "b"])', 2),
    ("get entries({a: 1})", [{"key": "a", "value": 1}]),
    ("get or else(null, 5)", 5),
    ('context([{key: "a", value: 1}])', {"a": 1}),
    ('context put({a: 1}, "b", 2)', {"a": 1, "b": 2}),
    ('context put({a: {b: 1}}, ["a", "b"], 2)', {"a": {"b": 2}}),
    ("context merge([{a: 1}, {a: 2, b: 3}])", {"a": 2, "b": 3}),
    ("before(1, [2..3])", True),
    ("after([5..9], 2)", True),
    ("meets([1..5], [5..9])", True),
    ("overlaps([1..5], [4..9])", True),
    ("overlaps before([1..5], [4..9])", True),
    ("overlaps after([4..9], [1..5])", True),
    ("includes([1..9], 5)", True),
    ("during(5, [1..9])", True),
    ("starts(1, [1..9])", True),
    ("started by([1..9], 1)", True),
    ("finishes(9, [1..9])", True),
    ("finished by([1..9], 9)", True),
    ("met by([5..9], [1..5])", True),
    ("coincides([1..2], [1..2])", True),
    ("range(\"[1..2]\").end", 2),
    ("is(1, 1.0)", True),
    ('years and months duration(@"2024-01-15", @"2026-11-20")', "P2Y10M"),
    ("not(false)", True),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), FACTS)
def test_a_function_answers(text, expected):
    assert to_json(evaluate(text)) == expected


def test_every_function_has_an_example():
    shown = " ".join(text for text, _ in FACTS)

    assert [name for name in FUNCTIONS if f"{name}(" not in shown] == []


def test_the_parser_knows_every_function_of_several_words():
    assert {name for name in FUNCTIONS if " " in name} <= set(SPACED_FUNCTIONS)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
@pytest.mark.parametrize(
    "arguments",
    ["", "null", "null, null", '"a"', "1, 2, 3, 4, 5", "[]", "[null]", "{}", '@"P1D", 1', "-1, -1"],
)
def test_wrong_arguments_never_raise(name, arguments):
    evaluate(f"{name}({arguments})")
