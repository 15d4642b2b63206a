"""Drafts of decision tables: the same life as those of processes, one draft for a whole file."""

import pytest

from rules.decisions import packaged
from tests.conftest import NOW
from tests.statements import counted
from workflows import decision_files, definition_versions, studio, studio_approval, studio_begin
from workflows.actors import Actor
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound, PublishRefused, SourceFile
from workflows.studio_refusals import DraftExists, KeyTaken, NoVersion
from workflows.studio_states import DraftKind, DraftStatus, Subject
from workflows.studio_tables import DefinitionDraft

GRADE = packaged()["grade.dmn"]
CHANGED = GRADE.replace(b"<text>60</text>", b"<text>55</text>")
SUBJECT = Subject(DraftKind.DECISION, "grade")


def _actor(name, role):
    return Actor(name, name.title(), frozenset({role}), frozenset({role}))


DANA, DORA = _actor("dana", "designer"), _actor("dora", "designer")
HANA = _actor("hana", "hr")


@pytest.fixture
def published(database):
    """The grade table in force."""
    with database.unit_of_work() as session:
        definitions.publish(session, [SourceFile("grade.dmn", GRADE)], actor=DANA, now=NOW)
    return database


def _do(database, service, *arguments, **facts):
    with database.unit_of_work() as session:
        return service(session, *arguments, **{"now": NOW, **facts})


def _into_force(database, source, subject=SUBJECT):
    revision = _do(database, studio.save, subject, source, revision=0, actor=DANA).revision
    facts = {"revision": revision, "actor": DANA, "comment": "Fairer"}
    _do(database, studio_approval.propose, subject, **facts)
    with database.reading() as session:
        seen_id = studio_approval.version_in_force(session, subject)
    facts = {"revision": revision, "seen_id": seen_id, "four_eyes": True, "actor": HANA}
    _do(database, studio_approval.approve, subject, **facts)
    return _do(database, studio_approval.put_into_force, subject, actor=HANA)


def _in_force(database, key="grade"):
    with database.reading() as session:
        return definitions.latest(session, "decision", key)


def _findings(database, source, subject=SUBJECT):
    _do(database, studio.save, subject, source, revision=0, actor=DANA)
    with database.reading() as session:
        draft = studio.find(session, subject)
        return [each.message for each in studio_approval.findings(session, draft) if each.is_error]


def test_a_table_comes_into_force_when_a_second_person_approved_it(published):
    _do(published, studio_begin.begin, SUBJECT, actor=DANA)

    _into_force(published, CHANGED)

    with published.reading() as session:
        row = session.query(DefinitionDraft).one()
        assert (row.status, row.published_id) == (DraftStatus.PUBLISHED, _in_force(published).id)
    # Every decision of the file has the new text.
    assert _in_force(published).source == _in_force(published, "grade_policy").source == CHANGED
    assert _in_force(published).version == 2


def test_every_decision_of_a_file_leads_to_the_same_draft(published):
    with published.reading() as session:
        leading = studio_begin.leading(session, Subject(DraftKind.DECISION, "grade_policy"))
    begun = _do(
        published, studio_begin.begin, Subject(DraftKind.DECISION, "grade_policy"), actor=DANA
    )

    assert leading == begun.subject == SUBJECT
    assert (begun.name, begun.file_name, begun.source) == ("Grade", "grade.dmn", GRADE)
    with pytest.raises(DraftExists):
        _do(published, studio_begin.begin, SUBJECT, actor=DORA)


def test_an_older_version_is_brought_back_by_the_same_way(published):
    _do(published, studio_begin.begin, SUBJECT, actor=DANA)
    _into_force(published, CHANGED)

    begun = _do(published, studio_begin.begin, SUBJECT, actor=DANA, version=1)
    assert begun.source == GRADE
    assert begun.base_id == _in_force(published).id
    _into_force(published, GRADE)

    assert _in_force(published).version == 1
    with published.reading() as session:
        versions = definition_versions.newest_first(session, SUBJECT)
        assert [each.version for each in versions] == [2, 1]
    with pytest.raises(NoVersion, match="has no version 9"):
        _do(published, studio_begin.begin, SUBJECT, actor=DANA, version=9)


def test_a_table_that_cannot_be_read_is_kept_but_not_proposed(published):
    _do(published, studio_begin.begin, SUBJECT, actor=DANA)
    broken = GRADE.replace(b"&lt; grade_policy.basic", b"&lt; grade_policy.")

    (message,) = _findings(published, broken)

    assert "column" in message
    with pytest.raises(PublishRefused):
        _do(published, studio_approval.propose, SUBJECT, revision=1, comment="Try", actor=DANA)


def test_a_draft_keeps_its_own_decision(published):
    _do(published, studio_begin.begin, SUBJECT, actor=DANA)

    messages = _findings(
        published,
        GRADE.replace(b'decision id="grade"', b'decision id="mark"'),
    )

    assert messages == ["The draft of “grade” holds something else: “grade_policy, mark”."]


def test_a_new_table_takes_no_decision_of_another_file(published):
    mark = Subject(DraftKind.DECISION, "mark")
    _do(published, studio_begin.begin_new, mark, "Mark", actor=DANA)
    with published.reading() as session:
        draft = studio.find(session, mark)
        assert [each for each in studio_approval.findings(session, draft) if each.is_error] == []
        source = draft.source

    value = b"<literalExpression><text>1</text></literalExpression>"
    more = b'<decision id="grade_policy" name="p">' + value + b'</decision><decision id="mark"'
    (message,) = _findings(published, source.replace(b'<decision id="mark"', more), mark)

    assert "is in force with the file grade.dmn already" in message
    with pytest.raises(KeyTaken, match="Something has the id “grade” already"):
        _do(published, studio_begin.begin_new, SUBJECT, "Mine", actor=DANA)
    with pytest.raises(DefinitionNotFound):
        _do(published, studio_begin.begin, Subject(DraftKind.DECISION, "nothing"), actor=DANA)


def test_a_process_and_a_table_of_one_name_have_a_draft_each(published):
    process = Subject(DraftKind.PROCESS, "grade")
    _do(published, studio_begin.begin, SUBJECT, actor=DANA)
    _do(published, studio_begin.begin_new, process, "Grade", actor=DANA)

    with published.reading() as session:
        assert studio.find(session, SUBJECT).file_name == "grade.dmn"
        assert studio.find(session, process).file_name == "grade.bpmn"


def test_files_in_force_are_listed_with_their_decisions_in_two_statements(published):
    nine = SourceFile("nine_box.dmn", packaged()["nine_box.dmn"])
    _do(published, definitions.publish, [nine], actor=DANA)

    with published.reading() as session, counted(published) as asked:
        files = decision_files.in_force(session)

    assert [(each.key, each.title) for each in files] == [
        ("grade", "Grade"),
        ("nine_box", "Nine-box grid"),
    ]
    assert [each.key for each in files[0].decisions] == ["grade", "grade_policy"]
    assert len(asked) == 2
