"""
Drafts of definitions: begun from the version in force, saved by itself, held by one editor.

Whoever takes a draft over takes nothing away: a save that comes too late is
refused, and its text is kept aside for its author.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from rules import xml_door
from rules.sentences import Sentence
from rules.xml_door import XmlRefused
from workflows import audit, form_documents
from workflows.actors import Actor
from workflows.form_step_tables import FormStep
from workflows.naming import names_of
from workflows.permissions import Action, check
from workflows.studio_refusals import (
    DraftIsClosed,
    DraftRefused,
    Lateness,
    NoDraft,
    StaleSave,
)
from workflows.studio_states import EDITABLE, OPEN, DraftKind, DraftStatus, Subject
from workflows.studio_tables import DefinitionDraft, DraftText

SITTING = timedelta(minutes=15)
OBJECT = "definition_draft"


def find(session: Session, subject: Subject) -> DefinitionDraft | None:
    """Return the open draft of something, if there is one."""
    return session.scalars(_open(subject)).one_or_none()


def held(session: Session, subject: Subject) -> DefinitionDraft:
    """
    Return the open draft of something and keep everybody else from changing it meanwhile.

    Raises:
        NoDraft: There is none.

    """
    query = _open(subject).with_for_update().execution_options(populate_existing=True)
    draft = session.scalars(query).one_or_none()
    if draft is None:
        raise NoDraft(subject)
    return draft


def save(
    session: Session, subject: Subject, source: bytes, *, revision: int, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Save the text of a draft; `revision` is the one that the editor went on from.

    Raises:
        StaleSave: Somebody took the draft over, saved it elsewhere, or proposed it meanwhile.
        DraftRefused: The text is no XML, or no form, that may be kept.

    """
    check(actor, Action.EDIT_DRAFTS)
    draft = held(session, subject)
    _refuse_unreadable(draft, source)
    _refuse_stale(session, draft, source, revision=revision, actor=actor, now=now)
    if source == draft.source and draft.editor is not None:
        return draft
    if draft.editor is None:
        draft.editor, draft.editing_since = actor.username, now
    draft.source, draft.revision, draft.status = source, draft.revision + 1, DraftStatus.DRAFT
    draft.saved_by, draft.saved_at = actor.username, now
    _note_sitting(session, draft, actor, now)
    session.flush()
    return draft


def take_over(session: Session, subject: Subject, *, actor: Actor, now: datetime) -> str | None:
    """
    Make somebody the editor of a draft; return who was it before.

    What is saved from here on stands beside what was saved before, even by the same person.

    Raises:
        DraftIsClosed: The draft is proposed or approved.

    """
    draft = _editable(session, subject, actor)
    before = draft.editor
    draft.editor, draft.editing_since = actor.username, now
    if before != actor.username:
        audit.record(
            session, "draft.take_over", OBJECT, draft.id, actor=actor, now=now, before=before
        )
    session.flush()
    return before


def discard(session: Session, subject: Subject, *, actor: Actor, now: datetime) -> None:
    """
    Throw a draft away; the version in force stays as it is, and so does what was saved.

    Raises:
        DraftIsClosed: The draft is proposed or approved.

    """
    draft = _editable(session, subject, actor)
    move(session, draft, DraftStatus.DISCARDED, "draft.discard", actor=actor, now=now)


def _editable(session: Session, subject: Subject, actor: Actor) -> DefinitionDraft:
    """Return a draft that the actor may change, and that is not proposed or approved."""
    check(actor, Action.EDIT_DRAFTS)
    draft = held(session, subject)
    if draft.status not in EDITABLE:
        raise DraftIsClosed(draft.status)
    return draft


def move(
    session: Session,
    draft: DefinitionDraft,
    status: DraftStatus,
    action: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Give a draft its next status, and write down who did it."""
    draft.status = status
    draft.editor = draft.editing_since = None
    if status not in OPEN:
        # Nobody walks the steps of a form any more; what was saved in each sitting is kept.
        session.execute(delete(FormStep).where(FormStep.draft_id == draft.id))
    facts = {"kind": draft.kind, "key": draft.key, "revision": draft.revision}
    audit.record(session, action, OBJECT, draft.id, actor=actor, now=now, **facts)
    session.flush()


def authors(session: Session, draft: DefinitionDraft) -> frozenset[str]:
    """Return everybody whose text is or was in a draft, and who proposed it."""
    saved = session.scalars(
        select(DraftText.saved_by).where(DraftText.draft_id == draft.id, ~DraftText.is_aside)
    )
    proposed = {draft.proposed_by} if draft.proposed_by else set()
    return frozenset(saved) | proposed


def texts(session: Session, draft: DefinitionDraft) -> Sequence[DraftText]:
    """Return what was saved of a draft, and what lies aside, the newest first."""
    query = select(DraftText).where(DraftText.draft_id == draft.id)
    return session.scalars(query.order_by(DraftText.saved_at.desc(), DraftText.id.desc())).all()


def _refuse_unreadable(draft: DefinitionDraft, source: bytes) -> None:
    """Refuse a text that could not be opened again: no XML, or no JSON that shows as a form."""
    if draft.kind is DraftKind.FORM:
        form_documents.read(source)
        return
    try:
        xml_door.open_xml(source, file_name=draft.file_name)
    except XmlRefused as refused:
        raise DraftRefused(
            Sentence.together((refused.finding.message, refused.finding.remedy))
        ) from None


def _open(subject: Subject) -> Select[DefinitionDraft]:
    """Return the query for the open draft of something."""
    return select(DefinitionDraft).where(
        DefinitionDraft.kind == subject.kind,
        DefinitionDraft.key == subject.key,
        DefinitionDraft.status.in_(OPEN),
    )


def _refuse_stale(
    session: Session,
    draft: DefinitionDraft,
    source: bytes,
    *,
    revision: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Refuse a text that does not follow the newest one; the same text again is no harm."""
    late = _lateness(draft, actor)
    is_newest = revision == draft.revision or source == draft.source
    if late is Lateness.SAVED and is_newest:
        return
    by, since = {
        Lateness.TAKEN: (draft.editor, draft.editing_since),
        Lateness.SAVED: (draft.saved_by, draft.saved_at),
        Lateness.CLOSED: (draft.proposed_by, draft.proposed_at),
    }[late]
    by = by or draft.begun_by
    refused = DraftText(
        draft_id=draft.id,
        revision=revision,
        source=source,
        saved_by=actor.username,
        begun_at=now,
        saved_at=now,
    )
    name = names_of(session, [by]).get(by, by)
    raise StaleSave(late, name, since or draft.begun_at, refused)


def _lateness(draft: DefinitionDraft, actor: Actor) -> Lateness:
    """Say why a text that does not follow the newest one would be late."""
    if draft.status not in EDITABLE:
        return Lateness.CLOSED
    return Lateness.SAVED if draft.editor in {None, actor.username} else Lateness.TAKEN


def _note_sitting(session: Session, draft: DefinitionDraft, actor: Actor, now: datetime) -> None:
    """Keep the text with its author: in the sitting that goes on, or in a new one."""
    last = session.scalars(
        select(DraftText)
        .where(DraftText.draft_id == draft.id, ~DraftText.is_aside)
        .order_by(DraftText.id.desc())
        .limit(1)
    ).first()
    since = draft.editing_since or now
    goes_on = last is not None and last.saved_by == actor.username and last.begun_at >= since
    if last is None or not goes_on or now - last.begun_at > SITTING:
        last = DraftText(draft_id=draft.id, saved_by=actor.username, begun_at=now)
        session.add(last)
    last.revision, last.source, last.saved_at = draft.revision, draft.source, now
