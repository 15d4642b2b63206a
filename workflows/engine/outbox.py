"""
What leaves a case after its commit: notices to people, messages to other cases.

Rows are written in the transaction of the case and delivered in transactions
of their own, at least once; the row id is the idempotency key. So a receiver
that fails never undoes the sender, and no transaction holds two cases.
"""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM, Actor
from workflows.database import Database, run_after_commit, table_of
from workflows.engine import backoff, incident_opening, message_targets, writes
from workflows.engine.failures import TransitionFailed, TryAgainLater
from workflows.engine.incident_opening import Trouble
from workflows.engine.jobs import performing, port
from workflows.engine.jobs.port import Claim
from workflows.engine.letters import (
    MAIL,
    MESSAGE,
    NOTICE,
    Letter,
    LetterRows,
    draft,
    drop_all,
    mark_sent,
    told,
    write,
)
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.stepping import Progress
from workflows.engine.tables import Outbox
from workflows.engine.transition import Event, ThrownMessage, WorkingCalendar
from workflows.engine.user_task_rows import OpenedUserTask
from workflows.errors import UnderstudyError

__all__ = ["MAIL", "MESSAGE", "NOTICE", "Letter"]

logger = logging.getLogger(__name__)

UNDELIVERED = "message_undelivered"  # the kind of that incident
MOST_AT_ONCE = 20  # how many letters their sender delivers right after the commit
MOST_HOPS = 200  # how many cases may pass a message on before one of them waits
_DEEPEST = 10  # how many of these do so within each other; the worker goes on from there
DELIVER_LETTER = "deliver_letter"  # the command of an incident about an undelivered message

_outbox = table_of(Outbox)
_UNSENT = Prepared(
    select(_outbox)
    .where(_outbox.c.id == bindparam("id"), _outbox.c.sent_at.is_(None))
    .with_for_update()
)

Deliverer = Callable[[Session, Letter, Occasion], None]

_deliverers: dict[str, Deliverer] = {}
_hops: ContextVar[int] = ContextVar("hops", default=0)
_depth: ContextVar[int] = ContextVar("depth", default=0)


class EndlessMessages(UnderstudyError):
    """Cases send messages to each other, and nothing waits on the way."""

    def __init__(self) -> None:
        super().__init__(f"{MOST_HOPS} cases have passed it on without waiting for anything.")


def delivers(kind: str) -> Callable[[Deliverer], Deliverer]:
    """Register the function that delivers letters of a kind, in the transaction it is handed."""

    def register(deliverer: Deliverer) -> Deliverer:
        _deliverers[kind] = deliverer
        return deliverer

    return register


def post(
    session: Session,
    instance_id: int,
    progress: Progress,
    opened: Iterable[OpenedUserTask],
    *,
    seq: int,
    occasion: Occasion,
) -> tuple[Event, ...]:
    """Write the letters of a step; return its events, with what became of thrown messages."""
    letters: list[dict[str, Any]] = []
    events = list(progress.events)
    seen = 0
    if progress.thrown:
        # The case itself may be among the receivers, and waits since this step.
        writes.flush(session)
    for thrown in progress.thrown:
        targets = _targets(session, thrown, instance_id)
        letters += [_message(thrown, target, occasion) for target in targets]
        seen = _note(events, thrown, len(targets), seen)
    messages = len(letters)
    letters += [_notice(instance_id, one) for one in opened if one.assignee is not None]
    for number, letter in enumerate(letters):
        letter.update(id=f"{instance_id}:{seq}:{number}", created_at=occasion.now)
    write(session, letters)
    if messages:
        # The worker delivers the rest of a signal that very many hear.
        ids = [letter["id"] for letter in letters[: min(messages, MOST_AT_ONCE)]]
        run_after_commit(session, lambda database: deliver(database, ids, occasion))
    return tuple(events)


