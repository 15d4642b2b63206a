"""The files of decisions in force, their versions, and what changed between two of them."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.query_text import version_number
from webapp.unit import current_actor, reading
from workflows import (
    decision_changes,
    decision_files,
    definition_versions,
    permissions,
    studio_list,
)
from workflows.permissions import Action
from workflows.studio_states import DraftKind, Subject

bp = Blueprint("decision_files", __name__, url_prefix="/decisions")


@bp.get("/")
@access(Action.READ_DEFINITIONS)
def index() -> ResponseReturnValue:
    """Show every file of decisions in force."""
    with reading() as session:
        files = decision_files.in_force(session)
    return render_template("decisions/index.html", files=files)


@bp.get("/<key>")
@access(Action.READ_DEFINITIONS)
def show(key: str) -> ResponseReturnValue:
    """Show the file of a decision: what is in it, its versions, and what a chosen two differ in."""
    actor = current_actor()
    with reading() as session:
        file = decision_files.of_decision(session, key)
        subject = Subject(DraftKind.DECISION, file.key)
        versions = definition_versions.newest_first(session, subject)
        comments = studio_list.comments(session, subject)
        drafts = [*comments.values()]
        page = {
            "file": file,
            "versions": versions,
            "comments": comments,
            "names": studio_list.people(session, drafts),
            "told": decision_files.contents(session, file),
            "compared": None,
        }
        if request.args.get("from"):
            older, newer = (
                definition_versions.numbered(session, subject, version_number(name))
                for name in ("from", "to")
            )
            changes = decision_changes.compare(older.source, newer.source, newer.file_name)
            page |= {"compared": (older, newer), "changes": changes}
    may_edit = permissions.allows(actor, Action.EDIT_DRAFTS)
    return render_template("decisions/show.html", may_edit=may_edit, **page)


@bp.get("/<key>/source")
@access(Action.READ_DEFINITIONS)
def source(key: str) -> ResponseReturnValue:
    """Hand out the file of a version, by default of the one in force."""
    with reading() as session:
        file = decision_files.of_decision(session, key)
        number = version_number("version") or file.lead.version
        subject = Subject(DraftKind.DECISION, file.key)
        version = definition_versions.numbered(session, subject, number)
    name = f'attachment; filename="{file.key}-{number}.dmn"'
    return Response(
        version.source,
        content_type="text/xml; charset=utf-8",
        headers={"Content-Disposition": name},
    )
