"""The page on which a designer changes a form: its items, one item's properties, and a preview."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from rules.findings import Finding
from webapp import form_previews, studio_words
from webapp.catalogues import LANGUAGES
from webapp.form_words import OTHERS
from webapp.languages import current_language, moment
from webapp.texts import gettext as _
from webapp.unit import current_actor
from workflows import form_documents, form_drafts, form_uses, models_in_force, studio, studio_list
from workflows.engine.tables import DefinitionVersion
from workflows.form_changes import FormChanges
from workflows.form_documents import FormItem
from workflows.form_editing import Answer, ItemFacts
from workflows.studio_tables import DefinitionDraft

LONGEST = 4_000


def render(session: Session, draft: DefinitionDraft) -> str:
    """Return the page of a draft of a form."""
    actor = current_actor()
    models = models_in_force.read(session)
    document = form_documents.read(draft.source)
    items = form_documents.items(document)
    texts = studio.texts(session, draft)
    found = [each for each in form_drafts.findings(session, draft, models) if not each.suppressed]
    is_held = draft.editor in {None, actor.username}
    saved = _("Saved at %(when)s", when=moment(draft.saved_at)) if draft.saved_at else ""
    return render_template(
        "studio/form.html",
        draft=draft,
        document=document,
        items=items,
        chosen=_chosen(items),
        findings=found,
        problems=_by_item(found, items),
        texts=texts,
        names=studio_list.people(session, [draft], texts),
        setting={"isHeld": is_held, "text": saved},
        status=studio_words.STATUSES[draft.status],
        steps=form_drafts.steps(session, draft),
        uses=form_uses.find(models, draft.key),
        **_preview(draft),
    )


def read_facts(others: Sequence[str] = tuple(OTHERS)) -> ItemFacts:
    """Read what was typed about an item."""
    return ItemFacts(
        name=_typed("name").strip(),
        label=_typed("label"),
        help=_typed("help"),
        type=_typed("type"),
        is_required="required" in request.form,
        answers=_answers(others),
        least=_typed("least"),
        most=_typed("most"),
        condition=_typed("condition").strip(),
        prefill=_typed("prefill").strip(),
        words={
            code: {"label": _typed(f"label_{code}"), "help": _typed(f"help_{code}")}
            for code in others
        },
    )


def _typed(name: str) -> str:
    """Return what was typed into a field of the page."""
    return request.form.get(name, "")[:LONGEST].replace("\r\n", "\n")


def consequences(
    session: Session, draft: DefinitionDraft, changes: FormChanges
) -> Mapping[str, Any]:
    """Return what a change of a form touches: processes, readers of its data, answers under way."""
    uses = form_uses.find(models_in_force.read(session), draft.key)
    readers = {name: uses.readers[name] for name in changes.removed if name in uses.readers}
    return {
        "uses": uses,
        "readers": readers,
        "answers": form_uses.answers_under_way(session, draft.key),
    }


def preview_of(version: DefinitionVersion) -> Mapping[str, Any]:
    """Return what a page needs to show a version of a form as people see it."""
    return _shown(version.source)


def _preview(draft: DefinitionDraft) -> Mapping[str, Any]:
    """Return what the page needs to show the form as people see it."""
    return _shown(draft.source)


def _shown(source: bytes) -> Mapping[str, Any]:
    """Return a form as people see it, in the language and width that the address says."""
    language = form_previews.language_of(request.args.get("language"), current_language())
    compiled = form_previews.compiled(source)
    form = form_previews.page(compiled, None, language) if compiled else None
    return {
        "preview": form_previews.drawn(form, language) if form else None,
        "preview_title": form.title if form else "",
        "outside": form_previews.outside(compiled) if compiled else [],
        "language": language,
        "is_phone": request.args.get("width") == "phone",
        "languages": LANGUAGES,
    }


def _chosen(items: Sequence[FormItem]) -> FormItem | None:
    """Return the item whose properties are shown; the form itself where none is."""
    wanted = request.args.get("item", "")
    if wanted.isascii() and wanted.isdigit() and int(wanted) < len(items):
        return items[int(wanted)]
    return next((each for each in items if each.id == wanted), None)


def _by_item(found: Sequence[Finding], items: Sequence[FormItem]) -> Mapping[str, list[Finding]]:
    """Return what was found by the id of each item."""
    return {item.id: [each for each in found if each.element_id == item.id] for item in items}


def _answers(others: Sequence[str]) -> list[Answer]:
    """Read the answers that were typed, in their order; each has an input in every language."""
    sent = request.form
    rows = zip(
        sent.getlist("answer_value"),
        sent.getlist("answer_label"),
        *(sent.getlist(f"answer_{code}") for code in others),
        strict=False,
    )
    return [
        Answer(value, label, dict(zip(others, words, strict=True)))
        for value, label, *words in ([text.strip()[:400] for text in row] for row in rows)
    ]
