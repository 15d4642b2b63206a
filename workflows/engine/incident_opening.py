"""Open an incident: the trace of a failed transition, written after its rollback."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from workflows.database import table_of
from workflows.engine import journal
from workflows.engine.tables import Incident, Instance
from workflows.engine.transition import Event

logger = logging.getLogger(__name__)

MAX_MESSAGE = 1_000
OPEN_STATUSES = ("running", "incident")


@dataclass(frozen=True)
class Trouble:
    """
    What went wrong in which case, and the command that a retry gives again.

    `attempts` counts how often it was tried, where background work did so by itself.

    What `is_beside` the tokens of a case, such as a message that it sent, is
    told even when the case itself has ended.
    """

    instance_id: int
    kind: str
    message: str
    command: Mapping[str, Any]
    at: datetime
    actor: str
    element_id: str | None = None
    attempts: int = 1
    is_beside: bool = False


def open_incident(session: Session, trouble: Trouble) -> int | None:
    """
    Open an incident, or renew the one that is open for the same token.

    Returns its number, or `None` when the case has ended in the meantime.
    """
    case = session.execute(
        select(Instance.status, Instance.version, Instance.last_seq)
        .where(Instance.id == trouble.instance_id)
        .with_for_update()
    ).one_or_none()
    if case is None or not (trouble.is_beside or case.status in OPEN_STATUSES):
        return None
    facts = {
        "kind": trouble.kind,
        "message": trouble.message[:MAX_MESSAGE],
        "command": dict(trouble.command),
        "element_id": trouble.element_id,
    }
    known = _open_for_token(session, trouble)
    if known is not None and trouble.command.get("kind") == "skip":
        return known  # What failed first is still what a retry must do.
    if known is not None:
        _renew(session, known, trouble, facts)
        return known
    incident_id = _insert(session, trouble, facts)
    _mark(session, trouble, incident_id, case)
    logger.warning(
        "incident opened",
        extra={"incident_id": incident_id, "instance_id": trouble.instance_id},
    )
    return incident_id


def _renew(session: Session, incident_id: int, trouble: Trouble, facts: Mapping[str, Any]) -> None:
    """Write into an incident that its step was tried again, and what went wrong this time."""
    tried = Incident.attempts + trouble.attempts
    session.execute(
        update(table_of(Incident))
        .where(Incident.id == incident_id)
        .values(attempts=tried, tried_at=trouble.at, **facts)
    )


def _insert(session: Session, trouble: Trouble, facts: Mapping[str, Any]) -> int:
    """Insert an incident and return its number."""
    incident_id = session.execute(
        insert(table_of(Incident))
        .values(
            instance_id=trouble.instance_id,
            token_id=trouble.command.get("token_id"),
            opened_at=trouble.at,
            attempts=trouble.attempts,
            tried_at=trouble.at,
            **facts,
        )
        .returning(Incident.id)
    ).scalar_one()
    return int(incident_id)


def _open_for_token(session: Session, trouble: Trouble) -> int | None:
    """Return the open incident of the same token and kind of command."""
    rows = session.execute(
        select(Incident.id, Incident.command).where(
            Incident.instance_id == trouble.instance_id,
            Incident.resolved_at.is_(None),
            Incident.token_id.is_not_distinct_from(trouble.command.get("token_id")),
        )
    )
    kind, letter = trouble.command.get("kind"), trouble.command.get("letter")
    return next(
        (
            row.id
            for row in rows
            if kind in (row.command.get("kind"), "skip") and letter == row.command.get("letter")
        ),
        None,
    )


def _mark(session: Session, trouble: Trouble, incident_id: int, case: Any) -> None:
    """Set the status of the case, unless it has ended, and write history and audit."""
    event = Event(
        "incident_opened",
        element_id=trouble.element_id,
        data={"incident": incident_id, "message": trouble.message[:MAX_MESSAGE]},
    )
    last_seq = journal.append(
        session,
        trouble.instance_id,
        [event],
        after=case.last_seq,
        at=trouble.at,
        actor=trouble.actor,
    )
    session.execute(
        update(table_of(Instance))
        .where(Instance.id == trouble.instance_id)
        .values(
            status="incident" if case.status in OPEN_STATUSES else case.status,
            version=Instance.version + 1,
            last_seq=last_seq,
            changed_at=trouble.at,
        )
    )
    journal.audit(session, trouble.actor, "incident.open", "incident", incident_id, at=trouble.at)
