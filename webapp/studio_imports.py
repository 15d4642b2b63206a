"""Models of other tools: handed in, looked at with a report, and made a draft."""

from collections import Counter
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from rules.findings import Finding
from webapp import import_words
from webapp.access import access
from webapp.query_text import choice, small_number
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import naming, permissions, studio_imports
from workflows.engine.foreign.report import Row, Severity
from workflows.errors import Conflict, Invalid
from workflows.paging import Page, page_of
from workflows.permissions import Action
from workflows.studio_import_tables import ForeignFile
from workflows.studio_imports import Report
from workflows.studio_states import EDITABLE

bp = Blueprint("studio_imports", __name__, url_prefix="/studio/imports")
bp.app_context_processor(import_words.vocabulary)

ON_A_PAGE = 50
FILES_ON_A_PAGE = 20
_ORDER = (Severity.MEND, Severity.TRANSLATED, Severity.KEPT)


@bp.get("/")
@access(Action.READ_DRAFTS)
def index() -> ResponseReturnValue:
    """Show where a file is handed in, and those that were."""
    return _list("")


@bp.post("/")
@access(Action.EDIT_DRAFTS)
def hand_in() -> ResponseReturnValue:
    """Keep a file and show the report about it."""
    sent = request.files.get("file")
    actor = current_actor()
    permissions.check(actor, Action.EDIT_DRAFTS)
    if sent is None or not sent.filename:
        return _list(_("Choose a file")), 422
    try:
        with unit_of_work() as session:
            found = studio_imports.hand_in(
                session, sent.filename, sent.stream.read(), actor=actor, now=now()
            )
            number = found.id
    except Invalid as refused:
        return _list(said(refused)), 422
    return redirect(url_for(".show", file_id=number))


@bp.get("/<int:file_id>")
@access(Action.READ_DRAFTS)
def show(file_id: int) -> ResponseReturnValue:
    """Show what became of each thing in a file, and what is to be done."""
    return _page(file_id)


@bp.get("/<int:file_id>/file")
@access(Action.READ_DRAFTS)
def source(file_id: int) -> ResponseReturnValue:
    """Return a file as it was handed in, to be kept; it is never shown in the browser."""
    permissions.check(current_actor(), Action.READ_DRAFTS)
    with reading() as session:
        found = studio_imports.find(session, file_id)
        answer = Response(found.source, content_type="application/octet-stream")
        answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    return answer


@bp.post("/<int:file_id>/begin")
@access(Action.EDIT_DRAFTS)
def begin(file_id: int) -> ResponseReturnValue:
    """Begin a draft from a file."""
    key = request.form.get("key", "").strip()
    process_id = request.form.get("process", "")
    try:
        with unit_of_work() as session:
            studio_imports.begin(
                session, file_id, process_id=process_id, key=key, actor=current_actor(), now=now()
            )
    except (Invalid, Conflict) as refused:
        return _page(file_id, process_id=process_id, key=key, problem=said(refused)), 422
    flash(_("The draft is begun. What is to be mended stands below; each line leads there."))
    return redirect(url_for(".show", file_id=file_id))


@bp.post("/<int:file_id>/take-out")
@access(Action.EDIT_DRAFTS)
def take_out(file_id: int) -> ResponseReturnValue:
    """Take out of the draft what another tool wrote at one element."""
    seen = small_number(request.form.get("revision", ""))
    with unit_of_work() as session:
        found = studio_imports.find(session, file_id)
        studio_imports.take_out(
            session,
            found.process_key or "",
            element_id=request.form.get("element", ""),
            name=request.form.get("name", ""),
            revision=-1 if seen is None else seen,
            actor=current_actor(),
            now=now(),
        )
    flash(_("Taken out of the draft. It is still in the file that was handed in."))
    return redirect(url_for(".show", file_id=file_id, severity=Severity.MEND))


def _list(problem: str) -> str:
    """Show the files that were handed in, and what is wrong with a new one."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        page = studio_imports.handed_in(
            session, limit=FILES_ON_A_PAGE, cursor=request.args.get("cursor")
        )
        names = naming.names_of(session, {each.handed_in_by for each in page.items})
    return render_template(
        "studio/imports.html",
        page=page,
        names=names,
        problem=problem,
        may_edit=permissions.allows(actor, Action.EDIT_DRAFTS),
    )


def _page(file_id: int, *, process_id: str = "", key: str = "", problem: str = "") -> str:
    """Show the report about a file, with what somebody entered that needs mending."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DRAFTS)
    with reading() as session:
        found = studio_imports.find(session, file_id)
        page = _facts(session, found, process_id or request.args.get("process", ""))
        page["names"] = naming.names_of(session, {found.handed_in_by})
    edits = permissions.allows(actor, Action.EDIT_DRAFTS)
    draft = page["draft"]
    may_change = edits and draft is not None and draft.status in EDITABLE
    return render_template(
        "studio/import.html",
        found=found,
        entered=key or page["imported"].key,
        problem=problem,
        may_edit=edits,
        may_take_out=may_change and draft.editor in {None, actor.username},
        **page,
    )


def _facts(session: Session, found: ForeignFile, process_id: str) -> dict[str, Any]:
    """Return what the page of a report shows."""
    known = {each.id for each in studio_imports.look(found).candidates}
    imported = studio_imports.look(found, process_id if process_id in known else None)
    draft = studio_imports.open_draft_of(session, found)
    is_over = found.draft_id is not None and draft is None
    report = studio_imports.report(session, imported, draft)
    if is_over:
        told = [row for row in report.rows if row.severity is not Severity.MEND]
        report = Report(told, [])
    counts = Counter(row.severity for row in report.rows)
    counts[Severity.MEND] += len(report.findings)
    wanted = choice(Severity, "severity")
    return {
        "imported": imported,
        "draft": draft,
        "is_over": is_over,
        "counts": counts,
        "wanted": wanted,
        "lines": _lines(report, wanted),
    }


def _lines(report: Report, wanted: Severity | None) -> Page[tuple[int, Row | Finding]]:
    """Return one page of the report: what is to be mended first."""
    ordered: list[Row | Finding] = []
    for severity in _ORDER:
        if wanted in (None, severity):
            ordered += report.findings if severity is Severity.MEND else []
            ordered += [row for row in report.rows if row.severity is severity]
    numbered = list(enumerate(ordered))
    cursor = request.args.get("cursor")
    return page_of(numbered, lambda one: (one[0],), int, limit=ON_A_PAGE, cursor=cursor)
