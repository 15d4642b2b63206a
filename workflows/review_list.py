"""Reviews in lists: the cycles, the cockpit of one, and its rows as a file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from workflows import calibration, csv_text, permissions, review_records, units
from workflows.actors import Actor
from workflows.calibration import UnitGrades
from workflows.case_access import sees_every_case
from workflows.people import names_of
from workflows.permissions import Action, PoolFacts
from workflows.rating_tables import RaterAssignment
from workflows.review_states import UNFINISHED, ReviewState, SeatState
from workflows.review_tables import Review, ReviewCycle

COLUMNS = ("number", "name", "unit", "state", "answered", "asked", "score", "grade", "final")


@dataclass(frozen=True)
class CycleLine:
    """A cycle with how many of its reviews are done."""

    cycle: ReviewCycle
    reviews: int
    finished: int


@dataclass(frozen=True)
class ReviewLine:
    """One review of a cockpit; `missing` names raters, `recused` gave their seat back."""

    review: Review
    answered: int
    asked: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Cockpit:
    """One cycle as somebody may see it."""

    cycle: ReviewCycle
    lines: tuple[ReviewLine, ...]
    states: dict[ReviewState, int]
    by_unit: tuple[UnitGrades, ...]
    flags: tuple[str, ...]


def cycles(session: Session, actor: Actor) -> list[CycleLine]:
    """Return the cycles of the pools that an actor may see, the newest first."""
    numbers = {
        (row.cycle_id, row.state): row.number
        for row in session.execute(
            select(Review.cycle_id, Review.state, func.count().label("number")).group_by(
                Review.cycle_id, Review.state
            )
        )
    }
    found = session.scalars(
        select(ReviewCycle)
        .options(joinedload(ReviewCycle.pool))
        .order_by(ReviewCycle.opened_at.desc(), ReviewCycle.id.desc())
    )
    return [
        CycleLine(
            one,
            sum(number for (cycle_id, _), number in numbers.items() if cycle_id == one.id),
            sum(
                number
                for (cycle_id, state), number in numbers.items()
                if cycle_id == one.id and state not in UNFINISHED
            ),
        )
        for one in found
        if may_see(actor, one)
    ]


def may_see(actor: Actor, cycle: ReviewCycle) -> bool:
    """Say whether an actor may know of the pool of a cycle."""
    facts = PoolFacts(cycle.pool.code, cycle.pool.visibility)
    return permissions.allows(actor, Action.SEE_MEMBERS, facts)


def cockpit(session: Session, actor: Actor, cycle: ReviewCycle) -> Cockpit:
    """
    Return the reviews of a cycle that an actor is in charge of.

    Offices see all but the own one, heads those of their units and of whom they answer for.
    """
    reviews = [
        one
        for one in _in_charge(session, actor, review_records.of_cycle(session, cycle.id))
        if one.subject != actor.username
    ]
    rows = calibration.by_unit(reviews)
    states = Counter(one.state for one in reviews)
    return Cockpit(
        cycle=cycle,
        lines=tuple(_lines(session, reviews)),
        states={state: states[state] for state in ReviewState if states[state]},
        by_unit=tuple(rows),
        flags=tuple(calibration.flags(rows)),
    )


def as_csv(shown: Cockpit) -> str:
    """Return the reviews of a cockpit as CSV, without the names of raters."""
    return csv_text.as_csv(COLUMNS, (_cells(line) for line in shown.lines))


def _in_charge(session: Session, actor: Actor, reviews: Sequence[Review]) -> Sequence[Review]:
    """Return the reviews that are an actor's business."""
    if sees_every_case(actor):
        return reviews
    own = set(session.scalars(select(units.headed_by(actor.username).c.id)))
    return [
        one
        for one in reviews
        if one.member.person.unit_id in own or one.member.accountable_head == actor.username
    ]


def _lines(session: Session, reviews: Sequence[Review]) -> list[ReviewLine]:
    """Return reviews with how many of their raters have answered."""
    ids = [one.id for one in reviews]
    seats = session.scalars(
        select(RaterAssignment)
        .where(RaterAssignment.review_id.in_(ids), RaterAssignment.state != SeatState.PROPOSED)
        .order_by(RaterAssignment.id)
    ).all()
    names = names_of(session, [seat.rater for seat in seats])
    lines = []
    for one in reviews:
        mine = [seat for seat in seats if seat.review_id == one.id]
        missing = [seat.rater for seat in mine if seat.state is SeatState.ASKED]
        lines.append(
            ReviewLine(
                one,
                answered=sum(seat.state is SeatState.ANSWERED for seat in mine),
                asked=sum(seat.state is not SeatState.RECUSED for seat in mine),
                missing=tuple(names.get(name, name) for name in missing),
            )
        )
    return lines


def _cells(line: ReviewLine) -> list[str]:
    """Return one review as the cells of a file."""
    review, person = line.review, line.review.member.person
    return [
        review.member.number,
        person.display_name,
        person.unit.name,
        review.state.value,
        str(line.answered),
        str(line.asked),
        "" if review.score is None else f"{review.score:.2f}",
        review.provisional_grade or "",
        review.final_grade or "",
    ]
