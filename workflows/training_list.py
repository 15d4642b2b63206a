"""The training board: how far the members stand with their hours, those who are behind first."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session, joinedload

from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.groups import TRAINING_OFFICER
from workflows.member_visibility import is_known_to, named_or_numbered
from workflows.mentoring_access import is_mentored_by
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import OrgUnit, Person
from workflows.pool_tables import Pool, PoolMember
from workflows.posting_tables import PostingAgreement
from workflows.training_facts import SELF_STUDY_SHARE
from workflows.training_states import Compliance, HoursKind, PostingState, TrainingPlanState
from workflows.training_tables import HoursLedger, TrainingCheck, TrainingPlan
from workflows.vocabulary import Lifecycle

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
Rows = Select[*tuple[Any, ...]]


class BoardState(StrEnum):
    """How a member stands; the board shows them in this order."""

    BEHIND = "behind"
    NO_PLAN = "no_plan"
    ON_TRACK = "on_track"
    MET = "met"


class Band(StrEnum):
    """How much of the duty of the year the hours of a member make up."""

    NO_PLAN = "no_plan"
    UNDER_25 = "under_25"
    UNDER_50 = "under_50"
    UNDER_75 = "under_75"
    UNDER_100 = "under_100"
    WHOLE = "whole"


@dataclass(frozen=True)
class BoardFilter:
    """What the board is narrowed to; what is empty does not narrow."""

    text: str = ""
    pool: str = ""
    unit: str = ""
    state: BoardState | None = None
    on_posting: bool = False
    band: Band | None = None


@dataclass(frozen=True)
class BoardRow:
    """One member on the board."""

    member: PoolMember
    plan: TrainingPlan | None
    organised: float
    self_study: float
    posting: str | None
    state: BoardState

    @property
    def counted(self) -> float:
        """Return the hours that count: self-study up to its share of the duty."""
        required = self.plan.required_hours if self.plan else 0
        return self.organised + min(self.self_study, SELF_STUDY_SHARE * required)


def board(
    session: Session,
    actor: Actor,
    wanted: BoardFilter,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[BoardRow]:
    """
    Return the members whose training an actor may see, in one statement.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    place = _place()
    query = _visible(_narrowed(_rows(place), wanted, place), actor)
    if cursor is not None:
        after = from_cursor(cursor, int, str, int)
        query = query.where(tuple_(place, Person.sort_name, PoolMember.id) > tuple_(*after))
    rows = session.execute(
        query.order_by(place, Person.sort_name, PoolMember.id).limit(limit + 1)
    ).all()
    found = [_row(each) for each in rows]
    return one_page(
        found,
        limit,
        lambda last: (_PLACES[last.state], last.member.person.sort_name, last.member.id),
    )


def whole_board(session: Session, actor: Actor, wanted: BoardFilter) -> list[BoardRow]:
    """Return all members of the board in its order, in one statement."""
    place = _place()
    query = _visible(_narrowed(_rows(place), wanted, place), actor)
    rows = session.execute(query.order_by(place, Person.sort_name, PoolMember.id))
    return [_row(each) for each in rows]


def pools_of(session: Session, actor: Actor) -> dict[str, str]:
    """Return code and name of the pools in which an actor sees anybody's training."""
    query = _visible(
        select(Pool.code, Pool.name)
        .join(PoolMember, PoolMember.pool_id == Pool.id)
        .join(Person, Person.id == PoolMember.person_id)
        .where(PoolMember.lifecycle != Lifecycle.EXITED),
        actor,
    )
    return {row.code: row.name for row in session.execute(query.distinct().order_by(Pool.name))}


def bands(session: Session, actor: Actor, wanted: BoardFilter) -> dict[Band, int]:
    """Count the members of the board by how much of their duty is done, in one statement."""
    place = _place()
    query = _visible(_narrowed(_rows(place), replace(wanted, band=None), place), actor)
    only = query.with_only_columns(_band().label("band"), maintain_column_froms=True).subquery()
    rows = session.execute(select(only.c.band, func.count().label("number")).group_by(only.c.band))
    found = {row.band: row.number for row in rows}
    return {band: found.get(number, 0) for number, band in enumerate(_BANDS)}


_BANDS = list(Band)
_PLACES = {state: number for number, state in enumerate(BoardState)}
_STATES = list(BoardState)


