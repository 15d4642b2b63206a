"""The expressions of a node, and those whose value is known before any case starts."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from typing import Any

from rules.feel import Expression, FeelError
from rules.findings import Finding
from rules.sentences import Sentence
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
    place = Sentence(
        "The condition '%(condition)s' of the flow '%(flow)s'",
        condition=flow.condition.text,
        flow=flow.id,
    )
    if value is not None and not isinstance(value, bool):
        yield graph.finding(
            "condition-not-boolean",
            node,
            Sentence("%(place)s is neither true nor false, so the case stops there.", place=place),
            Sentence("Compare it with something."),
        )
    else:
        yield graph.finding(
            "condition-constant",
            node,
            Sentence("%(place)s is always true.", place=place)
            if value
            else Sentence("%(place)s is never true.", place=place),
            Sentence("Name what it depends on, or remove the condition or the flow."),
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
            Sentence(
                "The time '%(timing)s' of '%(element)s' cannot be used: %(error)s",
                timing=timing.text,
                element=node.id,
                error=error,
            ),
            Sentence(
                "Give a time from one second to 100 years, 1 to 1,000 cycles, or endless"
                " cycles of at least a minute."
            ),
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
            Sentence(
                "'%(element)s' cannot be repeated %(number)s times.",
                element=node.id,
                number=loop.cardinality.text if loop.cardinality else "",
            ),
            Sentence(
                "Give a whole number from 0 to %(most_instances)s.", most_instances=MOST_INSTANCES
            ),
        )


def _people(graph: Graph, node: UserTask) -> Iterator[Finding]:
    """Find assignments that give nobody, or more than one assignee."""
    if node.assignee is not None and len(node.assignee.words) > 1:
        yield graph.finding(
            "several-assignees",
            node,
            Sentence(
                "'%(element)s' is assigned to %(number)s people at once.",
                element=node.id,
                number=len(node.assignee.words),
            ),
            Sentence("Name one assignee, or a group as candidates."),
        )
    given = [part for part in (node.assignee, node.candidate_groups) if part is not None]
    if given and all(_is_nobody(part) for part in given):
        yield graph.finding(
            "assignment-gives-nobody",
            node,
            Sentence(
                "The assignment of '%(element)s' gives nobody, so the case stops there.",
                element=node.id,
            ),
            Sentence(
                "Name somebody, or remove the assignment: then whoever started the case does it."
            ),
        )


def _is_nobody(words: Words) -> bool:
    """Say whether an assignment never names anybody."""
    value = _value(words.expression)
    return words.expression is not None and (
        value is None or (isinstance(value, str | list) and not value)
    )
