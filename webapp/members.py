"""The members: a list over all pools, and the story of each membership."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import charts, member_story
from webapp.access import access
from webapp.pools import ON_A_PAGE, read_member_filter
from webapp.unit import calendar, current_actor, now, reading
from workflows import (
    definition_list,
    member_list,
    memberships,
    naming,
    pairings,
    people,
    permissions,
    units,
)
from workflows import member_story as stories
from workflows.member_story import MemberStory
from workflows.people import PersonCard
from workflows.permissions import Action, ExitFacts, PersonFacts, PoolFacts
from workflows.pool_tables import PoolMember, StateChange
from workflows.vocabulary import Lifecycle

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
    """Show one membership from the nomination to today, as far as the reader may see it."""
    actor = current_actor()
    with reading() as session:
        member = memberships.by_number(session, number)
        facts = _facts(session, member)
        page: dict[str, Any] = {"member": member}
        page["sees_pool"] = _check(member, facts)
        page["levels"] = member_list.levels(session)
        page["story"] = story = stories.collect(
            session, actor, member, now=now(), calendar=calendar()
        )
        page["may_report"] = story.corrections is not None and _may_report(session, member)
        page["may_leave"] = _may_leave(member, story, facts.heads)
        changes: list[StateChange] = []
        page["sees_record"] = permissions.allows(actor, Action.READ_PERSON, facts)
        if page["sees_record"]:
            changes = memberships.changes(session, member)
            page["card"] = people.card(session, member.person, now=now())
            everywhere = memberships.of_person(session, member.person)
            page["others"] = [other for other in everywhere if other.id != member.id]
        page["growth"] = charts.growth(_grades(story, page.get("card")))
        named = [*story.people(), *(each.actor for each in changes), member.accountable_head]
        page["names"] = naming.names_of(session, named)
        page["events"] = member_story.timeline(number, story, changes, page["names"])
    return render_template("members/show.html", **page)


def _grades(story: MemberStory, card: PersonCard | None) -> list[tuple[int, str]]:
    """Return the grades by year that the reader may read: of reviews, and of the record."""
    found = dict(card.grades) if card is not None else {}
    for line in story.reviews or ():
        if line.is_final and line.review.final_grade:
            found.setdefault(line.review.cycle.year, line.review.final_grade)
    return list(found.items())


def _facts(session: Session, member: PoolMember) -> PersonFacts:
    """Return the member as the policy sees him or her."""
    pairing = pairings.primary(session, member.id)
    superiors = frozenset(units.superiors(session, member.person))
    return PersonFacts(member.person.username, superiors, pairing.mentor if pairing else None)


def _check(member: PoolMember, facts: PersonFacts) -> bool:
    """
    Pass when the reader may see a member; say whether the pool around may be seen, too.

    A mentor follows the mentee in a confidential pool as well, but not the place in it.
    """
    actor, pool = current_actor(), PoolFacts(member.pool.code, member.pool.visibility)
    if not stories.is_open_to(actor, member, facts):
        permissions.check(actor, Action.SEE_MEMBERS, pool)
    return permissions.allows(actor, Action.SEE_MEMBERS, pool)


def _may_report(session: Session, member: PoolMember) -> bool:
    """Say whether the reader may report a sign about somebody who is still in the pool."""
    is_over = member.lifecycle is Lifecycle.EXITED
    return not is_over and definition_list.may_start(session, "correction", current_actor())


def _may_leave(member: PoolMember, story: MemberStory, heads: frozenset[str]) -> bool:
    """Say whether the reader is the member and could ask to leave the pool now."""
    actor, username = current_actor(), member.person.username
    is_asked = any(case.closed_at is None for case in story.exits or ())
    is_over = member.lifecycle in {Lifecycle.INTAKE, Lifecycle.EXITED}
    facts = ExitFacts(username, heads, by_choice=True)
    may = actor.username == username and permissions.allows(actor, Action.PROPOSE_EXIT, facts)
    return may and not is_asked and not is_over
