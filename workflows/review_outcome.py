"""The services from the provisional to the final grade: decisions, talk, dispute, consequences."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from rules.sentences import Sentence
from workflows import rating_records, review_records, review_schemes
from workflows.engine.services import ServiceContext, service
from workflows.errors import Invalid
from workflows.people_tables import GradeHistory
from workflows.review_states import CycleKind, GradeStage, ReviewState
from workflows.review_tables import Review, ReviewGrade
from workflows.vocabulary import Readiness

VOICES = 2
SHORTEST_REASON = 20
_ADVERSE = ("C", "D")
_FAIL = "D"
Result = dict[str, Any]


class ReasonMissing(Invalid):
    """A grade against the member, or against the proposal, needs a written reason."""

    def __init__(self) -> None:
        super().__init__(
            Sentence(
                "Give a written reason of 20 letters or more: the grade is a C or D, or differs"
                " from the proposal."
            )
        )


@service("review_outcome.note_decision")
def note_decision(
    call: ServiceContext, *, review_id: int, decision: Mapping[str, Any], stage: str
) -> Result:
    """
    Keep what a named person decides about the grade, and why.

    Raises:
        ReasonMissing: The decision needs one.

    """
    found = review_records.fetch(call.session, review_id)
    kept = _decide(call, found, GradeStage(stage), decision["grade"], decision.get("reason"))
    needs_panel = _FAIL in (kept.decision, kept.proposal.removesuffix("*"))
    return {"decision": None, "grade": kept.decision, "needs_panel": needs_panel, "voices": 0}


@service("review_outcome.note_voice")
def note_voice(call: ServiceContext, *, review_id: int, voice: Mapping[str, Any]) -> Result:
    """Keep the voice of a panel member; the milder of two voices counts."""
    found = review_records.fetch(call.session, review_id)
    _decide(call, found, GradeStage.PANEL, voice["grade"], voice["reason"])
    said = [
        one.decision
        for one in review_records.grades(call.session, review_id)
        if one.stage is GradeStage.PANEL
    ]
    return {"voice": None, "voices": len(said), "grade": min(said), "is_done": len(said) >= VOICES}


@service("review_outcome.note_readiness")
def note_readiness(call: ServiceContext, *, review_id: int, readiness: str, grade: str) -> Result:
    """Keep the readiness that follows from the grade, and say in words what was decided."""
    found = review_records.fetch(call.session, review_id)
    found.readiness = Readiness(readiness)
    call.session.flush()
    reasons = [one.reason for one in review_records.grades(call.session, review_id) if one.reason]
    return {"letter": f"Grade {grade}.", "reasons": reasons, "is_adverse": grade in _ADVERSE}


@service("review_outcome.note_talk")
def note_talk(call: ServiceContext, *, review_id: int, talk: Mapping[str, Any]) -> Result:
    """Keep when the feedback talk took place and what was agreed."""
    found = review_records.fetch(call.session, review_id)
    found.talk_held_on = date.fromisoformat(talk["held_on"])
    found.talk_notes = talk["agreed"]
    call.session.flush()
    return {"talk": None}


@service("review_outcome.note_receipt")
def note_receipt(
    call: ServiceContext, *, review_id: int, receipt: Mapping[str, Any] | None = None
) -> Result:
    """Keep how the member took the outcome; silence is kept as silence."""
    found, said = review_records.fetch(call.session, review_id), receipt or {}
    found.receipt = said.get("signature", "silent")
    found.member_comment = said.get("comment") or ""
    is_disputed = said.get("disputes") is True
    found.dispute_grounds = (said.get("grounds") or "") if is_disputed else ""
    call.session.flush()
    return {"receipt": None, "is_signed": found.receipt == "signed", "is_disputed": is_disputed}


@service("review_outcome.note_appeal")
def note_appeal(call: ServiceContext, *, review_id: int, outcome: str | None = None) -> Result:
    """Keep how the dispute ended; without an answer in time the grade stands."""
    found = review_records.fetch(call.session, review_id)
    found.appeal_outcome = outcome or "unanswered"
    call.session.flush()
    return {"must_regrade": outcome in ("upheld", "partly")}


@service("review_outcome.conclude")
def conclude(call: ServiceContext, *, review_id: int, grade: str) -> Result:
    """Make the grade final, carry it to the membership, and say what must follow from it."""
    found = review_records.fetch(call.session, review_id)
    found.final_grade, found.state = grade, ReviewState.FINAL
    _carry_over(call, found, grade)
    before = found.grade_before
    cause = "grade_D" if grade == _FAIL else None
    if (before, grade) == ("C", "C"):
        cause = "two_C"
    decided = review_records.grades(call.session, review_id)[-1]
    return {
        "grade": grade,
        "weakest": _weakest(call, found),
        "is_drop": before is not None and grade > before,
        "exit_cause": cause,
        "decided_by": decided.decided_by,
        **dict.fromkeys(("letter", "reasons")),
    }


def _decide(
    call: ServiceContext, found: Review, stage: GradeStage, grade: str, reason: str | None
) -> ReviewGrade:
    """Write down one decision about a grade."""
    proposal, text = found.provisional_grade or "", (reason or "").strip()
    is_followed = proposal.removesuffix("*") == grade
    if (grade in _ADVERSE or not is_followed) and len(text) < SHORTEST_REASON:
        raise ReasonMissing
    kept = ReviewGrade(
        review_id=found.id,
        stage=stage,
        proposal=proposal,
        decision=grade,
        is_followed=is_followed,
        reason=text,
        decided_by=call.actor.username,
        decided_at=call.now,
    )
    call.session.add(kept)
    call.session.flush()
    return kept


def _carry_over(call: ServiceContext, found: Review, grade: str) -> None:
    """Update the membership; the yearly grade is kept for good."""
    member = found.member
    member.last_grade = grade
    member.readiness = found.readiness or member.readiness
    member.horizon = found.horizon or member.horizon
    if found.cycle.kind is CycleKind.ANNUAL:
        call.session.merge(
            GradeHistory(person_id=member.person_id, year=found.cycle.year, grade=grade)
        )
    call.session.flush()


def _weakest(call: ServiceContext, found: Review) -> str:
    """Return the indicator with the lowest mean among those that count."""
    scheme = review_schemes.by_id(call.session, found.cycle.scheme_id)
    weights = review_schemes.weights(scheme)
    means = rating_records.overall(rating_records.counted(call.session, found), weights["groups"])
    counting = {code: means[code] for code, weight in weights["indicators"].items() if weight}
    return min(counting, key=counting.__getitem__)
