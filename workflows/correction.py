"""The services of a correction: which level it has, what is said, and what follows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflows import correction_records, member_services
from workflows.correction_records import counting_signs, fetch, follow_standing, keep, tell
from workflows.correction_states import Level, Severity
from workflows.correction_tables import CorrectionCase, CorrectionDecision
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import months_later
from workflows.vocabulary import Standing

EFFECT_MONTHS = 6
_ORDER = list(Severity)
_NOTHING = "NONE"
Result = dict[str, Any]


@service("correction.weigh")
def weigh(call: ServiceContext, *, case_id: int) -> Result:
    """
    Collect the inputs of the decisions about the level.

    Every verified sign of the member that has not expired counts, also from
    before; how grave it is follows from what was verified in this case.
    """
    case = fetch(call.session, case_id)
    counting = counting_signs(call.session, case.member_id, today=call.now.date())
    mine = [sign for sign in counting if sign.case_id == case.id]
    grave = [sign.severity for sign in mine if sign.severity is not None]
    return {
        "verified": len(mine),
        "signs": sorted({sign.code for sign in counting}),
        "severity": max(grave, key=_ORDER.index, default=Severity.ORDINARY).value,
        "repeat_in_12_months": case.is_repeat,
        "prior_level": case.prior_level,
        "sign_words": correction_records.in_words([sign.code for sign in mine]),
    }


@service("correction.propose")
def propose(
    call: ServiceContext, *, case_id: int, proposal: str, points: int, warning_level: str
) -> Result:
    """Keep what the rules propose; a case that escalates goes one level up at least."""
    case = fetch(call.session, case_id)
    wanted = _at_least(proposal, case.minimum_level)
    case.proposal, case.points, case.warning_level = wanted, int(points), warning_level
    case.is_heard = False
    call.session.flush()
    if case.level is None:
        is_care = warning_level in ("NONE", "CARE")
        follow_standing(call.session, case.member_id, Standing.CARE if is_care else Standing.WATCH)
    return {
        "proposal": wanted,
        "points": case.points,
        "warning_level": warning_level,
        "member_statement": None,
        "must_hear": _needs_hearing(wanted),
    }


@service("correction.note_hearing")
def note_hearing(
    call: ServiceContext, *, case_id: int, hearing: Mapping[str, Any] | None = None
) -> Result:
    """Keep the view of the member; who was asked and did not answer was heard, too."""
    case = fetch(call.session, case_id)
    statement = (hearing or {}).get("statement")
    keep(call, case, "hearing", statement)
    case.is_heard = True
    call.session.flush()
    return {"hearing": None, "member_statement": statement, "must_hear": False}


@service("correction.note_level")
def note_level(
    call: ServiceContext, *, case_id: int, level_decision: Mapping[str, Any], proposal: str
) -> Result:
    """
    Record what a named person decided, and why.

    A level of which the member has not been heard yet, or that only the head
    may decide on, is not settled: it becomes the proposal of another round.

    Raises:
        OwnCase: The member decides.

    """
    case = fetch(call.session, case_id)
    if call.actor.username == correction_records.username_of(call.session, case):
        raise correction_records.OwnCase
    chosen = level_decision["level"]
    needs_hearing = _needs_hearing(chosen) and not case.is_heard
    needs_head = _is_for_the_head(chosen) and not _is_for_the_head(proposal)
    is_settled = not (needs_hearing or needs_head)
    _keep_decision(call, case, level_decision, is_final=is_settled)
    if not is_settled:
        return {"is_settled": False, "proposal": chosen, "must_hear": needs_hearing}
    _settle(call, case, chosen)
    return {
        "is_settled": True,
        "level": chosen,
        "plan_days": case.plan_days,
        "member_statement": None,
    }


@service("correction.note_talk")
def note_talk(call: ServiceContext, *, case_id: int, talk: Mapping[str, Any]) -> Result:
    """Keep the record of a talk of care or of a reminder."""
    case = fetch(call.session, case_id)
    keep(call, case, "talk", talk["notes"], held_on=date.fromisoformat(talk["held_on"]))
    return {"talk": None}


@service("correction.note_reply")
def note_reply(
    call: ServiceContext, *, case_id: int, reply: Mapping[str, Any] | None = None
) -> Result:
    """Keep the reply to a written inquiry; silence leaves nothing to keep."""
    keep(call, fetch(call.session, case_id), "reply", (reply or {}).get("reply"))
    return {"reply": None}


@service("correction.note_admonition")
def note_admonition(call: ServiceContext, *, case_id: int, admonition: Mapping[str, Any]) -> Result:
    """Keep the admonition that the head approved; it has effect for six months."""
    case = fetch(call.session, case_id)
    keep(call, case, "admonition", admonition["text"])
    case.effect_until = months_later(call.now.date(), EFFECT_MONTHS)
    call.session.flush()
    return {"admonition": None}


@service("correction.escalate")
def escalate(call: ServiceContext, *, case_id: int) -> None:
    """Let the next decision begin one level up; the plan so far is over."""
    case = fetch(call.session, case_id)
    levels = list(Level)
    case.minimum_level = levels[levels.index(case.level or Level.L0) + 1]
    _forget_plan(case)
    call.session.flush()


def _at_least(proposal: str, minimum: Level | None) -> str:
    """Return a proposal, or the least level that the case must have."""
    if minimum is None or proposal == Level.REFER:
        return proposal
    reached = Level(proposal).number if proposal != _NOTHING else -1
    return proposal if reached >= minimum.number else minimum.value


def _needs_hearing(level: str) -> bool:
    """Say whether the member must be heard before this is decided."""
    return level != _NOTHING and Level(level).needs_hearing


def _is_for_the_head(level: str) -> bool:
    """Say whether only the head decides on this."""
    return level != _NOTHING and Level(level).is_for_the_head


def _keep_decision(
    call: ServiceContext, case: CorrectionCase, made: Mapping[str, Any], *, is_final: bool
) -> None:
    """Write down what was decided beside what the rules had proposed."""
    call.session.add(
        CorrectionDecision(
            case_id=case.id,
            proposal=case.proposal,
            decision=made["level"],
            is_followed=made["level"] == case.proposal,
            is_final=is_final,
            points=case.points,
            reason=made["reason"],
            decided_by=call.actor.username,
            decided_at=call.now,
        )
    )
    call.session.flush()


def _settle(call: ServiceContext, case: CorrectionCase, chosen: str) -> None:
    """Give the case the level that was decided, and tell whom it concerns."""
    case.minimum_level = None
    case.plan_round += 1
    _forget_plan(case)
    if chosen == _NOTHING:
        call.session.flush()
        return
    level = Level(chosen)
    case.level, case.way, case.plan_days = level, level.way, level.plan_days
    call.session.flush()
    follow_standing(call.session, case.member_id, correction_records.standing_of(level))
    member = member_services.fetch(call.session, case.member_id)
    head = member_services.of(call.session, member)["head"]
    tell(call, [head, case.helper], "It was decided how a case of care or correction goes on.")


def _forget_plan(case: CorrectionCase) -> None:
    """Begin a level without the plan of the one before."""
    case.plan_started_at = case.next_checkpoint_at = None
    case.plan_days = case.extensions = 0
