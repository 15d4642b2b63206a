"""Messages: from outside or from another case, to the case that waits for them."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.engine import (
    instances,
    json_data,
    message_targets,
    outbox,
    signals,
    transitions,
    waits,
)
from workflows.engine.message_targets import MessageStart, SignalStart, Target, WaitingToken
from workflows.engine.occasion import Occasion
from workflows.engine.outbox import Letter
from workflows.engine.tables import Instance, Subscription
from workflows.engine.transition import (
    DeliverMessage,
    ThrownMessage,
    TokenNotWaiting,
    WorkingCalendar,
)
from workflows.errors import NotFound

logger = logging.getLogger(__name__)


class NobodyWaits(NotFound):
    """No case waits for the message, and it starts none."""

    def __init__(self, name: str, correlation: str) -> None:
        for_whom = f" with correlation “{correlation}”" if correlation else ""
        super().__init__(f"No case waits for the message “{name}”{for_whom}, and it starts none.")


def send(
    session: Session,
    name: str,
    *,
    correlation: str = "",
    payload: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> list[Instance]:
    """
    Hand a message to every case that waits for it, or start the cases that it starts.

    Raises:
        NobodyWaits: No case waits for it, and no process starts with it.
        DataRefused: The payload is no JSON object, or too large, or the name or the
            correlation holds what cannot be stored.
        TransitionFailed: A case cannot go on with it.

    """
    json_data.storable(name, "The name of the message")
    json_data.storable(correlation, "The correlation")
    content = json_data.checked(payload or {}, what=Sentence("The payload"))
    occasion = Occasion(actor, now, calendar)
    reached: dict[int, Instance] = {}
    for target in message_targets.find(session, name, correlation):
        thrown = ThrownMessage("", name, correlation, content)
        instance = _hand_over(session, target, thrown, occasion)
        if instance is not None:
            reached[instance.id] = instance
    if not reached:
        raise NobodyWaits(name, correlation)
    return list(reached.values())


def send_to(
    session: Session,
    subscription_id: int,
    *,
    actor: Actor,
    now: datetime,
    calendar: WorkingCalendar,
) -> Instance:
    """
    Hand one case the message or signal that it waits for, without data, and nobody else.

    Raises:
        NobodyWaits: The case has gone on.
        TransitionFailed: The case cannot go on with it.

    """
    waits_for = session.get(Subscription, subscription_id)
    if waits_for is None:
        raise NobodyWaits("", "")
    name, correlation = waits_for.message_name, waits_for.correlation
    target = WaitingToken(waits_for.instance_id, waits_for.token_id)
    thrown = ThrownMessage("", name, correlation, {})
    instance = _hand_over(session, target, thrown, Occasion(actor, now, calendar))
    if instance is None:
        raise NobodyWaits(name, correlation)
    return instance


@outbox.delivers(signals.SIGNAL)
@outbox.delivers(outbox.MESSAGE)
def deliver(session: Session, letter: Letter, occasion: Occasion) -> None:
    """Hand over a message or signal; a receiver that is gone is no error."""
    told = letter.payload
    target: Target
    if "process_key" in told and told.get("is_signal"):
        target = SignalStart(told["process_key"])
    elif "process_key" in told:
        target = MessageStart(told["process_key"])
    else:
        target = WaitingToken(told["instance_id"], told["token_id"])
    thrown = ThrownMessage("", told["name"], told["correlation"], told["payload"])
    instance = _hand_over(session, target, thrown, occasion)
    if instance is None:
        logger.info("message came too late", extra={"letter": letter.id})


def _hand_over(
    session: Session, target: Target, message: ThrownMessage, occasion: Occasion
) -> Instance | None:
    """Hand a message or signal to one receiver; `None` when it does not wait any more."""
    if isinstance(target, SignalStart):
        return signals.start(session, target.process_key, message, occasion)
    if isinstance(target, MessageStart):
        return instances.start(
            session,
            target.process_key,
            message.payload,
            actor=occasion.actor,
            now=occasion.now,
            calendar=occasion.calendar,
            business_key=message.correlation or None,
            message_name=message.message_name,
        )
    case = transitions.lock(session, target.instance_id)
    live = waits.read(session, case.id, occasion.actor.username)
    if target.token_id not in live.subscriptions:
        return None
    try:
        command = DeliverMessage(target.token_id, message.payload)
        return transitions.move(session, case, command, occasion, live=live)
    except TokenNotWaiting:
        return None
