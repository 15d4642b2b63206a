"""Finding members: by pool or in all pools, filtered by state, level, readiness and name."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select, exists, false, select, tuple_
from sqlalchemy.orm import Session, joinedload

from workflows import units
from workflows.actors import SYSTEM, Actor
from workflows.case_access import is_blind, sees_every_case
from workflows.member_visibility import is_close_to, named_or_numbered
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import Level, Person
from workflows.pool_tables import Pool, PoolMember, StateChange
from workflows.quarters import Quarter
from workflows.vocabulary import Horizon, Lifecycle, Readiness, Visibility

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class MemberFilter:
    """What a list of members is narrowed to; what is empty does not narrow."""

    text: str = ""
    lifecycle: Lifecycle | None = None
    readiness: Readiness | None = None
    level_rank: int | None = None
    joined: Quarter | None = None
    left: Quarter | None = None
    category: str = ""
    horizon: Horizon | None = None
    specialty: str = ""
    unit: int | None = None  # with all units below it

    @property
    def is_empty(self) -> bool:
        """Say whether it lets everybody through who is in a pool."""
        return self == MemberFilter()


def find(
    session: Session,
    actor: Actor,
    wanted: MemberFilter,
    *,
    pool: Pool | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[PoolMember]:
    """
    Return members by name, with person, unit, post, level and pool, in one statement.

    People who left are only shown when the filter asks for them, or for a quarter of entry.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = visible(_narrowed(_members(), wanted), actor)
    if pool is not None:
        query = query.where(PoolMember.pool_id == pool.id)
    if cursor is not None:
        sort_name, member_id = from_cursor(cursor, str, int)
        query = query.where(tuple_(Person.sort_name, PoolMember.id) > tuple_(sort_name, member_id))
    members = session.scalars(query.order_by(Person.sort_name, PoolMember.id).limit(limit + 1))
    found = members.all()
    return one_page(found, limit, lambda last: (last.person.sort_name, last.id))


def recently_confirmed(
    session: Session, actor: Actor, pool: Pool, *, since: datetime, limit: int = 5
) -> list[PoolMember]:
    """Return the members who entered a pool most recently, newest first."""
    query = (
        visible(_members(), actor)
        .join(StateChange, StateChange.member_id == PoolMember.id)
        .where(PoolMember.pool_id == pool.id, PoolMember.lifecycle != Lifecycle.EXITED)
        .where(StateChange.from_state.is_(None), StateChange.at >= since)
        .order_by(StateChange.at.desc(), PoolMember.id.desc())
        .limit(bounded(limit))
    )
    return list(session.scalars(query))


def levels(session: Session) -> dict[int, str]:
    """Return the names of the levels of the organisation by rank, highest first."""
    rows = session.execute(select(Level.rank, Level.name).order_by(Level.rank.desc()))
    return {row.rank: row.name for row in rows}


def _members() -> Select[PoolMember]:
    """Return the query for members together with all that a list shows of them."""
    person = joinedload(PoolMember.person)
    return (
        select(PoolMember)
        .join(Person, Person.id == PoolMember.person_id)
        .options(
            joinedload(PoolMember.pool),
            person.joinedload(Person.unit),
            person.joinedload(Person.post),
            person.joinedload(Person.level),
        )
    )


def _narrowed(query: Select[PoolMember], wanted: MemberFilter) -> Select[PoolMember]:
    """Apply a filter."""
    if wanted.lifecycle is not None:
        query = query.where(PoolMember.lifecycle == wanted.lifecycle)
    elif wanted.joined is None and wanted.left is None:
        query = query.where(PoolMember.lifecycle != Lifecycle.EXITED)
    for column, value in (
        (PoolMember.readiness, wanted.readiness),
        (PoolMember.level_rank, wanted.level_rank),
        (PoolMember.horizon, wanted.horizon),
        (PoolMember.category, wanted.category or None),
        (Person.specialty, wanted.specialty or None),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.unit is not None:
        query = query.where(Person.unit_id.in_(select(units.from_unit(wanted.unit).c.id)))
    for day, quarter in (
        (PoolMember.joined_on, wanted.joined),
        (PoolMember.exited_on, wanted.left),
    ):
        if quarter is not None:
            query = query.where(day.between(quarter.first, quarter.last))
    return query.where(*named_or_numbered(wanted.text))


def visible(query: Query, actor: Actor) -> Query:
    """Leave out the members of whom an actor may not know; the query joins `person`."""
    if actor == SYSTEM or sees_every_case(actor):
        return query
    if is_blind(actor):
        return query.where(false())
    in_open_pool = exists().where(Pool.id == PoolMember.pool_id, Pool.visibility == Visibility.OPEN)
    return query.where(is_close_to(actor, in_open_pool))
