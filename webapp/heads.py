"""The page of an accountable head: the members, what they need, and how the head keeps up."""

from collections.abc import Iterable
from typing import cast

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from webapp import head_words, wording
from webapp.access import access
from webapp.query_text import choice
from webapp.unit import current_actor, now, reading
from workflows import head_list, head_members, head_scorecard, naming, permissions
from workflows.actors import Actor
from workflows.head_list import HeadFilter, ListedMember, Need
from workflows.head_scorecard import Figure
from workflows.permissions import Action

bp = Blueprint("heads", __name__, url_prefix="/head")
bp.app_context_processor(head_words.words)

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_ANSWERED_FOR)
def show() -> ResponseReturnValue:
    """Show the members whom the reader answers for, those who need something first."""
    actor, wanted = current_actor(), _read_filter()
    permissions.check(actor, Action.SEE_ANSWERED_FOR)
    with reading() as session:
        lines = head_members.lines(session, actor, now=now())
        members = head_list.listed(lines, now=now())
        page = head_list.page(
            members, wanted, now=now(), limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        names = naming.names_of(session, _usernames(page.items))
    return render_template(
        "heads/show.html",
        page=page,
        number=len(members),
        needing=sum(bool(each.needs) for each in members),
        counts=head_list.counts(members),
        scorecard=head_scorecard.scorecard(lines, now=now()),
        wanted=wanted,
        names=names,
        group_name=wording.group,
    )


def is_head(actor: Actor) -> bool:
    """Say whether the page has anything for an actor; asked once for each request."""
    if "is_head" not in g:
        with reading() as session:
            g.is_head = permissions.allows(actor, Action.SEE_ANSWERED_FOR) and head_members.is_head(
                session, actor.username
            )
    return cast("bool", g.is_head)


def _read_filter() -> HeadFilter:
    """Read the filter from the address; what is unknown is left out."""
    return HeadFilter(
        need=choice(Need, "need"),
        figure=choice(Figure, "figure"),
        is_missed=request.args.get("missed") == "1",
    )


def _usernames(members: Iterable[ListedMember]) -> set[str]:
    """Return everybody whom the page names."""
    steps = (step for each in members for step in each.line.late)
    return {step.assignee for step in steps if step.assignee}