def _hours(kind: HoursKind) -> ColumnElement[float]:
    """Return the hours of one kind that count toward the plan of the row."""
    total = select(func.coalesce(func.sum(HoursLedger.hours), 0.0)).where(
        HoursLedger.member_id == TrainingPlan.member_id,
        HoursLedger.counts_toward_year == TrainingPlan.year,
        HoursLedger.kind == kind,
    )
    return total.correlate(TrainingPlan).scalar_subquery()


def _place() -> ColumnElement[int]:
    """Return where a row stands in the order of the board."""
    last = (
        select(TrainingCheck.outcome)
        .where(TrainingCheck.plan_id == TrainingPlan.id)
        .order_by(TrainingCheck.id.desc())
        .limit(1)
        .correlate(TrainingPlan)
        .scalar_subquery()
    )
    late = (Compliance.BEHIND.value, Compliance.NOT_MET.value)
    has_plan = TrainingPlan.state == TrainingPlanState.APPROVED
    return case(
        (or_(TrainingPlan.id.is_(None), TrainingPlan.state == TrainingPlanState.CLOSED), 1),
        (_counted() >= TrainingPlan.required_hours, 3),
        (last.in_(late), 0),
        (has_plan, 2),
        else_=1,
    )


def _counted() -> ColumnElement[Any]:
    """Return the hours of a row that count."""
    own, most = _hours(HoursKind.SELF), SELF_STUDY_SHARE * TrainingPlan.required_hours
    return _hours(HoursKind.ORGANISED) + case((own < most, own), else_=most)


def _band() -> ColumnElement[int]:
    """Return how much of the duty is done, as the place of a band."""
    has_none = or_(TrainingPlan.id.is_(None), TrainingPlan.state == TrainingPlanState.CLOSED)
    steps = [
        (_counted() < TrainingPlan.required_hours * number / 4, number) for number in range(1, 5)
    ]
    return case((has_none, 0), *steps, else_=5)


def _newest_plan() -> ScalarSelect[int]:
    """Return the plan that a row shows."""
    return (
        select(TrainingPlan.id)
        .where(TrainingPlan.member_id == PoolMember.id)
        .order_by(TrainingPlan.year.desc(), TrainingPlan.version.desc())
        .limit(1)
        .correlate(PoolMember)
        .scalar_subquery()
    )


def _rows(place: ColumnElement[int]) -> Rows:
    """Return the query for everything that the board shows."""
    person = joinedload(PoolMember.person)
    return (
        select(
            PoolMember,
            TrainingPlan,
            _hours(HoursKind.ORGANISED).label("organised"),
            _hours(HoursKind.SELF).label("self_study"),
            OrgUnit.name.label("posting"),
            place.label("place"),
        )
        .join(Person, Person.id == PoolMember.person_id)
        .join(Pool, Pool.id == PoolMember.pool_id)
        .outerjoin(TrainingPlan, TrainingPlan.id == _newest_plan())
        .outerjoin(
            PostingAgreement,
            and_(
                PostingAgreement.member_id == PoolMember.id,
                PostingAgreement.state == PostingState.RUNNING,
            ),
        )
        .outerjoin(OrgUnit, OrgUnit.id == PostingAgreement.host_unit_id)
        .options(joinedload(PoolMember.pool), person.joinedload(Person.unit))
        .where(PoolMember.lifecycle.not_in((Lifecycle.EXITED, Lifecycle.INTAKE)))
    )


def _narrowed(query: Rows, wanted: BoardFilter, place: ColumnElement[int]) -> Rows:
    """Apply a filter."""
    if wanted.pool:
        query = query.where(Pool.code == wanted.pool)
    if wanted.unit:
        unit = select(OrgUnit.id).where(OrgUnit.code == wanted.unit).scalar_subquery()
        query = query.where(Person.unit_id == unit)
    if wanted.state is not None:
        query = query.where(place == _PLACES[wanted.state])
    if wanted.band is not None:
        query = query.where(_band() == _BANDS.index(wanted.band))
    if wanted.on_posting:
        query = query.where(PostingAgreement.id.is_not(None))
    return query.where(*named_or_numbered(wanted.text))


def _visible(query: Query, actor: Actor) -> Query:
    """Leave out the members whose training an actor may not see."""
    sees_all = sees_every_case(actor) or TRAINING_OFFICER in actor.groups
    return query.where(is_known_to(actor, is_mentored_by(actor), sees_all=sees_all))


def _row(row: Any) -> BoardRow:
    """Return a row of the board."""
    return BoardRow(
        member=row.PoolMember,
        plan=row.TrainingPlan,
        organised=float(row.organised or 0),
        self_study=float(row.self_study or 0),
        posting=row.posting,
        state=_STATES[row.place],
    )
