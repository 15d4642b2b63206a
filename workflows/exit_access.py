"""Who may propose, read and contest an exit: the rules of the policy for exits and appeals."""

from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.groups import APPEALS_SECRETARY, POOL_MANAGER
from workflows.permission_facts import ExitFacts
from workflows.vocabulary import Role


def proposes_exit(actor: Actor, facts: object) -> bool:
    """Let members ask for their own exit, and HR, pool managers and heads propose others."""
    if not isinstance(facts, ExitFacts):
        return False
    if actor.username == facts.member:
        return facts.by_choice
    return is_office(actor) or (actor.username in facts.heads and not facts.by_choice)


def reads_exit(actor: Actor, facts: object) -> bool:
    """Let the member, the heads, HR, pool managers and auditors."""
    if not isinstance(facts, ExitFacts):
        return False
    return sees_every_case(actor) or actor.username in {facts.member, *facts.heads}


def reads_appeal(actor: Actor, facts: object) -> bool:
    """Let the secretary of appeals besides whoever reads an exit."""
    return reads_exit(actor, facts) or (
        isinstance(facts, ExitFacts) and APPEALS_SECRETARY in actor.groups
    )


def appeals(actor: Actor, facts: object) -> bool:
    """Let the member alone contest what was decided about him or her."""
    return isinstance(facts, ExitFacts) and actor.username == facts.member


def is_office(actor: Actor) -> bool:
    """Say whether the actor works for HR or manages pools."""
    return actor.has_role(Role.HR) or POOL_MANAGER in actor.groups
