"""
Processes with all that they need, as one archive: handed out, looked at, and made drafts.

Nothing of an archive comes into force by itself: each file becomes a draft that a second
person approves. An archive stays as it came, so that its report can be read again.
"""

import hashlib
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from rules.sentences import Sentence
from workflows import audit, decision_files, definition_versions, studio_begin
from workflows.actors import Actor
from workflows.engine import archive_files, definitions, manifests
from workflows.engine.archive_files import ArchivedFile
from workflows.engine.tables import DefinitionVersion
from workflows.errors import Invalid, NotFound
from workflows.paging import LARGEST_ID, Page, newest_first
from workflows.permissions import Action, check
from workflows.studio_archive_report import BECOMES_DRAFT, look
from workflows.studio_archive_tables import DefinitionArchive
from workflows.studio_states import DraftKind, Subject
from workflows.studio_tables import DefinitionDraft, DraftText

OBJECT = "definition_archive"


class NoSuchArchive(NotFound):
    """No archive was handed in under this number."""

    def __init__(self) -> None:
        super().__init__("There is no such archive.")


class NothingChosen(Invalid):
    """Drafts are begun of what somebody chose."""

    def __init__(self) -> None:
        super().__init__(Sentence("Choose at least one file that can become a draft."))


def export(session: Session, process_key: str | None, *, actor: Actor) -> bytes:
    """
    Return a process with all that it needs as one archive, or everything that is in force.

    Raises:
        DefinitionNotFound: No process in force has this key.

    """
    check(actor, Action.READ_DEFINITIONS)
    wanted = None
    if process_key is not None:
        bundle = definitions.active_bundle(session, process_key)
        wanted = {each.content_hash for each in manifests.entries(bundle.manifest)}
    leads = {file.lead.id: file.title for file in decision_files.in_force(session)}
    version = DefinitionVersion
    query = select(version).where(version.is_latest).order_by(version.kind, version.key)
    if wanted is not None:
        query = query.where(version.content_hash.in_(wanted))
    files: dict[str, ArchivedFile] = {}
    for each in session.scalars(query):
        if each.kind == DraftKind.DECISION and each.id not in leads:
            continue
        name = leads.get(each.id, each.name)
        file = ArchivedFile(each.kind, each.key, name, each.file_name, each.source)
        files.setdefault(each.content_hash, file)
    return archive_files.write(list(files.values()))


def hand_in(
    session: Session, file_name: str, content: bytes, *, actor: Actor, now: datetime
) -> DefinitionArchive:
    """
    Keep an archive, and change nothing else.

    Raises:
        ArchiveRefused: It cannot be taken.

    """
    check(actor, Action.EDIT_DRAFTS)
    files = archive_files.read(content)
    name = "".join(one for one in file_name if one.isprintable())[-200:] or "archive.zip"
    found = DefinitionArchive(
        file_name=name,
        content=content,
        content_hash=hashlib.sha256(content).hexdigest(),
        files=len(files),
        handed_in_by=actor.username,
        handed_in_at=now,
    )
    session.add(found)
    session.flush()
    facts = {"file": name, "hash": found.content_hash}
    audit.record(session, "archive.hand_in", OBJECT, found.id, actor=actor, now=now, **facts)
    return found


def find(session: Session, archive_id: int) -> DefinitionArchive:
    """
    Return an archive that was handed in.

    Raises:
        NoSuchArchive: There is none.

    """
    found = session.get(DefinitionArchive, archive_id) if archive_id <= LARGEST_ID else None
    if found is None:
        raise NoSuchArchive
    return found


def handed_in(
    session: Session, *, limit: int, cursor: str | None = None
) -> Page[DefinitionArchive]:
    """Return the archives that were handed in, the newest first, without their content."""
    query = select(DefinitionArchive).options(defer(DefinitionArchive.content))
    return newest_first(session, query, DefinitionArchive.id, limit=limit, cursor=cursor)


def bring_in(
    session: Session,
    content: bytes,
    paths: Collection[str] | None,
    *,
    actor: Actor,
    now: datetime,
) -> list[DefinitionDraft]:
    """
    Begin a draft of each chosen file of an archive, or of each that can become one.

    Raises:
        ArchiveRefused: It cannot be taken.
        NothingChosen: Nothing that was chosen can become a draft.
        DraftExists: Somebody began a draft of the same in the meantime.

    """
    check(actor, Action.EDIT_DRAFTS)
    lines = [
        line
        for line in look(session, content)
        if line.standing in BECOMES_DRAFT and (paths is None or line.file.path in paths)
    ]
    if not lines:
        raise NothingChosen
    return [_begin(session, line.file, actor, now) for line in lines]


def _begin(session: Session, file: ArchivedFile, actor: Actor, now: datetime) -> DefinitionDraft:
    """Begin a draft of a file; whoever imports it had a hand in it and cannot approve it."""
    subject = Subject(DraftKind(file.kind), file.key)
    base = definition_versions.in_force(session, subject)
    name = (file.name.strip() or file.key)[:200]
    draft = studio_begin.open_draft(
        session, subject, name, base, source=file.content, actor=actor, now=now
    )
    text = DraftText(
        draft_id=draft.id,
        revision=draft.revision,
        source=file.content,
        saved_by=actor.username,
        begun_at=now,
        saved_at=now,
    )
    session.add(text)
    session.flush()
    facts = {"kind": file.kind, "key": file.key, "hash": file.content_hash}
    audit.record(
        session, "archive.bring_in", "definition_draft", draft.id, actor=actor, now=now, **facts
    )
    return draft
