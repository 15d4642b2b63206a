"""The desk for leavers: what moved where, and what nobody can do."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import unit, wording
from webapp.access import access
from webapp.people_suggestions import username_of
from webapp.texts import ngettext
from workflows import leavers, naming, permissions
from workflows.engine.occasion import Occasion
from workflows.permissions import Action

bp = Blueprint("leavers", __name__, url_prefix="/leavers")

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_LEAVERS)
def show() -> ResponseReturnValue:
    """Show what moved from people who left, and what has no owner."""
    actor = unit.current_actor()
    permissions.check(actor, Action.SEE_LEAVERS)
    with unit.reading() as session:
        page = leavers.moves(session, limit=ON_A_PAGE, cursor=request.args.get("cursor"))
        orphans = leavers.without_owner(session)
        numbers = [move.user_task_id for move in page.items]
        moved = {one.id: one for one in leavers.user_tasks_of(session, numbers)}
        subjects = {one.subject for one in (*moved.values(), *orphans)}
        people = {name for move in page.items for name in (move.username, move.receiver)}
        names = naming.names_of(session, {*people, *subjects, *(one.assignee for one in orphans)})
    return render_template(
        "leavers/show.html",
        page=page,
        moved=moved,
        orphans=orphans,
        names=names,
        group=wording.group,
        may_settle=permissions.allows(actor, Action.SETTLE_LEAVERS),
    )


@bp.post("/")
@access(Action.SETTLE_LEAVERS)
def leave() -> ResponseReturnValue:
    """Say that somebody has left; everything open moves at once."""
    actor = unit.current_actor()
    permissions.check(actor, Action.SETTLE_LEAVERS)
    with unit.unit_of_work() as session:
        username = username_of(session, request.form.get("person", "")[:120])
        occasion = Occasion(actor, unit.now(), unit.calendar())
        moves = leavers.leave(session, username, occasion=occasion)
    flash(ngettext("%(num)d task moved.", "%(num)d tasks moved.", len(moves)))
    return redirect(url_for(".show"))
