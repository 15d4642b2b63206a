"""The expressions of a node, and those whose value is known before any case starts."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from rules.feel import Expression, FeelError
from rules.findings import Finding
from workflows.engine.checks.graph import Graph
from workflows.engine.durations import OutOfBounds
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import Activity, Flow, Node, Timing, UserTask, Words
from workflows.engine.runtime.repetition import MOST_INSTANCES
from workflows.engine.runtime.waits import as_literal

_NOW = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)  # any moment: what depends on it is not judged
_CLOCKS = ("now", "today")


@dataclass(frozen=True)
class _Unknown:
    """The value of an expression that reads data."""


_UNKNOWN = _Unknown()


def expressions_of(node: Node) -> Iterator[Expression]:
    """Yield every expression of a node and of the flows that leave it."""
    ahead: list[Any] = [node]
    while ahead:
        part = ahead.pop()
        if isinstance(part, Expression):
            yield part
        elif isinstance(part, tuple):
            ahead.extend(part)
        elif is_dataclass(part) and not isinstance(part, type):
            ahead.extend(
                getattr(part, each.name) for each in fields(part) if each.name != "incoming"
            )


def check_constants(graph: Graph) -> Iterator[Finding]:
    """Find conditions, times, numbers and assignments that are wrong whatever the data are."""
    for node in graph.nodes.values():
        for flow in node.outgoing:
            yield from _condition(graph, node, flow)
        for part in (getattr(node, name, None) for name in ("timing", "due_in", "sla_in")):
            if isinstance(part, Timing):
                yield from _time(graph, node, part)
        if isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
            yield from _number(graph, node, node.loop)
        if isinstance(node, UserTask):
            yield from _people(graph, node)


def _value(expression: Expression | None) -> Any:
    """Return the value of an expression that reads no data."""
    if expression is None or expression.reads or any(f"{n}(" in expression.text for n in _CLOCKS):
        return _UNKNOWN
    try:
        return expression.evaluate({}, now=_NOW)
    except FeelError:
        return _UNKNOWN


def _condition(graph: Graph, node: Node, flow: Flow) -> Iterator[Finding]:
    """Find conditions that do not depend on anything."""
    value = _value(flow.condition)
    if value is _UNKNOWN or flow.condition is None:
        return
    place = f"The condition '{flow.condition.text}' of the flow '{flow.id}'"
    if value is not None and not isinstance(value, bool):
        yield graph.finding(
            "condition-not-boolean",
            node,
            f"{place} is neither true nor false, so the case stops there.",
            "Compare it with something.",
        )
    else:
        yield graph.finding(
            "condition-constant",
            node,
            f"{place} is {'always' if value else 'never'} true.",
            "Name what it depends on, or remove the condition or the flow.",
            "warning",
        )


def _time(graph: Graph, node: Node, timing: Timing) -> Iterator[Finding]:
    """Find times that no timer can have."""
    value = _value(timing.expression)
    if value is _UNKNOWN:
        return
    try:
        as_literal(value)
    except OutOfBounds as error:
        yield graph.finding(
            "timer-out-of-bounds",
            node,
            f"The time '{timing.text}' of '{node.id}' cannot be used: {error}",
            "Give a time from one second to 100 years, 1 to 1,000 cycles, or endless cycles of"
            " at least a minute.",
        )


def _number(graph: Graph, node: Node, loop: MultiInstance) -> Iterator[Finding]:
    """Find numbers of instances that are refused when a case comes there."""
    value = _value(loop.cardinality)
    if value is _UNKNOWN:
        return
    try:
        fits = not isinstance(value, bool) and int(value) == value and 0 <= value <= MOST_INSTANCES
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits:
        yield graph.finding(
            "instances-out-of-bounds",
            node,
            f"'{node.id}' cannot be repeated {loop.cardinality.text if loop.cardinality else ''}"
            " times.",
            f"Give a whole number from 0 to {MOST_INSTANCES:,}.",
        )


def _people(graph: Graph, node: UserTask) -> Iterator[Finding]:
    """Find assignments that give nobody, or more than one assignee."""
    if node.assignee is not None and len(node.assignee.words) > 1:
        yield graph.finding(
            "several-assignees",
            node,
            f"'{node.id}' is assigned to {len(node.assignee.words)} people at once.",
            "Name one assignee, or a group as candidates.",
        )
    given = [part for part in (node.assignee, node.candidate_groups) if part is not None]
    if given and all(_is_nobody(part) for part in given):
        yield graph.finding(
            "assignment-gives-nobody",
            node,
            f"The assignment of '{node.id}' gives nobody, so the case stops there.",
            "Name somebody, or remove the assignment: then whoever started the case does it.",
        )


def _is_nobody(words: Words) -> bool:
    """Say whether an assignment never names anybody."""
    value = _value(words.expression)
    return words.expression is not None and (
        value is None or (isinstance(value, str | list) and not value)
    )
