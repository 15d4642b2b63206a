"""The default decisions keep their contract: ids, inputs, results, reasons and examples."""

import re
from decimal import Decimal

import pytest

from rules import decisions
from rules.dmn import DecisionFailed, DecisionModel, check_model, read_model
from rules.dmn.syntax import Table
from rules.feel.syntax import Literal, Node, children
from rules.xml_door import open_xml

INPUTS = {
    "eligibility": (
        "employment_status service_years months_in_level last_grades discipline_active "
        "cooling_off already_member under_investigation education_rank frontline_months age policy"
    ),
    "conflict_of_interest": "relation financial_tie other_declared",
    "vetting_recommendation": "hard_check_failed reviewers average spread ballots yes",
    "panel_vote": "seats recused present yes no defer open_question",
    "notice_outcome": "objections open substantiated inquiry_working_days",
    "quota": "plan_cell_exists members pending_exits target maximum",
    "structure_warning": "unmet_targets",
    "composite_score": "policy ratings",
    "grade": (
        "score serious_discipline votes fail_votes integrity open_correction_level hours_ratio"
    ),
    "nine_box": "performance potential",
    "readiness": "grade potential gaps experience_complete open_correction_level",
    "early_warning": "signs",
    "correction_level": "points severity repeat_in_12_months prior_level",
    "checkpoint": (
        "progress expected evidence_complete new_serious_sign last_checkpoint extensions"
    ),
    "training_recommendation": (
        "frontline_months headquarters_months months_in_post hot_months cold_months "
        "urgent_tasks_24m hours_done hours_due weakest_indicator has_mentor nine_box horizon "
        "open_correction_level hardship_limit"
    ),
    "training_compliance": (
        "organised_hours self_study_hours required_hours class_hours leave_hours elapsed_percent"
    ),
    "exit_decision": (
        "appointed left_organisation serious_discipline withdraws grades correction_failed "
        "refused_posts failed_plans age age_limit leave_months months_in_pool term_months "
        "renewals_left"
    ),
    "mentor_eligibility": (
        "conflict_of_interest in_reporting_line allow_reporting_line mentor_in_correction "
        "level_gap load capacity"
    ),
    "sla_tier": "elapsed_working_days sla_working_days",
    "escalation_chain": "stage process pool",
    "feedback_visibility": "raters group",
    "adverse_impact": "selected_a considered_a selected_b considered_b",
}
RESULTS = {
    "eligibility": "ELIGIBLE WAIVER_NEEDED HOLD INELIGIBLE",
    "conflict_of_interest": "RECUSE SPEAK_NO_VOTE DISCLOSE CLEAR",
    "vetting_recommendation": (
        "RECOMMEND RECOMMEND_WITH_CONDITIONS DISCUSS NOT_RECOMMEND INSUFFICIENT"
    ),
    "panel_vote": "APPROVE REJECT DEFER NO_QUORUM NO_PANEL",
    "notice_outcome": "CONFIRM WAIT ESCALATE CONFIRM_WITH_CORRECTION REVOKE",
    "quota": "ADMIT ADMIT_WITH_JUSTIFICATION WAITLIST BLOCK_NO_PLAN",
    "structure_warning": "GREEN BLUE YELLOW RED",
    "grade": "A B C D D* NOT_RATED",
    "readiness": "READY_NOW READY_1Y READY_1_3Y READY_3Y_PLUS NOT_READY",
    "early_warning": "NONE CARE WATCH ALERT CRITICAL",
    "correction_level": "NONE L0 L1 L2 L3 REFER",
    "checkpoint": "CONTINUE INTENSIFY CLOSE EXTEND_30D ESCALATE",
    "training_compliance": "MET ON_TRACK BEHIND NOT_MET COURSE_FAILED",
    "mentor_eligibility": (
        "OK BLOCKED:coi BLOCKED:reporting_line BLOCKED:standing BLOCKED:level BLOCKED:load"
    ),
    "sla_tier": "ON_TIME REMIND WARN ESCALATE STALLED",
    "feedback_visibility": "SHOW SHOW_SCORES_AND_COMMENTS SHOW_SCORES MERGE_OR_HIDE NONE",
    "adverse_impact": "OK FLAG_REVIEW FLAG_SIGNIFICANT INSUFFICIENT_DATA",
    "exit_decision": (
        "RETAIN RENEWAL_REVIEW SUSPEND EXIT_APPOINTED EXIT_LEFT_ORG EXIT_WITHDRAWN EXIT_AGED_OUT "
        "EXIT_TERM_END PROPOSE_REMOVAL:discipline PROPOSE_REMOVAL:grade_D PROPOSE_REMOVAL:two_C "
        "PROPOSE_REMOVAL:correction_failed PROPOSE_REMOVAL:refused_twice "
        "PROPOSE_REMOVAL:plan_failed"
    ),
}
SOURCES = decisions.packaged()
MODELS: dict[str, DecisionModel] = {
    name.removesuffix(".dmn"): read_model(source, file_name=name)
    for name, source in SOURCES.items()
}
EXAMPLES = decisions.examples()


