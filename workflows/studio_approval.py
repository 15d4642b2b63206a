"""The way of a draft into force: checked, proposed, approved by a second person, published."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.findings import Finding
from rules.sentences import Sentence
from workflows import definition_versions, form_drafts, scenario_runs, studio
from workflows.actors import Actor
from workflows.engine import definitions, examination
from workflows.engine.definitions import (
    Published,
    PublishRefused,
    SourceFile,
)
from workflows.engine.tables import DefinitionVersion
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action, DraftFacts, check
from workflows.play_refusals import ScenariosFail
from workflows.studio_refusals import DraftIsClosed
from workflows.studio_states import EDITABLE, DraftKind, DraftStatus, Subject
from workflows.studio_tables import DefinitionDraft


class CommentMissing(Invalid):
    """Whoever proposes or sends back says why."""

    def __init__(self) -> None:
        super().__init__(Sentence("Say why, in a sentence for those who read it later."))


class DraftMovedOn(Conflict):
    """What somebody looked at is not what would be decided about."""

    def __init__(self) -> None:
        super().__init__(
            Sentence("The draft has changed since this page was opened. Look at it again.")
        )


class BaseMovedOn(Conflict):
    """Another version came into force; the draft would undo it unseen."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "Another version came into force since this was looked at. Look at the changes"
                " again."
            )
        )


def findings(session: Session, draft: DefinitionDraft) -> list[Finding]:
    """Return what the checks find in the text of a draft; nothing is changed."""
    if draft.kind is DraftKind.FORM:
        return form_drafts.findings(session, draft)
    file = SourceFile(draft.file_name, draft.source)
    parts, found = examination.examine(session, [file])
    keys = {part.key for part in parts if part.kind == draft.kind}
    is_own = draft.key in keys if draft.kind is DraftKind.DECISION else keys == {draft.key}
    if keys and not is_own:
        found.append(_wrong_key(draft, keys))
    return found + (_taken(session, draft, keys) if draft.kind is DraftKind.DECISION else [])


def complete(session: Session, draft: DefinitionDraft) -> bytes:
    """Return the text of a draft with what it imports, as it would come into force."""
    file = SourceFile(draft.file_name, draft.source)
    parts, _ = examination.examine(session, [file])
    return next((part.file.content for part in parts if part.key == draft.key), draft.source)


def note_checked(
    session: Session,
    subject: Subject,
    *,
    revision: int,
    is_clean: bool,
    actor: Actor,
    now: datetime,
) -> DefinitionDraft:
    """Note what the checks found in a text; a newer text is checked anew and changes nothing."""
    check(actor, Action.EDIT_DRAFTS)
    draft = studio.held(session, subject)
    if draft.status in EDITABLE and draft.revision == revision:
        draft.status = DraftStatus.CHECKED if is_clean else DraftStatus.DRAFT
        session.flush()
    return draft


