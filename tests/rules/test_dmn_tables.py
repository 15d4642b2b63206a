"""Decision tables: every hit policy, defaults, traces and failures."""

import pytest

from rules.dmn import DecisionFailed, DecisionModel, read_model
from rules.feel import Budget
from tests.rules.dmn_models import decision, input_data, literal, model, table


def ready(logic: str) -> DecisionModel:
    return read_model(
        model(input_data("x", "number"), input_data("y"), decision("d", logic, ("in_x", "in_y")))
    )


def answer(logic: str, **inputs: object) -> object:
    return ready(logic).evaluate("d", inputs).output


OVERLAPPING = [(["> 1"], ['"a"']), (["> 2"], ['"b"']), (["> 3"], ['"a"'])]


@pytest.mark.parametrize(
    ("policy", "x", "expected"),
    [
        ("UNIQUE", 2, "a"),
        ("UNIQUE", 0, None),
        ("FIRST", 4, "a"),
        ("ANY", 2, "a"),
        ("COLLECT", 4, ["a", "b", "a"]),
        ("COLLECT", 0, []),
        ("RULE ORDER", 4, ["a", "b", "a"]),
        ("PRIORITY", 4, "b"),
        ("OUTPUT ORDER", 4, ["b", "a", "a"]),
    ],
)
def test_a_hit_policy_makes_one_answer(policy, x, expected):
    assert answer(table(policy, ["x"], OVERLAPPING, values='"b", "a"'), x=x) == expected


@pytest.mark.parametrize(
    ("aggregation", "x", "expected"),
    [
        ("SUM", 3, 30),
        ("MIN", 3, 10),
        ("MAX", 3, 20),
        ("COUNT", 3, 2),
        ("COUNT", 0, 0),
        ("SUM", 0, None),
    ],
)
def test_collected_numbers_are_aggregated(aggregation, x, expected):
    rules = [(["> 1"], ["10"]), (["> 2"], ["20"])]

    assert answer(table("COLLECT", ["x"], rules, aggregation=aggregation), x=x) == expected


def test_two_matches_break_the_unique_policy():
    with pytest.raises(DecisionFailed, match=r"2 rules match \(r1, r2\)") as caught:
        answer(table("UNIQUE", ["x"], OVERLAPPING), x=3)

    assert caught.value.finding.element_id == "t"
    assert caught.value.finding.remedy


def test_different_results_break_the_any_policy():
    with pytest.raises(DecisionFailed, match="different results"):
        answer(table("ANY", ["x"], OVERLAPPING), x=3)


def test_the_default_answers_where_no_rule_matches():
    logic = table("FIRST", ["x"], [(["> 9"], ['"big"'])], default='"small"')

    assert answer(logic, x=1) == "small"


def test_several_outputs_make_a_context():
    rules = [(["> 1", "-"], ['"a"', "x * 2"])]
    logic = table("UNIQUE", ["x", "y"], rules, outputs=("name", "twice"))

    assert answer(logic, x=4) == {"name": "a", "twice": 8}


def test_a_cell_sees_other_variables_and_its_own_value():
    rules = [(["> y", "? + x > 10"], ['"yes"'])]

    assert answer(table("FIRST", ["x", "y"], rules), x=8, y=3) == "yes"
    assert answer(table("FIRST", ["x", "y"], rules), x=8, y=1) is None


def test_an_input_outside_the_allowed_values_is_named():
    logic = table("FIRST", ["y"], [(["-"], ['"ok"'])], allowed='"spouse", "none"')

    assert answer(logic, y="none") == "ok"
    with pytest.raises(DecisionFailed, match='"spose", which is not allowed'):
        answer(logic, y="spose")


def test_the_trace_says_which_rules_matched_and_why_others_did_not():
    evaluation = ready(table("FIRST", ["x", "y"], [(["> 5", "-"], ["1"]), (["-", "true"], ["2"])]))
    evaluation = evaluation.evaluate("d", {"x": 3, "y": True})

    assert evaluation.output == 2
    assert evaluation.matched_rules == ("r2",)
    assert evaluation.reasons == ("Because of 2.",)
    assert evaluation.trace[-1]["tables"][0]["inputs"] == {"x": 3, "y": True}
    assert evaluation.trace[-1]["tables"][0]["rules"] == [
        {"rule": "r1", "matched": False, "reason": "Because of 1.", "failed": "x"},
        {"rule": "r2", "matched": True, "reason": "Because of 2."},
    ]


def test_too_much_work_fails_with_the_name_of_the_decision():
    source = model(decision("d", literal("for i in 1..1000000000 return i")))

    with pytest.raises(DecisionFailed, match='"d" takes too much') as caught:
        read_model(source).evaluate("d", {}, budget=Budget(steps=1_000))

    assert caught.value.finding.code == "decision-budget"


def test_a_table_drawn_without_input_data_still_reads_what_it_asks_for():
    tables = model(
        decision("d", table("FIRST", ["x"], [([">= 60"], ['"pass"']), (["-"], ['"fail"'])]))
    )

    passing = read_model(tables)

    assert passing.decisions["d"].inputs == ("x",)
    assert passing.evaluate("d", {"x": 60, "y": 1}).output == "pass"
