"""
Processes that begin by themselves: the rows of the table `start_timer` say when.

Publishing arms them; the first moment is found by the worker, who knows the
calendar. A case begins in the transaction that also sets the next moment, so
that it begins once; what was missed in a downtime begins one case, not many.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import BindParameter, Integer, and_, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM
from workflows.clock import Clock
from workflows.database import Database, table_of
from workflows.engine import backoff, definitions, instances, journal, start_schedule
from workflows.engine.backoff import MOST_ATTEMPTS
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.jobs import performing, port
from workflows.engine.jobs.port import Backlog, Claim
from workflows.engine.letters import told
from workflows.engine.nodes import StartEvent
from workflows.engine.occasion import Occasion
from workflows.engine.prepared import Prepared
from workflows.engine.start_schedule import Schedule
from workflows.engine.tables import StartTimer
from workflows.engine.transition import WorkingCalendar

logger = logging.getLogger(__name__)

_timer = table_of(StartTimer)
_SEPARATOR = "/"  # no id of BPMN has one


class StartTimerWork:
    """Begins cases at timer start events."""

    name = "start_timer"
    lane = port.TIMERS
    most_attempts = MOST_ATTEMPTS

    def due(self, session: Session, now: datetime, limit: int) -> Sequence[str]:
        """Return the timers that are due, or that nobody has looked at since they were armed."""
        return [key_of(*row) for row in _DUE.rows(session, now=now, limit=limit)]

    def next_due(self, session: Session, now: datetime) -> datetime | None:
        """Return when the next process begins by itself."""
        ahead = (_timer.c.due_at > now, ~_timer.c.is_over)
        first: datetime | None = session.scalar(select(func.min(_timer.c.due_at)).where(*ahead))
        return first

    def claim(self, session: Session, key: str, now: datetime) -> Claim | None:
        """Count an attempt; a timer that another transaction holds is passed over."""
        process, _, element = key.partition(_SEPARATOR)
        until = now + backoff.lease()
        return port.claimed(
            session, key, _CLAIM, process=process, element=element, now=now, until=until
        )

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Begin a case and set the next moment, in one transaction."""
        with database.unit_of_work() as session:
            is_due = _find_first(session, claim, occasion)
        if not is_due:
            return False
        with database.unit_of_work() as session:
            return _fire(session, claim, occasion)

    def put_back(
        self, session: Session, claim: Claim, problem: Exception, *, retry_at: datetime
    ) -> None:
        """Let the timer wait for its next attempt."""
        _change(session, claim, retry_at=retry_at, problem=told(problem))

    def give_up(self, session: Session, claim: Claim, problem: Exception, *, now: datetime) -> None:
        """Leave out this one moment, write down why, and go on with the next."""
        row = session.execute(select(_timer).where(*_named(claim.key))).one_or_none()
        if row is None or row.attempts != claim.attempt:
            return
        left = None if row.remaining is None else row.remaining - 1
        again = {"armed_at": row.due_at or row.armed_at, "due_at": None, "remaining": left}
        again["missed_at"] = row.missed_at or row.due_at
        is_over = left == 0 or row.timing.partition(":")[0] != "cycle"
        _change(session, claim, **again, **_FREE, is_over=is_over, problem=told(problem))
        what = claim.key.partition(_SEPARATOR)[0]
        data = {"event": row.element_id, "problem": told(problem)}
        journal.audit(
            session, SYSTEM.username, "start_timer.fail", "definition", what, at=now, data=data
        )

    def backlog(self, session: Session, now: datetime) -> Backlog:
        """Count the timers that should have begun a case, and those that could not."""
        waiting, oldest = session.execute(
            select(func.count(), func.min(_timer.c.due_at)).where(*_is_due(now))
        ).one()
        lost = session.scalar(
            select(func.count()).select_from(_timer).where(_timer.c.problem.is_not(None))
        )
        return Backlog(self.name, waiting, oldest, lost or 0)


WORK = StartTimerWork()
_FREE: Mapping[str, Any] = {"attempts": 0, "retry_at": None}


def fire_due(database: Database, clock: Clock, calendar: WorkingCalendar) -> int:
    """Begin the cases that are due; return how many."""
    return performing.perform_due(database, WORK, clock.now(), calendar)


def key_of(process_key: str, element_id: str) -> str:
    """Return the key by which workers know a timer."""
    return f"{process_key}{_SEPARATOR}{element_id}"


