"""Archives in the studio: everything goes out, comes in as drafts, and says what it would do."""

import pytest

from rules.decisions import packaged as packaged_decisions
from tests.conftest import NOW
from tests.flushing import without_flushing
from tests.statements import counted
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import HANA, publish
from workflows import studio, studio_approval, studio_archive_report, studio_archives, studio_begin
from workflows.actors import Actor
from workflows.engine import archive_files, definitions
from workflows.engine.archive_files import ArchivedFile, ArchiveRefused
from workflows.engine.definitions import DefinitionNotFound, SourceFile
from workflows.errors import NotAllowed
from workflows.studio_archive_report import Standing
from workflows.studio_archives import NoSuchArchive, NothingChosen
from workflows.studio_new import ENDINGS
from workflows.studio_states import DraftKind, Subject

DORA, DAN = (
    Actor(name, name.title(), frozenset({"designer"}), frozenset({"designer"}))
    for name in ("dora", "dan")
)
GRADE = packaged_decisions()["grade.dmn"]
FORM = b'{"id": "told", "schema": {"type": "object", "properties": {}}, "ui": []}'


def process(key: str, *steps: tuple[str, str], **attributes) -> SourceFile:
    found = Process(key, **attributes).start()
    for kind, target in steps:
        {"call": found.call, "rule": found.rule}[kind](f"s_{target}", target)
    found.user("x", name="Look").end()
    names = ["start", *(f"s_{target}" for _, target in steps), "x", "end"]
    return SourceFile(f"{key}.bpmn", found.chain(*names).xml())


def exported(database, key=None) -> bytes:
    with database.reading() as session:
        return studio_archives.export(session, key, actor=DORA)


def look(database, content):
    with database.reading() as session:
        lines = studio_archive_report.look(session, content)
    return {line.file.path: line for line in lines}


def standings(database, content):
    return {path: line.standing.value for path, line in look(database, content).items()}


def bring_in(database, content, paths=None, *, actor=DORA):
    with database.unit_of_work() as session:
        return studio_archives.bring_in(session, content, paths, actor=actor, now=NOW)


def archive(*files: SourceFile) -> bytes:
    kinds = {".bpmn": "process", ".dmn": "decision", ".json": "form"}
    return archive_files.write(
        [
            ArchivedFile(
                next(kind for ending, kind in kinds.items() if file.name.endswith(ending)),
                file.name.partition(".")[0],
                "",
                file.name,
                file.content,
            )
            for file in files
        ]
    )


@pytest.fixture
def installation(database):
    """A process that calls another and asks a table, and one that needs nothing."""
    publish(
        database,
        process("main", ("call", "part"), ("rule", "grade")),
        process("part"),
        process("other"),
        SourceFile("grade.dmn", GRADE),
        SourceFile("told.form.json", FORM),
    )
    return database


def test_a_process_goes_out_with_all_that_it_needs_and_everything_goes_out(installation):
    one = archive_files.read(exported(installation, "main"))
    everything = archive_files.read(exported(installation))

    assert [each.path for each in one] == [
        "decisions/grade.dmn",
        "processes/main.bpmn",
        "processes/part.bpmn",
    ]
    assert {each.path for each in everything} - {each.path for each in one} == {
        "forms/told.form.json",
        "processes/other.bpmn",
    }
    with pytest.raises(DefinitionNotFound):
        exported(installation, "nothing")


def test_what_went_out_is_the_same_here_and_nothing_can_be_chosen(installation):
    content = exported(installation)

    assert set(standings(installation, content).values()) == {"same"}
    with pytest.raises(NothingChosen):
        bring_in(installation, content)


@pytest.fixture
def elsewhere(sqlite_template, tmp_path):
    """Another installation, in which nothing is in force yet."""
    path = tmp_path / "elsewhere.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    yield database
    database.close()


def test_a_round_trip_gives_the_same_bytes(database, elsewhere):
    files = [process("main", ("call", "part")), process("part"), SourceFile("grade.dmn", GRADE)]
    publish(database, *files)
    content = exported(database)
    assert set(standings(elsewhere, content).values()) == {"new"}

    drafts = bring_in(elsewhere, content)
    for draft in sorted(drafts, key=lambda each: (each.kind, each.key == "main")):
        _into_force(elsewhere, draft.subject)

    assert exported(elsewhere) == content


def _into_force(database, subject):
    with database.unit_of_work() as session:
        facts = {"revision": 0, "now": NOW}
        studio_approval.propose(session, subject, comment="Taken over", actor=DORA, **facts)
    with database.unit_of_work() as session, pytest.raises(NotAllowed):
        _approve(session, subject, DORA)
    with database.unit_of_work() as session:
        _approve(session, subject, HANA_OF_HR)
        studio_approval.put_into_force(session, subject, actor=HANA_OF_HR, now=NOW)


