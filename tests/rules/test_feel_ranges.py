"""Ranges: how they are written, compared, taken apart, and related to each other."""

import pytest

from rules.feel import evaluate, to_json

FACTS = [
    # how they are written
    ("5 in [1..5]", True),
    ("5 in [1..5)", False),
    ("5 in [1..5[", False),
    ("1 in ]1..5]", False),
    ("1 in (1..5]", False),
    ('"b" in ["a".."c"]', True),
    ('@"2026-02-01" in [@"2026-01-01"..@"2026-12-31"]', True),
    ("3 in [5..1]", False),
    # written as comparisons
    ("4 in (< 5)", True),
    ("5 in (= 5)", True),
    ("5 in (!= 5)", False),
    ("4 in (!= 5)", True),
    ('"x" in (!= 5)', None),
    ("{r: (>= 5), x: 7 in r}.x", True),
    ("{r: (!= 5), x: 7 in r}.x", True),
    # ends that are null or do not compare make no range
    ("[1..null]", None),
    ("(null..10)", None),
    ('[1.."b"]', None),
    ("5 in [1..null]", None),
    ("null in [1..nothing]", None),
    # members
    ("(1..5].start", 1),
    ("(1..5].start included", False),
    ("(1..5].end included", True),
    ("(< 5).start", None),
    ("(< 5).end", 5),
    ("(= 5).end", 5),
    ("(!= 5).start", None),
    ("(!= 5).end", None),
    # equality
    ("[1..5] = [1..5]", True),
    ("[1..5] = [1..5)", False),
    ("(< 5) = (< 5)", True),
    ("(< 5) = (<= 5)", False),
    ("(!= 5) = (!= 5)", True),
    ("(= 5) = [5..5]", False),
    ("(< 10) = (null..10)", False),
    # as text
    ("string([1..5))", "[1..5)"),
    ("string((>= 5))", "(>= 5)"),
    ("string((< 5))", "(< 5)"),
    ("string((!= 5))", "(!= 5)"),
    # types
    ("[1..5] instance of range<number>", True),
    ("[1..5] instance of range<string>", False),
    # a range of its text
    ('range("[1..5)") = [1..5)', True),
    ('range(" ] 1 .. 5 ] ") = (1..5]', True),
    ('range("[-2..-1]") = [-2..-1]', True),
    (r'range("[\"a\"..\"c\"]") = ["a".."c"]', True),
    (r'range("[date(\"2026-01-01\")..@\"2026-02-01\"]").start = @"2026-01-01"', True),
    ('range(from: "[1..5]").end', 5),
    ('range("[5..1]")', None),
    ('range("[1..]")', None),
    ('range("[a..5]")', None),
    ('range("[1..1 + 1]")', None),
    ('range("= [1..5]")', None),
    ('range("(> 5)")', None),
    ('range("[null..5]")', None),
    (r'range("[1..\"b\"]")', None),
    ('range("")', None),
    ("range([1..5])", None),
    ("range(null)", None),
]


@pytest.mark.parametrize(("text", "expected"), FACTS)
def test_a_range_means_what_it_says(text, expected):
    assert to_json(evaluate(text)) == expected


RELATIONS = [
    ("before(1, 5)", True),
    ("before(5, 5)", False),
    ("before([1..5), 5)", True),
    ("before([1..5], 5)", False),
    ("before([1..5], (5..9])", True),
    ("before((< 5), (> 5))", True),
    ("before((> 5), 9)", False),
    ("after([5..9], 5)", False),
    ("after((5..9], [1..5])", True),
    ("meets([1..5], [5..9])", True),
    ("meets([1..5), [5..9])", False),
    ("met by([5..9], [1..5])", True),
    ("overlaps([1..5], [5..9])", True),
    ("overlaps([1..5), [5..9])", False),
    ("overlaps((< 5), (> 4))", True),
    ("overlaps before([1..5], [3..9])", True),
    ("overlaps before([1..5], [1..9])", False),
    ("overlaps before([1..5], (1..5])", True),
    ("overlaps before([1..5], (1..5))", False),
    ("overlaps before((< 5), [3..9])", True),
    ("overlaps after([3..9], [1..5])", True),
    ("overlaps after([5..9], [1..5))", False),
    ("overlaps after((1..5], [1..5))", True),
    ("overlaps after([1..5], [1..5))", False),
    ("finishes(9, [1..9])", True),
    ("finishes(9, [1..9))", False),
    ("finishes([5..9], [1..9])", True),
    ("finished by([1..9], (5..9])", True),
    ("starts(1, [1..9])", True),
    ("starts([1..5], [1..9])", True),
    ("starts((1..5], [1..9])", False),
    ("started by([1..9], 1)", True),
    ("includes([1..9], [2..9])", True),
    ("includes([1..9), [2..9])", False),
    ("includes((>= 5), 7)", True),
    ("includes((>= 5), (> 5))", True),
    ("during((5..7), (> 5))", True),
    ("coincides([1..5], [1..5])", True),
    ("coincides([1..5], [1..5))", False),
    ("coincides(5, 5)", True),
    # what does not compare has no relation
    ('before(1, "a")', None),
    ("before(null, 1)", None),
    ('includes([1..9], "a")', None),
    ("includes((!= 5), 7)", None),
    ("before([1], [2])", None),
    ("before([1, 2], 3)", None),
    ("meets(1, [1..5])", None),
    ("starts(point: 1, range: [1..5])", True),
    ("before(point: 1, range: [2..5])", True),
    ("before(range: [1..2], point: 3)", True),
    ("during(range1: [2..3], range2: [1..5])", True),
]


@pytest.mark.parametrize(("text", "expected"), RELATIONS)
def test_points_and_ranges_have_relations(text, expected):
    assert evaluate(text) is expected
