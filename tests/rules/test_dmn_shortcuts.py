"""The short way to an answer: it says what the long way says, and shares nothing."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.decisions import examples, packaged
from rules.dmn import DecisionFailed, DecisionModel, Evaluation, read_model
from rules.dmn.columns import ColumnIndex
from rules.feel import Budget
from tests.rules.dmn_models import decision, input_data, model, table
from tests.rules.test_dmn_properties import CELLS, VALUES

NAMES = ("x", "y", "z")
FREE = {"<= y", "? = x", "x + 1", "not(x)", "? < y, null", "for i in [1] return i"}
STEADY = st.sampled_from([cell for cell in CELLS if cell not in FREE and "every" not in cell])
RESULTS = st.sampled_from(['"a"', '"b"', "1", "-1.50", "null", "[1, [2]]", '{a: [1], b: "c"}'])
TYPES = st.sampled_from(
    ["Any", "Any", "Any", "Any", "number", "string", "boolean", "date", "integer", "list"]
)
POLICIES = st.sampled_from(
    ["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER", "PRIORITY", "OUTPUT ORDER"]
)
EXPRESSIONS = st.sampled_from(
    ["x", "y", "z", "x", "y", "z", "x + 1", "count(y)", "string(z)", "x.a", "[x]"]
)
ROWS = st.lists(st.tuples(STEADY, STEADY, STEADY, RESULTS), max_size=8)
SCALARS = [value for value in VALUES if type(value) in {int, float, str, bool, type(None)}]
INPUTS = st.lists(st.tuples(*[st.sampled_from(SCALARS * 3 + VALUES)] * 3), min_size=1, max_size=8)


def seen(evaluation: Evaluation) -> tuple[object, ...]:
    """Return all that an evaluation tells, with `1` and `True` and `1.0` kept apart."""
    facts = (evaluation.output, evaluation.value, evaluation.trace)
    return (*map(repr, facts), evaluation.matched_rules, evaluation.reasons)


def both_ways(ready: DecisionModel, key: str, inputs: dict[str, Any]) -> list[object]:
    """Answer by the way that is chosen, and by the long way."""
    answers: list[object] = []
    for ask in (
        lambda: ready.evaluate(key, inputs),
        lambda: ready.evaluate_fully(key, inputs, Budget(), None),
    ):
        try:
            answers.append(seen(ask()))
        except DecisionFailed as error:
            answers.append(error.finding)
    return answers


@settings(max_examples=200, deadline=None)
@given(
    POLICIES,
    st.tuples(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS),
    st.tuples(TYPES, TYPES, TYPES),
    ROWS,
    INPUTS,
    st.sampled_from(["", "", "", "1, 2, 3", '"a", "b"']),
    st.sampled_from(["", "", "", "required", "undeclared"]),
)
def test_the_short_way_says_what_the_long_way_says(
    policy, expressions, types, rows, several, allowed, kind
):
    rules = [(list(cells), [result]) for *cells, result in rows]
    logic = table(policy, list(expressions), rules, values='"b", "a"', allowed=allowed)
    attributes = 'xmlns:u="urn:understudy:dmn:1" u:required="true"' if kind == "required" else ""
    parts = [
        input_data(name, type_ref, attributes) for name, type_ref in zip(NAMES, types, strict=True)
    ]
    declared = [] if kind == "undeclared" else parts
    needs = tuple(f"in_{name}" for name in NAMES) if declared else ()
    ready = read_model(model(*declared, decision("d", logic, needs)))

    for values in (several[0], *several, *several):
        inputs = dict(zip(NAMES, values, strict=True))
        short, long = both_ways(ready, "d", inputs)

        assert short == long


@pytest.mark.parametrize("example", examples(), ids=lambda example: example["id"])
def test_the_packaged_decisions_answer_alike_in_both_ways(example, models):
    ready = models[example["decision"]]
    both_ways(ready, example["decision"], example["inputs"])

    short, long = both_ways(ready, example["decision"], example["inputs"])

    assert short == long


@pytest.fixture(scope="module")
def models() -> dict[str, DecisionModel]:
    found = [read_model(source, file_name=name) for name, source in packaged().items()]
    return {key: each for each in found for key in each.decisions}


def constant_table(result: str) -> DecisionModel:
    logic = table("FIRST", ["x"], [(["> 1"], [result])])
    return read_model(model(input_data("x", "number"), decision("d", logic, ("in_x",))))


def test_everybody_gets_a_list_or_context_of_their_own():
    ready = constant_table("{a: [1], b: {c: 2}}")
    ready.evaluate("d", {"x": 2})
    first = ready.evaluate("d", {"x": 2})
    first.output["a"].append("changed")
    first.value["b"]["c"] = "changed"

    assert ready.evaluate("d", {"x": 2}).output == {"a": [1], "b": {"c": 2}}
    assert first.output["a"] == [1, "changed"]


def test_the_trace_tells_the_inputs_as_they_were():
    ready = constant_table('"big"')
    ready.evaluate("d", {"x": 2})
    inputs = {"x": 3}
    evaluation = ready.evaluate("d", inputs)
    inputs["x"] = 0

    assert evaluation.trace[0]["tables"][0]["inputs"] == {"x": 3}
    assert evaluation.matched_rules == ("r1",)


@pytest.mark.parametrize("count", [10, 100, 400])
def test_cells_are_asked_once_for_all_values_that_they_cannot_tell_apart(count, monkeypatch):
    asked = []
    ask = ColumnIndex._tested
    monkeypatch.setattr(
        ColumnIndex, "_tested", lambda *these: (asked.append(these[1]), ask(*these))[1]
    )
    rules = [([f"< {10 * number}"], [str(number)]) for number in range(1, count + 1)]
    logic = table("FIRST", ["x"], rules)
    ready = read_model(model(input_data("x", "number"), decision("d", logic, ("in_x",))))

    answers = [ready.evaluate("d", {"x": value}).output for value in range(10 * count)]

    assert answers == [value // 10 + 1 for value in range(10 * count)]
    assert len(asked) == 2 * count - 1


def test_a_large_table_keeps_little():
    rules = [([f"< {number}"], ["1"]) for number in range(1, 2_000)]
    logic = table("RULE ORDER", ["x"], rules)
    ready = read_model(model(input_data("x", "number"), decision("d", logic, ("in_x",))))

    assert len(ready.evaluate("d", {"x": 0}).output) == 1_999
    assert ready._code["d"][0].__self__.columns[0].index._most_kept * 250 <= 2_000_000


def test_true_is_not_taken_for_one():
    ready = constant_table('"big"')
    for _ in range(2):
        assert ready.evaluate("d", {"x": 1}).output is None
        with pytest.raises(DecisionFailed, match="not of the type number"):
            ready.evaluate("d", {"x": True})


def test_more_values_than_are_kept_are_answered_all_the_same():
    ready = constant_table('"big"')

    answers = [ready.evaluate("d", {"x": number - 1_500}).output for number in range(3_000)]

    assert answers == [None] * 1_502 + ["big"] * 1_498
