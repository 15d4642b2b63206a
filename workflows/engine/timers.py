"""
Timers: the rows of the table `timer` are the only truth about when a case goes on.

A due timer is claimed in a transaction of its own, which counts the attempt
and lends the timer to one worker; then it fires in the transaction of its
case. What fails is tried again, ever later, and becomes an incident after the
last attempt. One timer never delays the others.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Integer, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM
from workflows.clock import Clock
from workflows.database import Database, table_of
from workflows.engine import backoff, commands, incident_opening, transitions
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.failures import TransitionFailed, TryAgainLater
from workflows.engine.incident_opening import Trouble
from workflows.engine.jobs import performing, port
from workflows.engine.jobs.port import Backlog, Claim, WorkerDied
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.tables import Instance, Timer
from workflows.engine.transition import FireTimer, TokenNotWaiting, WorkingCalendar

_timer = table_of(Timer)
_IS_DUE = (_timer.c.due_at <= port.moment("now"), port.may_be_tried(_timer, port.moment("now")))
_DUE = Prepared(
    select(_timer.c.id)
    .where(*_IS_DUE)
    .order_by(_timer.c.due_at, _timer.c.id)
    .limit(bindparam("limit", type_=Integer()))
)
_UPCOMING = select(func.min(_timer.c.due_at)).where(_timer.c.due_at > port.moment("now"))
_ENDING = select(func.min(_timer.c.retry_at)).where(
    _timer.c.due_at <= port.moment("now"), _timer.c.retry_at > port.moment("now")
)
_OVERDUE = select(func.min(_timer.c.due_at)).where(
    _timer.c.due_at <= port.moment("now"), port.is_free(_timer)
)
_AHEAD = Prepared(select(*(query.scalar_subquery() for query in (_UPCOMING, _ENDING, _OVERDUE))))
_NEXT = Prepared(
    select(func.min(func.coalesce(_timer.c.retry_at, _timer.c.due_at))).where(
        or_(port.is_free(_timer), _timer.c.retry_at.is_not(None))
    )
)
_IS_THIS = _timer.c.id == bindparam("id")
_FREE_ROWS = (
    select(_timer.c.id)
    .join(Instance, Instance.id == _timer.c.instance_id)
    .where(_IS_THIS, *_IS_DUE)
    .with_for_update(skip_locked=True)
)
_CLAIM = port.claiming(_timer, _timer.c.id.in_(_FREE_ROWS))
_PLACE = Prepared(select(_timer.c.instance_id, _timer.c.token_id).where(_IS_THIS))
_DUE_AT = Prepared(select(_timer.c.due_at).where(_IS_THIS))


class TimerWork:
    """Fires the timers of cases."""

    name = "timer"
    lane = port.TIMERS
    most_attempts = MOST_ATTEMPTS

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the timers that are due and that nobody fires at the moment."""
        return [str(timer_id) for (timer_id,) in _DUE.rows(session, now=now, limit=limit)]

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """
        Return when the next timer becomes due, or the lease ends of one whose worker died.

        Where one is due already, that is soon: who has its case may let it go, or die.
        """
        ((upcoming, ending, overdue),) = _AHEAD.rows(session, now=now)
        again = None if overdue is None else now + backoff.short_lease()
        return min((one for one in (upcoming, ending, again) if one is not None), default=None)

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """
        Count an attempt; a timer whose case another transaction holds is passed over.

        So a timer that is firing cannot be taken, however long that lasts, and
        its lease only has to reach from here to there: the timer of a worker
        that died is late by no more.
        """
        until = now + backoff.short_lease()
        return port.claimed(session, key, _CLAIM, id=int(key), now=now, until=until)

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Fire a timer in the transaction of its case, if it still waits and is still due."""
        with database.unit_of_work() as session:
            return _fire(session, claim, occasion)

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the timer wait for its next attempt."""
        _note(session, claim, retry_at)

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Open an incident for a timer that nobody tries any more, if it still waits."""
        _note(session, claim, None)
        # A failed transition has opened its own incident already, with a better reason.
        if not isinstance(problem, TransitionFailed):
            number = int(claim.key)
            open_incident(session, number, problem, now=now, attempts=claim.attempt)

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Count the timers that should have fired."""
        given_up = port.is_given_up(_timer)
        waiting, oldest = session.execute(
            select(func.count(), func.min(_timer.c.due_at)).where(_timer.c.due_at <= now, ~given_up)
        ).one()
        lost = session.scalar(select(func.count()).select_from(_timer).where(given_up)) or 0
        return Backlog(self.name, waiting, oldest, lost)


WORK = TimerWork()


def fire_due(database: Database, clock: Clock, calendar: WorkingCalendar, limit: int = 100) -> int:
    """Fire the timers that are due, each in a transaction of its own; return how many fired."""
    return performing.perform_due(database, WORK, clock.now(), calendar, limit)


def next_moment(session: Session) -> datetime | None:
    """Return when the next timer is to fire, or to be tried again."""
    ((moment,),) = _NEXT.rows(session)
    return cast("datetime | None", moment)


def forgotten(session: Session, limit: int = 100) -> Sequence[int]:
    """Return timers that nobody tries any more in cases that still count as running."""
    return session.scalars(
        select(_timer.c.id)
        .join(Instance, Instance.id == _timer.c.instance_id)
        .where(port.is_given_up(_timer), Instance.status == "running")
        .order_by(_timer.c.id)
        .limit(limit)
    ).all()


def open_incident(
    session: Session, timer_id: int, problem: Exception, *, now: datetime, attempts: int = 1
) -> None:
    """Open the incident of a timer that cannot fire, if the timer is still there."""
    row = session.execute(
        select(_timer.c.instance_id, _timer.c.token_id, _timer.c.element_id).where(
            _timer.c.id == timer_id
        )
    ).one_or_none()
    if row is None:
        return
    # Texts of unknown errors may hold values of the case.
    reason = str(problem) if isinstance(problem, WorkerDied) else f"{type(problem).__name__}."
    incident_opening.open_incident(
        session,
        Trouble(
            instance_id=row.instance_id,
            kind="timer_failed",
            message=f"The timer “{row.element_id}” could not fire: {reason}",
            command=commands.to_json(FireTimer(row.token_id), SYSTEM.username),
            at=now,
            actor=SYSTEM.username,
            element_id=row.element_id,
            attempts=attempts,
        ),
    )


def _note(session: Session, claim: Claim, retry_at: datetime | None) -> None:
    """Write when a timer is tried again, unless another worker has it by now."""
    session.execute(
        update(_timer)
        .where(_timer.c.id == int(claim.key), _timer.c.attempts == claim.attempt)
        .values(retry_at=retry_at)
    )


def _fire(session: Session, claim: Claim, occasion: Occasion) -> bool:
    """Fire a timer in the transaction of its case, if it still waits and is still due."""
    known = _PLACE.found(session, id=int(claim.key))
    if known is None:
        return False
    case = transitions.lock(session, known.instance_id)
    found = _DUE_AT.found(session, id=int(claim.key))
    if found is None or found.due_at > occasion.now:
        return False
    try:
        transitions.move(session, case, FireTimer(known.token_id), occasion)
    except TokenNotWaiting:
        return False
    except TransitionFailed as failure:
        if claim.attempt < MOST_ATTEMPTS:
            raise TryAgainLater(failure.trouble.message) from failure
        raise
    return True