def next_moment(session: Session) -> datetime | None:
    """Return when the next case begins by itself, or is tried again."""
    ((moment,),) = _NEXT.rows(session)
    return cast("datetime | None", moment)


def _find_first(session: Session, claim: Claim, occasion: Occasion) -> bool:
    """Write down the first moment where it is not known yet; say whether a case is due."""
    row, event = _claimed(session, claim)
    if row is None or event is None or event.timing is None:
        _change(session, claim, **_FREE, is_over=True)
        return False
    if row.due_at is not None:
        return bool(row.due_at <= occasion.now)
    schedule = start_schedule.first(event.timing, row.armed_at, row.remaining, occasion.calendar)
    is_due = schedule.due_at is not None and schedule.due_at <= occasion.now
    _change(session, claim, **({} if is_due else _FREE), **_columns(schedule))
    return is_due


def _fire(session: Session, claim: Claim, occasion: Occasion) -> bool:
    """Begin a case that is due and set the next moment; say whether one began."""
    row, event = _claimed(session, claim)
    if row is None or event is None or event.timing is None:
        return False
    now, calendar = occasion.now, occasion.calendar
    instances.start(
        session,
        row.process_key,
        {},
        actor=occasion.actor,
        now=now,
        calendar=calendar,
        start_event=row.element_id,
    )
    schedule = Schedule(row.due_at, row.remaining)
    following = start_schedule.following(event.timing, schedule, now, calendar)
    _change(session, claim, **_FREE, **_columns(following), problem=None, missed_at=None)
    return True


def _claimed(session: Session, claim: Claim) -> tuple[Any, StartEvent | None]:
    """Return the row that this worker has claimed, and its event in the process in force."""
    process, _, element = claim.key.partition(_SEPARATOR)
    row = _CLAIMED.found(session, process=process, element=element, attempt=claim.attempt)
    return row, None if row is None else _event(session, row.process_key, row.element_id)


def _event(session: Session, process_key: str, element_id: str) -> StartEvent | None:
    """Return the start event of the process in force; `None` when it has none any more."""
    try:
        bundle = definitions.active_bundle(session, process_key)
    except DefinitionNotFound:
        return None
    node = definitions.executable(session, bundle.id).process.nodes.get(element_id)
    return node if isinstance(node, StartEvent) else None


def _columns(schedule: Schedule) -> dict[str, Any]:
    """Return what a row says of a schedule."""
    return {
        "due_at": schedule.due_at,
        "remaining": schedule.remaining,
        "is_over": schedule.due_at is None,
    }


def _named(key: str) -> tuple[Any, ...]:
    """Say which row a key means."""
    process_key, _, element_id = key.partition(_SEPARATOR)
    return (_timer.c.process_key == process_key, _timer.c.element_id == element_id)


def _is_due(now: datetime | BindParameter[datetime]) -> tuple[Any, ...]:
    """Say that a timer waits for the worker: it is due, or its first moment is not known yet."""
    return (
        _timer.c.is_over.is_(False),
        or_(_timer.c.due_at.is_(None), _timer.c.due_at <= now),
        port.may_be_tried(_timer, now),
    )


_MINE = (
    _timer.c.process_key == bindparam("process"),
    _timer.c.element_id == bindparam("element"),
)
_DUE = Prepared(
    select(_timer.c.process_key, _timer.c.element_id)
    .where(*_is_due(port.moment("now")))
    .order_by(_timer.c.due_at, _timer.c.process_key, _timer.c.element_id)
    .limit(bindparam("limit", type_=Integer()))
)
_NEXT = Prepared(
    select(func.min(func.coalesce(_timer.c.retry_at, _timer.c.due_at))).where(
        _timer.c.is_over.is_(False)
    )
)
_CLAIMED = Prepared(
    select(_timer)
    .where(*_MINE, _timer.c.attempts == bindparam("attempt"), ~_timer.c.is_over)
    .with_for_update()
)
_FREE_ROWS = select(_timer.c.element_id).where(*_MINE, *_is_due(port.moment("now")))
_CLAIM = port.claiming(
    _timer,
    and_(*_MINE, _timer.c.element_id.in_(_FREE_ROWS.with_for_update(skip_locked=True))),
)


def _change(session: Session, claim: Claim, **values: Any) -> None:
    """Write what becomes of a timer, unless another worker has it by now."""
    session.execute(
        update(_timer)
        .where(*_named(claim.key), _timer.c.attempts == claim.attempt)
        .values(**values)
    )
