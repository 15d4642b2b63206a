"""How a draft begins: from the version in force, from an older one, or as something new."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rules import xml_door
from rules.sentences import Sentence
from workflows import audit, decision_files, definition_versions, studio, studio_new
from workflows.actors import Actor
from workflows.database import insert_or, table_of
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.tables import DefinitionVersion
from workflows.permissions import Action, check
from workflows.studio_new import ENDINGS
from workflows.studio_refusals import DraftExists, DraftRefused, KeyTaken
from workflows.studio_states import DraftKind, DraftStatus, Subject
from workflows.studio_tables import DefinitionDraft


def begin(
    session: Session,
    subject: Subject,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
) -> DefinitionDraft:
    """
    Begin a draft from the version in force, or from the text of an older version.

    Raises:
        DefinitionNotFound: There is nothing in force with this key.
        NoVersion: It never had a version with this number.
        DraftExists: A draft of it is open already.

    """
    check(actor, Action.EDIT_DRAFTS)
    subject, base = _base(session, subject)
    if version is None:
        source = base.source
    else:
        source = definition_versions.numbered(session, subject, version).source
    return open_draft(session, subject, _named(base), base, source=source, actor=actor, now=now)


def leading(session: Session, subject: Subject) -> Subject:
    """
    Return what a draft is of when somebody wants to change something.

    A decision is changed with its file, which is known by its leading decision.

    Raises:
        DefinitionNotFound: There is nothing in force with this key.

    """
    return _base(session, subject)[0]


def begin_new(
    session: Session, subject: Subject, name: str, *, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Begin a draft of something that does not exist yet, with the least that can be checked.

    Raises:
        DraftRefused: The name is missing, or the id has characters that no id may have.
        KeyTaken: There is such a thing with this id.
        DraftExists: A draft with this id is open already.

    """
    check(actor, Action.EDIT_DRAFTS)
    if not name.strip() or len(name) > 200:
        raise DraftRefused(Sentence("Give it a name of at most 200 characters."))
    if not xml_door.ID_PATTERN.fullmatch(subject.key):
        raise DraftRefused(
            Sentence(
                "An id begins with a letter and has letters, digits, “_”, “-” and dots, at most 80."
            )
        )
    if definitions.in_force(session, subject.kind, subject.key) is not None:
        raise KeyTaken(subject)
    source = studio_new.source(subject.kind, subject.key, name.strip())
    return open_draft(session, subject, name.strip(), None, source=source, actor=actor, now=now)


def _base(session: Session, subject: Subject) -> tuple[Subject, DefinitionVersion]:
    """Return what a draft would be of, and its version in force."""
    version = definitions.latest(session, subject.kind, subject.key)
    if subject.kind is not DraftKind.DECISION:
        return subject, version
    lead = decision_files.leading(version.source, version.file_name)
    try:
        of_lead = definitions.latest(session, subject.kind, lead) if lead else version
    except DefinitionNotFound:
        return subject, version
    if of_lead.content_hash != version.content_hash:
        return subject, version  # the leading one came into force with another file since then
    return Subject(subject.kind, of_lead.key), of_lead


def _named(base: DefinitionVersion) -> str:
    """Return the name of a draft: that of the process, or of the whole file of decisions."""
    if base.kind != DraftKind.DECISION:
        return base.name
    return (decision_files.title(base.source, base.file_name) or base.name)[:200]


def open_draft(
    session: Session,
    subject: Subject,
    name: str,
    base: DefinitionVersion | None,
    *,
    source: bytes,
    actor: Actor,
    now: datetime,
) -> DefinitionDraft:
    """Insert a draft unless somebody was faster."""
    values: dict[str, Any] = {
        "kind": subject.kind,
        "key": subject.key,
        "name": name,
        "file_name": base.file_name if base else f"{subject.key}{ENDINGS[subject.kind]}",
        "status": DraftStatus.DRAFT,
        "base_id": base.id if base else None,
        "source": source,
        "revision": 0,
        "begun_by": actor.username,
        "begun_at": now,
        "editor": actor.username,
        "editing_since": now,
        "comment": "",
        "reason": "",
        "failing": [],
        "failing_reason": "",
    }
    insertion = insert_or(session, table_of(DefinitionDraft)).values(**values)
    row = session.execute(insertion.on_conflict_do_nothing().returning(DefinitionDraft.id)).first()
    if row is None:
        raise DraftExists(name)
    draft = session.get_one(DefinitionDraft, row.id)
    facts = {"kind": subject.kind, "key": subject.key}
    audit.record(session, "draft.begin", studio.OBJECT, draft.id, actor=actor, now=now, **facts)
    return draft
