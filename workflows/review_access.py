"""Who may read a review, and who may know the raters; the policy asks here."""

from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.permission_facts import ReviewFacts


def knows_of_review(actor: Actor, facts: ReviewFacts) -> bool:
    """Say whether somebody may know that a review exists: readers and raters."""
    return _reads(actor, facts) or actor.username in facts.raters


def reads_review(actor: Actor, facts: object) -> bool:
    """Let the member, the heads, HR, pool managers and auditors; raters see only their own."""
    return isinstance(facts, ReviewFacts) and _reads(actor, facts)


def sees_raters(actor: Actor, facts: object) -> bool:
    """Let those who read all of a review; the member never, whatever office he or she holds."""
    if not isinstance(facts, ReviewFacts) or actor.username == facts.member:
        return False
    return _reads(actor, facts)


def _reads(actor: Actor, facts: ReviewFacts) -> bool:
    """Say whether somebody may read a review."""
    is_close = actor.username == facts.member or actor.username in facts.heads
    return is_close or sees_every_case(actor)
