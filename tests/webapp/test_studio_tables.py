"""The pages of decision tables, without the scripts of a browser."""

import pytest

from rules.decisions import packaged
from tests.conftest import NOW
from tests.webapp.reserve import Make
from tests.webapp.samples import publish_sample
from tests.workflows.past_grades import add_past_grade
from tests.workflows.staff import add_person, add_units
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import definitions
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Bundle

DESIGNER, HR = "mateo.navarro", "helena.carvalho"
GRADE = packaged()["grade.dmn"].decode()
CHANGED = GRADE.replace("<text>60</text>", "<text>75</text>")
EDITOR = "/studio/decisions/grade"
PROPOSAL = f"{EDITOR}/proposal"


@pytest.fixture
def designer(app, database: Database, person: Make):
    with database.unit_of_work() as session:
        publish_sample(session, now=NOW)
        file = SourceFile("grade.dmn", GRADE.encode())
        definitions.publish(session, [file], actor=SYSTEM, now=NOW)
        bundle = session.query(Bundle).first()
        units = add_units(session)
        for number in range(6):
            name = f"person{number}"
            add_person(session, name, units["T"])
            add_past_grade(session, bundle, name, now=NOW, score=72, grade="B")
    mateo = person(DESIGNER)
    mateo.get("/decisions/grade")
    mateo.post(f"{EDITOR}/begin")
    return mateo


def _save(somebody, text: str, revision: int = 0):
    return somebody.post(f"{EDITOR}/save", {"source": text, "revision": revision})


def test_tables_are_listed_and_lead_to_their_page(designer, person: Make) -> None:
    listed = designer.get("/decisions/").text
    page = designer.get("/decisions/grade_policy").text
    hr = person(HR)

    assert 'href="/decisions/grade"' in listed
    assert "grade, grade_policy" in listed
    assert "Which grade does the review suggest?" in page
    assert f"{EDITOR}/begin" in page
    assert f"{EDITOR}/begin" not in hr.get("/decisions/grade").text
    assert hr.get("/decisions/nothing").status_code == 404
    got = hr.get("/decisions/grade/source?version=1")
    assert got.text == GRADE
    assert got.headers["Content-Disposition"] == 'attachment; filename="grade-1.dmn"'
    assert hr.get("/decisions/grade/source?version=7").status_code == 404


def test_the_editor_of_tables_is_for_tables(designer) -> None:
    page = designer.get(EDITOR)

    assert "data-tables" in page.text
    assert "style-src-attr 'unsafe-inline'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in designer.get(PROPOSAL).headers["Content-Security-Policy"]
    assert "Decision table" in designer.get("/studio/").text
    assert designer.get("/studio/forms/grade").status_code == 404
    assert designer.get("/studio/processes/grade").status_code == 404


def test_a_save_tells_in_which_cell_an_error_is(designer) -> None:
    broken = GRADE.replace("&lt;= grade_policy.failing_integrity", "&lt;= grade_policy.")

    (found,) = _save(designer, broken).get_json()["findings"]

    assert found["isError"]
    assert found["cell"] == {"table": 0, "rule": 5, "column": 3}
    assert "column 17" in found["message"]


def test_a_threshold_comes_into_force_by_a_second_person(designer, person: Make) -> None:
    told = _save(designer, CHANGED).get_json()
    own = designer.get(PROPOSAL).text
    designer.post(PROPOSAL, {"revision": 1, "comment": "More is asked"})
    refused = designer.post(f"{PROPOSAL}/approve", {"revision": 1, "seen": 1})
    hr = person(HR)
    shown = hr.get(PROPOSAL).text
    seen = shown.partition('name="seen" value="')[2].partition('"')[0]
    hr.post(f"{PROPOSAL}/approve", {"revision": 1, "seen": seen})
    published = hr.post(f"{PROPOSAL}/publish")
    page = hr.get("/decisions/grade").text
    compared = hr.get("/decisions/grade?from=1&to=2").text

    assert [each["code"] for each in told["findings"]] == ["rule-unreachable"]
    for text in (own, shown, compared):
        assert "basic: Value" in text
        assert "<del>60</del>" in text
        assert "<ins>75</ins>" in text
    assert "never decides" in shown
    assert refused.status_code == 403
    assert published.headers["Location"] == "/decisions/grade"
    assert "Version 2 is in force" in page
    assert "More is asked" in page
    assert "From version 1 to version 2" in compared
    assert hr.get("/decisions/grade?from=1&to=9").status_code == 404


def test_an_older_version_comes_back_as_a_draft(designer, database: Database) -> None:
    with database.unit_of_work() as session:
        file = SourceFile("grade.dmn", CHANGED.encode())
        definitions.publish(session, [file], actor=SYSTEM, now=NOW)
    designer.post(f"{EDITOR}/discard")
    designer.get("/decisions/grade")
    begun = designer.post(f"{EDITOR}/begin", {"version": "1"})
    again = designer.post(f"{EDITOR}/begin", {"version": "2"})

    assert begun.headers["Location"] == again.headers["Location"] == EDITOR
    assert designer.get(f"{EDITOR}/source").text == GRADE
    assert "Somebody works on it already" in designer.get(EDITOR).text


def test_a_back_test_names_people_only_to_those_who_may_know(designer, person: Make) -> None:
    _save(designer, GRADE.replace("<text>70</text>", "<text>73</text>"))
    address = f"{EDITOR}/back-test?favourable=B"
    blind, hr = designer.get(address).text, person(HR).get(address).text

    for page in (blind, hr):
        assert "6 would be different" in page
        assert "6 (100 %)" in page
        assert "0 (0 %)" in page
    assert "Person0" not in blind
    assert "6 cases are not named here" in blind
    assert "Person0 Okafor" in hr
    assert person("priya.sharma").get(address).status_code == 200


def test_a_back_test_needs_a_draft_that_can_be_read(designer) -> None:
    _save(designer, GRADE.replace("&lt;= grade_policy.failing_integrity", "&lt;="))

    assert "cannot be read yet" in designer.get(f"{EDITOR}/back-test").text
    assert "cannot be told" in designer.get(PROPOSAL).text
    assert designer.get("/studio/decisions/nothing/back-test").status_code == 404


@pytest.mark.parametrize("query", ["group=x", "decision=x", "member=x", "favourable=x"])
def test_a_back_test_falls_back_where_an_address_is_wrong(designer, query: str) -> None:
    assert "6 stay as they are" in designer.get(f"{EDITOR}/back-test?{query}").text
    assert designer.get(f"{EDITOR}/back-test?cursor=x").status_code == 422


def test_a_new_table_begins_with_one_rule(designer) -> None:
    designer.get("/studio/")
    begun = designer.post("/studio/decisions", {"name": 'The "best" <one>', "key": "best"})
    taken = designer.post("/studio/decisions", {"name": "Mine", "key": "grade"})

    assert begun.headers["Location"] == "/studio/decisions/best"
    assert "The &#34;best&#34; &lt;one&gt;" in designer.get("/studio/decisions/best").text
    page = designer.get("/studio/decisions/best/proposal").text
    assert "A new decision table" in page
    assert "New decision" in page
    assert taken.status_code == 422
