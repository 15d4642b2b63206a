"""The services that ask an office for a statement about a member."""

from collections.abc import Mapping
from typing import Any

from workflows.correction_tables import MemberEvidence
from workflows.engine.services import ServiceContext, service

Result = dict[str, Any]


@service("member_evidence.request")
def request(call: ServiceContext, *, member_id: int, kind: str, office: str) -> Result:
    """Register that an office is asked."""
    evidence = MemberEvidence(member_id=member_id, kind=kind, office=office, requested_at=call.now)
    call.session.add(evidence)
    call.session.flush()
    return {"evidence_id": evidence.id}


@service("member_evidence.record")
def record(call: ServiceContext, *, evidence_id: int, evidence: Mapping[str, Any]) -> Result:
    """Record the statement; only what routing needs stays with the case."""
    found = call.session.get_one(MemberEvidence, evidence_id)
    found.answered_at, found.answered_by = call.now, call.actor.username
    found.result, found.statement = evidence["result"], evidence["statement"]
    found.reference = evidence.get("reference") or ""
    call.session.flush()
    return {
        "evidence": None,
        "evidence_result": found.result,
        "evidence_severity": evidence.get("severity") or "ordinary",
    }