HANA_OF_HR = Actor("hana", "Hana", frozenset({"hr"}), frozenset({"hr"}))


def _approve(session, subject, actor):
    seen_id = studio_approval.version_in_force(session, subject)
    studio_approval.approve(
        session, subject, revision=0, seen_id=seen_id, four_eyes=True, actor=actor, now=NOW
    )


def test_each_file_says_what_would_become_of_it(installation):
    publish(installation, process("part", name="Newer"))
    content = archive(
        process("main", ("call", "part"), ("rule", "grade")),
        process("other", name="Another name"),
        process("part"),
        process("brand_new", ("call", "missing")),
        SourceFile("broken.bpmn", b"<definitions"),
        SourceFile("named.bpmn", process("otherwise").content),
    )
    with installation.unit_of_work() as session:
        subject = Subject(DraftKind.PROCESS, "other")
        studio_begin.begin(session, subject, actor=DAN, now=NOW)

    lines = look(installation, content)

    assert {path: line.standing for path, line in lines.items()} == {
        "processes/main.bpmn": Standing.SAME,
        "processes/other.bpmn": Standing.CONFLICT,
        "processes/part.bpmn": Standing.CHANGED,
        "processes/brand_new.bpmn": Standing.NEW,
        "processes/broken.bpmn": Standing.REFUSED,
        "processes/named.bpmn": Standing.REFUSED,
    }
    assert lines["processes/other.bpmn"].draft.editor == "dan"
    assert (lines["processes/part.bpmn"].in_force, lines["processes/part.bpmn"].older) == (2, 1)
    assert "holds no process “named”" in lines["processes/named.bpmn"].reason
    assert lines["processes/broken.bpmn"].reason


def test_a_form_becomes_a_draft_where_forms_are_changed_in_the_studio(database):
    content = archive(SourceFile("told.form.json", FORM))

    line = look(database, content)["forms/told.form.json"]

    has_drafts = DraftKind.FORM in ENDINGS
    assert line.standing is (Standing.NEW if has_drafts else Standing.REFUSED)
    if has_drafts:
        assert [each.kind for each in bring_in(database, content)] == [DraftKind.FORM]


def test_errors_that_a_draft_may_have_are_told_and_do_not_stop_it(database):
    content = archive(process("calls", ("call", "missing")))

    line = look(database, content)["processes/calls.bpmn"]

    assert line.standing is Standing.NEW
    assert [each.code for each in line.findings] == ["unknown-process"]
    assert [draft.key for draft in bring_in(database, content)] == ["calls"]


def test_only_what_is_chosen_becomes_a_draft_and_nothing_comes_into_force(installation):
    content = archive(process("one"), process("two"))

    drafts = bring_in(installation, content, {"processes/two.bpmn", "processes/x.bpmn"})

    assert [(each.key, each.editor, each.base_id) for each in drafts] == [("two", "dora", None)]
    with installation.reading() as session:
        assert definitions.in_force(session, "process", "two") is None
        assert [each.saved_by for each in studio.texts(session, drafts[0])] == ["dora"]
    assert standings(installation, content) == {
        "processes/one.bpmn": "new",
        "processes/two.bpmn": "conflict",
    }


def test_only_designers_hand_in_and_what_they_handed_in_is_found_again(installation):
    content = exported(installation)
    with installation.unit_of_work() as session, pytest.raises(NotAllowed):
        studio_archives.hand_in(session, "a.zip", content, actor=HANA, now=NOW)
    with installation.unit_of_work() as session, pytest.raises(ArchiveRefused):
        studio_archives.hand_in(session, "a.zip", b"no", actor=DORA, now=NOW)
    numbers = []
    for name in ("a.zip", "\n", "c.zip"):
        with installation.unit_of_work() as session:
            found = studio_archives.hand_in(session, name, content, actor=DORA, now=NOW)
            numbers.append(found.id)

    with installation.reading() as session:
        first = studio_archives.handed_in(session, limit=2)
        rest = studio_archives.handed_in(session, limit=2, cursor=first.next)
        names = [each.file_name for each in (*first.items, *rest.items)]
        assert studio_archives.find(session, numbers[0]).files == 5
        with pytest.raises(NoSuchArchive):
            studio_archives.find(session, 10**30)
    assert names == ["c.zip", "archive.zip", "a.zip"]


def test_a_report_asks_as_often_for_many_files_as_for_few(database):
    few, many = (archive(*(process(f"p{number}") for number in range(count))) for count in (2, 9))
    publish(database, *(process(f"p{number}", name="Here") for number in range(9)))

    numbers = []
    for content in (few, many):
        with counted(database) as statements, database.reading() as session:
            studio_archive_report.look(session, content)
        numbers.append(len(statements))

    assert numbers[0] == numbers[1]
