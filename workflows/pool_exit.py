"""The services of the exit itself: open it, hear what comes up, propose, and take effect."""

import logging
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError

from workflows import correction_records, exit_facts, exit_rights, member_services, memberships
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.exit_afterwards import mentors_of, pack_handover
from workflows.exit_records import (
    ExitRunning,
    bring,
    close,
    cooling_off_months,
    decider,
    fetch,
    is_removal,
    open_one,
    proposals,
    reason_of,
)
from workflows.exit_tables import ExitCase, ExitProposal, ExitState, LongLeave
from workflows.membership_refusals import WrongLifecycle
from workflows.nomination_records import months_later
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

logger = logging.getLogger(__name__)
Result = dict[str, Any]
_NOT_RUNNING = frozenset({Lifecycle.INTAKE, Lifecycle.EXITED})
# A new proposal changes the way of an exit only when it comes before the present one.
_ORDER = (
    "EXIT_APPOINTED",
    "EXIT_LEFT_ORG",
    "PROPOSE_REMOVAL:discipline",
    "EXIT_WITHDRAWN",
)


@service("pool_exit.request")
def request(
    call: ServiceContext, *, number: str, cause: str, evidence: str | None = None
) -> Result:
    """
    Find the member of a request on a form, and ask whether this person may make it.

    Raises:
        UnknownMember: No membership has this number.
        NotAllowed: Somebody else has to propose this.
        WrongLifecycle: The person has left, or is not yet an active member.

    """
    member = memberships.by_number(call.session, number)
    exit_rights.check(call, member, cause)
    if member.lifecycle in _NOT_RUNNING:
        raise WrongLifecycle(member.number, member.lifecycle, Lifecycle.EXIT_PROPOSED)
    return {"member_id": member.id, "proposed_by": call.actor.username}


@service("pool_exit.open")
def open_case(
    call: ServiceContext,
    *,
    member_id: int,
    cause: str | None = None,
    proposed_by: str | None = None,
    **more: Any,
) -> Result:
    """
    Open the exit of a member with its first proposal.

    Raises:
        BusinessError: `exit_running`, when one is under way that hears the proposal instead;
            `no_member`, when the person has left or is in intake.
        NotAllowed: Somebody else has to propose what takes effect without a decision.

    """
    member = member_services.fetch(call.session, member_id)
    if member.lifecycle in _NOT_RUNNING:
        raise BusinessError("no_member", "The person is not a member any more, or not yet.")
    named = exit_facts.cause_named(cause or "other")
    exit_rights.check_at_once(call, member, named)
    if open_one(call.session, member_id) is not None:
        raise BusinessError("exit_running", str(ExitRunning(member.number)))
    case = ExitCase(
        member_id=member_id,
        instance_id=call.instance_id,
        cause=named,
        appointed_to=more.get("appointed_to") or "",
        opened_at=call.now,
    )
    _insert(call, case, member.number)
    _propose(call, case, member, {"cause": cause, "proposed_by": proposed_by, **more})
    return {"exit_case_id": case.id, "evidence": None, "overtaken": False, "leave_since": None}


@service("pool_exit.hear")
def hear(
    call: ServiceContext, *, exit_case_id: int, news: Mapping[str, Any] | None = None
) -> Result:
    """Add a proposal to an exit under way, and say whether it changes the way of it."""
    case, told = fetch(call.session, exit_case_id), news or {}
    named = exit_facts.cause_named(str(told.get("cause") or "other"))
    if not exit_rights.may_at_once(call, case.member, named):
        logger.warning("exit proposal ignored", extra={"exit_case_id": case.id})
        return {"overtaken": False, "news": None}
    _propose(call, case, case.member, told)
    facts = exit_facts.collect(call.session, case, call.now.date())
    holds = (
        facts["appointed"],
        facts["left_organisation"],
        facts["serious_discipline"],
        facts["withdraws"],
    )
    first = next((rank for rank, is_so in enumerate(holds) if is_so), len(_ORDER))
    present = _ORDER.index(case.proposal) if case.proposal in _ORDER else len(_ORDER)
    overtakes = first < present
    return {"overtaken": overtakes, "news": None}


