"""Lists and contexts: positions, filters, paths, loops and quantifiers."""

import pytest

from rules.feel import evaluate, to_json

CONTEXT = {
    "people": [{"name": "Ada", "age": 36, "tags": ["x"]}, {"name": "Bo", "age": None}],
    "position": 2,
    "data": {"if": 3, "return value": 4, "in": 5},
}

FACTS = [
    # positions
    ("[1, 2, 3][2]", 2),
    ("[1, 2, 3][-3]", 1),
    ("[1, 2, 3][0]", None),
    ("[1, 2, 3][4]", None),
    ("[1, 2, 3][1.5]", None),
    ("[1, 2, 3][count([1, 2])]", 2),
    ("[1, 2, 3][position]", 2),
    ("[[1, 2], [3]][1][2]", 2),
    ("5[1]", 5),
    ("5[2]", None),
    ("null[1]", None),
    ("[][1]", None),
    # conditions
    ("[1, 2, 3][item >= 2]", [2, 3]),
    ("[1, 2, 3][item >= 2][1]", 2),
    ("[1, 2, 3][true]", [1, 2, 3]),
    ("[1, 2, 3][false]", []),
    ("[1, 2, 3][null]", []),
    ('[1, 2, 3]["a"]', None),
    ('[1, 2, 3][if item < 3 then true else "x"]', None),
    ('[]["a"]', None),
    ("[][item > 1]", []),
    ("null[true]", []),
    ("5[item > 3]", [5]),
    ("5[item > 7]", []),
    ("{a: 1}[a = 1]", [{"a": 1}]),
    ("[{a: 1, b: 2}, {a: 2}][b = null]", [{"a": 2}]),
    ("[{a: 1}, {a: 2}][a = position]", [{"a": 2}]),
    ("[{a: 1}, {a: 2}][item.a > 1]", [{"a": 2}]),
    ("people[age > 30].name", ["Ada"]),
    ("people[age = null].name", ["Bo"]),
    ('people[name = "Ada"][1].age', 36),
    ("people[count(tags) > 0].name", ["Ada"]),
    # paths
    ("null.a", None),
    ("5.a", None),
    ("[].a", []),
    ("[{a: {b: 1}}, {a: null}].a.b", [1, None]),
    ("people.tags", [["x"], None]),
    ("{a: [1, 2]}.a[2]", 2),
    ("data.if", 3),
    ("data.return value", 4),
    ("{if: 1}.if", 1),
    ('get value(data, "in")', 5),
    ("if data.if = 3 then data.in else 0", 5),
    # contexts
    ("{a: 1, b: {c: a}}.b.c", 1),
    ("{a: b, b: 1}", {"a": None, "b": 1}),
    ('{"": 1}', {"": 1}),
    ('{"1a": 1}', {"1a": 1}),
    ("{a b: 1, c: a b + 1}.c", 2),
    ("{if: 1, b: if true then 2 else 3}.b", 2),
    ("{}", {}),
    # for
    ("for x in 5 return x + 1", [6]),
    ("for x in null return x", None),
    ("for x in [] return x", []),
    ("for x in 1..3 return x * x", [1, 4, 9]),
    ("for x in 3..1 return x", [3, 2, 1]),
    ("for x in [1..3] return x", [1, 2, 3]),
    ("for x in (1..4) return x", [2, 3]),
    ("for x in [3..1] return x", [3, 2, 1]),
    ("for x in (< 3) return x", None),
    ("for x in 1.5..3 return x", None),
    ('for x in "a".."c" return x', None),
    ('for d in @"2026-02-28"..@"2026-03-01" return d.day', [28, 1]),
    ("for i in 1..3, j in i..3 return i * j", [1, 2, 3, 4, 6, 9]),
    ("for x in [[1, 2], [3]], y in x return y", [1, 2, 3]),
    ("for x in [1, 2] return for y in [3] return x * y", [[3], [6]]),
    ("for i in 0..4 return if i = 0 then 1 else i * partial[-1]", [1, 1, 2, 6, 24]),
    ("for i in 1..3 return count(partial)", [0, 1, 2]),
    ("for partial in [1, 2] return partial", [1, 2]),
    ("for x in [1, 2] return for y in [3] return count(partial)", [[0], [0]]),
    # some and every
    ("some x in [1, 2] satisfies x > 1", True),
    ("some x in [] satisfies true", False),
    ("some x in [1, null] satisfies x > 3", None),
    ("some x in [null, 5] satisfies x > 3", True),
    ("some x in null satisfies x", None),
    ("some x in 5 satisfies x > 3", True),
    ("some x in [1, 2], y in [2, 3] satisfies x = y", True),
    ("some x in 1..3 satisfies x > 2", True),
    ("every x in [] satisfies false", True),
    ('every x in [1, "a"] satisfies x > 0', None),
    ('every x in [0, "a"] satisfies x > 0', False),
    ("every x in [1..3] satisfies x > 0", True),
    ("every x in null satisfies x", None),
]


@pytest.mark.parametrize(("text", "expected"), FACTS)
def test_a_collection_answers(text, expected):
    assert to_json(evaluate(text, CONTEXT)) == expected
