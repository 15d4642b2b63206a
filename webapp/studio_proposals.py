"""The way of a draft into force: what changes, a second person's word, and the publication."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import form_builder, form_words, studio_words, table_words
from webapp.access import access
from webapp.query_text import small_number
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, settings, unit_of_work
from workflows import (
    decision_changes,
    form_changes,
    permissions,
    scenario_runs,
    studio,
    studio_approval,
    studio_list,
)
from workflows.actors import Actor
from workflows.decision_changes import DecisionChanges
from workflows.engine import model_changes
from workflows.engine.definitions import PublishRefused
from workflows.engine.model_changes import ModelChanges
from workflows.engine.tables import DefinitionVersion
from workflows.form_changes import FormChanges
from workflows.permissions import Action, DraftFacts
from workflows.play_refusals import ScenariosFail
from workflows.sandbox import SandboxRefused
from workflows.scenario_runs import ProcessTest
from workflows.studio_approval import CommentMissing
from workflows.studio_refusals import NoDraft
from workflows.studio_states import DraftKind, DraftStatus, Subject
from workflows.studio_tables import DefinitionDraft

bp = Blueprint("studio_proposals", __name__, url_prefix="/studio/<draft_kind:kind>/<key>/proposal")

LONGEST = 2_000
_TEMPLATES = {
    DraftKind.PROCESS: "studio/proposal.html",
    DraftKind.DECISION: "studio/table_proposal.html",
    DraftKind.FORM: "studio/form_proposal.html",
}
_NOTHING = b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>'


@bp.get("")
@access(Action.READ_DRAFTS)
def show(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Show what a draft changes, what the checks find, and the next step."""
    return _page(Subject(kind, key))


