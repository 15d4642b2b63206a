"""The forms in force, their versions, and what changed between two of them."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import form_builder
from webapp.access import access
from webapp.query_text import version_number
from webapp.unit import current_actor, reading
from workflows import (
    definition_versions,
    form_changes,
    form_list,
    form_uses,
    models_in_force,
    permissions,
    studio_list,
)
from workflows.engine import definitions
from workflows.permissions import Action
from workflows.studio_states import DraftKind, Subject

bp = Blueprint("form_documents", __name__, url_prefix="/forms")


@bp.get("/")
@access(Action.READ_DEFINITIONS)
def index() -> ResponseReturnValue:
    """Show every form in force, and who asks it."""
    with reading() as session:
        lines = form_list.in_force(session)
    return render_template("form_documents/index.html", lines=lines)


@bp.get("/<key>")
@access(Action.READ_DEFINITIONS)
def show(key: str) -> ResponseReturnValue:
    """Show a form as people see it, its versions, and what a chosen two differ in."""
    with reading() as session:
        version = definitions.latest(session, DraftKind.FORM, key)
        subject = Subject(DraftKind.FORM, key)
        versions = definition_versions.newest_first(session, subject)
        comments = studio_list.comments(session, subject)
        page = {
            "version": version,
            "versions": versions,
            "comments": comments,
            "names": studio_list.people(session, [*comments.values()]),
            "uses": form_uses.find(models_in_force.read(session), key),
            "compared": None,
            **form_builder.preview_of(version),
        }
        if request.args.get("from"):
            older, newer = (
                definition_versions.numbered(session, subject, version_number(name))
                for name in ("from", "to")
            )
            changes = form_changes.compare(older.source, newer.source)
            page |= {"compared": (older, newer), "changes": changes}
    may_edit = permissions.allows(current_actor(), Action.EDIT_DRAFTS)
    return render_template("form_documents/show.html", may_edit=may_edit, **page)


@bp.get("/<key>/source")
@access(Action.READ_DEFINITIONS)
def source(key: str) -> ResponseReturnValue:
    """Hand out the document of a version, by default of the one in force."""
    with reading() as session:
        number = (
            version_number("version") or definitions.latest(session, DraftKind.FORM, key).version
        )
        version = definition_versions.numbered(session, Subject(DraftKind.FORM, key), number)
    name = f'attachment; filename="{key}-{number}.form.json"'
    return Response(
        version.source,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": name},
    )
