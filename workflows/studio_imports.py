"""
Models of other tools in the studio: handed in, looked at with a report, made a draft.

The file stays as it came, so that the report can be read again beside the draft, and
whatever is taken out of the draft later is still there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules import xml_door
from rules.findings import Finding
from rules.sentences import Sentence
from workflows import audit, definition_versions, studio, studio_approval, studio_begin
from workflows.actors import Actor
from workflows.engine import examination
from workflows.engine.foreign import taking_out
from workflows.engine.foreign.importing import Imported, import_model, still_open
from workflows.engine.foreign.report import Row, Severity
from workflows.engine.source_files import SourceFile
from workflows.errors import Conflict, NotFound
from workflows.paging import LARGEST_ID, Page, newest_first
from workflows.permissions import Action, check
from workflows.studio_import_tables import ForeignFile
from workflows.studio_refusals import DraftRefused
from workflows.studio_states import OPEN, DraftKind, Subject
from workflows.studio_tables import DefinitionDraft

OBJECT = "foreign_file"


class NoSuchFile(NotFound):
    """No file was handed in under this number."""

    def __init__(self) -> None:
        super().__init__("There is no such imported file.")


class ImportedAlready(Conflict):
    """A file becomes one draft; for another one it is handed in again."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("A draft was begun from this file already. Hand it in again for another.")
        )


class NothingToTakeOut(Conflict):
    """Somebody took it out, or removed the element, in the meantime."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("The draft has no such thing any more. Look at the report again.")
        )


@dataclass(frozen=True)
class Report:
    """
    What became of a file, and what is open in the draft as it is now.

    Attributes:
        rows: What was translated and what is kept, then what has to be mended.
        findings: Errors of the checks that no row speaks of.

    """

    rows: Sequence[Row]
    findings: Sequence[Finding]


def hand_in(
    session: Session, file_name: str, content: bytes, *, actor: Actor, now: datetime
) -> ForeignFile:
    """
    Keep a file of another tool, and change nothing else.

    Raises:
        ImportRefused: It is no BPMN that can be read, or there is no process in it.

    """
    check(actor, Action.EDIT_DRAFTS)
    name = "".join(one for one in file_name if one.isprintable())[-200:] or "model.bpmn"
    imported = import_model(SourceFile(name, content))
    found = ForeignFile(
        file_name=name,
        tool=str(imported.tool)[:160],
        source=content,
        handed_in_by=actor.username,
        handed_in_at=now,
    )
    session.add(found)
    session.flush()
    facts = {"file": name, "tool": found.tool}
    audit.record(session, "import.hand_in", OBJECT, found.id, actor=actor, now=now, **facts)
    return found


def begin(
    session: Session, file_id: int, *, process_id: str, key: str, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Begin a draft from a file: of a new process, or as a change of the one with this id.

    Raises:
        NoSuchFile: There is none.
        ImportedAlready: It became a draft before.
        ImportRefused: The process is not in the file, or the id is taken in it.
        DraftRefused: The id has characters that no id may have.
        DraftExists: A draft with this id is open already.

    """
    check(actor, Action.EDIT_DRAFTS)
    query = select(ForeignFile).where(ForeignFile.id == file_id).with_for_update()
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NoSuchFile
    if found.draft_id is not None:
        raise ImportedAlready
    if not xml_door.ID_PATTERN.fullmatch(key):
        raise DraftRefused(
            Sentence(
                "An id begins with a letter and has letters, digits, “_”, “-” and dots, at most 80."
            )
        )
    imported = _imported(found, process_id, key)
    subject = Subject(DraftKind.PROCESS, key)
    base = definition_versions.in_force(session, subject)
    draft = studio_begin.open_draft(
        session, subject, imported.name, base, source=imported.file.content, actor=actor, now=now
    )
    found.draft_id, found.process_id, found.process_key = draft.id, process_id, key
    session.flush()
    facts = {"process": key, "draft": draft.id}
    audit.record(session, "import.begin", OBJECT, found.id, actor=actor, now=now, **facts)
    return draft


def take_out(
    session: Session,
    key: str,
    *,
    element_id: str,
    name: str,
    revision: int,
    actor: Actor,
    now: datetime,
) -> DefinitionDraft:
    """
    Take out of a draft what another tool wrote at one element and nobody here reads.

    Raises:
        NoDraft: There is no open draft of the process.
        NothingToTakeOut: It is not there any more.
        StaleSave: Somebody else edits the draft, or saved it meanwhile.

    """
    check(actor, Action.EDIT_DRAFTS)
    subject = Subject(DraftKind.PROCESS, key)
    draft = studio.held(session, subject)
    source = taking_out.take_out(draft.source, element_id, name)
    if source is None:
        raise NothingToTakeOut
    draft = studio.save(session, subject, source, revision=revision, actor=actor, now=now)
    facts = {"element": element_id, "name": name}
    audit.record(session, "draft.take_out", studio.OBJECT, draft.id, actor=actor, now=now, **facts)
    return draft


def find(session: Session, file_id: int) -> ForeignFile:
    """
    Return a file that was handed in.

    Raises:
        NoSuchFile: There is none.

    """
    found = session.get(ForeignFile, file_id) if file_id <= LARGEST_ID else None
    if found is None:
        raise NoSuchFile
    return found


def of_draft(session: Session, draft: DefinitionDraft) -> ForeignFile | None:
    """Return the file that a draft was begun from, if it was."""
    return session.scalars(select(ForeignFile).where(ForeignFile.draft_id == draft.id)).first()


def handed_in(session: Session, *, limit: int, cursor: str | None = None) -> Page[ForeignFile]:
    """Return the files that were handed in, the newest first."""
    return newest_first(session, select(ForeignFile), ForeignFile.id, limit=limit, cursor=cursor)


def look(found: ForeignFile, process_id: str | None = None) -> Imported:
    """Return a file as it was translated, or would be for one of its processes."""
    return _imported(found, found.process_id or process_id, found.process_key)


def open_draft_of(session: Session, found: ForeignFile) -> DefinitionDraft | None:
    """Return the draft that was begun from a file, as long as it is open."""
    draft = session.get(DefinitionDraft, found.draft_id) if found.draft_id else None
    return draft if draft is not None and draft.status in OPEN else None


def report(session: Session, imported: Imported, draft: DefinitionDraft | None) -> Report:
    """Return the report about a file; what has to be mended is that of its draft, if open."""
    told = [row for row in imported.rows if row.severity is not Severity.MEND]
    if draft is None:
        open_rows = [row for row in imported.rows if row.severity is Severity.MEND]
        _, findings = examination.examine(session, [imported.file])
    else:
        open_rows = still_open(draft.source, draft.key)
        findings = studio_approval.findings(session, draft)
    said = {(row.element_id, code) for row in open_rows for code in row.explains}
    left = [each for each in findings if each.is_error and (each.element_id, each.code) not in said]
    return Report([*told, *open_rows], left)


def _imported(found: ForeignFile, process_id: str | None, key: str | None) -> Imported:
    """Return a file that was handed in, translated."""
    return import_model(SourceFile(found.file_name, found.source), process_id=process_id, key=key)
