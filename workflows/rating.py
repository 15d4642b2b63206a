"""The services of the raters: their seats, their ties, their answers, and the tally of these."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete

from workflows import people, rater_choice, rating_records, review_records, review_schemes
from workflows.engine import entity_queries
from workflows.engine.services import ServiceContext, service
from workflows.rating_tables import RaterAssignment, RatingResponse
from workflows.review_states import WINDOWS, RaterGroup, SeatState
from workflows.review_tables import Review
from workflows.ties import RECUSE, stronger

# How the form of a rating names the indicators.
FIELDS = {
    "values_conduct": "V",
    "professional": "P",
    "leadership": "L",
    "results": "R",
    "diligence": "D",
    "integrity": "I",
}
Result = dict[str, Any]
_FORGET_PROPOSED = delete(RaterAssignment).where(
    RaterAssignment.review_id == bindparam("review_id"),
    RaterAssignment.state == SeatState.PROPOSED,
)


@service("rating.propose")
def propose(call: ServiceContext, *, review_id: int, manager: str | None = None) -> Result:
    """Propose raters; the manager changes the list as needed."""
    person = review_records.fetch(call.session, review_id).member.person
    chosen = rater_choice.propose(call.session, person, manager=manager)
    return {"rater_choice": _prefill(chosen), "rater_notice": None}


@service("rating.note_list")
def note_list(call: ServiceContext, *, review_id: int, raters: Mapping[str, Any]) -> Result:
    """Keep the list for the facilitator, or say what is wrong and propose one that can stand."""
    found = review_records.fetch(call.session, review_id)
    subject, chosen = found.member.person, rater_choice.read(raters)
    notice = rater_choice.objection(call.session, subject, chosen)
    if notice is None:
        _replace_proposed(call, found, chosen)
    else:
        chosen = rater_choice.mended(call.session, subject, chosen)
    return {
        "raters": None,
        "rater_choice": _prefill(chosen),
        "rater_notice": notice,
        "rater_list": rater_choice.in_words(call.session, chosen) if notice is None else None,
    }


@service("rating.note_approval")
def note_approval(call: ServiceContext, *, review_id: int, approval: Mapping[str, Any]) -> Result:
    """Give everybody on the list a seat, or hand the list back to the manager with a remark."""
    if not approval["approves"]:
        return {"approval": None, "is_approved": False, "rater_notice": approval.get("remark")}
    seats = rating_records.seats(call.session, review_id, SeatState.PROPOSED)
    for seat in seats:
        seat.state = SeatState.ASKED
    call.session.flush()
    return {
        "approval": None,
        "is_approved": True,
        "seats": [seat.id for seat in seats],
        # From here on nobody is named in the case.
        **dict.fromkeys(("rater_choice", "rater_list", "rater_notice")),
    }


@service("rating.name_superior")
def name_superior(call: ServiceContext, *, review_id: int, substitute: Mapping[str, Any]) -> Result:
    """Seat somebody who can rate in the superior's place, once; a wrong person seats nobody."""
    found = review_records.fetch(call.session, review_id)
    name = substitute.get("person")
    seats: list[int] = []
    taken = {seat.rater for seat in rating_records.seats(call.session, review_id)}
    fits = name is not None and name not in taken | {found.subject}
    if fits and not rater_choice.unknown(call.session, {RaterGroup.SUPERIOR: [str(name)]}):
        seat = _seat(found, str(name), RaterGroup.SUPERIOR, SeatState.ASKED)
        call.session.add(seat)
        call.session.flush()
        seats = [seat.id]
    return {"substitute": None, "seats": seats, "superior_asked": True}


@service("rating.seat")
def seat_facts(call: ServiceContext, *, seat_id: int) -> Result:
    """Say who sits on a seat, until when, and what the marks of the cycle's scheme mean."""
    seat = entity_queries.get_one(call.session, RaterAssignment, seat_id)
    found = review_records.fetch(call.session, seat.review_id)
    scheme = review_schemes.by_id(call.session, found.cycle.scheme_id)
    return {
        "rater": seat.rater,
        "member_id": found.member_id,
        "candidate_name": found.member.person.display_name,
        "pool_name": found.cycle.pool.name,
        "guide": review_schemes.guide(scheme),
        **WINDOWS[found.cycle.kind],
    }


@service("rating.compare_tie")
def compare_tie(call: ServiceContext, *, seat_id: int, declaration: Mapping[str, Any]) -> Result:
    """Compare what was declared with what the records know; the stronger tie counts."""
    seat = entity_queries.get_one(call.session, RaterAssignment, seat_id)
    known = people.relation(call.session, seat.rater, seat.subject, now=call.now)
    relation = stronger(known, declaration["relation"])
    return {"declaration": {**declaration, "relation": relation}}


