"""A person: where they work, and which pools they are or were in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.unit import current_actor, now, reading
from workflows import case_list, member_list, memberships, naming, people, permissions, units
from workflows.case_list import CaseFilter
from workflows.permissions import Action, NominationFacts, PersonFacts

bp = Blueprint("people", __name__, url_prefix="/people")

CASES_SHOWN = 10


@bp.get("/<username>")
@access(Action.READ_PERSON)
def show(username: str) -> ResponseReturnValue:
    """Show what the reader may know of one person."""
    actor = current_actor()
    with reading() as session:
        person = people.by_username(session, username)
        heads = frozenset(units.superiors(session, person))
        permissions.check(actor, Action.READ_PERSON, PersonFacts(person.username, heads))
        card = people.card(session, person, now=now())
        page = {
            "card": card,
            "memberships": memberships.of_person(session, person),
            "levels": member_list.levels(session),
            "names": naming.names_of(session, [card.head]),
            "may_nominate_person": permissions.allows(
                actor, Action.NOMINATE, NominationFacts(person.username, frozenset({"self"}))
            ),
            "cases": case_list.find(
                session, actor, CaseFilter(about=person.username), now=now(), limit=CASES_SHOWN
            ),
        }
    return render_template("people/show.html", **page)
