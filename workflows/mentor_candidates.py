"""Who could mentor a member: the facts that the decision `mentor_eligibility` asks for."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from workflows import experience, pairings, units
from workflows.account_tables import Account
from workflows.mentoring_tables import MentorPairing, MentorProfile
from workflows.people_tables import Person, Relationship
from workflows.pool_tables import PoolMember
from workflows.vocabulary import EmploymentStatus, Lifecycle, RelationKind, Role, Standing

MOST = 12  # more are neither judged nor shown
NOT_AGAIN_MONTHS = 12
_IN_CORRECTION = (Standing.L1, Standing.L2, Standing.L3)
Facts = dict[str, Any]


def propose(session: Session, member: PoolMember, *, now: datetime) -> list[Facts]:
    """
    Return the facts of those who could mentor a member, the likeliest first.

    Whoever mentored the member within a year is not asked again. The decision
    judges; the order only sees to it that few are judged in vain.
    """
    barred = _former(session, member, now) | {member.person.username}
    people = [each for each in _mentors(session) if each.username not in barred]
    known = _facts(session, member, people)
    known.sort(key=lambda each: (not _is_likely(each), each["load"], each["mentor_name"]))
    return known[:MOST]


def facts_of(
    session: Session, member: PoolMember, mentor: str, *, allow_line: bool | None = None
) -> Facts | None:
    """Return the facts of one person; None for the member and for whoever does not work here."""
    person = session.scalar(
        select(Person).where(
            Person.username == mentor, Person.employment_status == EmploymentStatus.ACTIVE
        )
    )
    if person is None or person.id == member.person_id:
        return None
    (facts,) = _facts(session, member, [person])
    if allow_line is not None:
        facts["allow_reporting_line"] = allow_line
    return facts


def _is_likely(facts: Facts) -> bool:
    """Say whether the decision would let somebody mentor, by its usual values."""
    capacity = pairings.USUAL_CAPACITY if facts["capacity"] is None else facts["capacity"]
    in_line = facts["in_reporting_line"] and not facts["allow_reporting_line"]
    is_barred = facts["conflict_of_interest"] or facts["mentor_in_correction"] or in_line
    return not is_barred and facts["level_gap"] >= 1 and facts["load"] < capacity


def _mentors(session: Session) -> list[Person]:
    """Return everybody who has the role of a mentor, or a profile as one."""
    has_role = cast(Account.roles, Text).contains(f'"{Role.MENTOR.value}"')
    profiled = select(MentorProfile.username)
    return list(
        session.scalars(
            select(Person)
            .join(Account, Account.username == Person.username)
            .where(
                or_(has_role, Person.username.in_(profiled)),
                Account.is_active,
                Person.employment_status == EmploymentStatus.ACTIVE,
            )
        )
    )


def _former(session: Session, member: PoolMember, now: datetime) -> set[str]:
    """Return who mentored a member within a year, and does not any more."""
    rows = session.execute(
        select(MentorPairing.mentor, MentorPairing.ended_on).where(
            MentorPairing.member_id == member.id, MentorPairing.ended_on.is_not(None)
        )
    )
    today = now.date()
    return {
        row.mentor
        for row in rows
        if experience.whole_months(row.ended_on, today) < NOT_AGAIN_MONTHS
    }


def _facts(session: Session, member: PoolMember, people: Sequence[Person]) -> list[Facts]:
    """Return the facts of many people about one member, in a few statements."""
    names = [person.username for person in people]
    superiors = set(units.superiors(session, member.person))
    tied, corrected = _tied(session, member), _corrected(session, names)
    loads, capacities = pairings.loads(session, names), _capacities(session, names)
    return [
        {
            "mentor": person.username,
            "mentor_name": person.display_name,
            "conflict_of_interest": person.id in tied,
            "in_reporting_line": person.username in superiors,
            "allow_reporting_line": bool(member.pool.policy.get("allow_chain", False)),
            "mentor_in_correction": person.username in corrected,
            "level_gap": person.level_rank - member.person.level_rank,
            "load": loads.get(person.username, 0),
            "capacity": capacities.get(person.username),
        }
        for person in people
    ]


def _tied(session: Session, member: PoolMember) -> set[int]:
    """Return who is kin to a member; having been the mentor is no conflict."""
    tie = Relationship
    rows = session.execute(
        select(tie.person_id, tie.other_id).where(
            or_(tie.person_id == member.person_id, tie.other_id == member.person_id),
            tie.kind != RelationKind.MENTOR,
        )
    )
    return {each for row in rows for each in row} - {member.person_id}


def _corrected(session: Session, names: Sequence[str]) -> set[str]:
    """Return who is in a formal correction in any pool."""
    return set(
        session.scalars(
            select(Person.username)
            .join(PoolMember, PoolMember.person_id == Person.id)
            .where(
                Person.username.in_(names),
                PoolMember.standing.in_(_IN_CORRECTION),
                PoolMember.lifecycle != Lifecycle.EXITED,
            )
        )
    )


def _capacities(session: Session, names: Sequence[str]) -> dict[str, int]:
    """Return what was agreed with those who have a profile."""
    profiles = session.scalars(select(MentorProfile).where(MentorProfile.username.in_(names)))
    return {profile.username: profile.capacity for profile in profiles}
