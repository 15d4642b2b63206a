"""Who may tell of an exit: asked anew of the account, because a message carries no rights."""

from workflows import accounts, permissions, units
from workflows.actors import SYSTEM, Actor
from workflows.engine.services import ServiceContext
from workflows.exit_facts import APPOINTED, LEFT
from workflows.exit_records import VOLUNTARY
from workflows.permissions import Action, ExitFacts
from workflows.pool_tables import PoolMember
from workflows.vocabulary import EmploymentStatus

# These need no decision: whoever tells of them must be entitled to.
_AT_ONCE = frozenset({APPOINTED, LEFT, VOLUNTARY})


def sender(call: ServiceContext) -> Actor:
    """
    Return who acts, with the rights that the account has now.

    Raises:
        UnknownAccount: The account is gone.

    """
    username = call.actor.username
    return SYSTEM if username == SYSTEM.username else accounts.actor_of(call.session, username)


def check(call: ServiceContext, member: PoolMember, cause: str) -> None:
    """
    Pass when the sender may propose this exit.

    Raises:
        NotAllowed: Somebody else has to propose it.

    """
    permissions.check(sender(call), Action.PROPOSE_EXIT, _facts(call, member, cause))


def check_at_once(call: ServiceContext, member: PoolMember, cause: str) -> None:
    """
    Pass when a decision follows, the record says so, or the sender is entitled to.

    Raises:
        NotAllowed: Somebody else has to propose it.

    """
    if _needs_right(member, cause):
        check(call, member, cause)


def may_at_once(call: ServiceContext, member: PoolMember, cause: str) -> bool:
    """Say whether `check_at_once` would pass."""
    facts = _facts(call, member, cause)
    return not _needs_right(member, cause) or permissions.allows(
        sender(call), Action.PROPOSE_EXIT, facts
    )


def _needs_right(member: PoolMember, cause: str) -> bool:
    """Say whether a cause takes effect without a decision and is not on record."""
    is_on_record = cause == LEFT and member.person.employment_status is EmploymentStatus.LEFT
    return cause in _AT_ONCE and not is_on_record


def _facts(call: ServiceContext, member: PoolMember, cause: str) -> ExitFacts:
    """Return what the policy needs to know of a proposal."""
    heads = {*units.superiors(call.session, member.person), member.accountable_head}
    known = frozenset(name for name in heads if name)
    return ExitFacts(member.person.username, known, cause == VOLUNTARY)
