"""Hostile input ends soon, with one clear error, and without filling the memory."""

import ast
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

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
from rules.feel.budget import MAX_STRING_LENGTH, SourceBudget
from rules.feel.kept import Kept
from rules.feel.parser import parse_expression
from tests.rules.hostile_inputs import ANSWERED, GROUPS, LETTERS

# Each set of groups runs in one process, because to start one takes longer than most inputs.
PROCESSES = (
    ("loops", "numbers", "strings", "lists"),
    ("recursion", "patterns", "deep texts", "long texts", "data"),
    ("files", "models"),
    ("checks",),
)
MOST_SECONDS = 0.5
MOST_MEGABYTES = 200
REFUSALS = {"FeelBudgetExceeded", "FeelSyntaxError", "DmnRefused", "DecisionFailed", "XmlRefused"}
ROOT = Path(rules.__file__).parent.parent


class Measured(NamedTuple):
    """What one input cost: processor seconds, more memory since the beginning, and its end."""

    seconds: float
    megabytes: float
    outcome: str
    message: str


def _least(group: str, name: str) -> Measured:
    """
    Return what an input costs: the first measure that keeps the limit, or the last of three.

    What else the machine does can only make a measure larger.
    """
    groups = next(several for several in PROCESSES if group in several)
    for attempt in range(3):
        # Where the whole process was stopped, what had not ended has no measure.
        found = _measured(groups, attempt)[group, name]
        if found.seconds < MOST_SECONDS:
            break
    return found


@cache
def _measured(groups: tuple[str, ...], attempt: int) -> dict[tuple[str, str], Measured]:
    """Measure the inputs of some groups in a new process, once for each attempt."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.rules.hostile_runner", *groups],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {(group, name): Measured(*rest) for group, name, *rest in lines}


@pytest.mark.parametrize(
    ("group", "name"), [(group, name) for group in GROUPS for name in GROUPS[group]]
)
def test_hostile_input_ends_soon_with_one_clear_error(group, name):
    found = _least(group, name)

    assert found.seconds < MOST_SECONDS
    assert found.megabytes < MOST_MEGABYTES
    if found.outcome != "value" or (group, name) not in ANSWERED:
        assert found.outcome in REFUSALS
        first = found.message.splitlines()[0]
        assert first.endswith(".")
        assert len(first) < 400


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("count(for i in 1..10**9 return i)", "A list would have more than 100,000 items; filter"),
        ("some i in 1..10**9 satisfies i < 0", "The expression takes more than 2,000 steps; loop"),
        ("{f: function(n) f(n), r: f(1)}.r", "Function calls are nested more than 60 deep; end"),
        ("s + s", "A string would have more than 200,000 characters; join or repeat less text."),
        ('matches("a", "((a{999}){999}){999}")', "A pattern is too large; lower the numbers"),
        ('matches("a", s)', "A pattern has more than 2,000 characters; write a shorter one."),
        (f'matches("a", "{"()" * 60}")', "A pattern has more than 50 groups; write (?:...)"),
        ("for i in 1..9 return l", "The result has more than 100,000 values; return fewer."),
    ],
)
def test_a_limit_is_named_with_what_to_do(text, limit):
    data = {"s": "x" * (MAX_STRING_LENGTH - 9), "l": [1] * 50_000}

    with pytest.raises(FeelBudgetExceeded) as caught:
        to_json(evaluate(text, data, budget=Budget(steps=2_000 if "some" in text else 10**6)))

    assert str(caught.value).startswith(limit)


def test_time_is_a_limit_of_its_own():
    with pytest.raises(FeelBudgetExceeded, match=r"more than 0\.01 seconds"):
        evaluate("some i in 1..10**9 satisfies i < 0", budget=Budget(10**9, 0.01))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1" + " " * 30_000, "more than 30,000 characters; split it into several"),
        ("[" + "a, " * 5_000 + "a]", "more than 5,000 parts; split it into several"),
        ("(" * 60, "nested more than 50 levels deep; split it"),
        ("1" + "+1" * 400, "too complex; split it into several"),
    ],
)
def test_a_text_that_is_too_large_says_which_limit_it_breaks(text, message):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text)

    assert message in caught.value.message
    assert caught.value.line == 1


def test_the_texts_of_a_model_have_a_limit_in_all():
    budget = SourceBudget(parts=100)
    text = "[" + "a, " * 30 + "a]"
    for _ in range(3):
        parse_expression(text, (), budget)

    with pytest.raises(FeelBudgetExceeded, match="more than 100 parts in all; split the model"):
        parse_expression(text, (), budget)


def test_names_that_a_text_can_mean_count_as_parts():
    budget = SourceBudget(parts=100)

    with pytest.raises(FeelBudgetExceeded):
        parse_expression("a b + 1", [f"a {number}" for number in range(300)], budget)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("^(a+)+$", LETTERS + "!"), ("(a*)*b", LETTERS), ("(a|aa)+$b", LETTERS)],
)
def test_patterns_do_not_run_away(pattern, text):
    assert evaluate("matches(t, p)", {"t": text[-1_500:], "p": pattern}) is False


def test_what_is_kept_does_not_grow_for_ever():
    kept: Kept[str] = Kept(limit=10)
    made = []

    def make(text: str) -> str:
        return kept.get(text, lambda: (made.append(text) or text, len(text)))

    assert [make("four"), make("four"), make("fives"), make("four")] == [
        "four",
        "four",
        "fives",
        "four",
    ]
    make("four more")
    make("four")
    assert made == ["four", "fives", "four more", "four"]


def test_every_limit_says_what_to_do():
    raised = [
        path.name
        for path in (Path(rules.__file__).parent / "feel").rglob("*.py")
        if "raise FeelBudgetExceeded(" in path.read_text(encoding="utf-8")
    ]

    # The function `exceeded` asks for both, the limit and the remedy.
    assert raised == []


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
