"""What expressions mean: each line is one fact of the language."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest

from rules.feel import YearsMonths, compile_expression, evaluate, to_json

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CONTEXT = {
    "score": 79.5,
    "grade": "B",
    "absent": None,
    "member": {"name": "Grace", "last grades": ["B", "A"], "unit": {"code": "U1"}},
    "people": [{"name": "Ada", "age": 36}, {"name": "Alan", "age": 41}],
    "date of birth": "1990-01-01",
    "a-b": 7,
    "a": 3,
    "b": 1,
}

FACTS = [
    # numbers
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("10 - 4 - 3", 3),
    ("2 ** 3 ** 2", 64),
    ("-2 ** 2", 4),
    ("2 ** -1", 0.5),
    ("7 / 2", 3.5),
    ("1 / 0", None),
    ("1 / 3 = 10 / 30", True),
    ("0.1 + 0.2 = 0.3", True),
    ("1e3 + .5", 1000.5),
    ("1 + null", None),
    ('1 + "1"', None),
    ("9 ** (9 ** 9)", None),
    # strings
    ('"a" + "b"', "ab"),
    (r'"tab\tquote\" \u00e9 \U01F600"', 'tab\tquote" \u00e9 \U0001f600'),
    (r'"\d+"', r"\d+"),
    # three values of truth
    ("true and null", None),
    ("false and null", False),
    ("true or null", True),
    ("false or null", None),
    ("not(null)", None),
    ("null = null", True),
    ('1 = "1"', None),
    ("1 != null", True),
    ('1 < "2"', None),
    ("if null then 1 else 2", 2),
    ("if false then 1 else if true then 2 else 3", 2),
    # between and in
    ("5 between 1 and 5", True),
    ("5 in [1..5]", True),
    ("5 in [1..5)", False),
    ("5 in ]5..9]", False),
    ("5 in (< 3, > 4)", True),
    ('grade in ("A", "B")', True),
    ("5 in [4, 5]", True),
    ("5 in (1..a + 3[", True),
    # names, paths, filters
    ("member.name", "Grace"),
    ("member.unit.code", "U1"),
    ("member.unit.nothing.deeper", None),
    ("member.last grades[-1]", "A"),
    ("date of birth", "1990-01-01"),
    ("a-b", 7),
    ("a - b", 7),
    ("(a) - b", 2),
    ("people.name", ["Ada", "Alan"]),
    ("people[age > 40].name", ["Alan"]),
    ("people[item.age > 40][1].name", "Alan"),
    ("people[name = grade]", []),
    ("people[3]", None),
    ("[1, 2, 3][item > 1]", [2, 3]),
    ("[1, 2, 3][-1]", 3),
    ("5[1]", 5),
    ("[{item: 1}, {item: 2}][item > 1]", [{"item": 2}]),
    # contexts and lists
    ("{a: 1, b: a + 1}.b", 2),
    ('{"full name": "x y"}.full name', "x y"),
    ("{first part: 1, second: first part + 1}.second", 2),
    ("[1, [2, 3]]", [1, [2, 3]]),
    # loops
    ("for i in 1..3 return i * i", [1, 4, 9]),
    ("for i in 3..1 return i", [3, 2, 1]),
    ("for x in [1, 2], y in [x, 10] return x * y", [1, 10, 4, 20]),
    ("for i in 1..5 return if i = 1 then 1 else i * partial[-1]", [1, 2, 6, 24, 120]),
    ("some x in [1, 2] satisfies x > 1", True),
    ("every x in [1, 2] satisfies x > 1", False),
    ("every x in [] satisfies false", True),
    ("some person in people satisfies person.age > 40", True),
    # functions
    ("(function(x) x + 1)(2)", 3),
    ("{double: function(x: number) x * 2, r: double(4)}.r", 8),
    ("{f: function(n) if n < 2 then 1 else n * f(n - 1), r: f(10)}.r", 3628800),
    ("for f in [function(x) x + a, function(x) x * a] return f(5)", [8, 15]),
    ('substring(string: "abcdef", start position: 3, length: 2)', "cd"),
    ("unknown(1)", None),
    # types
    ("1 instance of number", True),
    ('"x" instance of number', False),
    ("[1, 2] instance of list<number>", True),
    ("{a: 1} instance of context<a: number>", True),
    ('@"PT1H" instance of days and time duration', True),
    # is defined
    ("is defined(score)", True),
    ("is defined(absent)", True),
    ("is defined(nothing)", False),
    ("is defined(member.name)", True),
    ("is defined(member.nothing)", False),
    # comments and blanks
    ("1 + // one\n 2 /* two */", 3),
    ("= score >= 60", True),
]


@pytest.mark.parametrize(("text", "expected"), FACTS)
def test_an_expression_has_its_value(text, expected):
    assert to_json(evaluate(text, CONTEXT, now=NOW)) == expected


TEMPORAL = [
    ('date("2026-02-28") + duration("P1D")', date(2026, 3, 1)),
    ('@"2026-01-31" + @"P1M"', date(2026, 2, 28)),
    ('@"2026-03-01" - @"2026-02-01"', timedelta(days=28)),
    ('@"2026-11-20T09:30:00Z" - @"PT30M"', datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
    ('@"P1Y" + @"P2M"', YearsMonths(14)),
    ('@"P1D" * 2.5', timedelta(days=2, hours=12)),
    ('@"P1D" / @"PT6H"', Decimal(4)),
    ('@"2026-11-20".weekday', Decimal(5)),
    ('@"P1Y5M".months', Decimal(5)),
    ('time("10:15:00") + @"PT14H"', time(0, 15)),
    ('date("2026-02-30")', None),
    ('@"2026-12-31T24:00:00"', datetime(2027, 1, 1)),
    ("today()", date(2026, 11, 20)),
    ("{f: today}.f()", date(2026, 11, 20)),
    ("{f: now}.f() = now()", True),
    ("for moment in [now, today] return moment() instance of function<>->Any", [False, False]),
    ("{f: today}.f(1)", None),
    ("now()", NOW),
    ('now() > @"2026-11-20T10:00:00+01:00"', True),
    ('@"2026-01-01" < @"2026-01-02"', True),
    ('@"2026-01-01" < @"PT1H"', None),
    ('years and months duration(@"2024-12-24", @"2026-11-20")', YearsMonths(22)),
    ('for d in @"2026-01-30"..@"2026-02-01" return d.day', [30, 31, 1]),
]


@pytest.mark.parametrize(("text", "expected"), TEMPORAL)
def test_dates_and_durations_calculate(text, expected):
    assert evaluate(text, now=NOW) == expected


def test_an_expression_tells_which_variables_it_needs():
    expression = compile_expression("for x in list return x + y.z + count(other)")

    assert expression.names == {"list", "y", "other"}


def test_names_inside_a_filter_are_not_claimed_to_be_outside():
    assert compile_expression("people[age > 40]").names == {"people"}


def test_what_a_filter_may_read_from_outside_is_told():
    expression = compile_expression("people[age > limit.years and name != own]")

    assert expression.reads == {"people", "age", "limit", "name", "own"}


def test_plain_data_are_converted_once_and_left_unchanged():
    data = {"rows": [{"n": 1}, {"n": 2.5}], "flag": True}

    assert evaluate("sum(rows.n)", data) == Decimal("3.5")
    assert data == {"rows": [{"n": 1}, {"n": 2.5}], "flag": True}


def test_a_variable_wins_over_a_function_of_the_same_name_unless_it_is_called():
    assert to_json(evaluate("count + count([1, 2])", {"count": 5})) == 7
