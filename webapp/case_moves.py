"""Letting a case go on at another element: choose, see what follows, ask; a second one approves."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import stall_words
from webapp.access import access
from webapp.case_steps import KINDS
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading, settings, unit_of_work
from workflows import case_moves, case_requests, naming
from workflows.desk_tables import MoveRequest
from workflows.engine import definitions, instances
from workflows.engine.foreseen import Foreseen
from workflows.engine.move_command import Move
from workflows.engine.moving import Ground
from workflows.engine.nodes import Node
from workflows.engine.occasion import Occasion
from workflows.errors import Invalid
from workflows.permissions import Action

bp = Blueprint("case_moves", __name__, url_prefix="/cases/<int:case_id>/move")

LONGEST = 400


@bp.get("/")
@access(Action.UNBLOCK)
def show(case_id: int) -> ResponseReturnValue:
    """Show where the case waits and where it could go on, or the move that is asked for."""
    return _page(case_id)


@bp.post("/")
@access(Action.UNBLOCK)
def ask(case_id: int) -> ResponseReturnValue:
    """Show what a move would bring, go back to the choice, or ask for it."""
    step = request.form.get("step")
    if step == "edit":
        return _page(case_id)
    try:
        if step == "save":
            return _ask(case_id)
        with reading() as session:
            grounds = case_moves.look(session, case_id, actor=current_actor(), now=now())
            command = _command(grounds)
            foreseen = case_moves.foresee(session, case_id, command, _occasion())
    except Invalid as refused:
        return _page(case_id, problem=said(refused)), 422
    aim = case_moves.name_of(grounds, command)
    return _page(case_id, foreseen=foreseen, aim=aim)


@bp.post("/approve")
@access(Action.UNBLOCK)
def approve(case_id: int) -> ResponseReturnValue:
    """Approve the move that somebody else asked for."""
    try:
        with unit_of_work() as session:
            case_moves.approve(
                session, case_id, actor=current_actor(), now=now(), calendar=calendar()
            )
    except Invalid as refused:
        return _page(case_id, problem=said(refused)), 422
    flash(_("The case goes on where it was moved."))
    return redirect(url_for("cases.show", case_id=case_id))


@bp.post("/decline")
@access(Action.UNBLOCK)
def decline(case_id: int) -> ResponseReturnValue:
    """Decline the move that is asked for, or take the own request back."""
    with unit_of_work() as session:
        case_moves.decline(session, case_id, actor=current_actor(), now=now())
    flash(_("The case stays where it is."))
    return redirect(url_for("cases.show", case_id=case_id))


def _ask(case_id: int) -> ResponseReturnValue:
    """Ask for the move of the form, or do it where one person is enough."""
    with unit_of_work() as session:
        grounds = case_moves.look(session, case_id, actor=current_actor(), now=now())
        asked = case_moves.ask(
            session,
            case_id,
            _command(grounds),
            four_eyes=settings().four_eyes,
            occasion=_occasion(),
        )
    if asked is None:
        flash(_("The case goes on where it was moved."))
    else:
        flash(_("You have asked to move the case. Somebody else must approve."))
    return redirect(url_for("cases.show", case_id=case_id))


def _page(
    case_id: int, *, problem: str = "", foreseen: Foreseen | None = None, aim: str = ""
) -> str:
    """Return the page on which a case is moved."""
    with reading() as session:
        grounds = case_moves.look(session, case_id, actor=current_actor(), now=now())
        asked = case_requests.request_for(session, MoveRequest, case_id)
        instance = instances.get(session, case_id)
        names = naming.names_of(session, {instance.name, *([asked.asked_by] if asked else ())})
        processes = {each.key: each.name for each in definitions.processes(session)}
    return render_template(
        "cases/move.html",
        instance=instance,
        grounds=grounds,
        asked=asked,
        aim=case_moves.name_of(grounds, case_moves.command_of(asked)) if asked else aim,
        leaves=_leaves(grounds, asked, foreseen),
        is_own=asked is not None and asked.asked_by == current_actor().username,
        names=names,
        processes=processes,
        problem=problem,
        foreseen=foreseen,
        takes_two=settings().four_eyes,
        chosen=request.form.getlist("stop"),
        typed=request.form,
        kind=_kind,
    )


def _leaves(grounds: Sequence[Ground], asked: MoveRequest | None, foreseen: Foreseen | None) -> str:
    """Name what is withdrawn, as far as it is there: what is asked for, or what is chosen."""
    stops = [stop for ground in grounds for stop in ground.stops]
    if asked is not None:
        mine = [one for one in stops if one.token in asked.tokens or one.element_id in asked.joins]
    else:
        chosen = request.form.getlist("stop")
        mine = [one for one in stops if one.key in chosen]
    within = foreseen.withdrawn if foreseen else ()
    return stall_words.listed(dict.fromkeys((*(one.name for one in mine), *within)))


def _command(grounds: Sequence[Ground]) -> Move:
    """Return the command of the form."""
    stops = request.form.getlist("stop")
    reason = request.form.get("reason", "")[:LONGEST]
    return case_moves.command_for(grounds, stops, request.form.get("to", "")[:80], reason)


def _kind(node: Node) -> str:
    """Say what kind of element it is."""
    return next((str(words) for kind, _icon, words in KINDS if isinstance(node, kind)), "")


def _occasion() -> Occasion:
    """Return who acts, and when."""
    return Occasion(current_actor(), now(), calendar())
