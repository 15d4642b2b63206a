"""How far a case has come in each of its processes: done, live, and the path it took."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflows.engine.model import ProcessModel
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    Flow,
    Node,
    StartEvent,
    ThrowEvent,
)
from workflows.engine.tables import HistoryEvent
from workflows.engine.transition import Event

MOST_EVENTS = 20_000
MIGRATED = "instance_migrated"
_READ_TYPES = (
    "activity_started",
    "activity_completed",
    "activity_cancelled",
    "gateway_taken",
    "timer_fired",
    "message_received",
    "signal_received",
    "condition_met",
    "decision_made",
    MIGRATED,
)


@dataclass
class Trace:
    """What the history says of one process of a case."""

    started: Counter[str] = field(default_factory=Counter)
    completed: Counter[str] = field(default_factory=Counter)
    cancelled: Counter[str] = field(default_factory=Counter)
    fired: set[str] = field(default_factory=set)
    flows: set[str] = field(default_factory=set)

    def rename(self, names: Mapping[str, str]) -> None:
        """Call elements and flows as the version does to which the case has migrated."""
        for counter in (self.started, self.completed, self.cancelled):
            for old in names.keys() & counter.keys():
                counter[names[old]] += counter.pop(old)
        self.fired = {names.get(old, old) for old in self.fired}
        self.flows = {names.get(old, old) for old in self.flows}


@dataclass(frozen=True)
class Progress:
    """
    Where a case stands in one process.

    Attributes:
        done: Ids of the elements that were passed and are not live now.
        active: How often each live element is live, by id.
        cancelled: Ids of the elements that were begun and taken back.
        flows: Ids of the sequence flows that the case took.

    """

    done: frozenset[str]
    active: Mapping[str, int]
    cancelled: frozenset[str]
    flows: frozenset[str]


def traces(session: Session, instance_id: int, outermost: str) -> dict[str, Trace]:
    """Return what happened in a case by process key, in one statement."""
    event = HistoryEvent
    rows = session.execute(
        select(event.type, event.element_id, event.data)
        .where(event.instance_id == instance_id, event.type.in_(_READ_TYPES))
        .where(or_(event.element_id.is_not(None), event.type == MIGRATED))
        .order_by(event.seq)
        .limit(MOST_EVENTS)
    )
    found: defaultdict[str, Trace] = defaultdict(Trace)
    found[outermost] = Trace()
    for row in rows:
        if row.type == MIGRATED:
            for key, names in row.data.get("renamed", {}).items():
                found[key].rename(names)
            continue
        _note(found[row.data.get("process", outermost)], row.type, str(row.element_id), row.data)
    return dict(found)


def traced(events: Iterable[Event], outermost: str) -> dict[str, Trace]:
    """Return what happened in a case by process key, from events that are not stored."""
    found: defaultdict[str, Trace] = defaultdict(Trace)
    for event in events:
        if event.type in _READ_TYPES and event.element_id is not None:
            trace = found[event.data.get("process", outermost)]
            _note(trace, event.type, event.element_id, event.data)
    return dict(found)


def progress(process: ProcessModel, trace: Trace | None, *, is_over: bool = False) -> Progress:
    """
    Say where a case stands in a process.

    Start events, ends and gateways with one way leave no entry in the
    history; they follow from their neighbours.
    """
    if trace is None:
        return Progress(frozenset(), {}, frozenset(), frozenset())
    active = {} if is_over else _live(process, trace)
    passed = _passed(process, trace)
    flows = set(trace.flows)
    ahead = [process.nodes[node] for node in passed if node in process.nodes]
    while ahead:
        for flow in _left_by(ahead.pop(), trace, passed | active.keys()):
            flows.add(flow.id)
            target = process.nodes[flow.target]
            if target.id not in passed | active.keys() and _passes_at_once(target):
                passed.add(target.id)
                ahead.append(target)
    cancelled = frozenset(trace.cancelled) - passed - active.keys()
    return Progress(frozenset(passed - active.keys()), active, cancelled, frozenset(flows))


def _note(trace: Trace, kind: str, element_id: str, data: Mapping[str, Any]) -> None:
    """Add one event to a trace."""
    counters = {
        "activity_started": trace.started,
        "activity_completed": trace.completed,
        "activity_cancelled": trace.cancelled,
    }
    if kind in counters:
        counters[kind][element_id] += 1
        if data.get("skipped"):
            trace.fired.add(element_id)
    else:
        trace.fired.add(element_id)
        trace.flows.update(data.get("flows", ()))


def _live(process: ProcessModel, trace: Trace) -> dict[str, int]:
    """Return what was begun and has not ended."""
    ended = trace.completed + trace.cancelled
    live = {
        node: begun - ended[node] for node, begun in trace.started.items() if begun > ended[node]
    }
    return {
        node: _times(process.nodes.get(node), number)
        for node, number in live.items()
        if not (node in trace.fired and not trace.completed[node])
    }


def _times(node: Node | None, number: int) -> int:
    """Return how often an element is live; what is done for each of many has an owner besides."""
    is_repeated = isinstance(node, Activity) and node.loop is not None
    return max(number - 1, 1) if is_repeated else number


def _passed(process: ProcessModel, trace: Trace) -> set[str]:
    """Return the elements that the history says were passed."""
    passed = set(trace.completed) | trace.fired
    starts = (node for node in process.nodes.values() if isinstance(node, StartEvent))
    for start in starts:
        is_own = start.parent is None and start.is_plain
        if is_own or (start.parent is not None and trace.started[start.parent]):
            passed.add(start.id)
    return passed


def _left_by(node: Node, trace: Trace, seen: Iterable[str]) -> Iterator[Flow]:
    """Yield the flows that a case took when it left an element."""
    if isinstance(node, BoundaryEvent) and node.id not in trace.fired | trace.completed.keys():
        return
    only_way = len(node.outgoing) == 1
    for flow in node.outgoing:
        if (
            flow.id in trace.flows
            or only_way
            or (node.id not in trace.fired and flow.target in seen)
        ):
            yield flow


def _passes_at_once(node: Node) -> bool:
    """Say whether an element lets a case through without leaving an entry in the history."""
    if isinstance(node, ThrowEvent | EndEvent):
        return True
    return isinstance(node, ExclusiveGateway) and len(node.outgoing) <= 1
