"""The reviews: the cockpit of a cycle, and one review as its reader may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import figures, review_wording
from webapp.access import access
from webapp.unit import current_actor, reading
from workflows import (
    calibration,
    case_access,
    naming,
    permissions,
    rating_records,
    review_list,
    review_records,
    review_reports,
    review_schemes,
    units,
)
from workflows.calibration import GRADES, UnitGrades
from workflows.permissions import Action, ReviewFacts
from workflows.rating_tables import RatingResponse
from workflows.review_records import UnknownCycle
from workflows.review_tables import Review, ReviewCycle

bp = Blueprint("reviews", __name__, url_prefix="/reviews")
bp.app_context_processor(review_wording.vocabulary)

ON_A_PAGE = 30
_WIDTH = 300


@dataclass(frozen=True)
class Bar:
    """One part of a row of the chart."""

    grade: str
    left: float
    width: float


@bp.get("/")
@access(Action.SEE_REVIEWS)
def index() -> ResponseReturnValue:
    """Show the cycles of every pool that the reader may see."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_REVIEWS)
    with reading() as session:
        lines = review_list.cycles(session, actor)
    may_run = permissions.allows(actor, Action.RUN_REVIEWS)
    return render_template("reviews/index.html", lines=lines, may_run=may_run)


@bp.get("/<int:cycle_id>")
@access(Action.SEE_REVIEWS)
def cockpit(cycle_id: int) -> ResponseReturnValue:
    """Show how far a cycle is, who is missing, and how the grades lie."""
    actor, wanted = current_actor(), request.args.get("grade")
    wanted = wanted if wanted in GRADES else None
    with reading() as session:
        cycle = _cycle(session, cycle_id)
        shown = review_list.cockpit(session, actor, cycle)
        page = review_list.lines(
            session,
            actor,
            cycle,
            grade=wanted,
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        scheme = review_schemes.by_id(session, cycle.scheme_id)
    return render_template(
        "reviews/cockpit.html",
        shown=shown,
        scheme=scheme,
        bars=[(row, _bars(row)) for row in shown.by_unit],
        grades=GRADES,
        chart=figures.grades(cycle_id, calibration.in_all(shown.by_unit)),
        wanted=wanted,
        page=page,
    )


@bp.get("/<int:cycle_id>/export.csv")
@access(Action.SEE_REVIEWS)
def export(cycle_id: int) -> ResponseReturnValue:
    """Return the reviews of the cockpit as a file, without raters."""
    with reading() as session:
        cycle = _cycle(session, cycle_id)
        content = review_list.as_csv(session, current_actor(), cycle)
    name = f"reviews-{cycle_id}.csv"
    return Response(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/<int:cycle_id>/<number>")
@access(Action.READ_REVIEW)
def show(cycle_id: int, number: str) -> ResponseReturnValue:
    """Show one review: the member reads the feedback, heads and HR the scores, raters their own."""
    actor = current_actor()
    with reading() as session:
        found = review_records.of_member(session, cycle_id, number)
        facts = _facts(session, found)
        page: dict[str, Any] = {"review": found, "report": None, "inside": None, "own": None}
        if not permissions.allows(actor, Action.READ_REVIEW, facts):
            # A rater learns of the review, and reads nothing but the own answer.
            own = _own_answer(session, found, actor.username)
            if own is None or case_access.is_blind(actor):
                permissions.check(actor, Action.READ_REVIEW, ReviewFacts(found.subject))
            page["own"] = own
        else:
            page["report"] = review_reports.for_subject(session, found.id)
            if permissions.allows(actor, Action.SEE_RATERS, facts):
                page["inside"] = _inside(session, found)
        page["scheme"] = review_schemes.by_id(session, found.cycle.scheme_id)
    return render_template("reviews/show.html", **page)


def _cycle(session: Session, cycle_id: int) -> ReviewCycle:
    """Return a cycle of which the reader may know."""
    actor = current_actor()
    permissions.check(actor, Action.SEE_REVIEWS)
    found = review_records.cycle(session, cycle_id)
    if not review_list.may_see(actor, found):
        raise UnknownCycle
    return found


def _facts(session: Session, found: Review) -> ReviewFacts:
    """Return what the policy needs to know of a review."""
    seats = rating_records.seats(session, found.id)
    head = found.member.accountable_head or ""
    return ReviewFacts(
        found.subject,
        frozenset({*units.superiors(session, found.member.person), head} - {""}),
        frozenset(seat.rater for seat in seats),
    )


def _own_answer(session: Session, found: Review, username: str) -> RatingResponse | None:
    """Return what a rater answered, if so."""
    seats = rating_records.seats(session, found.id)
    seat = next((one for one in seats if one.rater == username), None)
    return session.get(RatingResponse, seat.id) if seat is not None else None


def _inside(session: Session, found: Review) -> Mapping[str, Any]:
    """Return what only those see who are in charge: seats, means, decisions, changes."""
    seats = rating_records.seats(session, found.id)
    grades = review_records.grades(session, found.id)
    changes = review_records.changes(session, found.id)
    means = rating_records.counted(session, found)
    named = [
        *(seat.rater for seat in seats),
        *(one.decided_by for one in grades),
        *(one.changed_by for one in changes),
    ]
    return {
        "seats": seats,
        "grades": grades,
        "changes": changes,
        "means": means,
        "names": naming.names_of(session, named),
    }


def _bars(row: UnitGrades) -> list[Bar]:
    """Return the parts of a row, one for each grade, in a drawing of fixed width."""
    bars, left = [], 0.0
    for grade in GRADES:
        width = _WIDTH * row.counts[grade] / row.rated if row.rated else 0.0
        if width:
            bars.append(Bar(grade, round(left, 1), round(width, 1)))
        left += width
    return bars
