"""The services of an appeal: file it, admit it, decide it, and let it have its effect."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from rules.sentences import Sentence
from workflows import memberships, permissions
from workflows.appeal_records import EXIT, fetch, superior_of
from workflows.appeal_tables import Appeal, AppealOutcome, AppealState
from workflows.engine.services import BusinessError, ServiceContext, service
from workflows.errors import Conflict, Invalid
from workflows.exit_tables import ExitCase, ExitState
from workflows.permissions import Action, ExitFacts
from workflows.pool_tables import CoolingOff, PoolMember
from workflows.vocabulary import Lifecycle

Result = dict[str, Any]


class AlreadyAppealed(Conflict):
    """A matter has one open appeal at most, and one in all."""

    def __init__(self) -> None:
        super().__init__(Sentence("There is an appeal in this matter already."))


class NothingToContest(Invalid):
    """An appeal is about something that was decided."""

    def __init__(self) -> None:
        super().__init__(Sentence("There is no such decision about this member."))


@service("appeals.request")
def request(
    call: ServiceContext, *, number: str, matter: str, matter_id: int | None = None
) -> Result:
    """
    Find the member and the matter of an appeal on a form; only the member may file it.

    Raises:
        UnknownMember: No membership has this number.
        NotAllowed: Somebody else is the member.
        NothingToContest: No exit of this member was decided.

    """
    member = memberships.by_number(call.session, number)
    permissions.check(call.actor, Action.APPEAL, ExitFacts(member.person.username))
    if matter == EXIT:
        case = call.session.scalar(
            select(ExitCase)
            .where(ExitCase.member_id == member.id, ExitCase.decision == "exit")
            .order_by(ExitCase.id.desc())
        )
        matter_id = None if case is None else case.id
    if matter_id is None:
        raise NothingToContest
    return {"member_id": member.id, "matter_id": matter_id}


@service("appeals.draft")
def draft(
    call: ServiceContext, *, member_id: int, exit_case_id: int, appeal: Mapping[str, Any]
) -> Result:
    """Keep an appeal against an exit before the case about it begins."""
    entry = _entry(call, member_id, EXIT, exit_case_id)
    entry.ground, entry.statement = appeal["ground"], appeal["statement"]
    _insert(call, entry)
    return {"appeal": None, "appeal_id": entry.id}


@service("appeals.open")
def open_appeal(
    call: ServiceContext,
    *,
    member_id: int,
    matter: str,
    matter_id: int,
    ground: str | None = None,
    statement: str | None = None,
) -> Result:
    """
    Begin the case about an appeal.

    Raises:
        BusinessError: `appealed_already`, when the matter has an appeal of its own already.

    """
    entry = call.session.scalar(
        select(Appeal).where(
            Appeal.matter == matter,
            Appeal.matter_id == matter_id,
            Appeal.second_instance_of.is_(None),
        )
    )
    if entry is not None and entry.instance_id is not None:
        raise BusinessError("appealed_already", str(AlreadyAppealed()))
    if entry is None:
        entry = _entry(call, member_id, matter, matter_id)
        entry.ground, entry.statement = ground, statement or ""
        _insert(call, entry)
    entry.instance_id = call.instance_id
    call.session.flush()
    entry = fetch(call.session, entry.id)
    return {
        "appeal_id": entry.id,
        "has_grounds": bool(entry.ground and entry.statement),
        "superior": superior_of(call.session, entry),
        "statement": None,
        "ground": None,
        "instance_number": 1,
    }


@service("appeals.note_grounds")
def note_grounds(
    call: ServiceContext, *, appeal_id: int, grounds: Mapping[str, Any] | None = None
) -> Result:
    """Keep what the member contests and why."""
    if grounds is not None:
        entry = fetch(call.session, appeal_id)
        entry.ground, entry.statement = grounds["ground"], grounds["statement"]
        call.session.flush()
    return {"grounds": None}


@service("appeals.show")
def show(call: ServiceContext, *, appeal_id: int) -> Result:
    """Return what is contested and why, for those who decide about it."""
    entry = fetch(call.session, appeal_id)
    return {
        "appeal_ground": entry.ground,
        "appeal_statement": entry.statement or "The member gave no reasons in time.",
    }


@service("appeals.note_admissibility")
def note_admissibility(
    call: ServiceContext, *, appeal_id: int, admissibility: Mapping[str, Any]
) -> Result:
    """Keep whether the appeal is admissible; one that is not ends as dismissed, with the reason."""
    entry = fetch(call.session, appeal_id)
    entry.is_admissible = admissibility["is_admissible"]
    entry.admissibility_reason = admissibility["reason"]
    entry.admitted_by = call.actor.username
    entry.state = AppealState.ADMITTED
    call.session.flush()
    letter = None if entry.is_admissible else f"Not admissible.\n\n{entry.admissibility_reason}"
    return {
        "admissibility": None,
        "is_admissible": entry.is_admissible,
        "outcome": None if entry.is_admissible else AppealOutcome.DISMISSED.value,
        "letter": letter,
    }


@service("appeals.note_hearing")
def note_hearing(
    call: ServiceContext, *, appeal_id: int, hearing: Mapping[str, Any] | None = None
) -> Result:
    """Keep when the member was heard; a hearing is not required."""
    entry = fetch(call.session, appeal_id)
    if hearing is not None and hearing["was_heard"]:
        entry.heard_on = date.fromisoformat(hearing["heard_on"])
        entry.hearing_notes = hearing["notes"]
    call.session.flush()
    return {"hearing": None, "hearing_notes": entry.hearing_notes or None}


@service("appeals.note_reasons")
def note_reasons(
    call: ServiceContext, *, appeal_id: int, outcome: str, reasons: Mapping[str, Any]
) -> Result:
    """Turn what the panel wrote into the letter to the member."""
    return {"reasons": None, "letter": f"Outcome: {outcome}.\n\n{reasons['reasons']}"}


@service("appeals.decide")
def decide(call: ServiceContext, *, appeal_id: int, outcome: str, letter: str) -> Result:
    """Close the first instance with outcome and reasons."""
    entry = fetch(call.session, appeal_id)
    _close(call, entry, outcome, letter)
    return {"letter": letter}


@service("appeals.go_on")
def go_on(call: ServiceContext, *, appeal_id: int, second: Mapping[str, Any]) -> Result:
    """Open the second instance; there is one, and no third."""
    first = fetch(call.session, appeal_id)
    entry = _entry(call, first.member_id, first.matter, first.matter_id)
    entry.second_instance_of, entry.instance_id = first.id, call.instance_id
    entry.ground, entry.statement = first.ground, second["statement"]
    entry.state, entry.is_admissible = AppealState.ADMITTED, True
    _insert(call, entry)
    return {"second": None, "appeal_id": entry.id, "appeal_statement": entry.statement}


@service("appeals.decide_finally")
def decide_finally(
    call: ServiceContext, *, appeal_id: int, superior_ruling: Mapping[str, Any]
) -> Result:
    """Close the second instance with the decision of the superior."""
    entry = fetch(call.session, appeal_id)
    entry.decided_by = call.actor.username
    outcome = superior_ruling["outcome"]
    _close(call, entry, outcome, superior_ruling["reason"])
    letter = f"Outcome: {outcome}. This decision is final.\n\n{superior_ruling['reason']}"
    return {"superior_ruling": None, "outcome": outcome, "letter": letter}


@service("appeals.conclude")
def conclude(call: ServiceContext, *, appeal_id: int) -> Result:
    """
    Give an appeal its effect: whoever left and should not have is a member again.

    An ended membership stays ended. The member gets a new one that names the old.
    """
    entry = fetch(call.session, appeal_id)
    reinstated = None
    if entry.outcome is AppealOutcome.UPHELD and entry.matter == EXIT:
        case = call.session.get_one(ExitCase, entry.matter_id)
        if case.state is ExitState.EFFECTIVE:
            reinstated = _reinstate(call, entry, case)
    return {"reinstated_id": reinstated, "letter": None, "appeal_statement": None}


def _entry(call: ServiceContext, member_id: int, matter: str, matter_id: int) -> Appeal:
    """Make an appeal that is filed now."""
    return Appeal(
        member_id=member_id,
        matter=matter,
        matter_id=matter_id,
        filed_by=call.actor.username,
        filed_at=call.now,
    )


def _insert(call: ServiceContext, entry: Appeal) -> None:
    """Insert an appeal; of two at the same moment, the slower one is refused."""
    try:
        with call.session.begin_nested():
            call.session.add(entry)
    except IntegrityError as error:
        raise AlreadyAppealed from error


def _close(call: ServiceContext, entry: Appeal, outcome: str, reasons: str) -> None:
    """End an instance."""
    entry.outcome, entry.reasons = AppealOutcome(outcome), reasons
    entry.state, entry.closed_at = AppealState.DECIDED, call.now
    call.session.flush()


def _reinstate(call: ServiceContext, entry: Appeal, case: ExitCase) -> int:
    """Make the person a member again and lift the waiting time; return the new membership."""
    session, old = call.session, entry.member
    running = memberships.current(session, old.person, old.pool)
    if running is not None:
        return running.id
    facts: dict[str, Any] = {
        "reason": f"Reinstated after an appeal, before {old.number}",
        "instance_id": call.instance_id,
        "actor": call.actor,
        "now": call.now,
    }
    horizon = old.horizon.value
    new: PoolMember = memberships.create(session, old.person, old.pool, horizon=horizon, **facts)
    new.term_end, new.renewals_used = max(old.term_end, call.now.date()), old.renewals_used
    new.last_grade, new.readiness = old.last_grade, old.readiness
    new.accountable_head = old.accountable_head
    memberships.change_state(session, new, Lifecycle.ACTIVE, **facts)
    session.execute(
        delete(CoolingOff).where(
            CoolingOff.person_id == old.person_id,
            CoolingOff.pool_id == old.pool_id,
            CoolingOff.reason == case.reason,
        )
    )
    entry.reinstated_member_id = new.id
    session.flush()
    return new.id