def propose(
    session: Session, subject: Subject, *, revision: int, comment: str, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Propose a draft to a second person, with a comment that says what changes and why.

    Raises:
        CommentMissing: There is no comment.
        DraftMovedOn: The draft was saved again after the proposer looked at it.
        DraftIsClosed: It is proposed or approved already.
        PublishRefused: The checks find an error.

    """
    check(actor, Action.EDIT_DRAFTS)
    if not comment.strip():
        raise CommentMissing
    draft = _held(session, subject, revision, EDITABLE)
    found = findings(session, draft)
    if any(finding.is_error for finding in found):
        raise PublishRefused(found)
    draft.proposed_by, draft.proposed_at = actor.username, now
    draft.comment, draft.reason = comment.strip(), ""
    draft.decided_by = draft.decided_at = draft.seen_id = None
    studio.move(session, draft, DraftStatus.PROPOSED, "draft.propose", actor=actor, now=now)
    return draft


def withdraw(session: Session, subject: Subject, *, actor: Actor, now: datetime) -> DefinitionDraft:
    """
    Take a proposal back, approved or not, to go on with the draft.

    Raises:
        DraftIsClosed: It is neither proposed nor approved.

    """
    check(actor, Action.EDIT_DRAFTS)
    draft = _held(session, subject, None, {DraftStatus.PROPOSED, DraftStatus.APPROVED})
    studio.move(session, draft, DraftStatus.DRAFT, "draft.withdraw", actor=actor, now=now)
    return draft


def send_back(
    session: Session, subject: Subject, *, revision: int, reason: str, actor: Actor, now: datetime
) -> DefinitionDraft:
    """
    Send a proposed or approved draft back to its authors, with the reason.

    Raises:
        NotAllowed: The actor had a hand in the draft.
        CommentMissing: There is no reason.
        DraftMovedOn: The draft is not the one that was looked at.
        DraftIsClosed: It is neither proposed nor approved.

    """
    check(actor, Action.READ_DRAFTS)
    draft = _held(session, subject, revision, {DraftStatus.PROPOSED, DraftStatus.APPROVED})
    check(actor, Action.APPROVE_DRAFT, DraftFacts(studio.authors(session, draft)))
    if not reason.strip():
        raise CommentMissing
    draft.reason, draft.decided_by, draft.decided_at = reason.strip(), actor.username, now
    studio.move(session, draft, DraftStatus.DRAFT, "draft.send_back", actor=actor, now=now)
    return draft


def approve(
    session: Session,
    subject: Subject,
    *,
    revision: int,
    seen_id: int | None,
    four_eyes: bool,
    actor: Actor,
    now: datetime,
    failing_reason: str = "",
) -> DefinitionDraft:
    """
    Approve a proposal as it was compared with the version in force, `seen_id`.

    Raises:
        ScenariosFail: A scenario fails with the draft, and `failing_reason` is empty.
        NotAllowed: The actor had a hand in the draft, where two people are needed.
        DraftMovedOn: The draft is not the one that was looked at.
        BaseMovedOn: Another version came into force in the meantime.
        DraftIsClosed: It is not proposed.

    """
    check(actor, Action.READ_DRAFTS)
    draft = _held(session, subject, revision, {DraftStatus.PROPOSED})
    hands = studio.authors(session, draft) if four_eyes else frozenset()
    check(actor, Action.APPROVE_DRAFT, DraftFacts(hands))
    if seen_id != version_in_force(session, subject):
        raise BaseMovedOn
    _note_failing(session, draft, failing_reason)
    draft.decided_by, draft.decided_at, draft.seen_id = actor.username, now, seen_id
    studio.move(session, draft, DraftStatus.APPROVED, "draft.approve", actor=actor, now=now)
    return draft


def put_into_force(session: Session, subject: Subject, *, actor: Actor, now: datetime) -> Published:
    """
    Publish an approved draft: its next version, from now on for new cases.

    Raises:
        DraftIsClosed: It is not approved.
        BaseMovedOn: Another version came into force since the approval.
        PublishRefused: What it refers to is no longer there.
        ScenariosFail: Another scenario fails than those that failed at the approval.

    """
    check(actor, Action.READ_DRAFTS)
    draft = _held(session, subject, None, {DraftStatus.APPROVED})
    if draft.decided_by != actor.username:
        check(actor, Action.PUBLISH)
    if draft.seen_id != version_in_force(session, subject):
        raise BaseMovedOn
    found = findings(session, draft)
    if any(finding.is_error for finding in found):
        raise PublishRefused(found)
    failing = _failing(session, draft)
    if not failing.keys() <= set(draft.failing):
        raise ScenariosFail(list(failing.values()))
    file = SourceFile(draft.file_name, draft.source)
    published = definitions.publish(session, [file], actor=actor, now=now)
    draft.published_id = next(each.id for each in published.versions if each.key == draft.key)
    studio.move(session, draft, DraftStatus.PUBLISHED, "draft.publish", actor=actor, now=now)
    return published


def _note_failing(session: Session, draft: DefinitionDraft, reason: str) -> None:
    """Keep which scenarios fail with a draft, and why it is approved all the same."""
    failing = _failing(session, draft)
    if failing and not reason.strip():
        raise ScenariosFail(list(failing.values()))
    draft.failing, draft.failing_reason = sorted(failing), reason.strip() if failing else ""


def _failing(session: Session, draft: DefinitionDraft) -> dict[int, str]:
    """Return the titles of the scenarios that fail with a draft, by their ids."""
    touched = scenario_runs.touched_by(session, draft)
    return {each.id: each.title for process in touched for each in process.failing}


def version_in_force(session: Session, subject: Subject) -> int | None:
    """Return the id of the version in force, or nothing for something new."""
    version = definition_versions.in_force(session, subject)
    return None if version is None else version.id


def _held(
    session: Session, subject: Subject, revision: int | None, statuses: Collection[DraftStatus]
) -> DefinitionDraft:
    """Return the draft that somebody looked at, if it may make this step."""
    draft = studio.held(session, subject)
    if draft.status not in statuses:
        raise DraftIsClosed(draft.status)
    if revision is not None and revision != draft.revision:
        raise DraftMovedOn
    return draft


def _wrong_key(draft: DefinitionDraft, found: set[str]) -> Finding:
    """Return what is said when a draft would publish something else than its own."""
    return Finding(
        "draft-of-another",
        Sentence(
            "The draft of “%(draft)s” holds something else: “%(found)s”.",
            draft=draft.key,
            found=", ".join(sorted(found)),
        ),
        Sentence("Give it the id “%(draft)s” again.", draft=draft.key),
        file_name=draft.file_name,
    )


def _taken(session: Session, draft: DefinitionDraft, keys: set[str]) -> list[Finding]:
    """Find decisions that a file in force of its own has already; they have drafts of their own."""
    version = DefinitionVersion
    rows = session.execute(
        select(version.key, version.content_hash, version.file_name)
        .where(version.kind == draft.kind, version.is_latest)
        .where(version.key.in_({*keys, draft.key}))
        .order_by(version.key)
    ).all()
    own = {row.content_hash for row in rows if row.key == draft.key}
    return [
        Finding(
            "draft-of-another",
            Sentence(
                "The decision “%(row)s” is in force with the file %(file_name)s already.",
                row=row.key,
                file_name=row.file_name,
            ),
            Sentence("Give the decision of this draft another id."),
            element_id=row.key,
            file_name=draft.file_name,
        )
        for row in rows
        if row.content_hash not in own
    ]
