"""Archives in the studio: handed out, handed in with a report, and made drafts."""

from collections import Counter
from collections.abc import Mapping

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.access import access
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import naming, permissions, studio_archives
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action
from workflows.studio_archive_report import BECOMES_DRAFT, Standing, look

bp = Blueprint("studio_archives", __name__, url_prefix="/studio/archives")

ON_A_PAGE = 20
STANDINGS: Mapping[Standing, LazyString] = {
    Standing.NEW: _l("New here"),
    Standing.CHANGED: _l("Another text than here"),
    Standing.CONFLICT: _l("Somebody works on it"),
    Standing.REFUSED: _l("Refused"),
    Standing.SAME: _l("The same as here"),
}
TONES: Mapping[Standing, str] = {
    Standing.NEW: "green",
    Standing.CHANGED: "blue",
    Standing.CONFLICT: "amber",
    Standing.REFUSED: "red",
    Standing.SAME: "grey",
}


@bp.get("/")
@access(Action.READ_DRAFTS)
def index() -> ResponseReturnValue:
    """Show how archives are handed out and in, and those that were."""
    return _list("")


@bp.get("/export")
@access(Action.READ_DRAFTS)
def export() -> ResponseReturnValue:
    """Hand out everything that is in force, or one process with all that it needs."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    key = request.args.get("process") or None
    with reading() as session:
        content = studio_archives.export(session, key, actor=actor)
    answer = Response(content, content_type="application/zip")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{key or 'everything'}.zip")
    return answer


@bp.post("/")
@access(Action.EDIT_DRAFTS)
def hand_in() -> ResponseReturnValue:
    """Keep an archive and show the report about it."""
    actor = current_actor()
    permissions.check(actor, Action.EDIT_DRAFTS)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _list(_("Choose a file")), 422
    try:
        with unit_of_work() as session:
            found = studio_archives.hand_in(
                session, sent.filename, sent.stream.read(), actor=actor, now=now()
            )
            number = found.id
    except Invalid as refused:
        return _list(said(refused)), 422
    return redirect(url_for(".show", archive_id=number))


@bp.get("/<int:archive_id>")
@access(Action.READ_DRAFTS)
def show(archive_id: int) -> ResponseReturnValue:
    """Show what would become of each file of an archive."""
    return _page(archive_id, "")


@bp.post("/<int:archive_id>/drafts")
@access(Action.EDIT_DRAFTS)
def bring_in(archive_id: int) -> ResponseReturnValue:
    """Begin drafts of the files that were chosen."""
    actor = current_actor()
    permissions.check(actor, Action.EDIT_DRAFTS)
    chosen = frozenset(request.form.getlist("path"))
    try:
        with unit_of_work() as session:
            found = studio_archives.find(session, archive_id)
            drafts = studio_archives.bring_in(
                session, found.content, chosen, actor=actor, now=now()
            )
            number = len(drafts)
    except (Invalid, Conflict) as refused:
        return _page(archive_id, said(refused)), 422
    flash(
        ngettext(
            "One draft is begun. It comes into force when a second person agreed.",
            "%(num)d drafts are begun. They come into force when a second person agreed.",
            number,
        )
    )
    return redirect(url_for(".show", archive_id=archive_id))


def _list(problem: str) -> str:
    """Show the archives that were handed in, and what is wrong with a new one."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        page = studio_archives.handed_in(
            session, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        names = naming.names_of(session, {each.handed_in_by for each in page.items})
    return render_template(
        "studio/archives.html",
        page=page,
        names=names,
        problem=problem,
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
    )


def _page(archive_id: int, problem: str) -> str:
    """Show the report about an archive, with what was wrong with a choice."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        found = studio_archives.find(session, archive_id)
        lines = look(session, found.content)
        editors = {each.draft.editor for each in lines if each.draft and each.draft.editor}
        names = naming.names_of(session, {found.handed_in_by, *editors})
    order = list(STANDINGS)
    return render_template(
        "studio/archive.html",
        found=found,
        lines=sorted(lines, key=lambda line: order.index(line.standing)),
        counts=Counter(line.standing for line in lines),
        names=names,
        problem=problem,
        standings=STANDINGS,
        tones=TONES,
        becomes_draft=BECOMES_DRAFT,
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
    )
