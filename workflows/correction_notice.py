"""The services that tell a member the level of a correction, and record how it was taken."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflows.correction_records import fetch
from workflows.correction_states import Level
from workflows.correction_tables import (
    CorrectionCase,
    CorrectionDecision,
    CorrectionReceipt,
    CorrectionText,
)
from workflows.engine.services import ServiceContext, service
from workflows.witnesses import witnesses

_LEVELS = {
    Level.L1: "A reminder (level 1)",
    Level.L2: "A written inquiry and a plan for improvement (level 2)",
    Level.L3: "An admonition and a plan for improvement (level 3)",
}
_CONTEST = "If you think that a fact or a rule is wrong, ask for a review below."
Result = dict[str, Any]


@service("correction.write_letter")
def write_letter(call: ServiceContext, *, case_id: int) -> Result:
    """Put the decision into words for the member: level, reason, admonition, how to contest."""
    case = fetch(call.session, case_id)
    reason = call.session.scalar(
        select(CorrectionDecision.reason)
        .where(CorrectionDecision.case_id == case.id, CorrectionDecision.is_final.is_(True))
        .order_by(CorrectionDecision.id.desc())
        .limit(1)
    )
    admonition = _admonition(call, case) if case.level is Level.L3 else None
    title = _LEVELS.get(case.level) if case.level else None
    parts = [title, reason, admonition, _CONTEST]
    return {"letter": "\n\n".join(part for part in parts if part), "helper": case.helper}


@service("correction_notice.sign")
def sign(call: ServiceContext, *, case_id: int, receipt: Mapping[str, Any]) -> Result:
    """Record that the member signed, and whether a review is asked for."""
    return _record(call, case_id, "signed", receipt, [])


@service("correction_notice.refuse")
def refuse(
    call: ServiceContext, *, case_id: int, receipt: Mapping[str, Any] | None = None
) -> Result:
    """Record a refusal or silence with the two witnesses of it."""
    answer = "silent" if receipt is None else "refused"
    return _record(call, case_id, answer, receipt or {}, witnesses(call))


def _record(
    call: ServiceContext,
    case_id: int,
    answer: str,
    receipt: Mapping[str, Any],
    witnesses: list[str],
) -> Result:
    """Write down how the notice was taken."""
    case = fetch(call.session, case_id)
    wants_review = receipt.get("ask_review") is True
    call.session.add(
        CorrectionReceipt(
            case_id=case.id,
            level=case.level,
            answer=answer,
            witnesses=witnesses,
            grounds=(receipt.get("grounds") or "") if wants_review else "",
            recorded_at=call.now,
        )
    )
    call.session.flush()
    return {"review_requested": wants_review, "receipt": None}


def _admonition(call: ServiceContext, case: CorrectionCase) -> str | None:
    """Return the newest admonition of a case."""
    return call.session.scalar(
        select(CorrectionText.body)
        .where(CorrectionText.case_id == case.id, CorrectionText.kind == "admonition")
        .order_by(CorrectionText.id.desc())
        .limit(1)
    )