@service("pool_exit.look_again")
def look_again(call: ServiceContext, *, exit_case_id: int) -> Result:
    """Leave the present way; the decision proposes anew from all that is known now."""
    case = fetch(call.session, exit_case_id)
    case.state = ExitState.PROPOSED
    call.session.flush()
    return {"overtaken": False}


@service("pool_exit.facts")
def facts(call: ServiceContext, *, exit_case_id: int) -> Result:
    """Return the inputs of the exit decision."""
    case = fetch(call.session, exit_case_id)
    return exit_facts.collect(call.session, case, call.now.date())


@service("pool_exit.note_proposal")
def note_proposal(call: ServiceContext, *, exit_case_id: int, proposal: str) -> Result:
    """Keep what the decision proposes; a person who proposed it does not decide it."""
    case = fetch(call.session, exit_case_id)
    case.proposal, case.reason = proposal, reason_of(proposal)
    case.decision, case.follows, case.panel_outcome = None, None, ""
    head = member_services.of(call.session, case.member)["head"]
    proposed_by = {each.proposed_by for each in proposals(call.session, case)}
    return {
        "exit_reason": case.reason,
        "decider": None if head in proposed_by and is_removal(proposal) else head,
        "is_suspensive": proposal != "PROPOSE_REMOVAL:discipline",
        "overtaken": False,
    }


@service("pool_exit.take_effect")
def take_effect(call: ServiceContext, *, exit_case_id: int) -> Result:
    """End the membership: one transaction with the reason, the waiting time and the hand-over."""
    case = fetch(call.session, exit_case_id)
    member, today = case.member, call.now.date()
    bring(call, member, Lifecycle.EXITED, reason=case.reason, by=decider(call, case, "exit"))
    months = cooling_off_months(case.proposal, case.reason)
    if months:
        case.cooling_off_until = months_later(today, months)
        memberships.cool_off(
            call.session,
            member.person,
            member.pool,
            until=case.cooling_off_until,
            reason=case.reason,
        )
    close(call, case, ExitState.EFFECTIVE)
    return {"handover_items": pack_handover(call, case), "mentors": mentors_of(call, case)}


@service("pool_exit.retain")
def retain(call: ServiceContext, *, exit_case_id: int) -> None:
    """
    Let the member stay: the membership is active as before.

    A correction that proposed the exit left the standing to this decision.
    """
    case = fetch(call.session, exit_case_id)
    by = decider(call, case, "keep")
    bring(call, case.member, Lifecycle.ACTIVE, reason="Stays in the pool", by=by)
    correction_records.restore_standing(call.session, case.member_id)
    close(call, case, ExitState.RETAINED)


def _insert(call: ServiceContext, case: ExitCase, number: str) -> None:
    """Insert an exit; of two at the same moment, the slower one is refused."""
    try:
        with call.session.begin_nested():
            call.session.add(case)
    except IntegrityError as error:
        raise BusinessError("exit_running", str(ExitRunning(number))) from error


def _propose(
    call: ServiceContext, case: ExitCase, member: PoolMember, told: Mapping[str, Any]
) -> None:
    """Append a proposal to an exit, and the leave that it tells of."""
    cause = exit_facts.cause_named(str(told.get("cause") or "other"))
    call.session.add(
        ExitProposal(
            exit_case_id=case.id,
            cause=cause,
            evidence=told.get("evidence") or "",
            refused_posts=told.get("refused_posts") or 0,
            failed_plans=exit_facts.failed_plans_of(cause, told.get("failed_plans")),
            proposed_by=told.get("proposed_by") or call.actor.username,
            proposed_at=call.now,
        )
    )
    if told.get("appointed_to"):
        case.appointed_to = str(told["appointed_to"])[:200]
    on_leave = exit_facts.leave_since(call.session, member.person_id)
    if cause == exit_facts.LONG_LEAVE and told.get("leave_since") and on_leave is None:
        since = date.fromisoformat(str(told["leave_since"]))
        call.session.add(LongLeave(person_id=member.person_id, since=since))
    call.session.flush()
