"""
What leaves a case after its commit: notices to people, messages to other cases.

Rows are written in the transaction of the case and delivered in transactions
of their own, at least once; the row id is the idempotency key. So a receiver
that fails never undoes the sender, and no transaction holds two cases.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.orm import Session

from workflows.actors import Actor
from workflows.database import Database, run_after_commit, table_of
from workflows.engine import backoff, incident_opening, message_targets
from workflows.engine.failures import TransitionFailed, TryAgainLater
from workflows.engine.incident_opening import Trouble
from workflows.engine.occasion import Occasion
from workflows.engine.stepping import Progress
from workflows.engine.tables import Outbox
from workflows.engine.transition import Event, ThrownMessage, WorkingCalendar
from workflows.engine.user_task_rows import OpenedUserTask
from workflows.errors import UnderstudyError

logger = logging.getLogger(__name__)

MESSAGE = "message"
NOTICE = "notice"
MAIL = "mail"
UNDELIVERED = "message_undelivered"  # the kind of that incident
DELIVER_LETTER = "deliver_letter"  # the command of an incident about an undelivered message

_outbox = table_of(Outbox)


@dataclass(frozen=True)
class Letter:
    """One row of the outbox, as its deliverer gets it."""

    id: str
    kind: str
    recipient: str
    payload: Mapping[str, Any]


Deliverer = Callable[[Session, Letter, Occasion], None]

_deliverers: dict[str, Deliverer] = {}


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
    for thrown in progress.thrown:
        targets = message_targets.find(session, thrown.message_name, thrown.correlation)
        letters += [_message(thrown, target, occasion) for target in targets]
        _note(events, thrown, len(targets))
    messages = len(letters)
    letters += [_notice(instance_id, one) for one in opened if one.assignee is not None]
    if letters:
        for number, letter in enumerate(letters):
            letter.update(id=f"{instance_id}:{seq}:{number}", created_at=occasion.now)
        session.execute(insert(_outbox), letters)
    if messages:
        ids = [letter["id"] for letter in letters[:messages]]
        run_after_commit(session, lambda database: deliver(database, ids, occasion))
    return tuple(events)


def notify(
    session: Session, letter_id: str, recipient: str, payload: Mapping[str, Any], *, now: datetime
) -> None:
    """Post a notice to a person; it leaves after the commit."""
    session.execute(
        insert(_outbox),
        {
            "id": letter_id,
            "kind": NOTICE,
            "recipient": recipient,
            "payload": dict(payload),
            "created_at": now,
        },
    )


def deliver_due(
    database: Database, now: datetime, calendar: WorkingCalendar, limit: int = 100
) -> int:
    """Deliver letters that are waiting; return how many left."""
    kinds = list(_deliverers)
    with database.reading() as session:
        ids = session.scalars(
            select(_outbox.c.id)
            .where(_outbox.c.kind.in_(kinds), *_is_due(now))
            .order_by(_outbox.c.created_at, _outbox.c.id)
            .limit(limit)
        ).all()
    return sum(_deliver_one(database, letter, now, calendar) for letter in ids)


def deliver(database: Database, ids: Iterable[str], occasion: Occasion) -> None:
    """Deliver letters right after their commit; what fails is left to the worker."""
    for letter_id in ids:
        try:
            _deliver_one(database, letter_id, occasion.now, occasion.calendar)
        except Exception:
            # The sender is committed and answered; a receiver's trouble is not theirs.
            logger.exception("delivery failed", extra={"letter": letter_id})


def _deliver_one(
    database: Database, letter_id: str, now: datetime, calendar: WorkingCalendar
) -> bool:
    """Count the attempt and commit it, then deliver one letter in a transaction of its own."""
    with database.unit_of_work() as session:
        claimed = _claim(session, letter_id, now)
    if claimed is None:
        return False
    problem: Exception
    try:
        with database.unit_of_work() as session:
            return _hand_over(session, letter_id, claimed, now, calendar)
    except (TryAgainLater, TransitionFailed) as failure:
        problem = failure
        logger.warning("delivery failed", extra={"letter": letter_id, "reason": str(failure)})
    except Exception as error:
        # One letter that cannot be delivered must not hold up the others.
        problem = error
        logger.exception("delivery failed", extra={"letter": letter_id})
    with database.unit_of_work() as session:
        if claimed < backoff.MOST_ATTEMPTS:
            _put_back(session, letter_id, retry_at=now + backoff.delay(claimed))
        elif isinstance(problem, TransitionFailed):
            # The incident of the receiver holds the message from now on.
            _put_back(session, letter_id, sent_at=now)
        else:
            _give_up(session, letter_id, problem, now)
    return False


def _claim(session: Session, letter_id: str, now: datetime) -> int | None:
    """Take a letter that is due for a while; return which attempt this is."""
    return session.execute(
        update(_outbox)
        .where(_outbox.c.id == letter_id, *_is_due(now))
        .values(attempts=_outbox.c.attempts + 1, retry_at=now + backoff.lease())
        .returning(_outbox.c.attempts)
    ).scalar_one_or_none()


def _is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Say that a letter waits, may be tried again, and nobody is delivering it."""
    return (
        _outbox.c.sent_at.is_(None),
        _outbox.c.attempts < backoff.MOST_ATTEMPTS,
        or_(_outbox.c.retry_at.is_(None), _outbox.c.retry_at <= now),
    )


