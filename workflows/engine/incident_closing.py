"""Incidents that a step leaves behind: what failed was done again, or the case went another way."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import commands, outbox
from workflows.engine.migrate_command import Migrate
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Incident
from workflows.engine.transition import Command, Event, Outcome

RETRIED, PASSED = "retried", "passed"


def close(
    session: Session,
    instance_id: int,
    status: str,
    outcome: Outcome,
    *,
    command: Command,
    occasion: Occasion,
) -> tuple[str, tuple[Event, ...]]:
    """
    Resolve the incidents of tokens that went on; return the status of the case, and what to tell.

    `status` is the one before the step.
    """
    if status != "incident":
        return outcome.status, ()
    rows = session.execute(
        select(Incident.id, Incident.token_id, Incident.kind, Incident.element_id)
        .where(Incident.instance_id == instance_id, Incident.resolved_at.is_(None))
        .order_by(Incident.id)
    ).all()
    alive = {*outcome.user_tasks, *outcome.timers, *outcome.messages}
    # A message that did not arrive still does not when the case itself goes on, or ends.
    over = [
        row
        for row in rows
        if row.kind != outbox.UNDELIVERED
        and (outcome.status == "completed" or row.token_id not in alive)
        and not (isinstance(command, Migrate) and row.token_id is None)
    ]
    events = tuple(_resolve(session, row, command, occasion) for row in over)
    is_over = outcome.status == "completed" or len(over) == len(rows)
    return outcome.status if is_over else "incident", events


def _resolve(session: Session, row: Any, command: Command, occasion: Occasion) -> Event:
    """Mark an incident as resolved and return what the history tells of it."""
    how = RETRIED if row.token_id == commands.token_of(command) else PASSED
    session.execute(
        update(table_of(Incident))
        .where(Incident.id == row.id)
        .values(resolved_at=occasion.now, resolved_by=occasion.actor.username, resolution=how)
    )
    data = {"incident": row.id, "resolution": how}
    return Event("incident_resolved", element_id=row.element_id, data=data)
