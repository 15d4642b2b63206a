"""A compiled table answers as a plain interpretation of its cells does."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dmn import DecisionFailed, DmnRefused, read_model
from rules.feel import compile_unary_tests
from tests.rules.dmn_models import decision, input_data, model, table

CELLS = st.sampled_from(
    [
        "-", "1", "< 2", "<= y", "> 1", "[1..3)", "(0..2]", "not(1)", "1, 3", '"a"',
        'not("a", "b")', "null", "true", "false", "? = x", '"a", 2', "x + 1", "[1, 2]", "!= 1",
    ]
)  # fmt: skip
VALUES = st.sampled_from([None, 0, 1, 2, 3, 1.5, "a", "b", True, False, [1], []])
POLICIES = st.sampled_from(["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"])
ROWS = st.lists(st.tuples(CELLS, CELLS), max_size=6)


def interpreted(policy: str, rows: list[tuple[str, str]], x: object, y: object) -> object:
    """Answer as the standard says, cell by cell."""
    matched = [
        number
        for number, cells in enumerate(rows)
        if all(
            compile_unary_tests(cell).matches(value, {"x": x, "y": y})
            for cell, value in zip(cells, (x, y), strict=True)
        )
    ]
    if policy in {"COLLECT", "RULE ORDER"}:
        return matched
    if policy != "FIRST" and len(matched) > 1:
        return "failed"
    return matched[0] if matched else None


@settings(max_examples=300, deadline=None)
@given(POLICIES, ROWS, VALUES, VALUES)
def test_the_compiled_form_equals_a_plain_interpretation(policy, rows, x, y):
    rules = [(list(cells), [str(number)]) for number, cells in enumerate(rows)]
    logic = table(policy, ["x", "y"], rules)
    source = model(input_data("x"), input_data("y"), decision("d", logic, ("in_x", "in_y")))
    try:
        output = read_model(source).evaluate("d", {"x": x, "y": y}).output
    except DecisionFailed:
        output = "failed"

    assert output == interpreted(policy, rows, x, y)


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