def send_again(session: Session, letter_id: str, occasion: Occasion) -> None:
    """Try a letter anew that could not be delivered, right after this commit."""
    session.execute(
        update(_outbox).where(_outbox.c.id == letter_id).values(attempts=0, retry_at=None)
    )
    run_after_commit(session, lambda database: deliver(database, [letter_id], occasion))


def drop(session: Session, letter_id: str, *, now: datetime) -> None:
    """Give up a letter: a person decided that it need not arrive."""
    _put_back(session, letter_id, sent_at=now)


def _put_back(session: Session, letter_id: str, **values: datetime) -> None:
    """Write what becomes of a letter that was not delivered."""
    session.execute(update(_outbox).where(_outbox.c.id == letter_id).values(**values))


def _give_up(session: Session, letter_id: str, problem: Exception, now: datetime) -> None:
    """Open an incident in the sending case for a message that cannot be delivered."""
    row = session.execute(
        select(_outbox.c.kind, _outbox.c.recipient).where(_outbox.c.id == letter_id)
    ).one()
    if row.kind != MESSAGE:
        return
    reason = str(problem) if isinstance(problem, UnderstudyError) else type(problem).__name__
    incident_opening.open_incident(
        session,
        Trouble(
            instance_id=int(letter_id.split(":", maxsplit=1)[0]),
            kind=UNDELIVERED,
            message=f"The message “{row.recipient}” could not be delivered: {reason}",
            command={"kind": DELIVER_LETTER, "letter": letter_id},
            at=now,
            actor="system",
        ),
    )


def _hand_over(
    session: Session, letter_id: str, attempt: int, now: datetime, calendar: WorkingCalendar
) -> bool:
    """Hand one letter to its deliverer and mark it as sent, in one transaction."""
    row = session.execute(
        select(_outbox)
        .where(_outbox.c.id == letter_id, _outbox.c.sent_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None:
        return False
    actor = str(row.payload.get("actor", "system"))
    letter = Letter(row.id, row.kind, row.recipient, row.payload)
    try:
        _deliverers[row.kind](session, letter, Occasion(Actor(actor, actor), now, calendar))
    except TransitionFailed as failure:
        if attempt < backoff.MOST_ATTEMPTS:
            raise TryAgainLater(str(failure)) from failure
        raise
    session.execute(update(_outbox).where(_outbox.c.id == letter_id).values(sent_at=now))
    return True


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


def _note(events: list[Event], thrown: ThrownMessage, receivers: int) -> None:
    """Write into the history of the sender how many receivers a message had."""
    for place in reversed(range(len(events))):
        event = events[place]
        if event.element_id == thrown.element_id:
            told = {**event.data, "message": thrown.message_name, "receivers": receivers}
            events[place] = replace(event, data=told)
            return
