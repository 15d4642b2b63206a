"""The services of what is done for members after a check-in, and the end of all check-ins."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import update

from workflows.check_in_tables import CheckIn, CheckInState, SupportAction
from workflows.engine.services import ServiceContext, service

Result = dict[str, Any]


@service("support.begin")
def begin(call: ServiceContext, *, check_in_id: int, kind: str, owner: str | None = None) -> Result:
    """Open something that is to be done for a member, from what the check-in says."""
    check_in = call.session.get_one(CheckIn, check_in_id)
    described = {"obstacle": check_in.obstacles, "care": check_in.wanted_support}
    action = SupportAction(
        member_id=check_in.member_id,
        check_in_id=check_in.id,
        kind=kind,
        owner=owner or "",
        description=described.get(kind, ""),
        opened_on=call.now.date(),
    )
    call.session.add(action)
    call.session.flush()
    return {"action_id": action.id, "action_text": action.description or None}


@service("support.finish")
def finish(
    call: ServiceContext, *, action_id: int, support: Mapping[str, Any] | None = None
) -> Result:
    """Close what was to be done; without an answer it was not done."""
    action = call.session.get_one(SupportAction, action_id)
    is_done = support is not None and support["is_done"]
    action.state, action.closed_on = "done" if is_done else "not_done", call.now.date()
    action.result = (support or {}).get("result") or ""
    call.session.flush()
    return {"support": None, "action_text": None}


@service("check_in.close")
def close(call: ServiceContext, *, member_id: int) -> None:
    """Close the check-ins and actions of somebody who left the pool; nobody missed them."""
    today = call.now.date()
    call.session.execute(
        update(CheckIn)
        .where(CheckIn.member_id == member_id, CheckIn.state == CheckInState.OPEN)
        .values(state=CheckInState.CLOSED, closed_on=today)
    )
    call.session.execute(
        update(SupportAction)
        .where(SupportAction.member_id == member_id, SupportAction.state == "open")
        .values(state="not_done", closed_on=today)
    )
