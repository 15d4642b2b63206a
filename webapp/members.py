"""The members: a list over all pools, and the story of each membership."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.pools import ON_A_PAGE, read_member_filter
from webapp.unit import current_actor, now, reading
from workflows import member_list, memberships, naming, people, permissions, units
from workflows.permissions import Action, PersonFacts, PoolFacts

bp = Blueprint("members", __name__, url_prefix="/members")


@bp.get("/")
@access(Action.SEE_MEMBERS)
def index() -> ResponseReturnValue:
    """Show the members of every pool that the reader may see."""
    actor = current_actor()
    wanted = read_member_filter()
    with reading() as session:
        members = member_list.find(
            session, actor, wanted, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        levels = member_list.levels(session)
    return render_template("members/index.html", members=members, levels=levels, wanted=wanted)


@bp.get("/<number>")
@access(Action.SEE_MEMBERS)
def show(number: str) -> ResponseReturnValue:
    """Show one membership from the nomination to today."""
    actor = current_actor()
    with reading() as session:
        member = memberships.by_number(session, number)
        pool, person = member.pool, member.person
        permissions.check(actor, Action.SEE_MEMBERS, PoolFacts(pool.code, pool.visibility))
        heads = frozenset(units.superiors(session, person))
        page = {"member": member, "sees_record": False, "levels": member_list.levels(session)}
        if permissions.allows(actor, Action.READ_PERSON, PersonFacts(person.username, heads)):
            changes = memberships.changes(session, member)
            named = [change.actor for change in changes]
            page |= {
                "sees_record": True,
                "changes": changes,
                "card": people.card(session, person, now=now()),
                "others": [
                    other
                    for other in memberships.of_person(session, person)
                    if other.id != member.id
                ],
                "names": naming.names_of(session, [*named, member.accountable_head]),
            }
    return render_template("members/show.html", **page)
