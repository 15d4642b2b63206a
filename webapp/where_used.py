"""Where a process, table or form is used: by what, and by how many running cases."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from webapp import studio_words
from webapp.access import access
from webapp.unit import current_actor, reading
from workflows import decision_files, permissions, where_used
from workflows.permissions import Action
from workflows.studio_states import DraftKind, Subject
from workflows.where_used import Named

bp = Blueprint("where_used", __name__, url_prefix="/studio/<draft_kind:kind>/<key>/where-used")


@bp.get("")
@access(Action.READ_DEFINITIONS)
def show(kind: DraftKind, key: str) -> ResponseReturnValue:
    """Show where something in force is used."""
    actor = current_actor()
    permissions.check(actor, Action.READ_DEFINITIONS)
    with reading() as session:
        found = where_used.find(session, Subject(kind, key))
        title = found.subject.name
        if kind is DraftKind.DECISION:
            title = decision_files.of_decision(session, key).title
    return render_template(
        "where_used/show.html",
        found=found,
        title=title,
        address=address,
        sees_cases=permissions.allows(actor, Action.SEE_STALLED),
        sees_versions=permissions.allows(actor, Action.SEE_MIGRATIONS),
    )


def address(named: Named) -> str:
    """Return the page of something in force."""
    return studio_words.address_in_force(Subject(DraftKind(named.kind), named.key))


@bp.app_template_global("where_used_address")
def where_used_address(kind: str, key: str) -> str:
    """Return where the uses of something are shown."""
    return url_for("where_used.show", kind=kind, key=key)
