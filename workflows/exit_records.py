"""What every part of an exit does with its records: find, count months, move the member."""

from collections.abc import Mapping

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows import member_services
from workflows.actors import SYSTEM, Actor
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.services import ServiceContext
from workflows.errors import Conflict, NotFound
from workflows.exit_tables import FINAL, ExitCase, ExitProposal, ExitState
from workflows.membership_refusals import WrongLifecycle
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

DISCIPLINE = "discipline"
VOLUNTARY = "voluntary"
# What the decision table proposes, and the code of the reason that is kept with the membership.
REASONS: Mapping[str, str] = {
    "EXIT_APPOINTED": "appointed",
    "EXIT_LEFT_ORG": "left_organisation",
    "EXIT_WITHDRAWN": VOLUNTARY,
    "EXIT_AGED_OUT": "aged_out",
    "EXIT_TERM_END": "term_end",
    "RENEWAL_REVIEW": "term_end",
    "SUSPEND": "long_leave",
    "RETAIN": "",
}
REMOVAL = "PROPOSE_REMOVAL:"
_COOLING_OFF_MONTHS = {VOLUNTARY: 12, DISCIPLINE: 24}
_REMOVAL_MONTHS = 12
_BY_ID = EntityQuery(
    select(ExitCase).where(ExitCase.id == bindparam("id")),
    (ExitCase.member, PoolMember.person),
    (ExitCase.member, PoolMember.pool),
)


class UnknownExit(NotFound):
    """No exit has this number."""

    def __init__(self) -> None:
        super().__init__("There is no such exit.")


class ExitRunning(Conflict):
    """A member has one open exit case at most."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Sentence("An exit of member %(number)s is under way already.", number=number)
        )


def fetch(session: Session, exit_case_id: int) -> ExitCase:
    """
    Return an exit with its member, person and pool.

    Raises:
        UnknownExit: There is none.

    """
    found = _BY_ID.first(session, id=exit_case_id)
    if found is None:
        raise UnknownExit
    return found


def open_one(session: Session, member_id: int) -> ExitCase | None:
    """Return the exit of a member that is under way, or None."""
    return session.scalar(
        select(ExitCase).where(ExitCase.member_id == member_id, ExitCase.closed_at.is_(None))
    )


def proposals(session: Session, case: ExitCase) -> list[ExitProposal]:
    """Return everything that was proposed in an exit and not taken back, in order."""
    return list(
        session.scalars(
            select(ExitProposal)
            .where(ExitProposal.exit_case_id == case.id, ExitProposal.taken_back_at.is_(None))
            .order_by(ExitProposal.id)
        )
    )


def reason_of(proposal: str) -> str:
    """Return the short code of the reason that a proposal stands for."""
    return REASONS.get(proposal, proposal.removeprefix(REMOVAL))


def is_removal(proposal: str) -> bool:
    """Say whether a proposal is a removal, which a person decides and the member may contest."""
    return proposal.startswith(REMOVAL)


def cooling_off_months(proposal: str, reason: str) -> int:
    """Return for how many months nobody may nominate the person again; 0 for not at all."""
    ordinary = _REMOVAL_MONTHS if is_removal(proposal) else 0
    return _COOLING_OFF_MONTHS.get(reason, ordinary)


def close(call: ServiceContext, case: ExitCase, state: ExitState) -> None:
    """Bring an exit to its end; an ended one stays as it is."""
    if case.state not in FINAL:
        case.state, case.closed_at = state, call.now
        if state is ExitState.EFFECTIVE:
            case.effective_on = call.now.date()
    call.session.flush()


def decider(call: ServiceContext, case: ExitCase, decision: str) -> Actor:
    """
    Return who is named for the outcome of an exit: who decided so, not who signed last.

    What the rules or an appeal decided names nobody; where nothing was decided, whoever
    acted is named.
    """
    if case.decided_by is not None and case.decision == decision:
        return Actor(case.decided_by, case.decided_by)
    is_by_rule = case.decision is not None or case.proposal == "RETAIN"
    return SYSTEM if is_by_rule else call.actor


def bring(
    call: ServiceContext,
    member: PoolMember,
    to: Lifecycle,
    *,
    reason: str,
    by: Actor | None = None,
) -> None:
    """
    Bring a member to a state, through "active" where no shorter way leads there.

    Raises:
        WrongLifecycle: The member has left, or is in intake.

    """
    if member.lifecycle is to:
        return
    try:
        member_services.move(call, member, to, reason=reason, by=by)
    except WrongLifecycle:
        member_services.move(call, member, Lifecycle.ACTIVE, reason=reason, by=by)
        member_services.move(call, member, to, reason=reason, by=by)


def head_of(session: Session, member: PoolMember) -> str | None:
    """Return who answers for a member."""
    head: str | None = member_services.of(session, member)["head"]
    return head
