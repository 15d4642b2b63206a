"""
Timers: the rows of the table `timer` are the only truth about when a case goes on.

A due timer is claimed in a transaction of its own, which counts the attempt
and lends the timer to one worker; then it fires in the transaction of its
case. What fails is tried again, ever later, and becomes an incident after the
last attempt. One timer never delays the others.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM
from workflows.clock import Clock
from workflows.database import Database, table_of
from workflows.engine import backoff, commands, incident_opening, transitions
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.failures import TransitionFailed, TryAgainLater
from workflows.engine.incident_opening import Trouble
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Timer
from workflows.engine.transition import FireTimer, TokenNotWaiting, WorkingCalendar

logger = logging.getLogger(__name__)

_timer = table_of(Timer)


@dataclass(frozen=True)
class _Claim:
    """A due timer that this worker may fire."""

    id: int
    instance_id: int
    token_id: int
    attempt: int


def fire_due(database: Database, clock: Clock, calendar: WorkingCalendar, limit: int = 100) -> int:
    """Fire the timers that are due, each in a transaction of its own; return how many fired."""
    now = clock.now()
    with database.unit_of_work() as session:
        claims = _claim(session, now, limit)
    return sum(_try(database, claim, Occasion(SYSTEM, now, calendar)) for claim in claims)


def next_moment(session: Session) -> datetime | None:
    """Return when the next timer is to fire, or to be tried again."""
    return session.scalar(
        select(func.min(func.coalesce(_timer.c.retry_at, _timer.c.due_at))).where(
            _timer.c.attempts < MOST_ATTEMPTS
        )
    )


def _claim(session: Session, now: datetime, limit: int) -> list[_Claim]:
    """Lend due timers to this worker; rows that another worker holds are passed over."""
    due = session.scalars(
        select(_timer.c.id)
        .where(
            _timer.c.due_at <= now,
            _timer.c.attempts < MOST_ATTEMPTS,
            or_(_timer.c.retry_at.is_(None), _timer.c.retry_at <= now),
        )
        .order_by(_timer.c.due_at, _timer.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return []
    rows = session.execute(
        update(_timer)
        .where(_timer.c.id.in_(due))
        .values(attempts=_timer.c.attempts + 1, retry_at=now + backoff.lease())
        .returning(_timer.c.id, _timer.c.instance_id, _timer.c.token_id, _timer.c.attempts)
    )
    claims = {row.id: _Claim(*row) for row in rows}
    return [claims[timer_id] for timer_id in due]


def _try(database: Database, claim: _Claim, occasion: Occasion) -> bool:
    """Fire one claimed timer; what fails is logged and tried again later."""
    unforeseen: Exception | None = None
    try:
        with database.unit_of_work() as session:
            return _fire(session, claim, occasion)
    except (TransitionFailed, TryAgainLater) as failure:
        logger.warning("timer failed", extra={"timer": claim.id, "reason": str(failure)})
    except Exception as error:
        # One timer that cannot fire must not hold up the others.
        unforeseen = error
        logger.exception("timer failed", extra={"timer": claim.id})
    with database.unit_of_work() as session:
        session.execute(
            update(_timer)
            .where(_timer.c.id == claim.id, _timer.c.attempts == claim.attempt)
            .values(retry_at=occasion.now + backoff.delay(claim.attempt))
        )
        if unforeseen is not None and claim.attempt >= MOST_ATTEMPTS:
            _give_up(session, claim, unforeseen, occasion)
    return False


def _give_up(session: Session, claim: _Claim, problem: Exception, occasion: Occasion) -> None:
    """Open an incident for a timer that nobody tries any more, if it still waits."""
    element_id = session.scalar(select(_timer.c.element_id).where(_timer.c.id == claim.id))
    if element_id is None:
        return
    actor = occasion.actor.username
    incident_opening.open_incident(
        session,
        Trouble(
            instance_id=claim.instance_id,
            kind="timer_failed",
            # Texts of unknown errors may hold values of the case.
            message=f"The timer “{element_id}” could not fire: {type(problem).__name__}.",
            command=commands.to_json(FireTimer(claim.token_id), actor),
            at=occasion.now,
            actor=actor,
            element_id=element_id,
        ),
    )


def _fire(session: Session, claim: _Claim, occasion: Occasion) -> bool:
    """Fire a timer in the transaction of its case, if it still waits and is still due."""
    case = transitions.lock(session, claim.instance_id)
    row = session.execute(select(_timer.c.due_at).where(_timer.c.id == claim.id)).one_or_none()
    if row is None or row.due_at > occasion.now:
        return False
    try:
        transitions.move(session, case, FireTimer(claim.token_id), occasion)
    except TokenNotWaiting:
        return False
    except TransitionFailed as failure:
        if claim.attempt < MOST_ATTEMPTS:
            raise TryAgainLater(failure.trouble.message) from failure
        raise
    return True
