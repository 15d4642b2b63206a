"""The reference page: each example comes out, and nothing of the language is missing."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from rules.feel import (
    FeelSyntaxError,
    budget,
    compile_expression,
    compile_unary_tests,
    evaluate,
    syntax,
    to_json,
)
from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler.calls import SPECIAL_NAMES
from rules.feel.syntax import Node, children
from rules.feel.values import type_name

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
PAGE = (Path(__file__).parents[2] / "docs" / "feel.md").read_text(encoding="utf-8")


def _rows(*columns: str) -> list[list[str]]:
    """Return the last cells of all tables whose last columns have these heads."""
    found = []
    head: list[str] = []
    for line in PAGE.splitlines():
        cells = [cell.strip("` ") for cell in line.strip()[1:-1].split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells
        elif not line.startswith("|---") and tuple(head[-len(columns) :]) == columns:
            found.append(cells)
    return found


CONTEXT = evaluate(re.search(r"```feel\n(.*?)```", PAGE, re.DOTALL)[1])
EXAMPLES = [row[-2:] for row in _rows("example", "gives")]
SIGNATURES = {row[0] for row in _rows("what it gives", "example", "gives")}
CELLS = _rows("cell", "accepts", "value", "fits")
MISTAKES = _rows("other languages", "in FEEL")


def _valued(text):
    return evaluate(text, CONTEXT, now=NOW)


@pytest.mark.parametrize(("example", "result"), EXAMPLES, ids=[pair[0] for pair in EXAMPLES])
def test_an_example_gives_what_the_page_says(example, result):
    value, expected = _valued(example), _valued(result)

    assert (type_name(value), to_json(value)) == (type_name(expected), to_json(expected))


@pytest.mark.parametrize(("cell", "_meaning", "value", "fits"), CELLS)
def test_a_cell_accepts_what_the_page_says(cell, _meaning, value, fits):
    tests = compile_unary_tests(cell)

    assert tests.matches(_valued(value), CONTEXT, now=NOW) is (fits == "true")


@pytest.mark.parametrize(("wrong", "right"), MISTAKES)
def test_a_mistake_is_refused_and_its_remedy_is_not(wrong, right):
    with pytest.raises(FeelSyntaxError):
        compile_expression(wrong)
    compile_expression(right)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_signature_of_a_function_is_on_the_page(name):
    written = {re.sub(r"[?.]", "", row) for row in SIGNATURES}

    for parameters in FUNCTIONS[name].signatures:
        assert f"{name}({', '.join(parameters)})" in written


def test_every_function_on_the_page_exists():
    names = {row.partition("(")[0] for row in SIGNATURES}

    assert names == set(FUNCTIONS) | SPECIAL_NAMES


def test_a_function_stands_beside_an_example_that_calls_it():
    for signature, _, example, _ in _rows("what it gives", "example", "gives"):
        assert signature.partition("(")[0] + "(" in example


def test_every_kind_of_expression_has_an_example():
    trees = [compile_expression(example, ["units"]).tree for example, _ in EXAMPLES]
    trees.extend(compile_unary_tests(row[0]).tree for row in CELLS)
    seen: set[str] = set()
    while trees:
        node = trees.pop()
        seen.add(type(node).__name__)
        trees.extend(children(node))

    kinds = {kind.__name__ for kind in Node.__subclasses__() if kind.__module__ == syntax.__name__}
    assert kinds - seen == set()


def test_every_operator_has_an_example():
    shown = " ".join(example for example, _ in EXAMPLES)
    operators = [
        "+",
        "-",
        "*",
        "/",
        "**",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "and",
        "or",
        "between",
        "in",
    ]

    assert [operator for operator in operators if f" {operator} " not in f" {shown} "] == []


@pytest.mark.parametrize(
    "limit",
    [
        f"{budget.MAX_SOURCE_LENGTH:,} characters",
        f"{budget.MAX_NESTING} levels",
        f"| {budget.MAX_LOOPS} |",
        f"{budget.MAX_STRING_LENGTH:,} characters",
        f"{budget.MAX_LIST_LENGTH:,} items",
        f"| {budget.MAX_CALL_DEPTH} |",
        f"{budget.DEFAULT_STEPS:,} steps, {budget.DEFAULT_SECONDS:g} seconds",
    ],
)
def test_a_limit_is_told(limit):
    assert limit in PAGE.partition("## Limits")[2]
