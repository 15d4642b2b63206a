"""Compiled expressions and models never change, so many threads use them at once."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from rules.decisions import examples, packaged
from rules.dmn import DecisionFailed, read_model
from rules.feel import compile_expression, compile_unary_tests, to_json
from rules.feel.patterns import compile_pattern

THREADS = 8
ROUNDS = 6
PEOPLE = [{"name": f"p{number}", "age": number % 60, "grades": list("ABC")} for number in range(12)]
EXPRESSIONS = (
    "score * 2 + bonus",
    'if score >= 50 then "high" else string(score)',
    "for p in people return p.age + score",
    "people[age > score].name",
    "count(people[some g in grades satisfies g = grade])",
    "{f: function(n) if n <= 0 then score else f(n - 1) + bonus, r: f(5)}.r",
    "sort(people.age, function(a, b) modulo(a + score, 7) < modulo(b + score, 7))",
    'replace(grade, "([a-c])", "$1$1", "i") + upper case(grade)',
    "sum(for i in 1..20 return if i = 1 then score else partial[-1] + 1)",
    'date("2026-11-20") + duration("P1D") * score',
    "[1, 2, 3]",
)
INPUTS = [
    {"score": number, "bonus": number % 5, "grade": "ABC"[number % 3], "people": PEOPLE}
    for number in range(THREADS)
]


@pytest.fixture(autouse=True)
def _hasty_switches() -> Iterator[None]:
    """Let threads take turns as often as they can, so that a race has its chance."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def _at_once(work: Callable[[int], Any]) -> list[Any]:
    """Return what each thread got, all of them begun together."""
    barrier = Barrier(THREADS)

    def begin(number: int) -> Any:
        barrier.wait()
        return [work(number) for _ in range(ROUNDS)]

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(begin, range(THREADS)))


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_answers_each_thread_for_its_own_input(text):
    expression = compile_expression(text)
    alone = [to_json(expression.evaluate(data)) for data in INPUTS]

    together = _at_once(lambda number: to_json(expression.evaluate(INPUTS[number])))

    assert together == [[answer] * ROUNDS for answer in alone]


def test_cells_and_patterns_answer_each_thread_for_its_own_input():
    cell = compile_unary_tests('[20..40), > limit, "x"')
    pattern = compile_pattern("((a|b)*c){2,}", "")
    texts = ["ab" * number + "c" + "bc" * (number % 2) for number in range(THREADS)]

    def ask(number: int) -> tuple[bool, bool]:
        return cell.matches(number * 10, {"limit": 65}), bool(
            compile_expression("matches(t, p)").evaluate({"t": texts[number], "p": "((a|b)*c){2,}"})
        )

    assert pattern is not None
    assert _at_once(ask) == [
        [(number in {2, 3, 7}, number % 2 == 1)] * ROUNDS for number in range(THREADS)
    ]


def test_texts_are_compiled_once_or_alike_by_all_threads():
    def make(number: int) -> Any:
        return [
            compile_expression(f"{other} + a b", ("a b",)).evaluate({"a b": number})
            for other in range(30)
        ]

    together = _at_once(make)

    assert together == [
        [[other + number for other in range(30)]] * ROUNDS for number in range(THREADS)
    ]


def _answer(model: Any, decision: str, inputs: Any) -> Any:
    try:
        found = model.evaluate(decision, inputs)
    except DecisionFailed as error:
        return str(error)
    return found.output, found.matched_rules, found.trace


def test_the_default_decisions_answer_each_thread_for_its_own_input():
    asked: dict[str, list[Any]] = {}
    for example in examples():
        asked.setdefault(example["decision"], []).append(example["inputs"])
    models = {}
    for name, source in packaged().items():
        # A model of its own for this test: what it learns is learnt by all threads at once.
        model = read_model(source + b"\n", file_name=f"threads/{name}")
        models.update(dict.fromkeys(model.decisions, model))
    chosen = [
        (key, inputs) for key, several in asked.items() if key in models for inputs in several
    ]

    together = _at_once(
        lambda number: [
            _answer(models[key], key, inputs)
            for key, inputs in chosen[number * 7 % len(chosen) :: THREADS // 2]
        ]
    )

    for number, rounds in enumerate(together):
        mine = chosen[number * 7 % len(chosen) :: THREADS // 2]
        alone = [_answer(models[key], key, inputs) for key, inputs in mine]
        assert rounds == [alone] * ROUNDS
