"""Hostile expressions end with one clear error, after a bounded number of steps."""

import ast
from pathlib import Path

import pytest

import rules
from rules.feel import (
    Budget,
    FeelBudgetExceeded,
    FeelError,
    FeelSyntaxError,
    compile_expression,
    evaluate,
    to_json,
)

DOUBLING = "for i in 1..100 return if i = 1 then {start} else {step}"
LETTERS = "a" * 5_000

TOO_MUCH = {
    "nested loops": "for i in 1..1000000000, j in 1..1000000000 return i * j",
    "a long loop": "every i in 1..1000000000 satisfies i > 0",
    "a long sum": "sum(for i in 1..1000000000 return i)",
    "doubling strings": DOUBLING.format(start='"aaaa"', step="partial[-1] + partial[-1]"),
    "doubling lists": DOUBLING.format(start="[1]", step="concatenate(partial[-1], partial[-1])"),
    "a list that holds itself twice": "string("
    + DOUBLING.format(start="[1]", step="[partial[-1], partial[-1]]")
    + ")",
    "flattening it": "flatten("
    + DOUBLING.format(start="[1, 1]", step="[partial[-1], partial[-1]]")
    + ")",
    "deep values": "{a: for i in 1..300 return if i = 1 then [] else [partial[-1]],"
    " b: a[-1] = a[-1]}.b",
    "recursion": "{f: function(n) f(n + 1), r: f(1)}.r",
    "recursion by itself": "{f: function(g) g(g), r: f(f)}.r",
    "fibonacci": "{f: function(n) if n < 2 then n else f(n - 1) + f(n - 2), r: f(40)}.r",
    "distinct values": "distinct values(for i in 1..50000 return i)",
    "sorting": "sort(for i in 1..90000 return -i, function(a, b) a < b)",
    "much memory": f'for i in 1..90000 return "{LETTERS}" + string(i)',
    "a huge pattern": 'matches("a", "(((a{1000}){1000}){1000})")',
    "references back": f'matches("{"a" * 300}", "(a*)*(a*)*\\1\\2b")',
    "long replacement": f'replace("{LETTERS}", "a", "{LETTERS}")',
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_too_much_work_is_stopped(name):
    with pytest.raises(FeelBudgetExceeded):
        evaluate(TOO_MUCH[name], budget=Budget(steps=100_000, seconds=60))


UNREADABLE = {
    "deep parentheses": "(" * 10_000 + "1" + ")" * 10_000,
    "deep lists": "[" * 5_000,
    "deep contexts": "{a:" * 1_000,
    "minus signs": "-" * 20_000 + "1",
    "a long sum": "1" + "+1" * 10_000,
    "a long path": "a" + ".a" * 10_000,
    "deep calls": "not(" * 3_000 + "true" + ")" * 3_000,
    "a chain of else": "if true then 1 else " * 1_000 + "1",
    "deep functions": "function() " * 1_000 + "1",
    "many loop variables": "for " + ",".join(f"a{i} in 1..2" for i in range(60)) + " return 1",
    "a megabyte": "1+" * 500_000 + "1",
    "an endless comment": "/*" * 10_000,
    "backslashes": '"' + "\\" * 20_001,
    "digits": "9" * 20_000,
    "a key that is almost a name": "{" + "a" * 500 + "$: 1}",
    "a long list": "[" + "1, " * 9_000 + "1]",
    "an argument and many spaces": "f(" + "a" + " " * 25_000 + "1)",
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_monstrous_text_is_refused(name):
    with pytest.raises(FeelSyntaxError):
        compile_expression(UNREADABLE[name])


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a+)+$", LETTERS + "!"),
        ("(a*)*b", LETTERS),
        ("(a|aa)+$b", LETTERS),
        ("(x+x+)+y", LETTERS),
    ],
)
def test_patterns_do_not_run_away(pattern, text):
    assert evaluate("matches(t, p)", {"t": text[-1_500:], "p": pattern}) is False


def test_a_value_that_shares_its_parts_is_not_written_out_without_end():
    value = evaluate(DOUBLING.format(start="[1]", step="[partial[-1], partial[-1]]"))

    with pytest.raises(FeelBudgetExceeded):
        to_json(value)


def test_data_that_are_nested_too_deeply_are_refused():
    data: list[object] = []
    for _ in range(500):
        data = [data]

    with pytest.raises(FeelBudgetExceeded):
        evaluate("count(x)", {"x": data})


def test_an_error_of_the_language_has_one_root():
    assert issubclass(FeelBudgetExceeded, FeelError)
    assert issubclass(FeelSyntaxError, FeelError)


def test_no_code_is_ever_made_of_text():
    forbidden = {"eval", "exec", "compile", "__import__", "globals", "setattr"}
    found = []
    for path in Path(rules.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in forbidden:
                found.append(f"{path.name}:{called.lineno}")

    assert found == []
