"""A compiled table answers as a plain interpretation of its cells does."""

from contextlib import suppress
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import DecisionFailed, DmnRefused, read_model
from rules.feel import compile_unary_tests, to_json
from tests.rules.dmn_models import decision, input_data, model, table

CELLS = [
    "-", "1", "-1", "< 2", "<= y", "> 1", ">= 1.0", "[1..3)", "(0..2]", "]1..3[", "not(1)",
    "not([1..2], 3)", "1, 3", "1.00", "-0", '"a"', '"1"', 'not("a", "b")', '< "b"', '["a".."b")',
    "null", "not(null)", "true", "false", "= true", "? = x", '"a", 2', "x + 1", "[1, 2]", "!= 1",
    '!= "a"', "? > 1 and ? < 3", 'starts with(?, "a")', "count(?) > 0", "? in (1, 2)", "even(?)",
    "? instance of number", "string(?) = \"1\"", "not(x)", "not(< 2)", "list contains([1, 2], ?)",
    'date("2026-01-01")', '< date("2026-06-01")', 'duration("P1D")', "for i in [1] return i",
    "every i in [?] satisfies i = 1", "? < y, null", "@\"2026-01-01\"", "abs(?)", "{a: 1}",
]  # fmt: skip
VALUES: list[Any] = [
    None, 0, 1, 2, 3, -1, 1.5, 1.0, -0.0, 2.5, 10**9, Decimal("1.00"), Decimal("2.000"), "a", "b",
    "c", "", "1", "ab", "2026-01-01", "true", True, False, [1], [], [1, 2], ["a"], {"a": 1},
    "a" * 300,
]  # fmt: skip
POLICIES = st.sampled_from(["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"])
NAMES = ("x", "y", "z")
ROWS = st.lists(st.tuples(*[st.sampled_from(CELLS)] * len(NAMES)), max_size=8)
INPUTS = st.lists(st.tuples(*[st.sampled_from(VALUES)] * len(NAMES)), min_size=1, max_size=6)


def holds(cell: str, value: object, inputs: dict[str, object]) -> bool:
    """Ask one cell, by itself."""
    return compile_unary_tests(cell).matches(value, inputs)


def interpreted(policy: str, rows: list[tuple[str, ...]], inputs: dict[str, object]) -> object:
    """Answer as the standard says, cell by cell."""
    matched = [
        number
        for number, cells in enumerate(rows)
        if all(
            holds(cell, value, inputs) for cell, value in zip(cells, inputs.values(), strict=True)
        )
    ]
    if policy in {"COLLECT", "RULE ORDER"}:
        return matched
    if policy != "FIRST" and len(matched) > 1:
        return "failed"
    return matched[0] if matched else None


@settings(max_examples=250, deadline=None)
@given(POLICIES, ROWS, INPUTS)
def test_the_compiled_form_equals_a_plain_interpretation(policy, rows, several):
    rules = [(list(cells), [str(number)]) for number, cells in enumerate(rows)]
    parts = [input_data(name) for name in NAMES]
    logic = table(policy, list(NAMES), rules)
    ready = read_model(model(*parts, decision("d", logic, tuple(f"in_{name}" for name in NAMES))))
    for values in (*several, *several):
        inputs = dict(zip(NAMES, values, strict=True))
        try:
            evaluation = ready.evaluate("d", inputs)
            output = evaluation.output
            assert_trace(rows, inputs, evaluation.trace[-1]["tables"][0])
        except DecisionFailed:
            output = "failed"

        assert output == interpreted(policy, rows, inputs)


def assert_trace(rows: list[tuple[str, ...]], inputs: dict[str, Any], trace: Any) -> None:
    """Assert that a trace names a column that did not hold, for each rule that did not match."""
    assert trace["inputs"] == {name: to_json(value) for name, value in inputs.items()}
    for cells, rule in zip(rows, trace["rules"], strict=False):
        by_name = dict(zip(NAMES, cells, strict=True))
        if rule["matched"]:
            assert all(holds(by_name[name], inputs[name], inputs) for name in NAMES)
        else:
            assert not holds(by_name[rule["failed"]], inputs[rule["failed"]], inputs)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_in_a_table_is_refused_or_answered(one, other):
    printable = [
        "".join(letter for letter in text if letter.isprintable()) for text in (one, other)
    ]
    logic = table("FIRST", ["x"], [([printable[0]], [printable[1]])])
    with suppress(DmnRefused, DecisionFailed):
        ready = read_model(model(input_data("x"), decision("d", logic, ("in_x",))))
        ready.evaluate("d", {"x": 1})
