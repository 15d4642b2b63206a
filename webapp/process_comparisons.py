"""Two versions of a process beside each other: what differs, in words and in both pictures."""

import json

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp import studio_words
from webapp.access import access
from webapp.query_text import version_number
from webapp.texts import gettext as _
from webapp.unit import reading
from workflows import definition_versions, studio_list
from workflows.engine import definitions, model_changes
from workflows.engine.model_changes import ModelChanges
from workflows.permissions import Action
from workflows.studio_states import DraftKind, Subject

bp = Blueprint("process_comparisons", __name__, url_prefix="/processes/<key>/compare")


@bp.get("")
@access(Action.READ_DEFINITIONS)
def show(key: str) -> ResponseReturnValue:
    """Show what differs between two versions; by default the newest and the one before."""
    with reading() as session:
        in_force = definitions.latest(session, "process", key)
        subject = Subject(DraftKind.PROCESS, key)
        numbers = [each.version for each in definition_versions.newest_first(session, subject)]
        newer = version_number("to") or in_force.version
        older = version_number("from") or max(
            (each for each in numbers if each < newer), default=newer
        )
        before, after = (
            definition_versions.numbered(session, subject, one) for one in (older, newer)
        )
        changes = model_changes.compare(before.source, after.source)
        comments = studio_list.comments(session, subject)
    return render_template(
        "definitions/compare.html",
        process=in_force,
        numbers=numbers,
        before=before,
        after=after,
        changes=changes,
        comment=comments.get(after.id),
    )


@bp.app_template_filter("comparison_marks")
def comparison_marks(changes: ModelChanges) -> str:
    """Return the ids of the elements to mark in the pictures, by what happened to them."""
    marks: dict[str, list[str]] = {}
    for each in (*changes.elements, *changes.moved):
        marks.setdefault(each.kind, []).append(each.element_id)
    return json.dumps(marks)


@bp.app_template_global("comparison_words")
def comparison_words(before: str, after: str) -> str:
    """Return the words of the pictures; the two names say which versions they show."""
    words = {kind: str(word) for kind, word in studio_words.CHANGES.items()}
    shown = {
        "before": _("marked in the picture “%(name)s”", name=before),
        "after": _("marked in the picture “%(name)s”", name=after),
    }
    return json.dumps(words | shown)
