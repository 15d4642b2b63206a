"""What is written down about a case: history for its readers, audit rows for the auditor."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import writes
from workflows.engine.tables import AuditEvent, DecisionRecord, HistoryEvent
from workflows.engine.transition import Event

_LONGEST_NAME = 200
_KEEP_DECISIONS = insert(table_of(DecisionRecord))


def append(
    session: Session,
    instance_id: int,
    events: Sequence[Event],
    *,
    after: int,
    at: datetime,
    actor: str | None,
    log: bytes | None = None,
) -> int:
    """
    Append events to the history of a case and return the number of the last one.

    `log` is what the step that made the events was told; it stands with the
    first of them.
    """
    rows = [
        {
            "instance_id": instance_id,
            "seq": after + place,
            "at": at,
            "type": event.type,
            "element_id": event.element_id,
            "name": event.name[:_LONGEST_NAME] if event.name else event.name,
            "actor": actor,
            "data": _shown(event),
            "log": log if place == 1 else None,
        }
        for place, event in enumerate(events, start=1)
    ]
    writes.insert(session, table_of(HistoryEvent), rows)
    return after + len(rows)


def _shown(event: Event) -> dict[str, Any]:
    """Return the facts of an event; the trace of a decision is long and kept with its record."""
    if event.type != "decision_made":
        return dict(event.data)
    return {name: fact for name, fact in event.data.items() if name != "trace"}


def record_decisions(
    session: Session,
    instance_id: int,
    events: Sequence[Event],
    manifest: Mapping[str, str],
    *,
    after: int,
    at: datetime,
) -> None:
    """Keep every evaluation of a decision, with the content that decided."""
    rows = [
        {
            "instance_id": instance_id,
            "seq": after + place,
            "decision_key": event.data["decision"],
            "content_hash": manifest[f"decision:{event.data['decision']}{event.link}"],
            "inputs": event.data["inputs"],
            "output": event.data["output"],
            "matched_rules": event.data["matched_rules"],
            "trace": event.data.get("trace"),
            "decided_at": at,
        }
        for place, event in enumerate(events, start=1)
        if event.type == "decision_made"
    ]
    if rows:
        session.execute(_KEEP_DECISIONS, rows)


def audit(
    session: Session,
    actor: str,
    action: str,
    object_type: str,
    object_id: object,
    *,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write who did what to which object, in the transaction that does it."""
    entry = {
        "at": at,
        "actor": actor,
        "action": action,
        "object_type": object_type,
        "object_id": str(object_id),
        "data": dict(data or {}),
    }
    writes.insert(session, table_of(AuditEvent), [entry])
