"""Memberships: how people enter a pool, what becomes of them there, and how they leave."""

from datetime import date, datetime

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.sql.base import ExecutableOption

from workflows import pools, units
from workflows.actors import Actor
from workflows.errors import NotFound
from workflows.membership_refusals import AlreadyMember, WrongLifecycle
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import Person
from workflows.pool_tables import CoolingOff, Pool, PoolMember, StateChange
from workflows.vocabulary import Horizon, Lifecycle

_FOLLOWING: dict[Lifecycle, frozenset[Lifecycle]] = {
    Lifecycle.INTAKE: frozenset({Lifecycle.ACTIVE, Lifecycle.EXITED}),
    Lifecycle.ACTIVE: frozenset(set(Lifecycle) - {Lifecycle.INTAKE, Lifecycle.ACTIVE}),
    Lifecycle.SUSPENDED: frozenset({Lifecycle.ACTIVE, Lifecycle.EXIT_PROPOSED, Lifecycle.EXITED}),
    Lifecycle.UNDER_CONSIDERATION: frozenset({Lifecycle.ACTIVE, Lifecycle.EXITED}),
    Lifecycle.RENEWAL_DUE: frozenset({Lifecycle.ACTIVE, Lifecycle.EXITED}),
    Lifecycle.EXIT_PROPOSED: frozenset({Lifecycle.ACTIVE, Lifecycle.EXITED}),
    Lifecycle.EXITED: frozenset(),
}


class UnknownMember(NotFound):
    """No membership has this number."""

    def __init__(self, number: str) -> None:
        super().__init__(f'There is no member "{number}".')


