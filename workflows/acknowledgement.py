"""The services that record how somebody took an outcome that is against him or her."""

from collections.abc import Mapping
from typing import Any

from workflows.engine.services import ServiceContext, service
from workflows.nomination_records import keep
from workflows.nomination_tables import Acknowledgement
from workflows.witnesses import witnesses

Result = dict[str, Any]


@service("acknowledgement.sign")
def note_receipt(
    call: ServiceContext, *, nomination_id: int, person: str, receipt: Mapping[str, Any]
) -> Result:
    """Record that a person signed, and whether a review is asked for."""
    _acknowledge(call, nomination_id, person, "signed", [])
    wants_review = receipt.get("ask_review") is True
    grounds = receipt.get("grounds") if wants_review else None
    keep(call, nomination_id, "review_request", grounds)
    return {"review_requested": wants_review, "review_grounds": grounds, "receipt": None}


@service("acknowledgement.refuse")
def note_refusal(
    call: ServiceContext,
    *,
    nomination_id: int,
    person: str,
    receipt: Mapping[str, Any] | None = None,
) -> Result:
    """Record a refusal or silence with the two witnesses of it."""
    answer = "silent" if receipt is None else "refused"
    _acknowledge(call, nomination_id, person, answer, witnesses(call))
    wants_review = receipt is not None and receipt.get("ask_review") is True
    grounds = (receipt or {}).get("grounds") if wants_review else None
    keep(call, nomination_id, "review_request", grounds)
    return {"review_requested": wants_review, "review_grounds": grounds, "receipt": None}


def _acknowledge(
    call: ServiceContext, nomination_id: int, person: str, answer: str, witnesses: list[str]
) -> None:
    """Write down how the outcome was taken."""
    call.session.add(
        Acknowledgement(
            nomination_id=nomination_id,
            person=person,
            answer=answer,
            witnesses=witnesses,
            recorded_at=call.now,
        )
    )
    call.session.flush()
