"""
Signals: heard by every case that waits for one, and by every process that it starts.

Each receiver has a letter of its own, and so a transaction of its own: one that
fails neither undoes the sender nor delays the others.
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.database import run_after_commit, table_of
from workflows.engine import (
    compiled,
    definitions,
    instances,
    json_data,
    letters,
    message_targets,
    outbox,
)
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance, Outbox
from workflows.engine.transition import ThrownMessage, WorkingCalendar
from workflows.errors import Invalid

logger = logging.getLogger(__name__)

SIGNAL = "signal"
_LONGEST_KEY = 60
_outbox = table_of(Outbox)


def broadcast(
    session: Session,
    name: str,
    *,
    key: str,
    payload: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> int:
    """
    Send a signal to all that wait for it when this commits; return how many that are.

    `key` names this one signal: sent again with the same key, it reaches nobody twice.

    Raises:
        DataRefused: The payload is no JSON object, or too large, or the name or the
            key holds what cannot be stored.
        Invalid: The key is empty or too long.

    """
    if not 0 < len(key) <= _LONGEST_KEY:
        raise Invalid(
            Sentence(
                "The key of a signal has 1 to %(longest_key)s characters.", longest_key=_LONGEST_KEY
            )
        )
    json_data.storable(name, "The name of the signal")
    json_data.storable(key, "The key of the signal")
    content = json_data.checked(payload or {}, what=Sentence("The payload"))
    if session.scalar(select(_outbox.c.id).where(_outbox.c.id == f"{SIGNAL}:{key}:0")):
        return 0
    targets = message_targets.hearing(session, name)
    told = {"name": name, "correlation": "", "payload": content, "actor": actor.username}
    rows = [
        letters.draft(
            f"{SIGNAL}:{key}:{number}", SIGNAL, name[:120], {**told, **target.to_json()}, now=now
        )
        for number, target in enumerate(targets)
    ]
    letters.write(session, rows)
    at_once = [row["id"] for row in rows[: outbox.MOST_AT_ONCE]]
    occasion = Occasion(actor, now, calendar)
    run_after_commit(session, lambda database: outbox.deliver(database, at_once, occasion))
    return len(rows)


def start(
    session: Session, process_key: str, signal: ThrownMessage, occasion: Occasion
) -> Instance | None:
    """Begin a case with a signal; `None` when the process does not wait for it any more."""
    bundle = definitions.active_bundle(session, process_key)
    process = compiled.load(session, bundle.id, bundle.bundle_hash).executable.process
    event = process.signal_starts.get(signal.message_name)
    if event is None:
        logger.info("signal came too late", extra={"process": process_key})
        return None
    return instances.start(
        session,
        process_key,
        signal.payload,
        actor=occasion.actor,
        now=occasion.now,
        calendar=occasion.calendar,
        start_event=event,
    )
