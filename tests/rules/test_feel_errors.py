"""A text that is no expression is refused with its place and what was expected."""

import pytest

from rules.feel import FeelSyntaxError, compile_expression, compile_unary_tests


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("", 1, 1, "an expression"),
        ("1 +", 1, 4, "a value"),
        ("(1 + 2", 1, 7, '")"'),
        ("[1, 2", 1, 6, '"," or "]"'),
        ("{a 1}", 1, 2, "a key and a colon"),
        ("if a then b", 1, 12, '"else"'),
        ("for x in list", 1, 14, '"return"'),
        ("a between 1", 1, 12, '"and"'),
        ("score >= 60 )", 1, 13, "an operator or the end of the expression"),
        ("a\n  + + b", 2, 5, "a value"),
        ('"abc', 1, 1, 'a closing "'),
        ('@"2026-13-01"', 1, 1, "a date, time or duration in ISO 8601"),
        ("f(a: 1, 2)", 1, 10, ""),
        ("{a: 1, a: 2}", 1, 8, ""),
        ("function(x) external {}", 1, 13, "an expression"),
        ("a = = b", 1, 5, "a value"),
        ("function(x", 1, 11, '"," or ")"'),
        ("a instance of function<number", 1, 30, '"," or ">"'),
        ("a instance of context<b: number", 1, 32, '"," or ">"'),
    ],
)
def test_a_syntax_error_names_its_place(text, line, column, expected):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.expected == expected
    assert str(caught.value).startswith(f"Line {line}, column {column}: ")


@pytest.mark.parametrize("text", ["< ", "1,", "not(1", "not()", "1 2", "[1..", "-,1"])
def test_a_broken_cell_is_refused(text):
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(text)
