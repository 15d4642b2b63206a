"""The training board, and the training of each member."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import figures
from webapp.access import access
from webapp.query_text import choice
from webapp.training_words import words
from webapp.unit import calendar, current_actor, now, reading, unit_of_work
from workflows import (
    memberships,
    naming,
    pairings,
    permissions,
    training_list,
    training_page,
    units,
)
from workflows.engine import instances
from workflows.permissions import Action, PersonFacts, PoolFacts
from workflows.pool_tables import PoolMember
from workflows.training_list import Band, BoardFilter, BoardState

bp = Blueprint("training", __name__, url_prefix="/training")
bp.app_context_processor(words)

ON_A_PAGE = 30


@bp.get("/")
@access(Action.SEE_TRAINING_BOARD)
def index() -> ResponseReturnValue:
    """Show how the members stand with their training, those who are behind first."""
    actor, wanted = current_actor(), _read_filter()
    permissions.check(actor, Action.SEE_TRAINING_BOARD)
    with reading() as session:
        page = training_list.board(
            session, actor, wanted, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        pools = training_list.pools_of(session, actor)
        bands = training_list.bands(session, actor, wanted)
    chart = figures.bands(bands) if sum(bands.values()) > 1 else None
    return render_template(
        "training/index.html", page=page, wanted=wanted, pools=pools, chart=chart
    )


@bp.get("/board.csv")
@access(Action.SEE_TRAINING_BOARD)
def export() -> ResponseReturnValue:
    """Hand over the board as it is filtered, as a file for a spreadsheet."""
    actor, wanted = current_actor(), _read_filter()
    permissions.check(actor, Action.SEE_TRAINING_BOARD)
    with reading() as session:
        rows = training_list.whole_board(session, actor, wanted)
    return Response(
        training_page.as_csv(rows),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=training.csv"},
    )


@bp.get("/<number>")
@access(Action.SEE_TRAINING)
def show(number: str) -> ResponseReturnValue:
    """Show the plan of a member with its measures and the hours."""
    actor = current_actor()
    with reading() as session:
        member = _checked(session, number)
        facts = _facts(session, member)
        page = training_page.of_member(session, member)
        named = [step.actor for step in page.steps] + [entry.approved_by for entry in page.ledger]
        shown = {
            "member": member,
            "page": page,
            "names": naming.names_of(session, [*named, *(item.sponsor for item in page.items)]),
            # Some reasons tell what a review found; of that a mentor knows the grade alone.
            "sees_reasons": permissions.allows(actor, Action.READ_PERSON, facts)
            or not permissions.allows(actor, Action.SEE_MENTEE, facts),
            "may_begin": page.plan is None
            and permissions.allows(actor, Action.BEGIN_TRAINING, facts),
        }
    return render_template("training/show.html", **shown)


@bp.post("/<number>")
@access(Action.BEGIN_TRAINING)
def begin(number: str) -> ResponseReturnValue:
    """Begin the training of a member whom the start of the membership left without one."""
    actor = current_actor()
    with unit_of_work() as session:
        member = _checked(session, number)
        permissions.check(actor, Action.BEGIN_TRAINING, _facts(session, member))
        if training_page.of_member(session, member).plan is None:
            instances.start(
                session,
                "training",
                {"member_id": member.id},
                actor=actor,
                now=now(),
                calendar=calendar(),
            )
    return redirect(url_for(".show", number=number))


def _checked(session: Session, number: str) -> PoolMember:
    """Return a member whose training the reader may see."""
    actor, member = current_actor(), memberships.by_number(session, number)
    facts, pool = _facts(session, member), member.pool
    if not permissions.allows(actor, Action.SEE_TRAINING, facts):
        # Whoever may not know of the pool may not know of the member either.
        permissions.check(actor, Action.SEE_MEMBERS, PoolFacts(pool.code, pool.visibility))
    permissions.check(actor, Action.SEE_TRAINING, facts)
    return member


def _facts(session: Session, member: PoolMember) -> PersonFacts:
    """Return what the policy needs to know of a member."""
    heads = {*units.superiors(session, member.person), member.accountable_head or ""}
    pairing = pairings.primary(session, member.id)
    mentor = pairing.mentor if pairing else None
    return PersonFacts(member.person.username, frozenset(heads - {""}), mentor)


def _read_filter() -> BoardFilter:
    """Read the filter of the board from the address."""
    return BoardFilter(
        text=request.args.get("q", "").strip()[:100],
        pool=request.args.get("pool", "")[:40],
        unit=request.args.get("unit", "")[:40],
        state=choice(BoardState, "state"),
        band=choice(Band, "band"),
        on_posting=request.args.get("posting") == "now",
    )
