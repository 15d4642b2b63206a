"""The default decisions keep their contract: ids, inputs, reasons and worked examples."""

import pytest

from rules import decisions
from rules.dmn import DecisionFailed, DecisionModel, read_model

EXPECTED = {
    "eligibility": 12,
    "conflict_of_interest": 3,
    "vetting_recommendation": 6,
    "panel_vote": 7,
    "notice_outcome": 4,
    "quota": 5,
    "structure_warning": 1,
    "composite_score": 1,
    "grade": 7,
    "nine_box": 2,
    "readiness": 5,
    "early_warning": 1,
    "correction_level": 4,
    "checkpoint": 6,
    "training_recommendation": 14,
    "training_compliance": 6,
    "exit_decision": 14,
    "mentor_eligibility": 7,
    "sla_tier": 2,
    "feedback_visibility": 2,
}
MODELS: dict[str, DecisionModel] = {
    name.removesuffix(".dmn"): read_model(source, file_name=name)
    for name, source in decisions.packaged().items()
}
EXAMPLES = decisions.examples()


def test_each_decision_stands_in_the_file_of_its_name():
    assert set(MODELS) == set(EXPECTED)
    assert all(name in ready.decisions for name, ready in MODELS.items())


def test_decision_ids_are_unique_over_all_files():
    ids = [name for ready in MODELS.values() for name in ready.decisions]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", EXPECTED)
def test_a_decision_has_the_inputs_of_its_contract_and_asks_a_question(name):
    decision = MODELS[name].decisions[name]

    assert len(decision.inputs) == EXPECTED[name]
    assert decision.question.endswith("?")
    assert all(part.description for part in decision.input_data)


@pytest.mark.parametrize("example", EXAMPLES, ids=[example["id"] for example in EXAMPLES])
def test_a_worked_example_comes_out(example):
    evaluation = MODELS[example["decision"]].evaluate(example["decision"], example["inputs"])

    assert evaluation.output == example["expected"]


@pytest.mark.parametrize("name", EXPECTED)
def test_every_decision_has_examples_and_explains_itself(name):
    examples = [example for example in EXAMPLES if example["decision"] == name]
    evaluation = MODELS[name].evaluate(name, examples[0]["inputs"])

    assert len(examples) >= 4
    assert evaluation.trace[-1]["decision"] == name
    assert all(
        rule.get("reason")
        for record in evaluation.trace
        for table in record["tables"]
        for rule in table["rules"]
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_a_missing_required_input_is_named_and_never_guessed(name):
    example = next(example for example in EXAMPLES if example["decision"] == name)
    for part in MODELS[name].decisions[name].input_data:
        if part.required:
            inputs = {key: value for key, value in example["inputs"].items() if key != part.name}
            with pytest.raises(DecisionFailed, match=f'"{part.name}" is missing'):
                MODELS[name].evaluate(name, inputs)


def test_a_misspelt_relation_is_no_clear_conflict():
    with pytest.raises(DecisionFailed, match="not allowed"):
        MODELS["conflict_of_interest"].evaluate(
            "conflict_of_interest",
            {"relation": "spose", "financial_tie": False, "other_declared": False},
        )


def test_the_policy_of_a_pool_replaces_single_defaults():
    inputs = next(example for example in EXAMPLES if example["id"] == "E-3")["inputs"]
    relaxed = {**inputs, "policy": {"min_months_in_level": 12}, "last_grades": ["B"]}

    assert MODELS["eligibility"].evaluate("eligibility", relaxed).output["outcome"] == "ELIGIBLE"
