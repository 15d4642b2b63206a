"""The appeals: what members contest, how far it is, and what became of it."""

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp import exit_wording
from webapp.access import access
from webapp.pools import ON_A_PAGE
from webapp.query_text import choice
from webapp.unit import current_actor, reading
from workflows import appeal_list, appeal_records, exit_list, permissions, units
from workflows.appeal_list import AppealFilter
from workflows.appeal_records import UnknownAppeal
from workflows.appeal_tables import AppealOutcome, AppealState
from workflows.permissions import Action, ExitFacts

bp = Blueprint("appeals", __name__, url_prefix="/appeals")


@bp.get("/")
@access(Action.READ_APPEAL)
def index() -> ResponseReturnValue:
    """Show the appeals that the reader may read; a member sees the own ones."""
    actor, wanted = current_actor(), _filter()
    with reading() as session:
        appeals = appeal_list.find(
            session, actor, wanted, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
    can_export = permissions.allows(actor, Action.SEE_APPEALS)
    return render_template(
        "appeals/index.html", appeals=appeals, wanted=wanted, can_export=can_export
    )


@bp.get("/appeals.csv")
@access(Action.SEE_APPEALS)
def export() -> ResponseReturnValue:
    """Download the appeals of the list as a file."""
    actor, wanted = current_actor(), _filter()
    permissions.check(actor, Action.SEE_APPEALS)
    with reading() as session:
        content = appeal_list.as_file(session, actor, wanted)
    headers = {"Content-Disposition": "attachment; filename=appeals.csv"}
    return Response(content, mimetype="text/csv", headers=headers)


@bp.get("/<int:appeal_id>")
@access(Action.READ_APPEAL)
def show(appeal_id: int) -> ResponseReturnValue:
    """
    Show one appeal; who judges it stays unnamed.

    Raises:
        UnknownAppeal: There is none, or it is not for the reader.

    """
    actor = current_actor()
    with reading() as session:
        appeal = appeal_records.fetch(session, appeal_id)
        person = appeal.member.person
        heads = frozenset([*units.superiors(session, person), appeal.member.accountable_head or ""])
        if not permissions.allows(actor, Action.READ_APPEAL, ExitFacts(person.username, heads)):
            raise UnknownAppeal
        is_own = actor.username == person.username
        steps = exit_list.open_steps(
            session, appeal.instance_id, person.username if is_own else None
        )
    return render_template("appeals/show.html", appeal=appeal, is_own=is_own, steps=steps)


def _filter() -> AppealFilter:
    """Read the filter from the address."""
    matter = request.args.get("matter", "")
    return AppealFilter(
        state=choice(AppealState, "state"),
        outcome=choice(AppealOutcome, "outcome"),
        matter=matter if matter in exit_wording.APPEAL_MATTERS else "",
    )
