"""Pairings of mentors and members: who mentors whom now, and how that begins and ends."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import bindparam, func, literal_column, or_, select
from sqlalchemy.orm import Session

from workflows import people
from workflows.case_facts import SUBJECT
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.prepared import Prepared
from workflows.engine.tables import Duty
from workflows.mentoring_tables import MentorPairing, MentorProfile, PairingKind
from workflows.people_tables import Person, Relationship
from workflows.pool_tables import PoolMember
from workflows.vocabulary import EmploymentStatus, RelationKind

USUAL_CAPACITY = 2

_PRIMARY = EntityQuery(
    select(MentorPairing).where(
        MentorPairing.member_id == bindparam("member_id"),
        MentorPairing.is_primary,
        MentorPairing.ended_on.is_(None),
    )
)
_DECLARED = Prepared(
    select(Person.username)
    .join(Relationship, Relationship.person_id == Person.id)
    .where(
        Relationship.other_id == bindparam("person_id"),
        Relationship.kind == RelationKind.MENTOR,
        Person.employment_status != EmploymentStatus.LEFT,
        or_(Relationship.until.is_(None), Relationship.until >= bindparam("today")),
    )
    .order_by(Relationship.declared_at.desc(), Relationship.id)
    .limit(literal_column("1")),
    of_entities=True,
)


def primary(session: Session, member_id: int) -> MentorPairing | None:
    """Return the running primary pairing of a member, or None."""
    return _PRIMARY.first(session, member_id=member_id)


def mentee_in_case(session: Session, mentor: str, instance_id: int) -> str | None:
    """Return the number of the membership whose mentor somebody is, if a case is about it."""
    return session.scalar(
        select(PoolMember.number)
        .join(Person, Person.id == PoolMember.person_id)
        .join(Duty, Duty.username == Person.username)
        .join(MentorPairing, MentorPairing.member_id == PoolMember.id)
        .where(
            Duty.instance_id == instance_id,
            Duty.duty == SUBJECT,
            MentorPairing.mentor == mentor,
            MentorPairing.is_primary,
            MentorPairing.ended_on.is_(None),
        )
        .order_by(MentorPairing.id.desc())
        .limit(1)
    )


def mentored_by(session: Session, mentor: str) -> list[int]:
    """Return the memberships whose primary mentor somebody is."""
    query = select(MentorPairing.member_id).where(
        MentorPairing.mentor == mentor,
        MentorPairing.is_primary,
        MentorPairing.ended_on.is_(None),
    )
    return list(session.scalars(query.order_by(MentorPairing.member_id)))


def declared_mentor(session: Session, person_id: int, *, today: date) -> str | None:
    """Return who is declared to mentor a person today; whoever has left mentors nobody."""
    found = _DECLARED.one_or_none(session, person_id=person_id, today=today)
    return None if found is None else str(found["username"])


def loads(session: Session, mentors: Sequence[str]) -> dict[str, int]:
    """Return how many members each of some people mentors now, in one statement."""
    rows = session.execute(
        select(MentorPairing.mentor, func.count().label("number"))
        .where(MentorPairing.mentor.in_(mentors), MentorPairing.ended_on.is_(None))
        .group_by(MentorPairing.mentor)
    )
    return {row.mentor: row.number for row in rows}


def load(session: Session, mentor: str) -> int:
    """Return how many members somebody mentors now."""
    return loads(session, [mentor]).get(mentor, 0)


def capacity(session: Session, mentor: str) -> int | None:
    """Return how many members somebody takes; None where the usual number applies."""
    profile = session.get(MentorProfile, mentor)
    return None if profile is None else profile.capacity


def has_left(session: Session, mentor: str) -> bool:
    """Say whether somebody has left the organisation; asking locks the mentor's record."""
    status = session.scalar(
        select(Person.employment_status).where(Person.username == mentor).with_for_update()
    )
    return status is EmploymentStatus.LEFT


def has_room(session: Session, mentor: str) -> bool:
    """Say whether a mentor takes one more member; asking locks the mentor's record."""
    session.execute(select(Person.id).where(Person.username == mentor).with_for_update())
    agreed = capacity(session, mentor)
    return load(session, mentor) < (USUAL_CAPACITY if agreed is None else agreed)


def begin(
    session: Session,
    member: PoolMember,
    mentor: str,
    *,
    kind: PairingKind = PairingKind.MENTOR,
    now: datetime,
) -> MentorPairing:
    """
    Begin a primary pairing; the one so far ends in the same moment.

    The tie is declared as well, so that a mentor does not judge the member later.
    """
    before = primary(session, member.id)
    if before is not None:
        end(session, before, reason="replaced", now=now)
    pairing = MentorPairing(member_id=member.id, mentor=mentor, kind=kind, started_on=now.date())
    session.add(pairing)
    session.flush()
    _declare(session, pairing, until=None, now=now)
    return pairing


def end(session: Session, pairing: MentorPairing, *, reason: str, now: datetime) -> None:
    """End a pairing; the tie of the two counts from this day on as a former one."""
    pairing.ended_on, pairing.end_reason = now.date(), reason[:40]
    session.flush()
    _declare(session, pairing, until=now.date(), now=now)


def end_all(session: Session, member_id: int, *, reason: str, now: datetime) -> int:
    """End every running pairing of a member; return how many there were."""
    running = session.scalars(
        select(MentorPairing).where(
            MentorPairing.member_id == member_id, MentorPairing.ended_on.is_(None)
        )
    ).all()
    for pairing in running:
        end(session, pairing, reason=reason, now=now)
    return len(running)


def _declare(
    session: Session, pairing: MentorPairing, *, until: date | None, now: datetime
) -> None:
    """Keep the tie of mentor and member among the declared relationships."""
    member = session.get_one(PoolMember, pairing.member_id)
    mentor = people.by_username(session, pairing.mentor)
    tie = session.scalar(
        select(Relationship).where(
            Relationship.person_id == mentor.id,
            Relationship.other_id == member.person_id,
            Relationship.kind == RelationKind.MENTOR,
        )
    )
    if tie is None:
        tie = Relationship(
            person_id=mentor.id,
            other_id=member.person_id,
            kind=RelationKind.MENTOR,
            declared_by="system",
            declared_at=now,
        )
        session.add(tie)
    tie.until = until
    session.flush()
