"""The worked examples of the packaged decisions, asked over HTTP, on both kinds of database."""

from rules import decisions
from tests.conftest import NOW
from tests.webapp.api.conftest import Program
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile


def in_force(database: Database, *names: str) -> None:
    """Put packaged decisions into force."""
    packaged = decisions.packaged()
    files = [SourceFile(name, packaged[name]) for name in names or packaged]
    with database.unit_of_work() as session:
        definitions.publish(session, files, actor=SYSTEM, now=NOW)


def test_every_worked_example_comes_out_over_http(hr: Program, database: Database) -> None:
    in_force(database)
    wrong = {}
    examples = decisions.examples()
    for example in examples:
        path = f"/decisions/{example['decision']}/evaluate"
        answer = hr.post(path, {"inputs": example["inputs"]})
        if answer.status_code != 200 or answer.get_json()["output"] != example["expected"]:
            wrong[example["id"]] = answer.text

    assert wrong == {}
    assert len({example["decision"] for example in examples}) == 22


def test_an_answer_names_the_rules_and_why_the_others_did_not_match(
    hr: Program, database: Database
) -> None:
    in_force(database, "grade.dmn")
    example = next(each for each in decisions.examples() if each["id"] == "G-2")

    body = hr.post("/decisions/grade/evaluate", {"inputs": example["inputs"]}).get_json()

    assert set(body) == {"output", "matched_rules", "trace"}
    assert body["matched_rules"] == ["grade_07"]
    policy, grade = body["trace"]
    assert policy["output"]["excellent"] == 90
    [table] = grade["tables"]
    assert table["inputs"]["Score"] == 93.8
    assert table["rules"][0] == {
        "rule": "grade_01",
        "matched": False,
        "reason": "There is no score.",
        "failed": "Score",
    }


def test_what_cannot_be_answered_is_a_problem_in_one_sentence(
    hr: Program, database: Database
) -> None:
    in_force(database, "sla_tier.dmn", "adverse_impact.dmn")
    crowd = {"selected_a": 10**9, "considered_a": 10**12, "selected_b": 1, "considered_b": 10**12}
    asked: list[tuple[str, object, int, str]] = [
        ("sla_tier", {"inputs": {}}, 422, 'The input "elapsed_working_days" is missing.'),
        ("sla_tier", {"inputs": {"elapsed_working_days": "x"}}, 422, "not of the type number"),
        ("sla_tier", {"inputs": []}, 422, "inputs"),
        ("sla_tiers", {"inputs": {}}, 404, "sla_tiers"),
        ("adverse_impact", {"inputs": crowd}, 422, "10,000 people"),
    ]

    for decision, body, status, words in asked:
        answer = hr.post(f"/decisions/{decision}/evaluate", body)

        assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
        assert words in answer.text.replace('\\"', '"')
