"""Nominations: submit one, and read how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from rules.sentences import Sentence
from workflows import people, pools
from workflows.actors import Actor
from workflows.engine import instances
from workflows.engine.tables import Instance
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid
from workflows.nomination_records import UnknownNomination, move
from workflows.nomination_states import FINAL, NominationState
from workflows.nomination_tables import Nomination, NominationStep, NominationText
from workflows.people_tables import Person
from workflows.pool_tables import Pool
from workflows.vocabulary import EmploymentStatus

PROCESS = "nomination"
SELF = "self"


class AlreadyNominated(Conflict):
    """A person can have only one open nomination per pool."""

    def __init__(self, candidate: str, pool: str) -> None:
        super().__init__(
            Sentence(
                "%(candidate)s is already nominated for %(pool)s.", candidate=candidate, pool=pool
            )
        )


class NominationRefused(Invalid):
    """The nomination does not fit the pool or the channel; the sentence says why."""


@dataclass(frozen=True)
class Milestone:
    """A state that a nomination reached, and when."""

    state: NominationState
    at: datetime
    actor: str
    reason: str


def submit(
    session: Session,
    *,
    candidate: str,
    pool: str,
    channel: str,
    statement: str,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Nomination:
    """
    Nominate a person (a username) for a pool (a code) and start the case.

    Raises:
        AlreadyNominated: The person has an open nomination for this pool.
        NominationRefused: The pool is closed, or does not take this channel.
        UnknownPerson: There is no such person.
        UnknownPool: There is no such pool.

    """
    person, wanted = people.by_username(session, candidate), pools.by_code(session, pool)
    release_cancelled(session, person, wanted, actor=actor, now=now)
    check(session, person, wanted, channel=channel, nominator=actor.username)
    instance = instances.start(
        session,
        PROCESS,
        {"candidate": candidate, "pool": pool, "channel": channel, "statement": statement},
        actor=actor,
        now=now,
        calendar=calendar,
        name=person.display_name,
    )
    return of_instance(session, instance.id)


def check(session: Session, person: Person, pool: Pool, *, channel: str, nominator: str) -> None:
    """
    Refuse a nomination that the pool does not take.

    Raises:
        AlreadyNominated: The person has an open nomination for this pool.
        NominationRefused: The pool is closed, or does not take this channel.

    """
    if not pool.is_open:
        raise NominationRefused(
            Sentence("%(name)s takes no nominations at the moment.", name=pool.name)
        )
    if channel not in pool.channels:
        raise NominationRefused(
            Sentence("%(name)s does not take nominations by this channel.", name=pool.name)
        )
    if person.employment_status is EmploymentStatus.LEFT:
        raise NominationRefused(
            Sentence("%(person)s does not work here any more.", person=person.display_name)
        )
    if (channel == SELF) != (nominator == person.username):
        raise NominationRefused(
            Sentence("Choose the channel for proposing yourself, or another person.")
        )
    if open_one(session, person, pool) is not None:
        raise AlreadyNominated(person.display_name, pool.name)


def open_one(session: Session, person: Person, pool: Pool) -> Nomination | None:
    """Return the nomination of a person for a pool that is not over, or None."""
    return session.scalar(
        select(Nomination).where(
            Nomination.candidate_id == person.id,
            Nomination.pool_id == pool.id,
            Nomination.state.not_in(FINAL),
        )
    )


def release_cancelled(
    session: Session, person: Person, pool: Pool, *, actor: Actor, now: datetime
) -> None:
    """Withdraw a nomination whose case was cancelled, so that it blocks no new one."""
    left_over = open_one(session, person, pool)
    if left_over is None or left_over.instance_id is None:
        return
    status = session.scalar(select(Instance.status).where(Instance.id == left_over.instance_id))
    if status == "cancelled":
        withdrawn = NominationState.WITHDRAWN
        move(session, left_over, withdrawn, reason="case_cancelled", actor=actor, now=now)


def of_instance(session: Session, instance_id: int) -> Nomination:
    """
    Return the nomination of a case, with its candidate and pool.

    Raises:
        UnknownNomination: The case is no nomination.

    """
    nomination = session.scalar(_whole().where(Nomination.instance_id == instance_id))
    if nomination is None:
        raise UnknownNomination
    return nomination


def of_pool(
    session: Session, pool: Pool, *, is_open: bool = True, limit: int = 100
) -> list[Nomination]:
    """Return the nominations for a pool, newest first, in one statement."""
    query = _whole().where(Nomination.pool_id == pool.id)
    if is_open:
        query = query.where(Nomination.state.not_in(FINAL))
    return list(session.scalars(query.order_by(Nomination.id.desc()).limit(limit)))


def of_candidate(session: Session, username: str) -> list[Nomination]:
    """Return every nomination of a person, newest first, in one statement."""
    query = _whole().join(Nomination.candidate).where(Person.username == username)
    return list(session.scalars(query.order_by(Nomination.id.desc())))


def milestones(session: Session, nomination: Nomination) -> list[Milestone]:
    """Return the states that a nomination went through, in order."""
    steps = session.scalars(
        select(NominationStep)
        .where(NominationStep.nomination_id == nomination.id)
        .order_by(NominationStep.id)
    )
    return [Milestone(step.to_state, step.at, step.actor, step.reason) for step in steps]


def texts(
    session: Session, nomination: Nomination, kinds: Sequence[str] = ()
) -> list[NominationText]:
    """Return what was written about a nomination, in order; `kinds` narrows it down."""
    query = select(NominationText).where(NominationText.nomination_id == nomination.id)
    if kinds:
        query = query.where(NominationText.kind.in_(kinds))
    return list(session.scalars(query.order_by(NominationText.id)))


def _whole() -> Select[Nomination]:
    """Return the query for nominations with candidate and pool."""
    return select(Nomination).options(joinedload(Nomination.candidate), joinedload(Nomination.pool))
