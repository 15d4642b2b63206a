"""The exits: who left a pool or may leave it, why, and what was decided."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import exit_wording, figures
from webapp.access import access
from webapp.pools import ON_A_PAGE
from webapp.query_text import choice
from webapp.unit import current_actor, reading
from workflows import exit_list, exit_records, naming, permissions, units
from workflows.exit_list import ExitFilter
from workflows.exit_records import UnknownExit
from workflows.exit_tables import ExitState
from workflows.permissions import Action, ExitFacts

bp = Blueprint("exits", __name__, url_prefix="/exits")
bp.app_context_processor(exit_wording.vocabulary)


@bp.get("/")
@access(Action.READ_EXIT)
def index() -> ResponseReturnValue:
    """Show the exits that the reader may read; a member sees the own ones."""
    actor, wanted = current_actor(), _filter()
    with reading() as session:
        exits = exit_list.find(
            session, actor, wanted, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        # Whoever only reads about the own exit needs no picture of it.
        can_export = permissions.allows(actor, Action.SEE_EXITS)
        counts = exit_list.reasons(session, actor, pool=wanted.pool) if can_export else {}
    return render_template(
        "exits/index.html",
        exits=exits,
        wanted=wanted,
        can_export=can_export,
        chart=figures.reasons(counts, pool=wanted.pool) if counts else None,
    )


@bp.get("/exits.csv")
@access(Action.SEE_EXITS)
def export() -> ResponseReturnValue:
    """Download the exits of the list as a file."""
    actor, wanted = current_actor(), _filter()
    permissions.check(actor, Action.SEE_EXITS)
    with reading() as session:
        content = exit_list.as_file(session, actor, wanted)
    headers = {"Content-Disposition": "attachment; filename=exits.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


@bp.get("/<int:exit_id>")
@access(Action.READ_EXIT)
def show(exit_id: int) -> ResponseReturnValue:
    """
    Show one exit with everything that was said and decided.

    Raises:
        UnknownExit: There is none, or it is not for the reader.

    """
    actor = current_actor()
    with reading() as session:
        case = exit_records.fetch(session, exit_id)
        person = case.member.person
        heads = frozenset([*units.superiors(session, person), case.member.accountable_head or ""])
        if not permissions.allows(actor, Action.READ_EXIT, ExitFacts(person.username, heads)):
            raise UnknownExit
        is_own = actor.username == person.username
        proposals = exit_records.proposals(session, case)
        named = [case.decided_by, *(each.proposed_by for each in proposals)]
        page = {
            "exit": case,
            "is_own": is_own,
            "proposals": proposals,
            "steps": exit_list.open_steps(
                session, case.instance_id, person.username if is_own else None
            ),
            "handover": [] if is_own else exit_list.handover(session, case),
            "names": naming.names_of(session, named),
        }
    return render_template("exits/show.html", **page)


def _filter() -> ExitFilter:
    """Read the filter from the address."""
    reason = request.args.get("reason", "")
    return ExitFilter(
        text=request.args.get("q", "").strip()[:100],
        state=choice(ExitState, "state"),
        reason=reason if reason in exit_wording.EXIT_REASONS else "",
        pool=request.args.get("pool", "")[:40],
    )
