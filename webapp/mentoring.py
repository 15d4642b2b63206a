"""The mentor board: who mentors whom, how much that is, and who has nobody."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from webapp.access import access
from webapp.query_text import choice
from webapp.unit import current_actor, reading
from workflows import mentoring_list, permissions
from workflows.mentoring_list import BoardState
from workflows.mentoring_tables import PairingKind
from workflows.permissions import Action

bp = Blueprint("mentoring", __name__, url_prefix="/mentoring")

ON_A_PAGE = 30
STATES = {
    BoardState.WITHOUT: _l("Without a mentor"),
    BoardState.INTERIM: _l("With somebody who stands in"),
    BoardState.MISSED: _l("With missed contacts"),
}
KINDS = {
    PairingKind.MENTOR: _l("Mentor"),
    PairingKind.INTERIM: _l("Stands in"),
    PairingKind.HELPER: _l("Helper"),
}


@bp.get("/")
@access(Action.SEE_MENTORING)
def index() -> ResponseReturnValue:
    """Show the members whose mentoring the reader sees, those without a mentor first."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MENTORING)
    text, state = request.args.get("q", "").strip()[:100], choice(BoardState, "state")
    with reading() as session:
        board = mentoring_list.find(
            session,
            actor,
            text=text,
            state=state,
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        counts = mentoring_list.counts(session, actor)
    return render_template(
        "mentoring/index.html",
        board=board,
        counts=counts,
        text=text,
        state=state,
        board_states=STATES,
        pairing_kinds=KINDS,
    )


@bp.get("/export")
@access(Action.SEE_MENTORING)
def export() -> ResponseReturnValue:
    """Send the board as a file for a spreadsheet."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MENTORING)
    with reading() as session:
        content = mentoring_list.export(session, actor)
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=mentoring.csv"},
    )
