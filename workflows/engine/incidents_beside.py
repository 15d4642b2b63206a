"""Incidents that stand beside the tokens of a case: letters, and rows that do not agree."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from rules.sentences import Sentence, Term
from workflows.actors import Actor
from workflows.database import table_of
from workflows.engine import entities, journal, outbox, sweeps, verification
from workflows.engine.incident_opening import OPEN_STATUSES
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Incident, Instance
from workflows.engine.transition import Event
from workflows.engine.transitions import LockedCase
from workflows.errors import Conflict

KINDS = (outbox.DELIVER_LETTER, sweeps.CHECK_CASE)


class StillDisagrees(Conflict):
    """The rows of a case do not agree with its state; no retry mends that."""

    def __init__(self, sentence: str) -> None:
        super().__init__(
            Sentence(
                "The case still does not agree with itself: %(why)s",
                why=Term("incident", "inconsistent", sentence),
            )
        )


def retry(session: Session, case: LockedCase, incident: Any, occasion: Occasion) -> None:
    """
    Send a message again that could not be delivered, or look at a case again.

    Raises:
        StillDisagrees: Nobody has mended the case.

    """
    if incident.command["kind"] == outbox.DELIVER_LETTER:
        outbox.send_again(session, str(incident.command["letter"]), occasion)
        return
    sentence = verification.disagreement(session, case.id)
    if sentence is not None:
        raise StillDisagrees(sentence)


def close(
    session: Session,
    case: LockedCase,
    incident: Any,
    by: Actor,
    *,
    now: datetime,
    how: str,
    why: str,
) -> Instance:
    """Mark such an incident as resolved; the tokens of the case stay where they are."""
    mark(session, case, incident, now, how=how, by=by, why=why)
    others = select(Incident.id).where(
        Incident.instance_id == case.id, Incident.resolved_at.is_(None)
    )
    is_last = session.scalars(others.limit(1)).first() is None
    status = case.values["status"]
    if status in OPEN_STATUSES:
        status = "running" if is_last else "incident"
    changed = {
        "status": status,
        "version": case.values["version"] + 1,
        "last_seq": case.values["last_seq"],
        "changed_at": now,
    }
    session.execute(update(table_of(Instance)).where(Instance.id == case.id).values(**changed))
    return entities.present(session, Instance, {**case.values, **changed})


def mark(
    session: Session,
    case: LockedCase,
    incident: Any,
    now: datetime,
    *,
    how: str,
    by: Actor,
    why: str,
) -> None:
    """Mark an incident as resolved, in history and audit too."""
    session.execute(
        update(table_of(Incident))
        .where(Incident.id == incident.id)
        .values(resolved_at=now, resolved_by=by.username, resolution=how)
    )
    data = {"incident": incident.id, "resolution": how, "reason": why}
    event = Event("incident_resolved", element_id=incident.element_id, data=data)
    case.values["last_seq"] = journal.append(
        session,
        case.id,
        [event],
        after=case.values["last_seq"],
        at=now,
        actor=by.username,
    )
    journal.audit(
        session,
        by.username,
        f"incident.{how}",
        "incident",
        incident.id,
        at=now,
        data={"reason": why},
    )
