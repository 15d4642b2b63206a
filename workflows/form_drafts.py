"""Drafts of forms, changed step by step; every step is saved, and can be taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.sentences import Sentence
from workflows import form_documents, form_findings, form_uses, models_in_force, studio
from workflows.actors import Actor
from workflows.engine import definitions, examination
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import DefinitionVersion
from workflows.errors import Conflict
from workflows.form_documents import Document
from workflows.form_step_tables import FormStep
from workflows.models_in_force import ModelInForce
from workflows.permissions import Action, check
from workflows.studio_refusals import DraftRefused
from workflows.studio_states import Subject
from workflows.studio_tables import DefinitionDraft

TOGETHER = timedelta(seconds=30)
MOST_STEPS = 200


class StepMovedOn(Conflict):
    """A step goes on from a text that is not kept any more."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("The form has changed since this page was opened. Look at it again.")
        )


@dataclass(frozen=True)
class Steps:
    """Whether there is a step to take back, and one to do again."""

    has_undo: bool
    has_redo: bool


def steps(session: Session, draft: DefinitionDraft) -> Steps:
    """Return which way the steps of a draft can be walked."""
    kept = session.execute(
        select(FormStep.is_undone).where(FormStep.draft_id == draft.id).order_by(FormStep.id)
    ).all()
    undone = sum(row.is_undone for row in kept)
    return Steps(has_undo=len(kept) - undone > 1, has_redo=undone > 0)


def change(
    session: Session,
    subject: Subject,
    edit: Callable[[Document], None],
    *,
    revision: int,
    touched: str = "",
    actor: Actor,
    now: datetime,
) -> DefinitionDraft:
    """
    Change a draft of a form by one step, from the text that had this revision.

    Raises:
        StaleSave: Somebody took the draft over or went on with it; the changed text lies aside.
        StepMovedOn: The text that it goes on from is not kept any more.
        DraftRefused: The step is none that can be made.

    """
    check(actor, Action.EDIT_DRAFTS)
    draft = studio.held(session, subject)
    document = form_documents.read(_at(session, draft, revision))
    edit(document)
    before = draft.source, draft.revision
    source = form_documents.write(document)
    draft = studio.save(session, subject, source, revision=revision, actor=actor, now=now)
    if draft.revision != before[1]:
        _note(session, draft, before, touched, now)
    return draft


def bring_back(
    session: Session, subject: Subject, source: bytes, *, actor: Actor, now: datetime
) -> DefinitionDraft:
    """Go on with a text that was saved before; that is a step, too."""
    check(actor, Action.EDIT_DRAFTS)
    form_documents.read(source)
    draft = studio.held(session, subject)
    before = draft.source, draft.revision
    draft = studio.save(session, subject, source, revision=before[1], actor=actor, now=now)
    if draft.revision != before[1]:
        _note(session, draft, before, "", now)
    return draft


