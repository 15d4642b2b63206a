"""The pages of forms and where things are used, without the scripts of a browser."""

import json
import re

import pytest

from tests.conftest import NOW
from tests.webapp.reserve import Make
from tests.webapp.samples import REVIEW_FORM, publish_sample
from workflows.database import Database
from workflows.engine import definitions

DESIGNER, HR = "mateo.navarro", "helena.carvalho"
EDITOR = "/studio/forms/sample_review"
PROPOSAL = f"{EDITOR}/proposal"


@pytest.fixture
def designer(app, database: Database, person: Make):
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
    mateo = person(DESIGNER)
    mateo.get("/forms/sample_review")
    mateo.post(f"{EDITOR}/begin")
    return mateo


def _step(somebody, do: str = "properties", **facts):
    """Make a step from what the page shows."""
    revision = re.search(r'name="revision" value="(\d+)"', somebody.get(EDITOR).text)
    assert revision is not None
    return somebody.post(f"{EDITOR}/change", {"revision": revision[1], "do": do, **facts})


def _document(somebody) -> dict:
    return json.loads(somebody.get(f"{EDITOR}/source").data)


def _listed(somebody) -> list[str]:
    return [next(iter(entry.values())) for entry in _document(somebody)["ui"]]


def test_forms_are_listed_and_shown_as_people_see_them(designer, person: Make) -> None:
    listed = designer.get("/forms/").text
    page = designer.get("/forms/sample_review").text
    german = designer.get("/forms/sample_review?language=de").text

    assert 'href="/forms/sample_review"' in listed
    assert "Accept into the pool" in page
    assert f"{EDITOR}/begin" in page
    assert f"{EDITOR}/begin" not in person(HR).get("/forms/sample_review").text
    assert "(freiwillig)" in german or "(optional)" in german
    assert designer.get("/forms/nothing").status_code == 404
    assert designer.get("/forms/sample_review/source?version=7").status_code == 404
    assert designer.get("/forms/sample_review/source").get_json() == REVIEW_FORM


def test_a_field_is_added_changed_moved_copied_and_removed(designer) -> None:
    before = _listed(designer)
    added = _step(designer, "add", what="one", item="0")
    place = added.headers["Location"].rpartition("item=")[2]
    answers = {
        "answer_value": ["yes", "no"],
        "answer_label": ["Yes, gladly", "No"],
        "answer_de": ["Ja, gern", "Nein"],
    }
    facts = {"name": "gladly", "label": "Gladly?", "label_de": "Gern?", "type": "one"}
    facts |= {"condition": 'decision = "accept"', "required": "on"}
    _step(designer, item=place, **facts, **answers)
    moved = _step(designer, "up:1")
    _step(designer, "copy:0")
    removed = _step(designer, "remove:1")

    document = _document(designer)
    assert moved.headers["Location"].endswith("item=0")
    assert removed.status_code == 302
    assert _listed(designer) == ["gladly", *before]
    assert document["schema"]["properties"]["gladly"]["oneOf"] == [
        {"const": "yes", "title": "Yes, gladly"},
        {"const": "no", "title": "No"},
    ]
    assert document["ui"][0]["translations"] == {
        "de": {"label": "Gern?", "labels": {"yes": "Ja, gern", "no": "Nein"}}
    }
    assert "gladly" in document["schema"]["required"]
    german = designer.get(f"{EDITOR}?language=de").text
    assert "Gern?" in german
    assert "Ja, gern" in german


def test_steps_are_taken_back_and_done_again(designer) -> None:
    before = _document(designer)
    _step(designer, "remove:0")
    changed = _document(designer)

    _step(designer, "undo")
    undone = _document(designer)
    _step(designer, "redo")

    assert undone["ui"] == before["ui"]
    assert undone["schema"] == before["schema"]
    assert _document(designer) == changed
    _step(designer, "undo")
    _step(designer, "remove:1")
    page = designer.get(EDITOR).text
    assert 'value="redo" id="redo" disabled' in page


def test_answers_are_added_moved_and_removed(designer) -> None:
    rows = {
        "type": "one",
        "label": "Decision",
        "answer_value": ["accept", "reject"],
        "answer_label": ["Accept", "Reject"],
        "answer_de": ["", ""],
    }
    place = str(_listed(designer).index("decision"))
    _step(designer, "answer-down:0", item=place, **rows)
    values = [
        one["const"] for one in _document(designer)["schema"]["properties"]["decision"]["oneOf"]
    ]
    _step(designer, "answer-add", item=place, **rows)
    _step(designer, "answer-remove:0", item=place, **rows)
    last = [
        one["const"] for one in _document(designer)["schema"]["properties"]["decision"]["oneOf"]
    ]

    assert values == ["reject", "accept"]
    assert last == ["reject"]


