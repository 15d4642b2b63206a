"""Who sees pairings and check-ins, and who reads what was said in them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.check_in_tables import CheckIn
from workflows.member_visibility import is_known_to
from workflows.mentoring_tables import MentorPairing
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Role

# A head reads the talks of others where something follows from them.
_CONCERNS_HEADS = frozenset({"obstacle", "plan", "sign"})


@dataclass(frozen=True)
class CheckInFacts:
    """
    A check-in as the policy sees it.

    Attributes:
        talked: Whoever was responsible for it, and whoever held it.
        heads: The accountable head and all superiors of the member.
        written_by: Who wrote down the talk about life; nobody where there was none.

    """

    member: str
    talked: frozenset[str]
    heads: frozenset[str] = frozenset()
    outcome: str = ""
    written_by: str | None = None


@dataclass(frozen=True)
class PairingFacts:
    """A running pairing as the policy sees it; without a mentor nobody is on that side."""

    member: str
    mentor: str | None


def is_party(actor: Actor, facts: object) -> bool:
    """Let the two whom a pairing is about."""
    return isinstance(facts, PairingFacts) and actor.username in (facts.member, facts.mentor)


def is_mentor_of(actor: Actor, facts: object) -> bool:
    """Let the mentor."""
    return isinstance(facts, PairingFacts) and actor.username == facts.mentor


def knows_of_check_in(actor: Actor, facts: CheckInFacts) -> bool:
    """Say whether an actor may know that a check-in took place."""
    involved = facts.talked | facts.heads | {facts.member}
    return sees_every_case(actor) or actor.username in involved


def reads_check_in(actor: Actor, facts: object) -> bool:
    """Let those who talked, HR, and heads where something follows for them to do."""
    if not isinstance(facts, CheckInFacts):
        return False
    if actor.username in facts.talked | {facts.member} or actor.has_role(Role.HR):
        return True
    return actor.username in facts.heads and facts.outcome in _CONCERNS_HEADS


def reads_wellbeing(actor: Actor, facts: object) -> bool:
    """Let the member, whoever wrote it down, and HR."""
    if not isinstance(facts, CheckInFacts):
        return False
    return actor.username in (facts.member, facts.written_by) or actor.has_role(Role.HR)


def visible_members(actor: Actor) -> ColumnElement[bool]:
    """
    Return the condition that an actor sees the mentoring of a member.

    Offices see all; a head those of the own units, a mentor the own mentees, and
    everybody the own membership; who sees no people sees nothing else. The query joins
    `person` to `pool_member`.
    """
    mentored = select(MentorPairing.member_id).where(
        MentorPairing.mentor == actor.username, MentorPairing.ended_on.is_(None)
    )
    return is_known_to(actor, PoolMember.id.in_(mentored), sees_all=sees_every_case(actor))


def is_mentored_by(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that an actor is the mentor of a member today."""
    mentored = select(MentorPairing.member_id).where(
        MentorPairing.mentor == actor.username,
        MentorPairing.is_primary,
        MentorPairing.ended_on.is_(None),
    )
    return PoolMember.id.in_(mentored)


def visible_check_ins(actor: Actor) -> ColumnElement[bool]:
    """
    Return the condition that an actor knows of a check-in, as `knows_of_check_in` says.

    The query joins `pool_member` and `person` to `check_in`.
    """
    return is_known_to(
        actor,
        CheckIn.responsible == actor.username,
        CheckIn.held_by == actor.username,
        sees_all=sees_every_case(actor),
    )
