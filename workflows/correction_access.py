"""Who may see a case of care or correction: the member, whoever helps, heads and offices."""

from dataclasses import dataclass

from workflows.actors import Actor
from workflows.groups import CONDUCT_OFFICE, POOL_MANAGER
from workflows.vocabulary import Role


@dataclass(frozen=True)
class CorrectionFacts:
    """A case of care or correction; `heads` answer for the member, the helper only helps."""

    member: str
    heads: frozenset[str] = frozenset()
    helper: str | None = None


def reads_correction(actor: Actor, facts: object) -> bool:
    """Let the member, whoever helps, and those who may read the whole file; peers never."""
    if not isinstance(facts, CorrectionFacts):
        return False
    is_part = actor.username in (facts.member, facts.helper)
    return is_part or reads_correction_file(actor, facts)


def reads_correction_file(actor: Actor, facts: object) -> bool:
    """Let HR, pool managers, the conduct office and the heads; nobody in the own case."""
    if not isinstance(facts, CorrectionFacts) or actor.username == facts.member:
        return False
    return actor.username in facts.heads or is_correction_office(actor)


def is_correction_office(actor: Actor) -> bool:
    """Say whether the actor's office is concerned with every case of care and correction."""
    offices = (POOL_MANAGER, CONDUCT_OFFICE)
    return actor.has_role(Role.HR) or not actor.groups.isdisjoint(offices)
