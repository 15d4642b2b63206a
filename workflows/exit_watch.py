"""The services that find members for whom an exit is to be looked at."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from workflows import exit_facts, exit_rights, pairings, people, permissions
from workflows.engine.any_of import any_of
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.prepared import Prepared
from workflows.engine.services import ServiceContext, service
from workflows.exit_facts import LEFT, LONG_LEAVE, TERM_NOTICE
from workflows.exit_tables import ExitCase, LongLeave
from workflows.nomination_records import months_later
from workflows.people_tables import DisciplineRecord, Person, PersonDemographic
from workflows.permissions import Action, ExitFacts
from workflows.pool_tables import Pool, PoolMember
from workflows.vocabulary import EmploymentStatus, Lifecycle

Result = dict[str, Any]
MOST_AT_ONCE = 200
_LEAVE_MONTHS = 6
_ASKED_AGAIN = timedelta(days=365)


@service("exit_watch.due")
def due(call: ServiceContext) -> Result:
    """Return the members to look at, each with one cause; those with an open exit are left out."""
    found: dict[int, str] = {}
    for cause, member_id in _candidates(call.session, call.now):
        found.setdefault(member_id, cause)
        if len(found) >= MOST_AT_ONCE:
            break
    return {"due": [{"member_id": number, "cause": cause} for number, cause in found.items()]}


@service("exit_watch.of_person")
def of_person(call: ServiceContext, *, person: str | None = None) -> Result:
    """
    Return the running memberships of a person who leaves, and those that the person mentors.

    The message names the person by its correlation, which is the business key of the case.

    Raises:
        UnknownPerson: The username belongs to nobody.
        NotAllowed: Only HR, pool managers and the system may tell this.

    """
    found = people.by_username(call.session, person or call.business_key or "")
    permissions.check(exit_rights.sender(call), Action.PROPOSE_EXIT, ExitFacts(found.username))
    query = _running().where(PoolMember.person_id == found.id).order_by(PoolMember.id)
    return {
        "memberships": list(call.session.scalars(query)),
        "mentored": pairings.mentored_by(call.session, found.username),
    }


def _candidates(session: Session, now: datetime) -> Iterator[tuple[str, int]]:
    """Yield causes and members, the strongest cause first."""
    today = now.date()
    yield from ((LEFT, each) for (each,) in _LEFT.rows(session))
    pools = _POOLS.all(session)
    for pool in pools:
        yield from (("discipline", each) for each in _disciplined(session, pool, now))
    for pool in pools:
        yield from (("aged_out", each) for each in _aged_out(session, pool, now))
    on_leave = _ON_LEAVE.rows(session, since=months_later(today, -_LEAVE_MONTHS))
    yield from ((LONG_LEAVE, each) for (each,) in on_leave)
    ending = _ENDING.rows(session, until=today + TERM_NOTICE)
    yield from (("term_end", each) for (each,) in ending)


def _running() -> Select[int]:
    """Return the query for the ids of running memberships that an exit can end."""
    return select(PoolMember.id).where(
        PoolMember.lifecycle != Lifecycle.EXITED, PoolMember.lifecycle != Lifecycle.INTAKE
    )


def _waiting() -> Select[int]:
    """Return the query for running memberships without an open exit."""
    is_open = exists().where(ExitCase.member_id == PoolMember.id, ExitCase.closed_at.is_(None))
    return (
        _running()
        .join(Person, Person.id == PoolMember.person_id)
        .where(~is_open)
        .order_by(PoolMember.id)
    )


def _disciplined(session: Session, pool: Pool, now: datetime) -> list[int]:
    """Return the members of a pool for whom a serious measure is in effect."""
    measures = exit_facts.serious_measures(pool.policy)
    rows = _DISCIPLINED.rows(
        session,
        pool_id=pool.id,
        cause="discipline",
        asked_since=now - _ASKED_AGAIN,
        today=now.date(),
        measures=measures,
    )
    return [member_id for (member_id,) in rows]


def _aged_out(session: Session, pool: Pool, now: datetime) -> list[int]:
    """Return the members above the age limit, where the policy of the pool has one."""
    limit = pool.policy.get("exit_age_limit")
    if limit is None:
        return []
    rows = _AGED_OUT.rows(
        session,
        pool_id=pool.id,
        cause="aged_out",
        asked_since=now - _ASKED_AGAIN,
        born_by=months_later(now.date(), -12 * (limit + 1)),
    )
    return [member_id for (member_id,) in rows]


def _fresh() -> Select[int]:
    """Return the query for members of a pool about whom nobody was asked for a cause lately."""
    asked = exists().where(
        ExitCase.member_id == PoolMember.id,
        ExitCase.cause == bindparam("cause"),
        ExitCase.opened_at >= bindparam("asked_since"),
    )
    return _waiting().where(PoolMember.pool_id == bindparam("pool_id"), ~asked)


# Built once: the watch asks all of this for each pool every day.
_POOLS = EntityQuery(select(Pool).order_by(Pool.id))
_LEFT = Prepared(
    _waiting().where(Person.employment_status == EmploymentStatus.LEFT), of_entities=True
)
_ON_LEAVE = Prepared(
    _waiting().where(
        exists().where(
            LongLeave.person_id == PoolMember.person_id,
            LongLeave.until.is_(None),
            LongLeave.since <= bindparam("since"),
        )
    ),
    of_entities=True,
)
_ENDING = Prepared(_waiting().where(PoolMember.term_end <= bindparam("until")), of_entities=True)
_DISCIPLINED = Prepared(
    _fresh().where(
        exists().where(
            DisciplineRecord.person_id == PoolMember.person_id,
            DisciplineRecord.effective_on <= bindparam("today"),
            or_(
                DisciplineRecord.effect_until.is_(None),
                DisciplineRecord.effect_until > bindparam("today"),
            ),
            any_of(DisciplineRecord.measure, "measures"),
        )
    ),
    of_entities=True,
)
_AGED_OUT = Prepared(
    _fresh().where(
        exists().where(
            PersonDemographic.person_id == PoolMember.person_id,
            PersonDemographic.birth_date <= bindparam("born_by"),
        )
    ),
    of_entities=True,
)
