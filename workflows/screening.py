"""The services of the screening: is the file complete, and may this person be nominated?"""

from collections.abc import Mapping
from typing import Any

from workflows import people
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import fetch, keep, move_in_case
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Waiver

_REASONS = {
    "not_active": "does not work here at the moment",
    "service_years": "too few years of service",
    "time_in_level": "too short a time on the present level",
    "grade_below_B": "a grade below B in the last three years",
    "discipline_active": "a disciplinary measure is in effect",
    "cooling_off": "a waiting time after an earlier case is running",
    "already_member": "is a member of the pool already",
    "under_investigation": "an investigation is open",
    "education": "the level of education",
    "frontline_experience": "too little experience in the front line",
    "age": "the age limit of the pool",
}
Result = dict[str, Any]


@service("screening.open")
def open_file(
    call: ServiceContext, *, nomination_id: int, consent: Mapping[str, Any] | None = None
) -> Result:
    """Begin the screening once the candidate agreed."""
    entry = fetch(call.session, nomination_id)
    move_in_case(call, entry, NominationState.SCREENING)
    keep(call, nomination_id, "consent", (consent or {}).get("remark"))
    return {"consent": None}


@service("screening.note_supplement")
def note_supplement(
    call: ServiceContext, *, nomination_id: int, supplement: Mapping[str, Any]
) -> Result:
    """Keep what the nominator supplied; unit HR sees it below the statement."""
    keep(call, nomination_id, "supplement", supplement["supplement"])
    entry = fetch(call.session, nomination_id)
    added = supplement["supplement"]
    return {"supplement": None, "statement": f"{entry.statement}\n\n{added}", "missing": None}


@service("screening.facts")
def facts(call: ServiceContext, *, nomination_id: int) -> Result:
    """Collect the inputs of the eligibility decision."""
    entry = fetch(call.session, nomination_id)
    if entry.state in (NominationState.HOLD, NominationState.WAIVER):
        move_in_case(call, entry, NominationState.SCREENING)
    entry.facts_at = call.now
    return people.eligibility_facts(call.session, entry.candidate, entry.pool, call.now)


@service("screening.hold")
def hold(call: ServiceContext, *, nomination_id: int) -> None:
    """Put the nomination on hold while an investigation is open."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.HOLD)


@service("screening.ask_waiver")
def ask_waiver(call: ServiceContext, *, nomination_id: int, reasons: list[str]) -> Result:
    """Ask for an exception, and say in words which rules are not met."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.WAIVER)
    return {"waiver_reasons": [in_words(code) for code in reasons]}


@service("screening.note_waiver")
def note_waiver(
    call: ServiceContext, *, nomination_id: int, role: str, answer: Mapping[str, Any] | None = None
) -> Result:
    """Record an answer about an exception; silence is a refusal."""
    answer = answer or {"approves": False, "reason": "No answer in time."}
    call.session.add(
        Waiver(
            nomination_id=nomination_id,
            role=role,
            approver=call.actor.username,
            approves=answer["approves"],
            reason=answer["reason"],
            decided_at=call.now,
        )
    )
    call.session.flush()
    return {"approves": answer["approves"]}


@service("screening.pass")
def let_pass(call: ServiceContext, *, nomination_id: int) -> None:
    """Let the nomination go on to the vetting."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.VETTING)


@service("screening.note_review")
def note_review(call: ServiceContext, *, nomination_id: int, review: Mapping[str, Any]) -> Result:
    """Keep the answer to a request for review."""
    keep(call, nomination_id, "review", review["reason"])
    return {"review": {"look_again": review["look_again"]}, "review_grounds": None}


@service("screening.mark_ineligible")
def mark_ineligible(call: ServiceContext, *, nomination_id: int) -> None:
    """Close the nomination of somebody who may not be nominated."""
    move_in_case(call, fetch(call.session, nomination_id), NominationState.INELIGIBLE)


def in_words(code: str) -> str:
    """Return the words for a reason code of the eligibility decision."""
    return _REASONS.get(code, code)
