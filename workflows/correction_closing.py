"""The services that end a case of correction, or hand it on: closing, referral, appeal."""

from collections.abc import Mapping
from typing import Any

from workflows import groups, member_services
from workflows.correction_records import fetch, follow_standing, tell
from workflows.correction_states import CaseState, Level, Outcome, retention_months
from workflows.correction_tables import CorrectionCase, CorrectionDecision
from workflows.engine.entity_queries import get_one
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import months_later
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle, Standing

_OVER_FOR_THE_MEMBER = frozenset({Outcome.LEFT_POOL, Outcome.EXIT_PROPOSED})
_WITHOUT_FINDING = frozenset(
    {Outcome.DISMISSED, Outcome.APPEAL_UPHELD, Outcome.LEFT_POOL, Outcome.ABANDONED}
)
Result = dict[str, Any]


@service("correction.close")
def close_case(call: ServiceContext, *, case_id: int, outcome: str | None = None) -> Result:
    """Close a case; what was found goes to the training plan."""
    case = fetch(call.session, case_id)
    ending = Outcome(outcome) if outcome else _earned(case)
    close(call, case, ending)
    return {"finding": None if ending in _WITHOUT_FINDING else case.issue_code}


@service("correction.refer")
def refer(call: ServiceContext, *, case_id: int) -> None:
    """Suspend the membership and tell the conduct office, whose procedure is not part of this."""
    case = fetch(call.session, case_id)
    _move(call, case, Lifecycle.ACTIVE, Lifecycle.SUSPENDED, "Referred to the conduct office")
    tell(
        call,
        [*groups.members_of(call.session, groups.CONDUCT_OFFICE)],
        "A case was referred to the conduct office.",
    )


@service("correction.note_referral")
def note_referral(
    call: ServiceContext, *, case_id: int, referral_decision: Mapping[str, Any]
) -> Result:
    """Record what the head decided after a referral; a membership that goes on is active again."""
    case = fetch(call.session, case_id)
    outcome = referral_decision["outcome"]
    call.session.add(
        CorrectionDecision(
            case_id=case.id,
            decision=outcome,
            is_followed=True,
            is_final=True,
            points=case.points,
            reason=referral_decision["reason"],
            decided_by=call.actor.username,
            decided_at=call.now,
        )
    )
    if outcome == "RESUME":
        _move(call, case, Lifecycle.SUSPENDED, Lifecycle.ACTIVE, "Resumed after a referral")
    call.session.flush()
    return {"referral_decision": None, "referral_outcome": outcome}


@service("correction.propose_exit")
def propose_exit(call: ServiceContext, *, case_id: int) -> Result:
    """Close the case because the exit is proposed; the standing stays until that is decided."""
    case = fetch(call.session, case_id)
    close(call, case, Outcome.EXIT_PROPOSED)
    cause = "discipline" if case.level is Level.REFER else "correction_failed"
    return {"exit_cause": cause, "proposed_by": call.actor.username}


@service("correction.note_appeal")
def note_appeal(
    call: ServiceContext, *, case_id: int, appeal_decision: Mapping[str, Any]
) -> Result:
    """Say whether an appeal against this very case was upheld."""
    is_meant = (
        appeal_decision.get("matter") == "correction"
        and appeal_decision.get("matter_id") == case_id
    )
    return {"is_upheld": is_meant and appeal_decision.get("outcome") == "upheld"}


def close(call: ServiceContext, case: CorrectionCase, outcome: Outcome) -> None:
    """Close a case and say how long its record is kept."""
    case.state, case.outcome, case.closed_at = CaseState.CLOSED, outcome, call.now
    case.next_checkpoint_at = None
    case.retain_until = months_later(call.now.date(), retention_months(case.level))
    if outcome is Outcome.APPEAL_UPHELD:
        case.effect_until = None
    call.session.flush()
    if outcome not in _OVER_FOR_THE_MEMBER:
        follow_standing(call.session, case.member_id, Standing.GOOD)


def _earned(case: CorrectionCase) -> Outcome:
    """Return how a case ends that went its way."""
    if case.level is None:
        return Outcome.DISMISSED
    return {Level.L0: Outcome.CARED, Level.REFER: Outcome.RESUMED}.get(
        case.level, Outcome.CORRECTED
    )


def _move(
    call: ServiceContext, case: CorrectionCase, before: Lifecycle, to: Lifecycle, reason: str
) -> None:
    """Move the membership on, unless something else moved it first."""
    member = get_one(call.session, PoolMember, case.member_id)
    if member.lifecycle is before:
        member_services.move(call, member, to, reason=reason)
