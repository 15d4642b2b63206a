"""The services that check a sign about a member: is it new and credible, and do the facts hold?"""

from collections.abc import Mapping
from typing import Any

from workflows import correction_records
from workflows.correction_states import Severity, SignCode, SignState
from workflows.correction_tables import MemberEvidence, RiskSign
from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import months_later

_OUTCOMES = {"duplicate": SignState.DUPLICATE, "not_credible": SignState.REJECTED}
Result = dict[str, Any]


@service("sign.describe")
def describe(call: ServiceContext, *, sign_id: int) -> Result:
    """Return what whoever looks at the sign first needs to see; the reporter stays unnamed."""
    sign = call.session.get_one(RiskSign, sign_id)
    return {
        "sign_code": sign.code,
        "sign_words": SignCode(sign.code).words,
        "sign_source": sign.source,
        "sign_evidence": sign.evidence or None,
    }


@service("sign.note_triage")
def note_triage(call: ServiceContext, *, sign_id: int, triage: Mapping[str, Any]) -> Result:
    """Record the first look; what is not worth verifying is set aside with the reason."""
    sign = call.session.get_one(RiskSign, sign_id)
    sign.triaged_by, sign.triage_reason = call.actor.username, triage["reason"]
    sign.state = _OUTCOMES.get(triage["outcome"], SignState.RAISED)
    call.session.flush()
    return {
        "triage": None,
        "triage_outcome": triage["outcome"],
        "evidence_office": triage.get("office") or "conduct-office",
        "sign_result": sign.state.value,
    }


@service("sign.verify")
def verify(
    call: ServiceContext, *, sign_id: int, evidence_id: int, severity: str, points: int
) -> Result:
    """Let a sign count for twelve months. A wish for support is care, whatever was ticked."""
    sign = call.session.get_one(RiskSign, sign_id)
    verified_by = call.session.get_one(MemberEvidence, evidence_id).answered_by
    is_care = sign.code == SignCode.WELLBEING
    sign.evidence_id, sign.state = evidence_id, SignState.VERIFIED
    sign.severity = Severity.CARE if is_care else Severity(severity)
    sign.points = 0 if is_care else int(points)
    sign.verified_by = verified_by
    sign.expires_on = months_later(call.now.date(), correction_records.SIGN_MONTHS)
    call.session.flush()
    return {"sign_result": sign.state.value}


@service("sign.refute")
def refute(call: ServiceContext, *, sign_id: int, evidence_id: int) -> Result:
    """Set a sign aside for which the records show nothing."""
    sign = call.session.get_one(RiskSign, sign_id)
    sign.evidence_id, sign.state = evidence_id, SignState.REJECTED
    call.session.flush()
    return {"sign_result": sign.state.value}
