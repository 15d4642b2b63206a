"""The services of the admission: is there room in the plan, and what if there is not?"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from workflows import pools
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import fetch, keep, move_in_case
from workflows.nomination_states import NominationState
from workflows.vocabulary import Horizon

FACTS_LAST = timedelta(days=183)
Result = dict[str, Any]


@service("admission.facts")
def facts(call: ServiceContext, *, nomination_id: int) -> Result:
    """Look up the plan cell in which the candidate would count."""
    entry = fetch(call.session, nomination_id)
    found = pools.quota_facts(
        call.session, entry.pool, entry.candidate, horizon=Horizon.MID.value, now=call.now
    )
    text = f"{found['members']} members, {found['pending_exits']} of them leaving; "
    text += f"planned {found['target']}, at most {found['maximum']}."
    return {**found, "text": text}


@service("admission.note_justification")
def note_justification(
    call: ServiceContext, *, nomination_id: int, justification: Mapping[str, Any]
) -> Result:
    """Keep why one more person is admitted, or why not."""
    keep(call, nomination_id, "justification", justification["reason"])
    return {"signs": justification["signs"]}


@service("admission.note_plan")
def note_plan(
    call: ServiceContext, *, nomination_id: int, plan_choice: Mapping[str, Any]
) -> Result:
    """Keep what becomes of a nomination without a place in the plan."""
    keep(call, nomination_id, "plan_choice", plan_choice["reason"])
    return {"look_again": plan_choice["look_again"]}


@service("admission.approve")
def approve(call: ServiceContext, *, nomination_id: int) -> None:
    """Approve the nomination: there is a seat."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.APPROVED)


@service("admission.waitlist")
def waitlist(call: ServiceContext, *, nomination_id: int) -> Result:
    """Put the nomination on the waiting list of the pool."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.WAITLISTED)
    return {"justification": None}


@service("admission.facts_age")
def facts_age(call: ServiceContext, *, nomination_id: int) -> Result:
    """Say whether the facts of the eligibility are still fresh."""
    entry = fetch(call.session, nomination_id)
    is_fresh = entry.facts_at is not None and call.now - entry.facts_at <= FACTS_LAST
    return {"fresh": is_fresh}


@service("admission.expire")
def expire(call: ServiceContext, *, nomination_id: int) -> None:
    """Close a nomination that waited a year for a seat."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.EXPIRED)
