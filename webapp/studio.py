"""The studio: drafts of processes, decisions and forms, and the pages that change them."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from rules.findings import Finding
from webapp import form_builder, studio_words
from webapp.access import access
from webapp.check_help import help_address
from webapp.languages import moment
from webapp.query_text import small_number
from webapp.sentences import said
from webapp.standing_headers import WITH_STYLE_ATTRIBUTES
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import (
    decision_places,
    permissions,
    studio,
    studio_approval,
    studio_begin,
    studio_imports,
    studio_list,
)
from workflows.decision_places import Cell
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action
from workflows.studio_refusals import NoDraft, StaleSave
from workflows.studio_states import EDITABLE, DraftKind, Subject
from workflows.studio_tables import DefinitionDraft

bp = Blueprint("studio", __name__, url_prefix="/studio")


@bp.get("/")
@access(Action.READ_DRAFTS)
def index() -> ResponseReturnValue:
    """Show the drafts under way, and what came into force by the studio."""
    return _list()


@bp.post("/<draft_kind:kind>")
@access(Action.EDIT_DRAFTS)
def begin_new(kind: DraftKind) -> ResponseReturnValue:
    """Begin a process, a table or a form that does not exist yet."""
    name, key = request.form.get("name", "").strip(), request.form.get("key", "").strip()
    subject = Subject(kind, key)
    try:
        with unit_of_work() as session:
            studio_begin.begin_new(session, subject, name, actor=current_actor(), now=now())
    except (Invalid, Conflict) as refused:
        return _list(kind, name, key, said(refused)), 422
    return redirect(url_for(".edit", kind=kind, key=key))


@bp.post("/<draft_kind:kind>/<key>/begin")
@access(Action.EDIT_DRAFTS)
def begin(kind: DraftKind, key: str) -> ResponseReturnValue:
    """
    Begin a draft from the version in force or from an older one, or go on with what there is.

    A draft that is open is never replaced by an older version.
    """
    permissions.check(current_actor(), Action.EDIT_DRAFTS)
    version = small_number(request.form.get("version", ""))
    with unit_of_work() as session:
        subject = Subject(kind, key)
        is_open = studio.find(session, subject) is not None
        if not is_open:
            subject = studio_begin.leading(session, subject)
            is_open = studio.find(session, subject) is not None
        if not is_open:
            studio_begin.begin(session, subject, actor=current_actor(), now=now(), version=version)
    if is_open and version is not None:
        flash(_("Somebody works on it already. Go on with that draft, or discard it first."))
    return redirect(url_for(".edit", kind=kind, key=subject.key))


@bp.get("/<draft_kind:kind>/<key>")
@access(Action.EDIT_DRAFTS)
def edit(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Show the editor; whoever may only read, and what is proposed, gets the proposal."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        draft = _draft(session, Subject(kind, key))
        if draft.status not in EDITABLE or not permissions.allows(actor, Action.EDIT_DRAFTS):
            return redirect(url_for("studio_proposals.show", kind=kind, key=key))
        if kind is DraftKind.FORM:
            return form_builder.render(session, draft)
        texts = studio.texts(session, draft)
        names = studio_list.people(session, [draft], texts)
        setting = _setting(draft, studio_approval.findings(session, draft))
        setting["known"] = studio_list.referable(session) if kind is DraftKind.PROCESS else {}
        imported = studio_imports.of_draft(session, draft)
    setting["isHeld"] = draft.editor in {None, actor.username}
    # Somebody goes on with an older text, or with one that lies aside.
    chosen = request.args.get("text", "")
    if setting["isHeld"] and chosen in {str(each.id) for each in texts}:
        setting["chosen"] = chosen
    page = {"draft": draft, "texts": texts, "names": names, "setting": setting}
    if kind is DraftKind.PROCESS:
        page["import_id"] = imported.id if imported else None
        return render_template("studio/edit.html", **page)
    headers = {"Content-Security-Policy": WITH_STYLE_ATTRIBUTES}
    return render_template("studio/table.html", **page), headers


@bp.get("/<draft_kind:kind>/<key>/source")
@access(Action.READ_DRAFTS)
def source(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Return the text of a draft, or one of those that were saved or lie aside."""
    permissions.check(current_actor(), Action.READ_DRAFTS)
    wanted = request.args.get("text", "")
    with reading() as session:
        draft = _draft(session, Subject(kind, key))
        found = {str(each.id): each.source for each in studio.texts(session, draft)}
        content = found.get(wanted, draft.source)
    kind_of_text = "application/json" if kind is DraftKind.FORM else "text/xml"
    return Response(content, content_type=f"{kind_of_text}; charset=utf-8")


