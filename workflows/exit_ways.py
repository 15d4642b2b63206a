"""The services of the ways of an exit: removal, by choice, end of the term, long leave."""

import logging
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflows.engine.services import ServiceContext, service
from workflows.exit_records import VOLUNTARY, bring, close, fetch, is_removal, proposals
from workflows.exit_tables import ExitState, LongLeave
from workflows.nomination_records import months_later
from workflows.vocabulary import Lifecycle

logger = logging.getLogger(__name__)
Result = dict[str, Any]
APPEAL_WINDOW = 10  # working days
_LETTER = (
    "It was decided that your membership ends.\n\n{reason}\n\n"
    "You may appeal until {until:%d %B %Y}. "
    "An appeal is looked at by three people who had no part in this decision; "
    "it never counts against you."
)


@service("exit_ways.propose_removal")
def propose_removal(call: ServiceContext, *, exit_case_id: int) -> Result:
    """Put the removal to the member, with everything that speaks for it."""
    case = fetch(call.session, exit_case_id)
    bring(call, case.member, Lifecycle.EXIT_PROPOSED, reason=f"Removal proposed: {case.reason}")
    texts = [each.evidence for each in proposals(call.session, case) if each.evidence]
    return {"grounds": "\n\n".join(texts) or "The facts of the record."}


@service("exit_ways.note_statement")
def note_statement(
    call: ServiceContext, *, exit_case_id: int, statement: Mapping[str, Any] | None = None
) -> Result:
    """Keep what the member says; who decides reads it."""
    case = fetch(call.session, exit_case_id)
    case.statement = (statement or {}).get("statement") or ""
    call.session.flush()
    return {"statement": None, "member_statement": case.statement or None}


@service("exit_ways.note_ruling")
def note_ruling(call: ServiceContext, *, exit_case_id: int, ruling: Mapping[str, Any]) -> Result:
    """Keep the decision of a named person, with the reason, as proposed or not."""
    case = fetch(call.session, exit_case_id)
    case.decision, case.decision_reason = ruling["decision"], ruling["reason"]
    case.decided_by, case.decided_at = call.actor.username, call.now
    proposes_exit = case.proposal != "RENEWAL_REVIEW"
    if case.panel_outcome in ("APPROVE", "REJECT"):
        agrees = case.panel_outcome == "APPROVE"
        proposes_exit = agrees if is_removal(case.proposal) else not agrees
    case.follows = (case.decision == "exit") is proposes_exit
    if case.decision == "exit":
        case.state = ExitState.DECIDED
    call.session.flush()
    return {"ruling": None, "decision": case.decision, "member_statement": None, "grounds": None}


@service("exit_ways.write_letter")
def write_letter(call: ServiceContext, *, exit_case_id: int) -> Result:
    """Write the letter about a removal: the reason, and until when it can be contested."""
    case = fetch(call.session, exit_case_id)
    until = call.calendar.add_working_days(call.now, APPEAL_WINDOW)
    return {"letter": _LETTER.format(reason=case.decision_reason, until=until)}


@service("exit_ways.note_no_appeal")
def note_no_appeal(call: ServiceContext, *, exit_case_id: int) -> None:
    """Note that the window for an appeal closed without one; the exit goes on."""
    logger.info("exit not contested", extra={"exit_case_id": exit_case_id})


@service("exit_ways.note_appeal")
def note_appeal(call: ServiceContext, *, exit_case_id: int, answered: Mapping[str, Any]) -> Result:
    """Take what became of the appeal; a decision that has to be made again is open again."""
    case, outcome = fetch(call.session, exit_case_id), answered.get("outcome")
    is_ours = answered.get("matter") == "exit" and answered.get("matter_id") == exit_case_id
    if is_ours and outcome == "partly" and case.state is ExitState.DECIDED:
        case.state = ExitState.PROPOSED
    call.session.flush()
    return {"is_ours": is_ours, "appeal_result": outcome if is_ours else None, "answered": None}


@service("exit_ways.note_talk")
def note_talk(
    call: ServiceContext, *, exit_case_id: int, talk: Mapping[str, Any] | None = None
) -> Result:
    """Keep when the talk with a member who leaves by choice took place."""
    if talk is not None:
        case = fetch(call.session, exit_case_id)
        case.talked_on, case.talk_notes = date.fromisoformat(talk["held_on"]), talk["notes"]
        call.session.flush()
    return {"talk": None}


@service("exit_ways.take_back")
def take_back(call: ServiceContext, *, exit_case_id: int) -> Result:
    """Take the request back; what else was proposed in the meantime still stands."""
    case = fetch(call.session, exit_case_id)
    rest = [each for each in proposals(call.session, case) if each.cause != VOLUNTARY]
    for each in proposals(call.session, case):
        if each.cause == VOLUNTARY:
            each.taken_back_at = call.now
    if not rest:
        bring(call, case.member, Lifecycle.ACTIVE, reason="Request to leave taken back")
        close(call, case, ExitState.TAKEN_BACK)
    call.session.flush()
    return {"exit_result": "AGAIN" if rest else "TAKEN_BACK"}


@service("exit_ways.ask_renewal")
def ask_renewal(call: ServiceContext, *, exit_case_id: int) -> Result:
    """Say that the term of a member comes to its end."""
    case = fetch(call.session, exit_case_id)
    bring(call, case.member, Lifecycle.RENEWAL_DUE, reason="The term comes to its end")
    ends_on = case.member.term_end if case.reason == "term_end" else call.now.date()
    return {"ends_on": ends_on.isoformat(), "is_later": ends_on > call.now.date()}


@service("exit_ways.renew")
def renew(call: ServiceContext, *, exit_case_id: int) -> None:
    """Begin one more term, where the present one is about to end."""
    case = fetch(call.session, exit_case_id)
    member = case.member
    if case.reason == "term_end":
        member.term_end = months_later(member.term_end, member.pool.term_months)
        member.renewals_used += 1
    call.session.flush()


@service("exit_ways.suspend")
def suspend(call: ServiceContext, *, exit_case_id: int) -> None:
    """Let the membership rest while the member is on a long leave."""
    case = fetch(call.session, exit_case_id)
    bring(call, case.member, Lifecycle.SUSPENDED, reason="Long leave")
    case.state = ExitState.SUSPENDED
    case.suspended_on = case.suspended_on or call.now.date()
    call.session.flush()


@service("exit_ways.note_leave")
def note_leave(
    call: ServiceContext, *, exit_case_id: int, leave_review: Mapping[str, Any]
) -> Result:
    """Note whether the member is back; the term then ends as much later as the leave lasted."""
    case, is_back = fetch(call.session, exit_case_id), leave_review["is_back"]
    if is_back:
        member, back_on = case.member, date.fromisoformat(leave_review["back_on"])
        leave = call.session.scalar(
            select(LongLeave).where(
                LongLeave.person_id == member.person_id, LongLeave.until.is_(None)
            )
        )
        if leave is not None:
            leave.until = max(back_on, leave.since)
            # A membership that began during the leave is not given days from before it.
            missed = leave.until - max(leave.since, member.joined_on)
            member.term_end += max(missed, timedelta())
    call.session.flush()
    return {"leave_review": None, "is_back": is_back}