def create(
    session: Session,
    person: Person,
    pool: Pool,
    *,
    horizon: str = Horizon.MID.value,
    reason: str = "Confirmed",
    instance_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> PoolMember:
    """
    Take a person into a pool; the membership begins with the intake.

    The seat counts in the plan cell of the person's level and category.
    Numbering locks the pool, so that two admissions of one person queue up.

    Raises:
        AlreadyMember: The person has a running membership in this pool.

    """
    number = _next_number(session, pool, now.date())
    if current(session, person, pool) is not None:
        raise AlreadyMember(person.display_name, pool.name)
    member = PoolMember(
        pool_id=pool.id,
        person_id=person.id,
        number=number,
        lifecycle=Lifecycle.INTAKE,
        horizon=Horizon(horizon),
        level_rank=person.level_rank,
        category=person.category,
        accountable_head=units.head_of(session, person),
        joined_on=now.date(),
        term_end=pools.term_end(now.date(), pool.term_months),
        instance_id=instance_id,
    )
    session.add(member)
    session.flush()
    _record(session, member, None, reason=reason, instance_id=instance_id, actor=actor, now=now)
    return member


def activate(
    session: Session,
    member: PoolMember,
    *,
    reason: str = "Intake completed",
    instance_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Turn a member in intake into an active member.

    Raises:
        WrongLifecycle: The member is past the intake or has left.

    """
    change_state(
        session,
        member,
        Lifecycle.ACTIVE,
        reason=reason,
        instance_id=instance_id,
        actor=actor,
        now=now,
    )


def change_state(
    session: Session,
    member: PoolMember,
    to: Lifecycle,
    *,
    reason: str,
    instance_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """
    Move a membership to another state and record the step.

    Leaving dates the exit and keeps `reason` (a short code) with it.

    Raises:
        WrongLifecycle: The state does not follow the present one.

    """
    # Named columns only: a lock cannot reach what earlier queries joined to the member.
    session.refresh(member, ["lifecycle", "lock_version"], with_for_update=True)
    before = member.lifecycle
    if to not in _FOLLOWING[before]:
        raise WrongLifecycle(member.number, before, to)
    member.lifecycle = to
    if to is Lifecycle.EXITED:
        member.exited_on, member.exit_reason = now.date(), reason[:40]
    session.flush()
    _record(session, member, before, reason=reason, instance_id=instance_id, actor=actor, now=now)


def cool_off(session: Session, person: Person, pool: Pool, *, until: date, reason: str) -> None:
    """Keep a person from being nominated for a pool again before a day."""
    session.add(CoolingOff(person_id=person.id, pool_id=pool.id, until=until, reason=reason))
    session.flush()


def by_number(session: Session, number: str) -> PoolMember:
    """
    Return the membership with this number, with its person and pool.

    Raises:
        UnknownMember: There is none.

    """
    member = session.scalar(
        select(PoolMember)
        .options(joinedload(PoolMember.pool), _person_with_place())
        .where(PoolMember.number == number)
    )
    if member is None:
        raise UnknownMember(number)
    return member


def current(session: Session, person: Person, pool: Pool) -> PoolMember | None:
    """Return the running membership of a person in a pool, or None."""
    return session.scalar(
        select(PoolMember).where(
            PoolMember.person_id == person.id,
            PoolMember.pool_id == pool.id,
            PoolMember.lifecycle != Lifecycle.EXITED,
        )
    )


def of_person(session: Session, person: Person) -> list[PoolMember]:
    """Return every membership of a person with its pool, newest first, in one statement."""
    return list(
        session.scalars(
            select(PoolMember)
            .options(joinedload(PoolMember.pool))
            .where(PoolMember.person_id == person.id)
            .order_by(PoolMember.joined_on.desc(), PoolMember.id.desc())
        )
    )


def of_pool(
    session: Session,
    pool: Pool,
    *,
    lifecycle: Lifecycle | None = None,
    with_exited: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[PoolMember]:
    """
    Return the members of a pool by name, with person, unit, post and level, in one statement.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = (
        select(PoolMember)
        .join(PoolMember.person)
        .options(_person_with_place())
        .where(PoolMember.pool_id == pool.id)
        .order_by(Person.sort_name, PoolMember.id)
        .limit(limit + 1)
    )
    if lifecycle is not None:
        query = query.where(PoolMember.lifecycle == lifecycle)
    elif not with_exited:
        query = query.where(PoolMember.lifecycle != Lifecycle.EXITED)
    if cursor is not None:
        sort_name, member_id = from_cursor(cursor, str, int)
        query = query.where(tuple_(Person.sort_name, PoolMember.id) > tuple_(sort_name, member_id))
    members = session.scalars(query).all()
    return one_page(members, limit, lambda last: (last.person.sort_name, last.id))


def counts_by_lifecycle(session: Session, pool: Pool) -> dict[Lifecycle, int]:
    """Return how many memberships of a pool are in each state, in one statement."""
    rows = session.execute(
        select(PoolMember.lifecycle, func.count().label("number"))
        .where(PoolMember.pool_id == pool.id)
        .group_by(PoolMember.lifecycle)
    )
    counts = {row.lifecycle: row.number for row in rows}
    return {lifecycle: counts.get(lifecycle, 0) for lifecycle in Lifecycle}


def changes(session: Session, member: PoolMember) -> list[StateChange]:
    """Return every step of a membership in order."""
    return list(
        session.scalars(
            select(StateChange)
            .where(StateChange.member_id == member.id)
            .order_by(StateChange.at, StateChange.id)
        )
    )


def _next_number(session: Session, pool: Pool, today: date) -> str:
    """Count the pool's members up by one and return the number of the next."""
    last = session.scalar(
        update(Pool)
        .where(Pool.id == pool.id)
        .values(last_number=Pool.last_number + 1)
        .returning(Pool.last_number)
    )
    return f"{pool.code.upper()}-{today.year}-{last:04d}"


def _record(
    session: Session,
    member: PoolMember,
    before: Lifecycle | None,
    *,
    reason: str,
    instance_id: int | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Append one step to the life of a membership."""
    session.add(
        StateChange(
            member_id=member.id,
            from_state=before,
            to_state=member.lifecycle,
            reason=reason[:400],
            actor=actor.username,
            instance_id=instance_id,
            at=now,
        )
    )
    session.flush()


def _person_with_place() -> ExecutableOption:
    """Load the person of a membership together with unit, post and level."""
    person = joinedload(PoolMember.person)
    return person.options(
        joinedload(Person.unit), joinedload(Person.post), joinedload(Person.level)
    )
