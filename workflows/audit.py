"""Who did what to which object, written in the transaction that did it."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.engine.tables import AuditEvent
from workflows.paging import Page, newest_first


def record(
    session: Session,
    action: str,
    object_type: str,
    object_id: str | int,
    *,
    actor: Actor,
    now: datetime,
    **data: Any,
) -> None:
    """Append one entry; `data` holds ids and codes, never personal texts or secrets."""
    session.execute(
        insert(AuditEvent),
        {
            "at": now,
            "actor": actor.username,
            "action": action,
            "object_type": object_type,
            "object_id": str(object_id),
            "data": data,
        },
    )


def entries(
    session: Session,
    *,
    object_type: str | None = None,
    object_id: str | int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[AuditEvent]:
    """
    Return the newest entries, of everything or of one object.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    query = select(AuditEvent)
    if object_type is not None:
        query = query.where(AuditEvent.object_type == object_type)
    if object_id is not None:
        query = query.where(AuditEvent.object_id == str(object_id))
    return newest_first(session, query, AuditEvent.id, limit=limit, cursor=cursor)