def example(key: str) -> dict:
    return next(each for each in EXAMPLES if each["id"] == key)


def answer(model: DecisionModel, key: str, **inputs: object) -> object:
    found = example(key)
    return model.evaluate(found["decision"], {**found["inputs"], **inputs}).output


def tables_of(model: DecisionModel, only: str = "") -> list[Table]:
    waiting: list[Node] = [
        element.logic
        for element in model.definitions.elements
        if element.logic is not None and (not only or element.id == only)
    ]
    found = []
    while waiting:
        node = waiting.pop()
        found += [node] if isinstance(node, Table) else []
        waiting.extend(children(node))
    return found


def changed(name: str, entry: str, value: str) -> DecisionModel:
    """Return a packaged model in which one named value of its policy is another one."""
    text = SOURCES[f"{name}.dmn"].decode()
    place = re.compile(rf'(_policy_{entry}_expression"><text>)[^<]*')
    assert len(place.findall(text)) == 1
    return read_model(place.sub(rf"\g<1>{value}", text).encode(), file_name=f"{name}.dmn")


def test_each_decision_stands_in_the_file_of_its_name():
    assert set(MODELS) == set(INPUTS)
    assert len(MODELS) == 22
    assert all(name in ready.decisions for name, ready in MODELS.items())


def test_decision_ids_are_unique_over_all_files():
    ids = [name for ready in MODELS.values() for name in ready.decisions]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", INPUTS)
def test_a_decision_has_the_inputs_of_its_contract_and_asks_a_question(name):
    decision = MODELS[name].decisions[name]

    assert sorted(decision.inputs) == sorted(INPUTS[name].split())
    assert decision.question.endswith("?")
    assert all(part.description for part in decision.input_data)
    assert all(part.description for part in MODELS[name].decisions.values())


@pytest.mark.parametrize("name", RESULTS)
def test_a_decision_gives_the_results_of_its_contract(name):
    listed = tables_of(MODELS[name], name)[0].outputs[0].values

    assert {value.value for value in listed} == set(RESULTS[name].split())


@pytest.mark.parametrize("each", EXAMPLES, ids=[each["id"] for each in EXAMPLES])
def test_a_worked_example_comes_out(each):
    evaluation = MODELS[each["decision"]].evaluate(each["decision"], each["inputs"])

    assert evaluation.output == each["expected"]


@pytest.mark.parametrize("name", INPUTS)
def test_every_decision_has_examples_and_explains_itself(name):
    examples = [each for each in EXAMPLES if each["decision"] == name]
    evaluation = MODELS[name].evaluate(name, examples[0]["inputs"])

    assert len(examples) >= 4
    assert evaluation.trace[-1]["decision"] == name
    assert all(
        rule.get("reason")
        for record in evaluation.trace
        for table in record["tables"]
        for rule in table["rules"]
    )


@pytest.mark.parametrize("name", INPUTS)
def test_a_missing_required_input_is_named_and_never_guessed(name):
    given = next(each for each in EXAMPLES if each["decision"] == name)
    for part in MODELS[name].decisions[name].input_data:
        if part.required:
            inputs = {key: value for key, value in given["inputs"].items() if key != part.name}
            with pytest.raises(DecisionFailed, match=f'"{part.name}" is missing'):
                MODELS[name].evaluate(name, inputs)


def test_a_misspelt_relation_is_no_clear_conflict():
    with pytest.raises(DecisionFailed, match="not allowed"):
        MODELS["conflict_of_interest"].evaluate(
            "conflict_of_interest",
            {"relation": "spose", "financial_tie": False, "other_declared": False},
        )


@pytest.mark.parametrize(
    ("key", "inputs"),
    [
        ("G-1", {"integrity": 6}),
        ("G-1", {"open_correction_level": 4}),
        ("V-1", {"average": 100.5}),
        ("T-1", {"nine_box": "Topp talent"}),
        ("C-1", {"ratings": {"superior": [{"V": 7}], "panel": []}}),
        ("F-1", {"selected_a": -1}),
        ("F-1", {"selected_a": 41}),
    ],
)
def test_an_impossible_value_is_refused_instead_of_decided(key, inputs):
    with pytest.raises(DecisionFailed, match=r"not allowed|not of the type"):
        answer(MODELS[example(key)["decision"]], key, **inputs)


def test_the_policy_of_a_pool_replaces_single_defaults():
    outcome = answer(
        MODELS["eligibility"], "E-3", policy={"min_months_in_level": 12}, last_grades=["B"]
    )

    assert outcome == {"outcome": "ELIGIBLE", "reasons": []}


