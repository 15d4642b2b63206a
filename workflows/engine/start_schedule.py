"""When a timer start event begins cases, counted from the moment at which it was armed."""

from dataclasses import dataclass
from datetime import datetime

from workflows.engine import durations
from workflows.engine.durations import Cycle, Interval
from workflows.engine.nodes import Timing
from workflows.engine.runtime.waits import as_literal
from workflows.engine.transition import WorkingCalendar


@dataclass(frozen=True)
class Schedule:
    """The next moment, `None` when there is none, and how many are left where they are counted."""

    due_at: datetime | None
    remaining: int | None = None


OVER = Schedule(None)


def first(
    timing: Timing, armed_at: datetime, remaining: int | None, calendar: WorkingCalendar
) -> Schedule:
    """
    Return the first moment behind the one at which it was armed.

    A date that was over before begins nothing. `remaining` is what is left of
    a cycle that was begun before.

    Raises:
        OutOfBounds: The value of an expression is no time.

    """
    literal = _literal(timing, armed_at)
    if isinstance(literal, datetime):
        return Schedule(literal) if literal > armed_at else OVER
    if isinstance(literal, Interval):
        return Schedule(literal.after(armed_at, calendar))
    left = literal.repetitions if remaining is None else remaining
    if literal.first is None:
        return Schedule(literal.interval.after(armed_at, calendar), left)
    if literal.first > armed_at:
        return Schedule(literal.first, left)
    return _behind(literal, Schedule(literal.first, left), armed_at, calendar)


def following(
    timing: Timing, schedule: Schedule, now: datetime, calendar: WorkingCalendar
) -> Schedule:
    """Return the first moment behind now; what was missed counts as begun with this one."""
    assert schedule.due_at is not None
    literal = _literal(timing, schedule.due_at)
    if not isinstance(literal, Cycle):
        return OVER
    return _behind(literal, schedule, now, calendar)


def _behind(cycle: Cycle, schedule: Schedule, now: datetime, calendar: WorkingCalendar) -> Schedule:
    """Return what is left of a cycle behind a moment."""
    assert schedule.due_at is not None
    due, passed = durations.repeated(cycle.interval, schedule.due_at, now, calendar)
    if schedule.remaining is None:
        return Schedule(due)
    left = schedule.remaining - passed
    return Schedule(due, left) if left > 0 else OVER


def _literal(timing: Timing, now: datetime) -> Interval | Cycle | datetime:
    """Return what a timing says; there are no data yet that it could read."""
    if timing.literal is not None:
        return timing.literal
    assert timing.expression is not None
    return as_literal(timing.expression.evaluate({}, now=now))
