"""Publishing: all or nothing, idempotent, and cases keep what they started with."""

import pytest

from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import (
    BEN,
    HANA,
    SCORE,
    complete,
    form,
    open_tasks,
    publish,
    start,
    two_steps,
)
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound, PublishRefused, SourceFile
from workflows.engine.forms import FormRefused
from workflows.engine.instances import ProcessNotFound


def codes(caught) -> set[str]:
    return {finding.code for finding in caught.value.findings}


def test_files_are_published_in_any_order(database):
    published = publish(database, two_steps(), SCORE)

    assert [(one.kind, one.key, one.version) for one in published.versions] == [
        ("process", "two_steps", 1),
        ("form", "score", 1),
    ]


def test_the_same_content_keeps_its_version(database):
    first = publish(database, two_steps(), SCORE)
    second = publish(database, SCORE, two_steps())

    assert second.new == []
    assert {one.id for one in second.versions} == {one.id for one in first.versions}


def test_a_process_may_refer_to_what_was_published_before(database):
    publish(database, SCORE)

    assert len(publish(database, two_steps()).new) == 1


def test_every_finding_of_every_file_is_told_and_nothing_changes(database):
    process = Process("lost")
    process.start().user("ask", form="missing").rule("decide", "unknown").service("work", "nothing")
    process.call("other", "nowhere").end().chain("start", "ask", "decide", "work", "other", "end")

    with pytest.raises(PublishRefused) as caught:
        publish(
            database,
            SourceFile("lost.bpmn", process.xml()),
            SourceFile("broken.form.json", b"{"),
            SourceFile("notes.txt", b"hello"),
            SCORE,
        )

    assert codes(caught) >= {
        "unknown-form",
        "unknown-decision",
        "unknown-service",
        "unknown-process",
        "form-not-json",
        "file-kind",
    }
    form_finding = next(one for one in caught.value.findings if one.code == "unknown-form")
    assert (form_finding.element_id, form_finding.file_name) == ("ask", "lost.bpmn")
    with database.reading() as session, pytest.raises(DefinitionNotFound):
        definitions.latest(session, "form", "score")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.bpmn", b"<!DOCTYPE a []><a/>", None),
        ("a.bpmn", b"not xml", None),
        ("a.dmn", b"<a/>", None),
        ("a.form.json", b"[]", "form-not-json"),
        ("a.form.json", b'{"id": "a"}', "form-schema"),
        ("a.form.json", b'{"id": "a", "schema": {"type": "object", "properties": {"b": 1}}}', None),
    ],
)
def test_bad_files_are_refused(database, name, content, code):
    with pytest.raises(PublishRefused) as caught:
        publish(database, SourceFile(name, content))

    assert all(finding.message and finding.remedy for finding in caught.value.findings)
    assert code is None or code in codes(caught)


def test_two_files_with_the_same_id_are_refused(database):
    with pytest.raises(PublishRefused) as caught:
        publish(database, SCORE, SourceFile("again.form.json", SCORE.content + b" "))

    assert codes(caught) == {"defined-twice"}


def test_no_files_are_refused(database):
    with pytest.raises(PublishRefused):
        publish(database)


def test_a_running_case_keeps_its_form_and_a_new_case_gets_the_new_one(database):
    publish(database, two_steps(), SCORE)
    old = start(database, "two_steps")
    stricter = form("score", required=("score",), score={"type": "integer", "maximum": 10})
    publish(database, stricter)
    new = start(database, "two_steps")
    for case in (old, new):
        complete(database, open_tasks(database, case)["prepare"].id)

    assert (
        complete(database, open_tasks(database, old)["score"].id, {"score": 80}, actor=BEN).status
        == "completed"
    )
    with pytest.raises(FormRefused, match="at most 10"):
        complete(database, open_tasks(database, new)["score"].id, {"score": 80}, actor=BEN)


def test_a_new_version_of_a_called_process_reaches_new_cases_of_the_caller(database):
    def callee(element: str) -> SourceFile:
        process = Process("callee")
        process.start().user(element).end().chain("start", element, "end")
        return SourceFile("callee.bpmn", process.xml())

    caller = Process("caller")
    caller.start().call("inner", "callee").end().chain("start", "inner", "end")
    publish(database, SourceFile("caller.bpmn", caller.xml()), callee("first"))
    old = start(database, "caller")
    publish(database, callee("second"))
    new = start(database, "caller")

    assert set(open_tasks(database, old)) == {"first"}
    assert set(open_tasks(database, new)) == {"second"}


def test_several_processes_in_one_file_are_several_definitions(database):
    one, two = Process("one"), Process("two")
    for process in (one, two):
        ids = [f"{name}_{process.key}" for name in ("start", "ask", "end")]
        process.start(ids[0]).user(ids[1]).end(ids[2]).chain(*ids)

    published = publish(database, SourceFile("both.bpmn", one.xml(two)))

    assert {version.key for version in published.versions} == {"one", "two"}
    with database.reading() as session:
        assert [version.key for version in definitions.processes(session)] == ["one", "two"]


def test_the_diagram_of_a_case_is_the_file_it_was_started_with(database):
    source = two_steps()
    publish(database, source, SCORE)
    case = start(database, "two_steps")

    with database.reading() as session:
        assert definitions.diagram(session, case.bundle_id, "two_steps") == source.content
        assert definitions.bundle(session, case.bundle_id).forms["score"].id == "score"
        assert definitions.start_form(session, "two_steps") is None
        assert definitions.executable(session, case.bundle_id).process.key == "two_steps"


def test_an_unknown_process_cannot_be_started(database):
    with pytest.raises(ProcessNotFound, match="no process “nothing”"):
        start(database, "nothing")


def test_publishing_is_audited(database):
    publish(database, SCORE)

    from sqlalchemy import select

    from workflows.engine.tables import AuditEvent

    with database.reading() as session:
        row = session.scalars(select(AuditEvent)).one()
    assert (row.actor, row.action, row.object_id, row.at) == (
        HANA.username,
        "definition.publish",
        "form:score:1",
        NOW,
    )


def test_what_comes_with_the_product_does_not_undo_a_newer_version(database):
    old = form("question", text={"type": "string"})
    publish(database, old)
    publish(database, form("question", number={"type": "integer"}))

    with database.unit_of_work() as session:
        published = definitions.publish(session, [old], actor=HANA, now=NOW, brings_back=False)

    assert published.new == []
    with database.reading() as session:
        assert definitions.latest(session, "form", "question").version == 2


def test_older_content_comes_back_into_force(database):
    process = Process("asking")
    process.start().user("ask", form="question").end().chain("start", "ask", "end")
    old = form("question", text={"type": "string"})
    publish(database, SourceFile("asking.bpmn", process.xml()), old)
    publish(database, form("question", number={"type": "integer"}))

    published = publish(database, old)

    (version,) = published.versions
    assert (version.version, version.is_latest) == (1, True)
    assert published.new == published.versions
    with database.reading() as session:
        assert definitions.latest(session, "form", "question").version == 1
    case = start(database, "asking")
    complete(database, open_tasks(database, case)["ask"].id, {"text": "as before"})
