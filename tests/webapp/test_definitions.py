"""The pages of processes: what is published, starting one, and publishing new files."""

from io import BytesIO

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.webapp.api import samples
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make
from workflows import packaged
from workflows.database import Database

STARTED_BY_FORM = samples.process(
    "asked",
    "<bpmn:documentation>Asks for points at once.</bpmn:documentation>"
    '<bpmn:startEvent id="begin" understudy:form="tiny_score"/>\n'
    '<bpmn:userTask id="look" name="Look at it"/>\n'
    '<bpmn:endEvent id="done"/>\n'
    + samples.flow("f1", "begin", "look")
    + samples.flow("f2", "look", "done"),
)
SCRIPTED = samples.process(
    "scripted",
    '<bpmn:startEvent id="begin"/>\n<bpmn:scriptTask id="evil" name="Run">'
    '<bpmn:script>1</bpmn:script></bpmn:scriptTask>\n<bpmn:endEvent id="done"/>\n'
    + samples.flow("f1", "begin", "evil")
    + samples.flow("f2", "evil", "done"),
)


@pytest.fixture
def designer(alone: None, person: Make) -> Person:
    mateo: Person = person("mateo.navarro")
    mateo.get("/processes/publish")
    return mateo


def _publish(somebody: Person, **files: bytes) -> object:
    named = [(BytesIO(content), name.replace("__", ".")) for name, content in files.items()]
    return somebody.post("/processes/publish", {"files": named})


def test_a_new_file_is_listed_and_startable_with_its_form(designer: Person, person: Make) -> None:
    answer = _publish(
        designer, asked__bpmn=STARTED_BY_FORM, tiny_score__form__json=samples.SCORE_FORM
    )
    nora: Person = person("nora.lindqvist")
    listed = nora.get("/processes/").text
    form = nora.get("/processes/asked/start").text
    started = nora.post("/processes/asked/start", {"points": "70"}, follow_redirects=True)

    assert answer.status_code == 200
    assert "2 new versions are in force." in answer.text
    assert "Asks for points at once." in listed
    assert "Points" in form
    assert "Waits for Nora Lindqvist: “Look at it”." in started.text


def test_a_wrong_start_form_keeps_what_was_typed(designer: Person, person: Make) -> None:
    _publish(designer, asked__bpmn=STARTED_BY_FORM, tiny_score__form__json=samples.SCORE_FORM)
    nora: Person = person("nora.lindqvist")
    nora.get("/processes/asked/start")

    answer = nora.post("/processes/asked/start", {"points": "many", "remark": "Kept as it is"})

    assert answer.status_code == 422
    assert "One thing needs mending" in answer.text
    assert "Kept as it is" in answer.text
    assert 'value="many"' in answer.text


def test_a_field_that_the_form_does_not_have_is_refused(designer: Person, person: Make) -> None:
    _publish(designer, asked__bpmn=STARTED_BY_FORM, tiny_score__form__json=samples.SCORE_FORM)
    nora: Person = person("nora.lindqvist")
    nora.get("/processes/asked/start")

    answer = nora.post("/processes/asked/start", {"points": "70", "is_admin": "true"})

    assert answer.status_code == 422


def test_a_refusal_names_file_element_and_remedy_and_changes_nothing(designer: Person) -> None:
    answer = _publish(designer, scripted__bpmn=SCRIPTED, tiny_score__form__json=samples.SCORE_FORM)

    assert answer.status_code == 422
    assert "Nothing was published" in answer.text
    assert "scripted.bpmn" in answer.text
    assert "evil" in answer.text
    assert 'class="finding-remedy"' in answer.text
    assert designer.get("/processes/scripted").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not xml",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
        b"\x00\xff\xfe",
    ],
)
def test_a_file_that_is_no_model_gets_a_clear_page(designer: Person, content: bytes) -> None:
    answer = _publish(designer, broken__bpmn=content)

    assert answer.status_code == 422
    assert "broken.bpmn" in answer.text


def test_the_same_files_again_change_nothing(designer: Person) -> None:
    files = {"asked__bpmn": STARTED_BY_FORM, "tiny_score__form__json": samples.SCORE_FORM}
    _publish(designer, **files)

    answer = _publish(designer, **files)

    assert "Nothing new: exactly this was published before." in answer.text


def test_no_file_at_all_gets_a_sentence(designer: Person) -> None:
    answer = designer.post("/processes/publish", {})

    assert answer.status_code == 422
    assert "Choose at least one file." in answer.text


def test_only_designers_publish(person: Make) -> None:
    nora: Person = person("nora.lindqvist")

    assert nora.get("/processes/publish").status_code == 403
    assert _publish(nora, asked__bpmn=STARTED_BY_FORM).status_code == 403


def test_every_packaged_process_has_a_page_with_steps_and_parts(
    app: Flask, person: Make, database: Database
) -> None:
    with database.unit_of_work() as session:
        keys = [each.key for each in packaged.publish(session, now=NOW) if each.kind == "process"]
    nora: Person = person("nora.lindqvist")

    for key in keys:
        html = nora.get(f"/processes/{key}").text
        assert "The steps as a list" in html, key
        assert 'class="step ' in html, key
        assert nora.get(f"/processes/{key}/diagram").content_type.startswith("text/xml")


def test_nominating_has_a_page_of_its_own(app: Flask, person: Make, database: Database) -> None:
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
    amara: Person = person("amara.okafor")

    shown = amara.get("/processes/nomination/start")
    sent = amara.post("/processes/nomination/start", {"pool": "leaders"})

    assert shown.headers["Location"].endswith("/nominations/new")
    assert sent.headers["Location"].endswith("/nominations/new")


def test_a_link_to_a_start_fills_in_what_it_knows(
    app: Flask, person: Make, database: Database
) -> None:
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)

    html = (
        person("amara.okafor")
        .get("/processes/pool_exit/start?number=LEADERS-2026-0001&cause=voluntary&other=x")
        .text
    )

    assert 'value="LEADERS-2026-0001"' in html
    assert '<option value="voluntary" selected>' in html
    assert "other" not in html.partition('id="form"')[2]


def test_where_two_persons_are_wanted_nobody_publishes_alone(person: Make) -> None:
    mateo = person("mateo.navarro")
    mateo.get("/processes/publish")

    good = _publish(mateo, asked__bpmn=STARTED_BY_FORM, tiny_score__form__json=samples.SCORE_FORM)
    bad = _publish(mateo, scripted__bpmn=SCRIPTED, tiny_score__form__json=samples.SCORE_FORM)

    assert good.status_code == 403
    assert "a second person has to approve them" in good.text
    assert bad.status_code == 422
    assert "Asks for points at once." not in mateo.get("/processes/").text
