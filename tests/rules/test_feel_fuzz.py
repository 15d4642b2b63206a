"""Whatever is done to a text or to the caller, nothing but the errors of the language leaves."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import DecisionFailed, DmnRefused, read_model
from rules.feel import (
    Budget,
    FeelBudgetExceeded,
    FeelError,
    FeelSyntaxError,
    compile_expression,
    compile_unary_tests,
    evaluate,
    from_json,
    to_json,
)
from rules.feel.parser import parse_expression
from rules.feel.printer import printed
from tests.rules.dmn_models import decision, literal, model

SEEDS = [
    'if score >= 60 and grade in ("A", "B") then "yes" else "no"',
    "for i in 1..5, j in [1, 2, 3] return i * j + partial[-1]",
    'some p in people satisfies p.age between 20 and 30 and matches(p.name, "^[A-Z](a|b)*$")',
    "{a b: 1, f: function(x: number, y) x + y, r: f(a b, y: 2)}.r",
    'date and time("2026-11-20T10:00:00@Europe/Berlin") + @"P1DT2H" > now()',
    "people[age > 3 and item.name != null][-1].name instance of context<a: list<string>>",
    'sort(list: [3, 1, 2], precedes: function(a, b) a < b)[1..2] in [(1..3], "x", < 5]',
    "-(2 ** -3) / 4.5e3 * [1, [2, {}]][2][1] // note\n/* and */ - 1",
    'replace(upper case("stra\u00dfe"), "\\\\s+", "$0") + string join(["a"], ",")',
    ']1..5[ = range("[1..5]") or not(?) and every x in [] satisfies x.y.z[1](2)(a: 3)',
]
SIGNS = "()[]{}.,:<>=!+-*/@\"'\\?$\n\t 019aZ_\u00e9\u2003\U0001f40e\x00\ud800"
TOKENS = ["..", "**", "//", "/*", "*/", "->", " in ", " for ", "return", "if ", "null", "function("]
PIECES = st.sampled_from([*SIGNS, *TOKENS])


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """Return a valid text with a few wounds."""
    text = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 6)))
        other = draw(
            st.one_of(PIECES, st.just(""), st.just(text[end : end + 9]), st.text(max_size=3))
        )
        text = text[:start] + other + text[end:]
    return text


@settings(max_examples=600, deadline=None)
@given(mutated())
def test_a_wounded_text_is_an_expression_or_a_syntax_error(text):
    try:
        expression = compile_expression(text, ("a b",))
    except FeelSyntaxError as error:
        assert 1 <= error.line <= text.count("\n") + 1
        assert error.column >= 1
        assert error.message
    else:
        printed(expression.tree)
        with suppress(FeelBudgetExceeded):
            to_json(expression.evaluate({"score": 5}, budget=Budget(5_000, 60)))
    with suppress(FeelSyntaxError, FeelBudgetExceeded):
        compile_unary_tests(text).matches(1, budget=Budget(5_000, 60))


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_an_expression_or_an_error(data):
    with suppress(FeelError):
        evaluate(data.decode("latin-1"), budget=Budget(5_000, 60))


def _deep(levels: int, work: Callable[[], object]) -> object:
    return work() if levels == 0 else _deep(levels - 1, work)


DEEPEST: Any = 1
for _ in range(99):
    DEEPEST = [DEEPEST]
SUM = "1" + " + 1" * 140
MODEL = model(decision("d", literal("(" * 30 + SUM + ")" * 30)))
WORK: dict[str, Callable[[], object]] = {
    "parse": lambda: parse_expression("(" * 49 + "1" + ")" * 49 + SUM[1:90]),
    "print": lambda: printed(parse_expression(SUM)),
    "compile": lambda: compile_expression(SUM + f" + {len(SUM)}"),
    "evaluate": lambda: evaluate("{f: function(n) " + "(1 + " * 40 + "f(n)" + ")" * 40 + "}.f(1)"),
    "compare": lambda: evaluate("x = y", {"x": DEEPEST, "y": [DEEPEST[0]]}),
    "sort": lambda: evaluate("{f: function(n) sort([2, 1], function(a, b) f(a)), r: f(1)}.r"),
    "write": lambda: to_json(DEEPEST),
    "read": lambda: from_json(DEEPEST),
    "string": lambda: evaluate("string(x)", {"x": DEEPEST}),
    "model": lambda: read_model(MODEL + b"\n").evaluate("d", {}),
}  # fmt: skip


@pytest.mark.parametrize("name", WORK)
@pytest.mark.parametrize("levels", [0, 300, 600])
def test_a_caller_inside_many_others_gets_an_answer_or_an_error(name, levels):
    with suppress(FeelError, DmnRefused, DecisionFailed):
        _deep(levels, WORK[name])
