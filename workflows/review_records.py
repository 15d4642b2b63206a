"""What every part of the review does with its records: find them, count them, refuse wrong ones."""

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from rules.sentences import Sentence, Term
from workflows.engine.any_of import any_of
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.prepared import Prepared
from workflows.errors import Conflict, NotFound
from workflows.people_tables import Person
from workflows.pool_tables import PoolMember
from workflows.review_states import ReviewState
from workflows.review_tables import CalibrationChange, Review, ReviewCycle, ReviewGrade

# With what every page and service needs of a review; built once.
_REVIEWS = select(Review).options(
    joinedload(Review.cycle).joinedload(ReviewCycle.pool),
    joinedload(Review.member).joinedload(PoolMember.person).joinedload(Person.unit),
)
_BY_ID = EntityQuery(
    select(Review).where(Review.id == bindparam("id")),
    (Review.cycle, ReviewCycle.pool),
    (Review.member, PoolMember.person, Person.unit),
)
_CYCLE = EntityQuery(
    select(ReviewCycle).where(ReviewCycle.id == bindparam("id")), (ReviewCycle.pool,)
)
_NUMBER_IN = Prepared(
    select(func.count())
    .select_from(Review)
    .where(Review.cycle_id == bindparam("cycle_id"), any_of(Review.state, "states")),
    of_entities=True,
)


class UnknownCycle(NotFound):
    """No review cycle has this id."""

    def __init__(self) -> None:
        super().__init__("There is no such review cycle.")


class UnknownReview(NotFound):
    """A member is not reviewed in a cycle."""

    def __init__(self) -> None:
        super().__init__("There is no such review.")


class CycleAlreadyOpen(Conflict):
    """A pool has one open cycle of each kind at most."""

    def __init__(self, pool: str, kind: str) -> None:
        super().__init__(
            Sentence(
                "A review cycle of %(pool)s is open already (%(kind)s).",
                kind=Term("cycle", kind),
                pool=pool,
            )
        )


def cycle(session: Session, cycle_id: int) -> ReviewCycle:
    """
    Return a cycle with its pool.

    Raises:
        UnknownCycle: There is none.

    """
    found = _CYCLE.first(session, id=cycle_id)
    if found is None:
        raise UnknownCycle
    return found


def fetch(session: Session, review_id: int) -> Review:
    """
    Return a review with its cycle, member and person.

    Raises:
        UnknownReview: There is none.

    """
    found = _BY_ID.first(session, id=review_id)
    if found is None:
        raise UnknownReview
    return found


def of_member(session: Session, cycle_id: int, number: str) -> Review:
    """
    Return the review of a member in a cycle.

    Raises:
        UnknownReview: There is none.

    """
    found = session.scalar(
        _REVIEWS.join(PoolMember, PoolMember.id == Review.member_id).where(
            Review.cycle_id == cycle_id, PoolMember.number == number
        )
    )
    if found is None:
        raise UnknownReview
    return found


def of_cycle(session: Session, cycle_id: int) -> list[Review]:
    """Return the reviews of a cycle with member, person and unit, by name."""
    return list(
        session.scalars(
            _REVIEWS.join(PoolMember, PoolMember.id == Review.member_id)
            .join(Person, Person.id == PoolMember.person_id)
            .where(Review.cycle_id == cycle_id)
            .order_by(Person.sort_name, Review.id)
        )
    )


def number_in(session: Session, cycle_id: int, *states: ReviewState) -> int:
    """Return how many reviews of a cycle are in these states."""
    ((number,),) = _NUMBER_IN.rows(
        session, cycle_id=cycle_id, states=[state.value for state in states]
    )
    return int(number)


def grades(session: Session, review_id: int) -> list[ReviewGrade]:
    """Return the decisions about the grade of a review, in order."""
    return list(
        session.scalars(
            select(ReviewGrade).where(ReviewGrade.review_id == review_id).order_by(ReviewGrade.id)
        )
    )


def changes(session: Session, review_id: int) -> list[CalibrationChange]:
    """Return how the calibration changed the provisional grade of a review, in order."""
    return list(
        session.scalars(
            select(CalibrationChange)
            .where(CalibrationChange.review_id == review_id)
            .order_by(CalibrationChange.id)
        )
    )
