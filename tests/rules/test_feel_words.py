"""What an expression is written with: constants, comments and names."""

import pytest

from rules.feel import evaluate, to_json

CONTEXT = {
    "date of birth": "1990-01-01",
    "a-b": 7,
    "a+b": 4,
    "a": 3,
    "b": 1,
    "time in force": 5,
    "if only": 8,
    "order and date": 9,
    "person's grade": "A",
    "gr\xf6\xdfe": 170,
    "member": {"last grades": ["B", "A"]},
}

FACTS = [
    # numbers
    ("1.50", 1.5),
    (".5", 0.5),
    ("1e3", 1000),
    ("1.5E-3", 0.0015),
    ("12345678901234567890.5 - 12345678901234567890", 0.5),
    # strings
    (r'"tab\t quote\" back\\ line\n"', 'tab\t quote" back\\ line\n'),
    (r'"\u0041\U01F600"', "A\U0001f600"),
    (r'"\ud83d\udc0e"', "\U0001f40e"),
    (r'"\ud83d"', "\ufffd"),
    (r'"\d+ \x"', "\\d+ \\x"),
    ('string length("\U0001f40e\xe9")', 2),
    ('substring("\U0001f40eab", 2)', "ab"),
    (r'string length("\U01F40E")', 1),
    ('"\xe9" < "z"', False),
    # comments
    ("1 /* in between */ + 2", 3),
    ('"// no comment"', "// no comment"),
    # names with spaces, operators and words of the language
    ("date of birth", "1990-01-01"),
    ("a-b", 7),
    ("a - b", 7),
    ("(a) - b", 2),
    ("a+b", 4),
    ("time in force + 1", 6),
    ("if only", 8),
    ("if true then if only else order and date", 8),
    ("order and date", 9),
    ("person's grade", "A"),
    ("gr\xf6\xdfe", 170),
    ("member.last grades[-1]", "A"),
    ("date  of   birth", "1990-01-01"),
    # names of functions stay names
    ("{count: 5, r: count + 1}.r", 6),
    ("{date: 1, time: 2, r: date + time}.r", 3),
    ("{not: 1, r: not + 1}.r", 2),
    ("{item: 1, partial: 2, r: item + partial}.r", 3),
]


@pytest.mark.parametrize(("text", "expected"), FACTS)
def test_a_text_is_read_as_meant(text, expected):
    assert to_json(evaluate(text, CONTEXT)) == expected