@pytest.mark.parametrize("name", INPUTS)
def test_no_border_that_an_organisation_may_move_stands_in_a_cell(name):
    numbers = {
        node.value
        for table in tables_of(MODELS[name])
        for rule in table.rules
        for cell in rule.tests
        for test in cell.tests
        for node in (test, *children(test))
        if isinstance(node, Literal) and isinstance(node.value, Decimal)
    }

    assert numbers <= {0, 1, 2, 100}


@pytest.mark.parametrize(
    ("name", "entry", "value", "key", "expected"),
    [
        ("eligibility", "grades_considered", "1", "E-3", "INELIGIBLE ['time_in_level']"),
        ("vetting_recommendation", "spread", "30", "V-2", "RECOMMEND"),
        ("panel_vote", "quorum_of", "4", "P-2", "APPROVE"),
        ("notice_outcome", "inquiry_days", "10", "N-2", "ESCALATE"),
        ("structure_warning", "yellow", "2", "W-3", "YELLOW"),
        ("grade", "excellent", "79", "G-1", "A"),
        ("nine_box", "high_performance", "79", "B-3", "High achiever"),
        ("readiness", "gaps_in_a_year", "3", "R-3", "READY_1Y"),
        ("correction_level", "level_1", "2", "K-1", "L1"),
        ("checkpoint", "lag", "10", "H-5", "INTENSIFY"),
        ("training_compliance", "self_study_per_cent", "50", "L-2", "MET"),
        ("exit_decision", "refusals", "3", "X-6", "RETAIN"),
        ("mentor_eligibility", "level_gap", "2", "M-1", "BLOCKED:level"),
        ("sla_tier", "remind", "30", "Z-1", "REMIND"),
        ("feedback_visibility", "scores", "2", "Y-2", "SHOW_SCORES"),
    ],
)
def test_a_decision_follows_a_named_value_that_is_changed_in_one_place(
    name, entry, value, key, expected
):
    before = answer(MODELS[name], key)
    after = answer(changed(name, entry, value), key)

    assert before == example(key)["expected"]
    shown = f"{after['outcome']} {after['reasons']}" if isinstance(after, dict) else after
    assert shown == expected


@pytest.mark.parametrize("name", INPUTS)
def test_the_checks_have_nothing_to_say_about_a_packaged_table(name):
    assert check_model(MODELS[name]) == ()


@pytest.mark.parametrize(
    ("name", "entry", "value", "code"),
    [
        ("sla_tier", "warn", "40", "table-overlap"),
        ("structure_warning", "yellow", "7", "rule-never-matches"),
        ("grade", "basic", "80", "rule-unreachable"),
        ("nine_box", "high_performance", "60", "table-overlap"),
        ("composite_score", "scheme", '"leadership_7"', "result-not-allowed"),
    ],
)
def test_named_values_that_contradict_each_other_are_found(name, entry, value, code):
    assert code in {finding.code for finding in check_model(changed(name, entry, value))}


def test_the_usual_duty_applies_where_none_is_handed_in():
    assert answer(MODELS["training_compliance"], "L-1", required_hours=None) == "MET"
    longer = changed("training_compliance", "required_hours", "110")
    assert answer(longer, "L-1", required_hours=None) == "NOT_MET"


@pytest.mark.parametrize(
    ("scheme", "weights"),
    [
        ("leadership_6", {"V": 20, "P": 15, "L": 20, "R": 25, "D": 10, "I": 10}),
        ("five_dimension", {"V": 25, "P": 20, "R": 30, "D": 15, "I": 10}),
        ("specialist", {"V": 15, "P": 35, "L": 10, "R": 25, "D": 10, "I": 5}),
    ],
)
def test_one_value_chooses_the_scheme_of_indicators(scheme, weights):
    marks = {"V": 5, "P": 4, "R": 3, "D": 2, "I": 1, **({"L": 2} if "L" in weights else {})}
    model = changed("composite_score", "scheme", f'"{scheme}"')

    output = answer(model, "C-1", ratings={"superior": [marks], "panel": [marks]})

    expected = sum(weight * (marks[code] - 1) * 25 for code, weight in weights.items()) / 100
    assert output == {"score": expected, "notes": []}


@pytest.mark.parametrize("name", INPUTS)
def test_an_editor_finds_every_element_drawn(name):
    root = open_xml(SOURCES[f"{name}.dmn"], file_name=f"{name}.dmn")
    ids = {
        str(part.get("id"))
        for part in root.iter("{*}inputData", "{*}decision", "{*}businessKnowledgeModel")
    }
    needs = {
        str(part.get("id"))
        for part in root.iter(
            "{*}informationRequirement", "{*}knowledgeRequirement", "{*}authorityRequirement"
        )
    }
    drawn = [str(part.get("dmnElementRef")) for part in root.iter("{*}DMNShape", "{*}DMNEdge")]

    assert len(drawn) == len(set(drawn))
    assert ids | needs <= set(drawn)