@bp.post("/<draft_kind:kind>/<key>/save")
@access(Action.EDIT_DRAFTS)
def save(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Save what the editor holds, check it, and answer with what was found."""
    actor = current_actor()
    text = request.form.get("source", "").encode()
    seen = small_number(request.form.get("revision", ""))
    revision = -1 if seen is None else seen
    try:
        with unit_of_work() as session:
            studio.save(
                session, Subject(kind, key), text, revision=revision, actor=actor, now=now()
            )
    except StaleSave as late:
        return jsonify(text=studio_words.late(late)), 409
    except Invalid as refused:
        return jsonify(text=said(refused)), 422
    return jsonify(_checked(Subject(kind, key)))


@bp.post("/<draft_kind:kind>/<key>/take-over")
@access(Action.EDIT_DRAFTS)
def take_over(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Make whoever asks the editor of a draft."""
    with unit_of_work() as session:
        subject = Subject(kind, key)
        studio.take_over(session, subject, actor=current_actor(), now=now())
        revision = studio.held(session, subject).revision
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(revision=revision)
    flash(_("You edit this draft now. Whoever had it before was not finished, so talk to them."))
    return redirect(url_for(".edit", kind=kind, key=key))


@bp.post("/<draft_kind:kind>/<key>/discard")
@access(Action.EDIT_DRAFTS)
def discard(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Throw a draft away."""
    with unit_of_work() as session:
        studio.discard(session, Subject(kind, key), actor=current_actor(), now=now())
    flash(_("The draft is discarded. The version in force is as it was."))
    return redirect(url_for(".index"))


def _draft(session: Any, subject: Subject) -> DefinitionDraft:
    """Return the open draft of something."""
    draft = studio.find(session, subject)
    if draft is None:
        raise NoDraft(subject)
    return draft


def _list(
    kind: DraftKind = DraftKind.PROCESS, name: str = "", key: str = "", problem: str = ""
) -> str:
    """Show the drafts, with what somebody entered for a new one."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        drafts = studio_list.under_way(session)
        published = studio_list.in_force_lately(session)
        names = studio_list.people(session, [*drafts, *published])
    return render_template(
        "studio/index.html",
        drafts=drafts,
        published=published,
        names=names,
        entered={"kind": kind, "name": name, "key": key, "problem": problem},
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
    )


def _checked(subject: Subject) -> dict[str, Any]:
    """Check what was saved; note the outcome where it is another one than before."""
    with reading() as session:
        draft = _draft(session, subject)
        found = studio_approval.findings(session, draft)
    is_clean = not any(finding.is_error for finding in found)
    with unit_of_work() as session:
        draft = studio_approval.note_checked(
            session,
            subject,
            revision=draft.revision,
            is_clean=is_clean,
            actor=current_actor(),
            now=now(),
        )
    return _setting(draft, found)


def _setting(draft: DefinitionDraft, found: list[Finding]) -> dict[str, Any]:
    """Return what the editor needs to know of a draft."""
    saved = _("Saved at %(when)s", when=moment(draft.saved_at)) if draft.saved_at else ""
    shown = [each for each in found if not each.suppressed]
    is_table = draft.kind is DraftKind.DECISION
    places = decision_places.cells(draft.source, shown) if is_table else {}
    return {
        "revision": draft.revision,
        "text": saved,
        "status": str(studio_words.STATUSES[draft.status]),
        "findings": [_shown(each, places.get(each), is_named=not is_table) for each in shown],
    }


def _shown(finding: Finding, cell: Cell | None, *, is_named: bool) -> dict[str, Any]:
    """Return a finding as the editor lists it; those of tables name their place themselves."""
    return {
        "isError": finding.is_error,
        "message": said(finding.message),
        "remedy": said(finding.remedy),
        "element": finding.element_id,
        "name": (finding.element_name or finding.element_id or "") if is_named else "",
        "code": finding.code,
        "help": help_address(finding),
        "cell": asdict(cell) if cell else None,
    }