def notify(
    session: Session, letter_id: str, recipient: str, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Post a notice to a person; it leaves after the commit."""
    write(session, [draft(letter_id, NOTICE, recipient, payload, now=now)])


def deliver_due(
    database: Database, now: datetime, calendar: WorkingCalendar, limit: int = 100
) -> int:
    """Deliver letters that are waiting; return how many left."""
    return performing.perform_due(database, WORK, now, calendar, limit)


def deliver(database: Database, ids: Iterable[str], occasion: Occasion) -> None:
    """Deliver letters right after their commit; what fails is left to the worker."""
    deep = _depth.get() + 1
    if deep > _DEEPEST:
        return
    token = _depth.set(deep)
    try:
        for letter_id in ids:
            _deliver(database, letter_id, occasion)
    finally:
        _depth.reset(token)


def _deliver(database: Database, letter_id: str, occasion: Occasion) -> None:
    """Deliver one letter right after its commit."""
    try:
        performing.perform(database, WORK, letter_id, occasion.now, occasion.calendar)
    except Exception:
        # The sender is committed and answered; a receiver's trouble is not theirs.
        logger.exception("delivery failed", extra={"letter": letter_id})


class LetterWork(LetterRows):
    """Delivers messages to other cases, and notices to people."""

    name = "letter"
    lane = port.CASES

    @property
    def kinds(self) -> Sequence[str]:
        """Return the kinds of letters that somebody delivers."""
        return list(_deliverers)

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Deliver one letter in the transaction that marks it as sent."""
        with database.unit_of_work() as session:
            return _hand_over(session, claim, occasion)

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Leave a letter that cannot be delivered to people."""
        if isinstance(problem, TransitionFailed):
            # The incident of the receiver holds the message from now on.
            mark_sent(session, claim.key, now=now)
            return
        super().give_up(session, claim, problem, now=now)
        _open_incident(session, claim, problem, now)


WORK = LetterWork()


def send_again(session: Session, letter_id: str, occasion: Occasion) -> None:
    """Try a letter anew that could not be delivered, right after this commit."""
    session.execute(
        update(_outbox)
        .where(_outbox.c.id == letter_id)
        .values(attempts=0, retry_at=None, problem=None)
    )
    run_after_commit(session, lambda database: deliver(database, [letter_id], occasion))


def drop(session: Session, letter_id: str, *, now: datetime) -> None:
    """Give up a letter: a person decided that it need not arrive."""
    drop_all(session, [letter_id], now=now)


def _open_incident(session: Session, claim: Claim, problem: Exception, now: datetime) -> None:
    """Open an incident in the sending case for a message that cannot be delivered."""
    letter_id = claim.key
    row = session.execute(
        select(_outbox.c.kind, _outbox.c.recipient).where(_outbox.c.id == letter_id)
    ).one()
    if row.kind != MESSAGE:
        return
    incident_opening.open_incident(
        session,
        Trouble(
            instance_id=int(letter_id.split(":", maxsplit=1)[0]),
            kind=UNDELIVERED,
            message=f"The message “{row.recipient}” could not be delivered: {told(problem)}",
            command={"kind": DELIVER_LETTER, "letter": letter_id},
            at=now,
            actor=SYSTEM.username,
            attempts=claim.attempt,
            is_beside=True,
        ),
    )


def _hand_over(session: Session, claim: Claim, occasion: Occasion) -> bool:
    """Hand one letter to its deliverer and mark it as sent, in one transaction."""
    row = _UNSENT.found(session, id=claim.key)
    if row is None:
        return False
    actor = str(row.payload.get("actor", SYSTEM.username))
    letter = Letter(row.id, row.kind, row.recipient, row.payload)
    mine = Occasion(Actor(actor, actor), occasion.now, occasion.calendar)
    hops = int(row.payload.get("hops", 0))
    if hops > MOST_HOPS:
        raise EndlessMessages
    token = _hops.set(hops + 1)
    try:
        _deliverers[row.kind](session, letter, mine)
    except TransitionFailed as failure:
        if claim.attempt < backoff.MOST_ATTEMPTS:
            raise TryAgainLater(str(failure)) from failure
        raise
    finally:
        _hops.reset(token)
    mark_sent(session, claim.key, now=occasion.now)
    return True


def _targets(
    session: Session, thrown: ThrownMessage, instance_id: int
) -> Sequence[message_targets.Target]:
    """Return who gets what a case has thrown; a signal was heard in the case itself already."""
    if thrown.is_signal:
        return message_targets.hearing(session, thrown.message_name, besides=instance_id)
    return message_targets.find(session, thrown.message_name, thrown.correlation)


def _message(
    thrown: ThrownMessage, target: message_targets.Target, occasion: Occasion
) -> dict[str, Any]:
    """Return the letter that carries a message to one receiver."""
    return {
        "kind": MESSAGE,
        "recipient": thrown.message_name[:120],
        "payload": {
            "name": thrown.message_name,
            "correlation": thrown.correlation,
            "payload": dict(thrown.payload),
            "actor": occasion.actor.username,
            **({"hops": hops} if (hops := _hops.get()) else {}),
            **target.to_json(),
        },
    }


def _notice(instance_id: int, opened: OpenedUserTask) -> dict[str, Any]:
    """Return the letter that tells a person about a new user task."""
    return {
        "kind": NOTICE,
        "recipient": opened.assignee,
        "payload": {
            "event": "user_task_assigned",
            "user_task_id": opened.id,
            "instance_id": instance_id,
            "name": opened.wait.name or opened.wait.element_id,
        },
    }


def _note(events: list[Event], thrown: ThrownMessage, receivers: int, seen: int) -> int:
    """
    Write into the history of the sender how many receivers a message had.

    What was thrown stands in the order of its events, of which `seen` have been told.
    """
    for place in range(seen, len(events)):
        event = events[place]
        if (event.type, event.element_id) == ("activity_completed", thrown.element_id):
            what = "signal" if thrown.is_signal else "message"
            told = {**event.data, what: thrown.message_name, "receivers": receivers}
            events[place] = event._replace(data=told)
            return place + 1
    return seen
