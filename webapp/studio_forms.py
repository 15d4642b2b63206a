"""What a designer does with a form in the studio: change it step by step, and try it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import form_builder, form_previews, form_words, studio_words
from webapp.access import access
from webapp.catalogues import LANGUAGES
from webapp.languages import current_language
from webapp.query_text import small_number
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import form_documents, form_drafts, form_editing, permissions, studio
from workflows.errors import Conflict, Invalid
from workflows.form_documents import Document
from workflows.form_editing import ItemFacts
from workflows.permissions import Action
from workflows.studio_refusals import NoDraft, StaleSave
from workflows.studio_states import DraftKind, Subject
from workflows.studio_tables import DefinitionDraft

bp = Blueprint("studio_forms", __name__, url_prefix="/studio/forms/<key>")

Outcome = tuple[int | None, str]  # the item that is chosen afterwards, and what is said of it


@bp.post("/change")
@access(Action.EDIT_DRAFTS)
def change(key: str) -> ResponseReturnValue:
    """Make one step: add, copy, remove, move or change an item, or take the last step back."""
    permissions.check(current_actor(), Action.EDIT_DRAFTS)
    place = small_number(request.form.get("item", ""))
    action, _colon, rest = request.form.get("do", "properties").partition(":")
    place, told = _tried(lambda: _step(Subject(DraftKind.FORM, key), action, rest, place), place)
    if told:
        flash(told)
    return redirect(_address(key, place))


@bp.post("/bring-back/<int:text_id>")
@access(Action.EDIT_DRAFTS)
def bring_back(key: str, text_id: int) -> ResponseReturnValue:
    """Go on with a text that was saved before, or that lies aside."""
    permissions.check(current_actor(), Action.EDIT_DRAFTS)

    def step() -> Outcome:
        with unit_of_work() as session:
            subject = Subject(DraftKind.FORM, key)
            draft = studio.held(session, subject)
            texts = {each.id: each.source for each in studio.texts(session, draft)}
            source = texts.get(text_id, draft.source)
            form_drafts.bring_back(session, subject, source, actor=current_actor(), now=now())
        return None, _("You go on with this text now. Undo leads back.")

    _place, told = _tried(step, None)
    flash(told)
    return redirect(_address(key, None))


@bp.post("/conditions")
@access(Action.READ_DRAFTS)
def conditions(key: str) -> ResponseReturnValue:
    """Say which parts of the form do not apply to what is tried."""
    permissions.check(current_actor(), Action.READ_DRAFTS)
    document = form_previews.compiled(_draft(key).source)
    if document is None:
        return jsonify(hidden=[])
    return jsonify(
        hidden=form_previews.hidden(document, form_previews.tried(document, request.form))
    )


@bp.route("/preview", methods=["GET", "POST"])
@access(Action.READ_DRAFTS)
def preview(key: str) -> ResponseReturnValue:
    """Show the form alone, as people see it, and what they are told about what was tried."""
    permissions.check(current_actor(), Action.READ_DRAFTS)
    draft = _draft(key)
    language = form_previews.language_of(request.values.get("language"), current_language())
    document = form_previews.compiled(draft.source)
    found = form = None
    if document is not None:
        is_tried = request.method == "POST"
        found = form_previews.tried(document, request.form) if is_tried else None
        form = form_previews.page(document, found, language)
    return render_template(
        "studio/form_preview.html",
        draft=draft,
        form=form,
        preview=form_previews.drawn(form, language) if form else None,
        outside=form_previews.outside(document) if document else [],
        sent=request.form,
        is_tried=found is not None,
        language=language,
        languages=LANGUAGES,
    )


def _tried(step: Callable[[], Outcome], place: int | None) -> Outcome:
    """Make a step; what is refused is said, and the page shows what there is."""
    try:
        return step()
    except StaleSave as late:
        flash(studio_words.late(late), "error")
    except (Invalid, Conflict) as refused:
        flash(said(refused), "error")
    return place, ""


def _step(subject: Subject, action: str, rest: str, place: int | None) -> Outcome:
    """Make a step of a draft."""
    with unit_of_work() as session:
        revision = small_number(request.form.get("revision", "")) or 0
        facts: dict[str, Any] = {"revision": revision, "actor": current_actor(), "now": now()}
        if action in ("undo", "redo"):
            walk = form_drafts.undo if action == "undo" else form_drafts.redo
            walk(session, subject, **facts)
            return place, _("Undone.") if action == "undo" else _("Done again.")
        outcome: list[Outcome] = [(place, "")]

        def edit(document: Document) -> None:
            outcome[0] = _edit(document, action, rest, place)

        touched = f"{place}" if action == "properties" else ""
        form_drafts.change(session, subject, edit, touched=touched, **facts)
        return outcome[0]


def _edit(document: Document, action: str, rest: str, place: int | None) -> Outcome:
    """Change a document by one step; return the item that is chosen then, and what is said."""
    first, _colon, second = rest.partition(":")
    at, to = small_number(first), small_number(second)
    if action == "add":
        after = len(document["ui"]) if place is None else place
        place = form_editing.add(document, request.form.get("what", ""), after)
        return place, _("Added at place %(number)d.", number=place + 1)
    if action in ("up", "down", "move", "copy", "remove"):
        return _rearranged(document, action, -1 if at is None else at, to)
    if place is None:
        titles = {code: request.form.get(f"title_{code}", "") for code in form_words.OTHERS}
        form_editing.change_title(document, request.form.get("title", ""), titles)
        return None, ""
    facts = form_builder.read_facts()
    if action.startswith("answer"):
        facts = _with_answers(facts, action, at)
    form_editing.change(document, place, facts)
    return place, ""


def _rearranged(document: Document, action: str, at: int, to: int | None) -> Outcome:
    """Move, copy or remove an item."""
    if not 0 <= at < len(document["ui"]):
        raise form_drafts.StepMovedOn
    name = form_words.called(form_documents.item(document, at))
    if action == "copy":
        return form_editing.copy(document, at), _("“%(name)s” is copied.", name=name)
    if action == "remove":
        place = form_editing.remove(document, at)
        said = _("“%(name)s” is removed. Undo brings it back.", name=name)
        return (place if place >= 0 else None), said
    wanted = {"up": at - 1, "down": at + 1}.get(action, at if to is None else to)
    place = form_editing.move(document, at, wanted)
    return place, _("“%(name)s” stands at place %(number)d now.", name=name, number=place + 1)


def _with_answers(facts: ItemFacts, action: str, at: int | None) -> ItemFacts:
    """Return what was typed with one answer more, less, or at another place."""
    answers = list(facts.answers)
    if action == "answer-add":
        taken = {each.value for each in answers}
        free = (f"answer_{number}" for number in range(1, len(answers) + 2))
        answers.append(form_editing.Answer(next(each for each in free if each not in taken), ""))
    elif at is not None and at < len(answers):
        moved = answers.pop(at)
        if action != "answer-remove":
            answers.insert(max(at - 1, 0) if action == "answer-up" else at + 1, moved)
    return replace(facts, answers=answers)


def _draft(key: str) -> DefinitionDraft:
    """Return the open draft of a form."""
    subject = Subject(DraftKind.FORM, key)
    with reading() as session:
        draft = studio.find(session, subject)
    if draft is None:
        raise NoDraft(subject)
    return draft


def _address(key: str, place: int | None) -> str:
    """Return the address of the editor with an item chosen, in the preview that was open."""
    kept = {name: request.args.get(name) for name in ("language", "width")}
    values: dict[str, Any] = {"kind": DraftKind.FORM, "key": key, "item": place, **kept}
    return url_for("studio.edit", **values)