def undo(
    session: Session, subject: Subject, *, revision: int, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Take the last step back; where there is none, nothing happens.

    Raises:
        StaleSave: Somebody took the draft over, or went on with it.

    """
    check(actor, Action.EDIT_DRAFTS)
    draft = studio.held(session, subject)
    done = [each for each in _steps(session, draft) if not each.is_undone]
    if len(done) < 2:  # the first is what the draft began with
        return draft
    target = done[-2]
    draft = studio.save(session, subject, target.source, revision=revision, actor=actor, now=now)
    done[-1].is_undone = True
    target.revision, target.touched = draft.revision, ""
    session.flush()
    return draft


def redo(
    session: Session, subject: Subject, *, revision: int, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Do the step again that was taken back last; where there is none, nothing happens.

    Raises:
        StaleSave: Somebody took the draft over, or went on with it.

    """
    check(actor, Action.EDIT_DRAFTS)
    draft = studio.held(session, subject)
    target = next((each for each in _steps(session, draft) if each.is_undone), None)
    if target is None:
        return draft
    draft = studio.save(session, subject, target.source, revision=revision, actor=actor, now=now)
    target.is_undone, target.revision = False, draft.revision
    session.flush()
    return draft


def findings(
    session: Session, draft: DefinitionDraft, models: Sequence[ModelInForce] | None = None
) -> list[Finding]:
    """Return what the checks find in a draft of a form: item by item, then what publishing says."""
    parts, found = examination.examine(session, [SourceFile(draft.file_name, draft.source)])
    if any(part.key != draft.key for part in parts):
        found.append(_wrong_key(draft))
    try:
        items = form_documents.items(form_documents.read(draft.source))
    except DraftRefused:
        return found
    models = models_in_force.read(session) if models is None else models
    own = form_findings.find(items, _known(models, draft.key))
    told = {each.code for each in own}
    return own + [each for each in found if each.code not in told]


def _known(models: Sequence[ModelInForce], key: str) -> frozenset[str]:
    """Return the names that a form may read: what is written, and what it reads in force."""
    written = form_uses.find(models, key).written
    in_force = next((each.form for each in models if each.kind == "form" and each.key == key), None)
    return written | (form_uses.names_in(in_force) if in_force is not None else frozenset())


def version_before(session: Session, draft: DefinitionDraft) -> DefinitionVersion | None:
    """Return the version in force of what a draft changes, if there is one."""
    try:
        return definitions.latest(session, draft.kind, draft.key)
    except definitions.DefinitionNotFound:
        return None


def _at(session: Session, draft: DefinitionDraft, revision: int) -> bytes:
    """Return the text that a draft had at a revision."""
    if revision == draft.revision:
        return draft.source
    source = session.scalar(
        select(FormStep.source)
        .where(FormStep.draft_id == draft.id, FormStep.revision == revision)
        .order_by(FormStep.id.desc())
        .limit(1)
    )
    if source is None:
        raise StepMovedOn
    return source


def _steps(session: Session, draft: DefinitionDraft) -> Sequence[FormStep]:
    """Return the steps of a draft in order."""
    query = select(FormStep).where(FormStep.draft_id == draft.id)
    return session.scalars(query.order_by(FormStep.id)).all()


def _note(
    session: Session,
    draft: DefinitionDraft,
    before: tuple[bytes, int],
    touched: str,
    now: datetime,
) -> None:
    """Keep a step; those that were taken back cannot be done again after it."""
    of_draft = FormStep.draft_id == draft.id
    session.execute(delete(FormStep).where(of_draft, FormStep.is_undone))
    query = select(FormStep).where(of_draft).order_by(FormStep.id.desc()).limit(1)
    last = session.scalars(query).first()
    if last is None:
        source, revision = before
        session.add(FormStep(draft_id=draft.id, revision=revision, source=source, at=now))
        session.flush()
    elif touched and last.touched == touched and now - last.at < TOGETHER:
        last.source, last.revision = draft.source, draft.revision
        session.flush()
        return
    step = FormStep(draft_id=draft.id, revision=draft.revision, touched=touched[:120], at=now)
    step.source = draft.source
    session.add(step)
    session.flush()
    session.execute(delete(FormStep).where(of_draft, FormStep.id.in_(_oldest(draft))))


def _oldest(draft: DefinitionDraft) -> Select[int]:
    """Return the query for the steps beyond those that are kept."""
    query = select(FormStep.id).where(FormStep.draft_id == draft.id)
    return query.order_by(FormStep.id.desc()).offset(MOST_STEPS)


def _wrong_key(draft: DefinitionDraft) -> Finding:
    """Return what is said when a draft would publish another form."""
    return Finding(
        "draft-of-another",
        Sentence("The draft of “%(draft)s” holds another form.", draft=draft.key),
        Sentence("Give it the id “%(draft)s” again.", draft=draft.key),
        file_name=draft.file_name,
    )
