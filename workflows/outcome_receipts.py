"""The services that record how a member took an outcome that is against him or her."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from workflows.engine.services import ServiceContext, service
from workflows.engine.tables import UserTask
from workflows.exit_tables import OutcomeReceipt

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
            witnesses=[] if answer == "signed" else _witnesses(call),
            recorded_at=call.now,
        )
    )
    call.session.flush()
    return {"receipt": None}


def _witnesses(call: ServiceContext) -> list[str]:
    """Return the two witnesses: the one before, and whoever completed the step now."""
    before = call.session.scalar(
        select(UserTask.completed_by)
        .where(
            UserTask.instance_id == call.instance_id,
            UserTask.element_id == "witness",
            UserTask.state == "completed",
        )
        .order_by(UserTask.id.desc())
        .limit(1)
    )
    return [name for name in (before, call.actor.username) if name]
