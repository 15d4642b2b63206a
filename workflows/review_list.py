"""Reviews in lists: the cycles, the cockpit of one, and its rows as a file."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from workflows import calibration, csv_text, permissions, units
from workflows.actors import Actor
from workflows.calibration import UnitGrades
from workflows.case_access import sees_every_case
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people import names_of
from workflows.people_tables import OrgUnit, Person
from workflows.permissions import Action, PoolFacts
from workflows.pool_tables import PoolMember
from workflows.rating_tables import RaterAssignment
from workflows.review_states import UNFINISHED, ReviewState, SeatState
from workflows.review_tables import Review, ReviewCycle

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
COLUMNS = ("number", "name", "unit", "state", "answered", "asked", "score", "grade", "final")
# The grade that counts now, as `calibration.grade_of` says.
_GRADE = func.coalesce(Review.final_grade, Review.provisional_grade)


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
    """How far one cycle is, as somebody may see it."""

    cycle: ReviewCycle
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
    """Return how far the reviews of a cycle are that an actor is in charge of, in two queries."""
    state: Select[*tuple[Any, ...]] = select(Review.state, func.count().label("number"))
    found = session.execute(_in_charge(state, actor, cycle).group_by(Review.state))
    states = {row.state: row.number for row in found}
    rows = calibration.of_counts(_grades(session, actor, cycle))
    return Cockpit(
        cycle=cycle,
        states={each: states[each] for each in ReviewState if each in states},
        by_unit=tuple(rows),
        flags=tuple(calibration.flags(rows)),
    )


def lines(
    session: Session,
    actor: Actor,
    cycle: ReviewCycle,
    *,
    grade: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ReviewLine]:
    """
    Return the reviews of a cycle that an actor is in charge of by name, in three statements.

    Offices see all but the own one, heads those of their units and of whom they answer for.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = _by_name(_in_charge(select(Review), actor, cycle))
    if grade is not None:
        query = query.where(_GRADE.in_([grade]))
    if cursor is not None:
        query = query.where(
            tuple_(Person.sort_name, Review.id) > tuple_(*from_cursor(cursor, str, int))
        )
    found = one_page(
        session.scalars(query.limit(limit + 1)).all(),
        limit,
        lambda last: (last.member.person.sort_name, last.id),
    )
    return Page(_lines(session, found.items), found.next)


def as_csv(session: Session, actor: Actor, cycle: ReviewCycle) -> str:
    """Return the reviews that an actor is in charge of as CSV, without the names of raters."""
    query = _by_name(_in_charge(select(Review), actor, cycle))
    found = _lines(session, session.scalars(query).all())
    return csv_text.as_csv(COLUMNS, (_cells(line) for line in found))


def _in_charge(query: Query, actor: Actor, cycle: ReviewCycle) -> Query:
    """Narrow a query to the reviews of a cycle that are an actor's business, but the own one."""
    query = (
        query.join(PoolMember, PoolMember.id == Review.member_id)
        .join(Person, Person.id == PoolMember.person_id)
        .where(Review.cycle_id == cycle.id, Review.subject != actor.username)
    )
    if sees_every_case(actor):
        return query
    own = select(units.headed_by(actor.username).c.id)
    return query.where(or_(Person.unit_id.in_(own), PoolMember.accountable_head == actor.username))


def _by_name(query: Select[Review]) -> Select[Review]:
    """Return a query for reviews with all that a line shows of them, by name."""
    person = joinedload(Review.member).joinedload(PoolMember.person)
    return query.options(person.joinedload(Person.unit)).order_by(Person.sort_name, Review.id)


def _grades(
    session: Session, actor: Actor, cycle: ReviewCycle
) -> Iterator[tuple[str, str | None, int]]:
    """Yield how often each grade was given in each unit; `None` is no grade yet."""
    query: Select[*tuple[Any, ...]] = select(
        OrgUnit.name.label("unit"), _GRADE.label("grade"), func.count().label("number")
    )
    query = _in_charge(query.select_from(Review), actor, cycle)
    query = query.join(OrgUnit, OrgUnit.id == Person.unit_id).group_by(OrgUnit.name, _GRADE)
    for row in session.execute(query):
        yield row.unit, row.grade, row.number


def _lines(session: Session, reviews: Sequence[Review]) -> list[ReviewLine]:
    """Return reviews with how many of their raters have answered."""
    ids = [one.id for one in reviews]
    seats = session.scalars(
        select(RaterAssignment)
        .where(RaterAssignment.review_id.in_(ids), RaterAssignment.state != SeatState.PROPOSED)
        .order_by(RaterAssignment.id)
    ).all()
    asked = {seat.rater for seat in seats if seat.state is SeatState.ASKED}
    names = names_of(session, sorted(asked))
    seats_of: defaultdict[int, list[RaterAssignment]] = defaultdict(list)
    for seat in seats:
        seats_of[seat.review_id].append(seat)
    lines = []
    for one in reviews:
        mine = seats_of[one.id]
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