WRONG = [
    ({"condition": "decision =="}, "Line 1, column 11"),
    ({"condition": 'desicion = "accept"'}, "Did you mean “decision”?"),
    ({"label": ""}, "has no label"),
    ({"least": "9", "most": "3"}, "Nothing is at least 9 and at most 3"),
    ({"name": "my field"}, "is no name that an expression could read"),
]


def test_what_is_wrong_leads_to_its_field(designer) -> None:
    place = str(_listed(designer).index("reason"))
    for facts, told in WRONG:
        given = {"name": "reason", "label": "Reason", "type": "long", "item": place, **facts}
        _step(designer, **given)

        page = designer.get(f"{EDITOR}?item={place}").text

        assert page.count(told) == 2  # at the field, and in the list of problems
        name = facts.get("name", "reason").replace(" ", "+")
        assert f"item={name}" in page.partition('id="problems-title"')[2]


def test_a_second_field_of_one_name_is_refused(designer) -> None:
    place = str(_listed(designer).index("reason"))
    refused = _step(designer, item=place, name="score", label="Reason", type="long")

    assert "There is a field “score” already" in designer.get(refused.headers["Location"]).text
    assert "reason" in _listed(designer)
    assert "Choose what to add" in designer.get(_step(designer, "add").headers["Location"]).text


def test_the_preview_follows_conditions_and_says_what_people_are_told(designer) -> None:
    rejecting = {"decision": "reject", "case.nothing": "1"}
    hidden = designer.post(f"{EDITOR}/conditions", rejecting).get_json()["hidden"]
    accepting = designer.post(f"{EDITOR}/conditions", {"decision": "accept"}).get_json()["hidden"]
    tried = designer.post(f"{EDITOR}/preview", {"language": "de"}).text

    assert "reason" in accepting
    assert "reason" not in hidden
    assert "error-summary" in tried
    assert 'lang="de"' in tried


def test_a_form_comes_into_force_by_a_second_person(designer, person: Make) -> None:
    place = str(_listed(designer).index("reason"))
    _step(designer, f"remove:{place}")
    _step(designer, "add", what="text", item="0")
    _step(designer, item="1", name="remark", label="Remark", type="text", required="on")
    own = designer.get(PROPOSAL).text
    revision = re.search(r'name="revision" value="(\d+)"', own)[1]
    designer.post(PROPOSAL, {"revision": revision, "comment": "Shorter"})
    refused = designer.post(f"{PROPOSAL}/approve", {"revision": revision, "seen": 1})
    hr = person(HR)
    shown = hr.get(PROPOSAL).text
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    hr.post(f"{PROPOSAL}/approve", {"revision": revision, "seen": seen})
    published = hr.post(f"{PROPOSAL}/publish")
    page = hr.get("/forms/sample_review").text
    compared = hr.get("/forms/sample_review?from=1&to=2").text

    for text in (own, shown, compared):
        assert "Reason for rejection" in text
        assert "Removed" in text
        assert "Remark" in text
    assert "asks for more than before" in shown
    assert "Cases that run keep the form they started with" in shown
    assert refused.status_code == 403
    assert published.headers["Location"] == "/forms/sample_review"
    assert "Version 2 is in force" in page
    assert "Shorter" in page
    assert hr.get("/forms/sample_review?from=1&to=9").status_code == 404


def test_a_form_begins_anew(designer, database: Database) -> None:
    begun = designer.post("/studio/forms", {"name": "Exit talk", "key": "exit_talk_2"})
    page = designer.get(begun.headers["Location"]).text

    assert "The form is empty" in page
    assert "No process asks it yet" in page
    assert "Form" in designer.get("/studio/").text
    with database.reading() as session:
        assert definitions.in_force(session, "form", "exit_talk_2") is None


def test_whoever_does_not_hold_the_draft_changes_nothing(designer, person: Make, database) -> None:
    before = _document(designer)
    hr = person(HR)

    assert hr.get(EDITOR).headers["Location"] == PROPOSAL
    assert hr.post(f"{EDITOR}/change", {"do": "remove:0"}).status_code == 403
    assert _document(designer) == before
    assert designer.get(f"{EDITOR}/preview").status_code == 200


def test_where_something_is_used_is_shown(designer, person: Make) -> None:
    hr, amara = person(HR), person("amara.okafor")
    for kind, key in (("processes", "sample"), ("forms", "sample_review")):
        address = f"/studio/{kind}/{key}/where-used"
        page = designer.get(address).text

        assert ("sample_review" if kind == "processes" else "/processes/sample") in page
        assert "No open case has it" in page
        assert "No open case has it" in hr.get(address).text
        assert "Those who follow cases" in amara.get(address).text
        assert designer.get(f"/studio/{kind}/nothing/where-used").status_code == 404
