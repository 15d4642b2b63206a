"""Waiting for times, messages, signals and conditions: as an event, at a border, as a choice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from rules.feel import YearsMonths, narrowed, to_text
from workflows.engine import cron
from workflows.engine.durations import (
    LONGEST,
    Cycle,
    Interval,
    OutOfBounds,
    Pattern,
    bounded,
    in_utc,
    read_cycle,
    read_interval,
    read_moment,
    repeated,
)
from workflows.engine.nodes import Activity, BoundaryEvent, Message, Node, Timing
from workflows.engine.runtime.data import evaluate
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CONDITION, MESSAGE, TIMER, Scope, Token
from workflows.engine.transition import ExpressionFailed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
LONGEST_CORRELATION = 200
type_of_literal = Interval | Cycle | datetime


def to_stored(moment: datetime) -> int:
    """Return a moment as the state keeps it."""
    return (moment - _EPOCH) // _MICROSECOND


def from_stored(stored: int) -> datetime:
    """Return the moment that `to_stored` wrote."""
    return _EPOCH + timedelta(microseconds=stored)


def arm_boundaries(run: Run, token: Token, node: Activity) -> None:
    """Let a listener wait for each event at the border of an activity that comes from outside."""
    nodes = run.scope(token).process.nodes
    for boundary_id in node.boundaries:
        boundary = nodes[boundary_id]
        if isinstance(boundary, BoundaryEvent) and boundary.listens:
            listen(run, token, boundary)


def listen(run: Run, host: Token, node: Any) -> None:
    """Let a new listener beside `host` wait at a node."""
    wait_at(run, run.new_token(node.id, run.scope(host), host=host.id), node)


def wait_at(run: Run, token: Token, node: Any) -> None:
    """Let a token wait for what its node says: a time, condition, signal or message."""
    timing = getattr(node, "timing", None)
    if timing is not None:
        arm_timer(run, token, node, timing)
    elif getattr(node, "condition", None) is not None:
        token.kind, token.extra = CONDITION, False
        run.looks_for_conditions = True
    elif getattr(node, "signal", None) is not None:
        token.kind, token.extra = MESSAGE, ""
    else:
        token.kind = MESSAGE
        token.extra = correlation(run, node.message, run.scope(token), node)


def arm_timer(run: Run, token: Token, node: Node, timing: Timing) -> None:
    """Let a token wait until a timer is due."""
    literal = literal_of(run, timing, run.scope(token), node)
    token.kind = TIMER
    if isinstance(literal, Cycle):
        first = literal.first or _after(run, literal.interval, node)
        token.due = to_stored(first)
        token.extra = [literal.repetitions, _row(literal.interval)]
    else:
        token.due = to_stored(moment_of(run, literal, node))


def rearm(run: Run, token: Token) -> bool:
    """
    Set a repeating timer that was fired to its next moment; say whether it has one.

    Cycles that were missed, in a downtime, are not made up for.
    """
    if not token.extra or token.due is None:
        return False
    left, row = token.extra
    interval = Pattern(row) if isinstance(row, str) else Interval(*row)
    context, due = run.context, from_stored(token.due)
    try:
        due, passed = repeated(interval, due, context.now, context.calendar)
    except OutOfBounds as error:
        raise ExpressionFailed(f"The timer '{token.node}' is over: {error}", token.node) from error
    left = None if left is None else left - passed
    token.due, token.extra = to_stored(due), [left, row]
    return left is None or left > 0


def _row(interval: Interval | Pattern) -> list[int] | str:
    """Return an interval or pattern as the state keeps it."""
    if isinstance(interval, Pattern):
        return interval.text
    return [interval.months, interval.seconds, interval.working_days]


def moment(run: Run, timing: Timing, scope: Scope, node: Node) -> datetime:
    """Return when a timing is due, counted from now; a cycle at its first time."""
    literal = literal_of(run, timing, scope, node)
    if isinstance(literal, Cycle):
        return literal.first or _after(run, literal.interval, node)
    return moment_of(run, literal, node)


def moment_of(run: Run, literal: Interval | datetime, node: Node) -> datetime:
    """
    Return a moment, or the moment an interval from now.

    Raises:
        ExpressionFailed: It is more than a hundred years away.

    """
    found = _after(run, literal, node) if isinstance(literal, Interval) else literal
    if found - run.context.now > LONGEST:
        raise ExpressionFailed(f"The time of '{node.id}' is more than 100 years away.", node.id)
    return found


def _after(run: Run, interval: Interval | Pattern, node: Node) -> datetime:
    """Return the moment an interval from now, or the next one of a pattern."""
    try:
        return interval.after(run.context.now, run.context.calendar)
    except OutOfBounds as error:
        raise ExpressionFailed(f"The timer '{node.id}' is over: {error}", node.id) from error


def literal_of(run: Run, timing: Timing, scope: Scope, node: Node) -> Interval | Cycle | datetime:
    """
    Return what a timing says, evaluated where it is an expression.

    Raises:
        ExpressionFailed: The value is no time, or out of bounds.

    """
    if timing.literal is not None:
        return timing.literal
    assert timing.expression is not None
    value = evaluate(run, timing.expression, scope, node)
    try:
        return as_literal(value)
    except OutOfBounds as error:
        raise ExpressionFailed(
            f"The time '{timing.text}' of '{node.id}' cannot be used: {error}", node.id
        ) from error


def as_literal(value: Any) -> Interval | Cycle | datetime:
    """
    Return a value of an expression as an interval, cycle or moment.

    Raises:
        OutOfBounds: It is none, or one that no timer may have.

    """
    value = narrowed(value)
    if isinstance(value, date):
        return _moment_in_utc(value)
    if isinstance(value, timedelta):
        return bounded(Interval(seconds=int(value.total_seconds())), str(value))
    if isinstance(value, YearsMonths):
        return bounded(Interval(months=value.months), str(value))
    if not isinstance(value, str):
        raise OutOfBounds("the value is no duration, date or time.")
    return read_literal(value)


def _moment_in_utc(value: date) -> datetime:
    """Return a date or a date and time as a moment in UTC."""
    try:
        return in_utc(value)
    except OverflowError as error:
        raise OutOfBounds("the moment is too far away.") from error


def read_literal(text: str) -> Interval | Cycle | datetime:
    """
    Read a duration, cycle or moment.

    Raises:
        OutOfBounds: The text is none, or one that no timer may have.

    """
    if text.startswith("R") or cron.looks_like(text):
        return read_cycle(text)
    if text.startswith("P"):
        return read_interval(text)
    return read_moment(text)


def correlation(run: Run, message: Message, scope: Scope, node: Node) -> str:
    """
    Return the key that says which case a message is for; empty where the model has none.

    Raises:
        ExpressionFailed: The value is no short text or number.

    """
    if message.correlation is None:
        return ""
    value = evaluate(run, message.correlation, scope, node)
    text = "" if value is None or isinstance(value, bool | list | dict) else to_text(value)
    if not 0 < len(text) <= LONGEST_CORRELATION:
        raise ExpressionFailed(
            f"The correlation '{message.correlation.text}' of '{node.id}' gives no short text.",
            node.id,
        )
    return text
