"""Move the clock of a demonstration or a test: everything that becomes due happens on the way."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from workflows.clock import Clock, FixedClock, MovableClock
from workflows.database import Database, insert_or, table_of
from workflows.engine import durations, outbox, start_timers, timers
from workflows.engine.tables import MovableClockOffset
from workflows.engine.transition import WorkingCalendar
from workflows.errors import Conflict, Invalid

MOST_MOMENTS = 20_000
_LONGEST = timedelta(days=3_660)


class ClockStands(Conflict):
    """The clock of this installation is the real one."""

    def __init__(self) -> None:
        super().__init__(
            "The clock of this installation cannot be moved; only that of a demonstration can."
        )


def advance(
    database: Database, clock: Clock, duration: timedelta | str, calendar: WorkingCalendar
) -> int:
    """
    Move the clock forward through every moment at which something is due, in order.

    `duration` is a time span, or text: ISO 8601 (`P3D`, `PT4H`) or working
    days (`P5BD`). Returns how many timers fired, when all of them have.

    Raises:
        ClockStands: The clock cannot be moved.
        Invalid: The duration is no duration, negative, or too long.

    """
    if not isinstance(clock, MovableClock | FixedClock):
        raise ClockStands
    target = _target(clock.now(), duration, calendar)
    fired = _settle(database, clock, calendar)
    for _ in range(MOST_MOMENTS):
        with database.reading() as session:
            moments = [timers.next_moment(session), start_timers.next_moment(session)]
        moment = min((one for one in moments if one is not None), default=None)
        if moment is None or moment > target:
            break
        _set(database, clock, moment)
        fired += _settle(database, clock, calendar)
    _set(database, clock, target)
    return fired + _settle(database, clock, calendar)


def span(clock: Clock, duration: timedelta | str, calendar: WorkingCalendar) -> timedelta:
    """
    Return how much time `advance` would skip from now on.

    Raises:
        ClockStands: The clock cannot be moved.
        Invalid: The duration is no duration, negative, or too long.

    """
    if not isinstance(clock, MovableClock | FixedClock):
        raise ClockStands
    start = clock.now()
    return _target(start, duration, calendar) - start


def skip_working_days(
    database: Database, clock: Clock, days: int, calendar: WorkingCalendar
) -> int:
    """
    Move the clock forward by working days; return how many timers fired.

    Raises:
        ClockStands: The clock cannot be moved.
        Invalid: The number is not positive, or too large.

    """
    if not 0 < days < 2_600:
        raise Invalid("Enter a number of working days between 1 and 2,599.")
    return advance(database, clock, f"P{days}BD", calendar)


def _target(start: datetime, duration: timedelta | str, calendar: WorkingCalendar) -> datetime:
    """Return the moment to which the clock is moved."""
    target = _after(start, duration, calendar)
    if not start <= target <= start + _LONGEST:
        raise Invalid("The clock moves forward only, and at most ten years at once.")
    return target


def _after(start: datetime, duration: timedelta | str, calendar: WorkingCalendar) -> datetime:
    """Return the moment that lies a duration after another."""
    if isinstance(duration, timedelta):
        return start + duration
    try:
        return durations.read_interval(duration.strip()).after(start, calendar)
    except ValueError as error:
        raise Invalid(
            f"“{duration[:40]}” is no duration; write P3D, PT4H or P5BD for five working days."
        ) from error


def _settle(database: Database, clock: Clock, calendar: WorkingCalendar) -> int:
    """Do what is due at this moment until nothing is left to do."""
    total = 0
    for _ in range(MOST_MOMENTS):
        fired = start_timers.fire_due(database, clock, calendar)
        fired += timers.fire_due(database, clock, calendar)
        sent = outbox.deliver_due(database, clock.now(), calendar)
        if not fired and not sent:
            break
        total += fired
    return total


def _set(database: Database, clock: MovableClock | FixedClock, moment: datetime) -> None:
    """Let the clock show at least this moment; it never goes back."""
    now = clock.now()
    if moment <= now:
        return
    if isinstance(clock, FixedClock):
        clock.moment = moment
        return
    seconds = -int((now - moment) // timedelta(seconds=1))
    table = table_of(MovableClockOffset)
    with database.unit_of_work() as session:
        known = session.scalar(select(MovableClockOffset.id).limit(1))
        if known is None:
            session.execute(
                insert_or(session, table).values(id=1, offset_seconds=0).on_conflict_do_nothing()
            )
        session.execute(update(table).values(offset_seconds=table.c.offset_seconds + seconds))
