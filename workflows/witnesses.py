"""Who confirmed that somebody was told of an outcome and did not sign for it."""

from sqlalchemy import select

from workflows.engine.services import ServiceContext
from workflows.engine.tables import UserTask


def witnesses(call: ServiceContext) -> list[str]:
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
