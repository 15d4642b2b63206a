"""Care and correction: the tracker of open cases, and the file of each."""

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import correction_words, wording
from webapp.access import access
from webapp.query_text import choice
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import (
    case_facts,
    correction_export,
    correction_file,
    correction_list,
    naming,
    permissions,
)
from workflows.correction_list import CorrectionFilter, CorrectionLine
from workflows.correction_states import CaseState, Level
from workflows.permissions import Action

bp = Blueprint("corrections", __name__, url_prefix="/corrections")
bp.app_context_processor(correction_words.vocabulary)

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_CORRECTIONS)
def index() -> ResponseReturnValue:
    """Show the cases that the reader may see, overdue ones first."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_CORRECTIONS)
    wanted = _read_filter()
    with reading() as session:
        page = correction_list.find(
            session,
            actor,
            wanted,
            now=now(),
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        counts = correction_list.counts_by_level(session, actor)
        names = naming.names_of(session, _usernames(page.items))
    return render_template(
        "corrections/index.html",
        page=page,
        counts=counts,
        wanted=wanted,
        names=names,
        group_name=wording.group,
        may_export=permissions.allows(actor, Action.EXPORT_CORRECTIONS),
    )


@bp.get("/export")
@access(Action.EXPORT_CORRECTIONS)
def export() -> ResponseReturnValue:
    """Send the list as a file; that it was taken is written down."""
    actor = current_actor()
    with unit_of_work() as session:
        text = correction_export.export(session, actor, _read_filter(), now=now())
    return Response(
        text,
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="corrections.csv"'},
    )


@bp.get("/<int:case_id>")
@access(Action.READ_CORRECTION)
def show(case_id: int) -> ResponseReturnValue:
    """Show the file of one case as far as the reader may see it."""
    actor = current_actor()
    with reading() as session:
        found = correction_file.read(session, actor, case_id)
        names = naming.names_of(session, found.people())
        facts = case_facts.load(session, found.case.instance_id, now=now())
    return render_template(
        "corrections/show.html",
        file=found,
        case=found.case,
        names=names,
        may_read_case=permissions.allows(actor, Action.READ_CASE, facts),
    )


def _read_filter() -> CorrectionFilter:
    """Read the filter from the address; what is unknown is left out."""
    return CorrectionFilter(
        text=request.args.get("q", "").strip()[:100],
        level=choice(Level, "level"),
        state=choice(CaseState, "state") or CaseState.OPEN,
        overdue=request.args.get("overdue") == "1",
    )


def _usernames(lines: Sequence[CorrectionLine]) -> set[str]:
    """Return everybody whom the list may name."""
    return {name for line in lines for waiting in line.waits for name in waiting.who}
