"""The services that record how a member took an outcome that is against him or her."""

from collections.abc import Mapping
from typing import Any

from workflows.engine.services import ServiceContext, service
from workflows.exit_tables import OutcomeReceipt
from workflows.witnesses import witnesses

Result = dict[str, Any]


@service("outcome_receipts.sign")
def sign(call: ServiceContext, *, matter: str, matter_id: int, member: str) -> Result:
    """Record that the member signed."""
    return _record(call, matter, matter_id, member, "signed")


@service("outcome_receipts.refuse")
def refuse(
    call: ServiceContext,
    *,
    matter: str,
    matter_id: int,
    member: str,
    receipt: Mapping[str, Any] | None = None,
) -> Result:
    """Record a refusal or silence with the two witnesses of it."""
    return _record(call, matter, matter_id, member, "silent" if receipt is None else "refused")


def _record(call: ServiceContext, matter: str, matter_id: int, member: str, answer: str) -> Result:
    """Write down how the outcome was taken; only what was not signed has witnesses."""
    call.session.add(
        OutcomeReceipt(
            matter=matter,
            matter_id=matter_id,
            person=member,
            answer=answer,
            witnesses=[] if answer == "signed" else witnesses(call),
            recorded_at=call.now,
        )
    )
    call.session.flush()
    return {"receipt": None}