@service("rating.note_tie")
def note_tie(
    call: ServiceContext, *, seat_id: int, declaration: Mapping[str, Any], conflict: str
) -> Result:
    """Keep a declaration; a tie that is too close gives the seat back."""
    seat = entity_queries.get_one(call.session, RaterAssignment, seat_id)
    seat.relation, seat.outcome = declaration["relation"], conflict
    seat.details = declaration.get("details") or ""
    if conflict == RECUSE:
        seat.state = SeatState.RECUSED
    call.session.flush()
    return {"declaration": None}


@service("rating.close_seat")
def close_seat(call: ServiceContext, *, seat_id: int, state: str) -> None:
    """Close a seat whose holder did not answer in time."""
    entity_queries.get_one(call.session, RaterAssignment, seat_id).state = SeatState(state)
    call.session.flush()


@service("rating.note_response")
def note_response(call: ServiceContext, *, seat_id: int, rating: Mapping[str, Any]) -> Result:
    """Keep what a rater said in the restricted tables; nothing of it stays in the case."""
    call.session.add(
        RatingResponse(
            seat_id=seat_id,
            marks={code: rating[name] for name, code in FIELDS.items()},
            is_failing=rating["is_failing"],
            comment=rating["comment"],
            submitted_at=call.now,
        )
    )
    entity_queries.get_one(call.session, RaterAssignment, seat_id).state = SeatState.ANSWERED
    call.session.flush()
    return {"rating": None}


@service("rating.open_seats")
def open_seats(call: ServiceContext, *, review_id: int) -> Result:
    """
    Say how many raters are still asked.

    The review asks once a day: what it hears of a single answer would show who gave it, and when.
    """
    waiting = rating_records.seats(call.session, review_id, SeatState.ASKED)
    return {"open_seats": len(waiting)}


@service("rating.tally")
def tally(call: ServiceContext, *, review_id: int) -> Result:
    """Collect the marks by group for the decisions; who gave which is not among them."""
    found = review_records.fetch(call.session, review_id)
    scheme = review_schemes.by_id(call.session, found.cycle.scheme_id)
    marks = rating_records.marks_by_group(call.session, review_id)
    return {
        "ratings": {group.value: marks[group] for group in RaterGroup},
        "weights": review_schemes.weights(scheme),
        "group_sizes": [
            {"group": group.value, "raters": len(marks[group])} for group in RaterGroup
        ],
        "superior_missing": not marks[RaterGroup.SUPERIOR],
    }


@service("rating.note_score")
def note_score(
    call: ServiceContext,
    *,
    review_id: int,
    composite: Mapping[str, Any],
    group_sizes: Sequence[Mapping[str, Any]],
    visibilities: Sequence[str],
) -> Result:
    """Keep score, means and what may be shown of each group; the marks leave the case."""
    found = review_records.fetch(call.session, review_id)
    found.score = None if composite["score"] is None else float(composite["score"])
    found.notes = list(composite["notes"])
    shown = zip(group_sizes, visibilities, strict=True)
    found.visibility = {size["group"]: visibility for size, visibility in shown}
    rating_records.write_means(call.session, review_id)
    emptied = ("ratings", "weights", "group_sizes", "visibilities", "composite")
    return {"is_rated": found.score is not None, **dict.fromkeys(emptied)}


def _replace_proposed(call: ServiceContext, found: Review, chosen: rater_choice.Choice) -> None:
    """Put a new list in the place of an earlier one that nobody approved."""
    call.session.execute(_FORGET_PROPOSED, {"review_id": found.id})
    call.session.add_all(
        _seat(found, name, group, SeatState.PROPOSED)
        for group, names in chosen.items()
        for name in names
    )
    call.session.flush()


def _seat(found: Review, rater: str, group: RaterGroup, state: SeatState) -> RaterAssignment:
    """Return a seat for a rater."""
    return RaterAssignment(
        review_id=found.id, subject=found.subject, rater=rater, rater_group=group, state=state
    )


def _prefill(chosen: rater_choice.Choice) -> Result:
    """Return a choice as the form takes it."""
    first = {
        group: next(iter(chosen[group]), None) for group in (RaterGroup.SUPERIOR, RaterGroup.MENTOR)
    }
    many = (RaterGroup.PANEL, RaterGroup.PEERS, RaterGroup.SUBORDINATES)
    return {
        **{group.value: name for group, name in first.items()},
        **{group.value: chosen[group] for group in many},
    }
