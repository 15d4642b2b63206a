"""Files of other tools in the studio: kept as they came, reported on, made drafts."""

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import HANA, publish
from workflows import audit, studio, studio_imports
from workflows.actors import Actor
from workflows.engine.definitions import SourceFile
from workflows.engine.foreign.importing import ImportRefused
from workflows.engine.foreign.report import Severity
from workflows.errors import NotAllowed
from workflows.studio_import_tables import ForeignFile
from workflows.studio_imports import ImportedAlready, NoSuchFile, NothingToTakeOut
from workflows.studio_refusals import DraftExists, DraftRefused, StaleSave
from workflows.studio_states import DraftKind, Subject

DORA, DAN = (
    Actor(name, name.title(), frozenset({"designer"}), frozenset({"designer"}))
    for name in ("dora", "dan")
)


def model(key: str = "p") -> bytes:
    process = Process(key, isExecutable=False).start().end()
    process.parts.append(
        '<bpmn:userTask id="x" name="Look" camunda:assignee="ada" camunda:candidateUsers="a,b">'
        '<bpmn:extensionElements><camunda:taskListener class="org.example.L" event="create"/>'
        "</bpmn:extensionElements></bpmn:userTask>"
    )
    return process.chain("start", "x", "end").xml()


def hand_in(database, content: bytes | None = None, *, actor=DORA) -> int:
    with database.unit_of_work() as session:
        found = studio_imports.hand_in(session, "a.bpmn", content or model(), actor=actor, now=NOW)
        return found.id


def begin(database, number: int, key: str = "p", *, actor=DORA):
    with database.unit_of_work() as session:
        return studio_imports.begin(session, number, process_id="p", key=key, actor=actor, now=NOW)


def report(database, number: int):
    with database.reading() as session:
        found = studio_imports.find(session, number)
        draft = studio_imports.open_draft_of(session, found)
        return studio_imports.report(session, studio_imports.look(found), draft)


def open_codes(database, number: int) -> list[str]:
    found = report(database, number)
    rows = [row.code for row in found.rows if row.severity is Severity.MEND]
    return [*rows, *(each.code for each in found.findings)]


def take_out(database, name: str, *, revision: int, actor=DORA):
    with database.unit_of_work() as session:
        return studio_imports.take_out(
            session, "p", element_id="x", name=name, revision=revision, actor=actor, now=NOW
        )


LISTENER = "{http://camunda.org/schema/1.0/bpmn}taskListener"


def test_a_file_becomes_a_draft_and_stays_as_it_came(database):
    number = hand_in(database)

    draft = begin(database, number)

    with database.reading() as session:
        found = session.get_one(ForeignFile, number)
        assert found.source == model()
        assert (found.draft_id, found.process_id, found.process_key) == (draft.id, "p", "p")
        assert studio_imports.of_draft(session, draft).id == number
        entries = audit.entries(session, object_type=studio_imports.OBJECT).items
        actions = [each.action for each in entries]
    assert b'understudy:assignee="ada"' in draft.source
    assert actions == ["import.begin", "import.hand_in"]


def test_what_is_open_is_looked_up_in_the_draft_as_it_is_now(database):
    number = hand_in(database)
    before = open_codes(database, number)
    draft = begin(database, number)

    take_out(database, LISTENER, revision=draft.revision)

    assert before == ["program-text"]
    assert open_codes(database, number) == []
    told = [(row.code, row.severity) for row in report(database, number).rows]
    assert ("candidates-kept", Severity.KEPT) in told
    assert ("executable", Severity.TRANSLATED) in told


def test_what_the_checks_find_and_no_row_speaks_of_is_listed_too(database):
    process = Process("p").start().add("serviceTask", "s").end().chain("start", "s", "end")

    number = hand_in(database, process.xml())

    assert open_codes(database, number) == ["service-missing"]


def test_taking_out_is_a_save_like_any_other(database):
    begin(database, hand_in(database))
    with pytest.raises(StaleSave):
        take_out(database, LISTENER, revision=0, actor=DAN)

    draft = take_out(database, LISTENER, revision=0)

    assert (draft.revision, draft.saved_by) == (1, "dora")
    with pytest.raises(NothingToTakeOut):
        take_out(database, LISTENER, revision=1)


def test_the_id_of_a_process_in_force_makes_it_a_change_of_that_process(database):
    process = Process("p").start().user("x").end().chain("start", "x", "end")
    version = publish(database, SourceFile("p.bpmn", process.xml())).versions[0]

    draft = begin(database, hand_in(database))

    assert draft.base_id == version.id


def test_another_id_makes_it_another_process(database):
    draft = begin(database, hand_in(database), "mine")

    assert draft.key == "mine"
    assert b'<bpmn:process id="mine"' in draft.source


def test_what_cannot_be_begun_is_refused(database):
    number = hand_in(database)
    with pytest.raises(DraftRefused):
        begin(database, number, "not an id")
    with pytest.raises(NoSuchFile):
        begin(database, number + 1)
    begin(database, number)
    with pytest.raises(ImportedAlready):
        begin(database, number, "other")
    with pytest.raises(DraftExists):
        begin(database, hand_in(database))


def test_only_designers_hand_in_and_only_models_are_kept(database):
    with pytest.raises(NotAllowed):
        hand_in(database, actor=HANA)
    with pytest.raises(ImportRefused):
        hand_in(database, b"no model")

    with database.reading() as session:
        assert session.scalars(select(ForeignFile)).all() == []


def test_files_are_listed_page_by_page_the_newest_first(database):
    numbers = [hand_in(database) for _ in range(3)]

    with database.reading() as session:
        first = studio_imports.handed_in(session, limit=2)
        second = studio_imports.handed_in(session, limit=2, cursor=first.next)

    assert [each.id for each in first.items] == numbers[:0:-1]
    assert [each.id for each in second.items] == numbers[:1]
    assert second.next is None


def test_the_report_of_a_draft_that_is_closed_says_what_was_done(database):
    number = hand_in(database)
    begin(database, number)
    with database.unit_of_work() as session:
        studio.discard(session, Subject(DraftKind.PROCESS, "p"), actor=DORA, now=NOW)

    with database.reading() as session:
        assert studio_imports.open_draft_of(session, studio_imports.find(session, number)) is None
