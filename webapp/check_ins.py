"""The check-ins: which are due, which were held or missed, and what was said in them."""

from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from webapp.access import access
from webapp.query_text import choice
from webapp.unit import current_actor, now, reading
from workflows import check_in_list, naming, permissions
from workflows.check_in_tables import CheckInKind, CheckInState
from workflows.permissions import Action

bp = Blueprint("check_ins", __name__, url_prefix="/check-ins")

ON_A_PAGE = 30
A_YEAR = timedelta(days=365)
KINDS = {
    CheckInKind.MENTOR: _l("Mentor"),
    CheckInKind.MANAGER: _l("Line manager"),
    CheckInKind.HEAD: _l("Accountable head"),
}
STATES = {
    CheckInState.OPEN: _l("Due now"),
    CheckInState.HELD: _l("Held"),
    CheckInState.MISSED: _l("Missed"),
    CheckInState.REFUSED: _l("Not wanted by the member"),
    CheckInState.CLOSED: _l("Closed at the exit"),
}
STATE_TONES = {
    CheckInState.OPEN: "blue",
    CheckInState.HELD: "green",
    CheckInState.MISSED: "red",
    CheckInState.REFUSED: "amber",
    CheckInState.CLOSED: "grey",
}
OUTCOMES = {
    "nothing": _l("Nothing follows"),
    "obstacle": _l("An obstacle is to be removed"),
    "care": _l("HR offers support"),
    "plan": _l("The training plan should change"),
    "sign": _l("A possible sign was named"),
}
ACTIONS = {
    "obstacle": _l("Remove an obstacle"),
    "care": _l("Offer support"),
    "follow_up": _l("See to it that somebody checks in"),
}
ACTION_STATES = {"open": _l("Under way"), "done": _l("Done"), "not_done": _l("Not done")}


@bp.app_context_processor
def _words() -> dict[str, object]:
    """Give templates the words for check-ins."""
    return {"CHECK_IN_KINDS": KINDS, "CHECK_IN_STATES": STATES, "CHECK_IN_TONES": STATE_TONES}


@bp.get("/")
@access(Action.SEE_MENTORING)
def index() -> ResponseReturnValue:
    """Show the check-ins of which the reader knows, and how many were held in a year."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MENTORING)
    kind, state = choice(CheckInKind, "kind"), choice(CheckInState, "state")
    with reading() as session:
        found = check_in_list.find(
            session,
            actor,
            kind=kind,
            state=state,
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        coverage = check_in_list.coverage(session, actor, since=(now() - A_YEAR).date())
        names = naming.names_of(session, [row.responsible for row, _member in found.items])
    return render_template(
        "check_ins/index.html", found=found, coverage=coverage, names=names, kind=kind, state=state
    )


@bp.get("/export")
@access(Action.SEE_MENTORING)
def export() -> ResponseReturnValue:
    """Send the check-ins as a file for a spreadsheet, without anything that was said."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_MENTORING)
    with reading() as session:
        content = check_in_list.export(session, actor)
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=check-ins.csv"},
    )


@bp.get("/<int:check_in_id>")
@access(Action.READ_CHECK_IN)
def show(check_in_id: int) -> ResponseReturnValue:
    """Show one check-in to those whom it concerns; the talk about life to fewer still."""
    actor = current_actor()
    with reading() as session:
        told = check_in_list.told(session, check_in_id)
        permissions.check(actor, Action.READ_CHECK_IN, told.facts)
        note = None
        if permissions.allows(actor, Action.READ_WELLBEING, told.facts):
            note = check_in_list.wellbeing(session, told.check_in, today=now().date())
        done = check_in_list.actions(session, told.check_in)
        named = [told.check_in.held_by, told.check_in.responsible, *(each.owner for each in done)]
        names = naming.names_of(session, named)
    return render_template(
        "check_ins/show.html",
        told=told,
        note=note,
        done=done,
        names=names,
        outcomes=OUTCOMES,
        action_kinds=ACTIONS,
        action_states=ACTION_STATES,
    )