@bp.post("")
@access(Action.EDIT_DRAFTS)
def propose(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Propose a draft to a second person."""
    comment = request.form.get("comment", "")[:LONGEST]
    try:
        with unit_of_work() as session:
            studio_approval.propose(
                session,
                Subject(kind, key),
                revision=_number("revision"),
                comment=comment,
                actor=current_actor(),
                now=now(),
            )
    except CommentMissing:
        return _page(Subject(kind, key), comment_problem=_("Say what changes, and why")), 422
    except PublishRefused:
        return _page(Subject(kind, key), typed=comment), 422
    flash(_("Proposed. Somebody else looks at it now; until then nobody can change it."))
    return redirect(url_for(".show", kind=kind, key=key))


@bp.post("/withdraw")
@access(Action.EDIT_DRAFTS)
def withdraw(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Take a proposal back."""
    with unit_of_work() as session:
        studio_approval.withdraw(session, Subject(kind, key), actor=current_actor(), now=now())
    flash(_("Taken back. You can go on with the draft."))
    return redirect(url_for("studio.edit", kind=kind, key=key))


@bp.post("/send-back")
@access(Action.APPROVE_DRAFT)
def send_back(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Send a draft back with a reason."""
    reason = request.form.get("reason", "")[:LONGEST]
    try:
        with unit_of_work() as session:
            studio_approval.send_back(
                session,
                Subject(kind, key),
                revision=_number("revision"),
                reason=reason,
                actor=current_actor(),
                now=now(),
            )
    except CommentMissing:
        return _page(Subject(kind, key), reason_problem=_("Say what should be different")), 422
    flash(_("Sent back, with your reason."))
    return redirect(url_for(".show", kind=kind, key=key))


@bp.post("/approve")
@access(Action.APPROVE_DRAFT)
def approve(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Approve a proposal, and put it into force at once where that is asked for."""
    try:
        with unit_of_work() as session:
            studio_approval.approve(
                session,
                Subject(kind, key),
                revision=_number("revision"),
                seen_id=_number("seen") or None,
                four_eyes=settings().four_eyes,
                actor=current_actor(),
                now=now(),
                failing_reason=request.form.get("failing_reason", "")[:LONGEST],
            )
    except ScenariosFail as failing:
        return _page(Subject(kind, key), failing_problem=studio_words.failing(failing)), 422
    flash(_("Approved. It can be put into force now."))
    return redirect(url_for(".show", kind=kind, key=key))


@bp.post("/publish")
@access(Action.PUBLISH)
def publish(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Put an approved draft into force."""
    with unit_of_work() as session:
        published = studio_approval.put_into_force(
            session, Subject(kind, key), actor=current_actor(), now=now()
        )
        version = next(each.version for each in published.versions if each.key == key)
    flash(_("Version %(number)d is in force. New cases start with it.", number=version))
    return redirect(studio_words.address_in_force(Subject(kind, key)))


def _page(subject: Subject, *, typed: str = "", **problems: str) -> str:
    """Show the proposal, with what somebody entered that needs mending."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        draft = studio.find(session, subject)
        if draft is None:
            raise NoDraft(subject)
        seen_id = studio_approval.version_in_force(session, subject)
        in_force = session.get(DefinitionVersion, seen_id) if seen_id else None
        changes = _changes(session, draft, in_force)
        texts = studio.texts(session, draft)
        page: dict[str, Any] = {
            "draft": draft,
            "in_force": in_force,
            "changes": changes,
            "findings": studio_approval.findings(session, draft),
            "texts": texts,
            "names": studio_list.people(session, [draft], texts),
            "may": _rights(session, draft, actor),
            "tests": _tests(session, draft),
        }
        if isinstance(changes, FormChanges):
            page |= form_builder.consequences(session, draft, changes)
    return render_template(
        _TEMPLATES[subject.kind],
        typed=typed or draft.comment,
        **problems,
        **page,
    )


def _tests(session: Session, draft: DefinitionDraft) -> list[ProcessTest] | None:
    """Play the scenarios that a draft touches; a draft with errors cannot be played."""
    try:
        return scenario_runs.touched_by(session, draft)
    except SandboxRefused:
        return None


def _changes(
    session: Session, draft: DefinitionDraft, in_force: DefinitionVersion | None
) -> ModelChanges | DecisionChanges | FormChanges:
    """Return what a draft changes, in the way of its kind."""
    if draft.kind is DraftKind.FORM:
        return form_changes.compare(in_force.source if in_force else None, draft.source)
    if draft.kind is DraftKind.DECISION:
        before = in_force.source if in_force else None
        after = studio_approval.complete(session, draft)
        return decision_changes.compare(before, after, draft.file_name)
    return model_changes.compare(in_force.source if in_force else _NOTHING, draft.source)


def _rights(session: Session, draft: DefinitionDraft, actor: Actor) -> dict[str, bool]:
    """Return what the actor may do with a draft now."""
    hands = studio.authors(session, draft) if settings().four_eyes else frozenset()
    approves = permissions.allows(actor, Action.APPROVE_DRAFT, DraftFacts(hands))
    edits = permissions.allows(actor, Action.EDIT_DRAFTS)
    publishes = permissions.allows(actor, Action.PUBLISH) or draft.decided_by == actor.username
    is_proposed = draft.status is DraftStatus.PROPOSED
    is_approved = draft.status is DraftStatus.APPROVED
    return {
        "edit": edits and not is_proposed and not is_approved,
        "withdraw": edits and (is_proposed or is_approved),
        "approve": approves and is_proposed,
        "send_back": approves and (is_proposed or is_approved),
        "publish": publishes and is_approved,
    }


def _number(field: str) -> int:
    """Return a number that the page sent along; what is none counts as nothing seen."""
    return small_number(request.form.get(field, "")) or 0


@bp.app_template_global("draft_words")
def draft_words() -> dict[str, object]:
    """Return the words of drafts for templates."""
    return {
        "statuses": studio_words.STATUSES,
        "kinds": studio_words.KINDS,
        "tones": studio_words.TONES,
        "changes": studio_words.CHANGES,
        "change_tones": studio_words.CHANGE_TONES,
        "forms": form_words.for_templates(),
        "signs": studio_words.SIGNS,
        "type": studio_words.of_type,
        "property": studio_words.of_property,
        "change": table_words.of_change,
        "part": table_words.of_part,
        "in_force": studio_words.address_in_force,
        "table_editor": table_words.for_editor,
        "editor": studio_words.for_editor,
    }
