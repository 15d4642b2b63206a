"""The process model: what a BPMN file says, frozen and compiled, as the runtime reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.dmn import DecisionModel
from rules.feel import Expression
from workflows.engine.nodes import (
    BoundaryEvent,
    EventSubProcess,
    Flow,
    InclusiveGateway,
    Node,
    StartEvent,
)

# An event sub-process with the event that begins it.
Triggered = tuple[EventSubProcess, StartEvent]


@dataclass(frozen=True)
class DutyDeclaration:
    """A duty that the model gives to somebody at the start, such as the subject of the case."""

    name: str
    holder: Expression


@dataclass(frozen=True)
class ProcessModel:
    """
    One executable process.

    Attributes:
        key: Id of the process in its file.
        nodes: Every flow node by id, those within sub-processes too.
        flows: Every sequence flow by id.
        start: Id of the plain start event, where there is one.
        message_starts: Start event by the name of the message that starts it.
        signal_starts: Start event by the name of the signal that starts it.
        timer_starts: Ids of the start events that begin a case by themselves.
        references: Pairs of kind (`decision`, `form`, `process`, `service`) and key.

    """

    key: str
    name: str
    nodes: Mapping[str, Node]
    flows: Mapping[str, Flow]
    documentation: str = ""
    file_name: str = ""
    start: str | None = None
    message_starts: Mapping[str, str] = field(default_factory=dict)
    signal_starts: Mapping[str, str] = field(default_factory=dict)
    timer_starts: tuple[str, ...] = ()
    references: frozenset[tuple[str, str]] = frozenset()
    lanes: tuple[str, ...] = ()
    subject: Expression | None = None
    duties: tuple[DutyDeclaration, ...] = ()
    starter_groups: tuple[str, ...] = ()
    is_executable: bool = True

    @property
    def start_form(self) -> str | None:
        """The form of the plain start event, where it has one."""
        node = self.nodes.get(self.start) if self.start else None
        return node.form if isinstance(node, StartEvent) else None

    @cached_property
    def event_starts(self) -> frozenset[str]:
        """Ids of the start events that a signal or the time begins a case at."""
        return frozenset((*self.signal_starts.values(), *self.timer_starts))

    @cached_property
    def inclusive_joins(self) -> frozenset[str]:
        """Ids of the inclusive gateways that join paths."""
        found = (node for node in self.nodes.values() if isinstance(node, InclusiveGateway))
        return frozenset(node.id for node in found if len(node.incoming) > 1)

    @cached_property
    def upstream(self) -> Mapping[str, frozenset[str]]:
        """
        For each flow into an inclusive join: the nodes from which a token can reach it.

        Paths do not lead through the join itself, and they leave activities
        through their boundary events too.
        """
        joins = (self.nodes[join] for join in sorted(self.inclusive_joins))
        return {flow.id: self._reaching(flow) for join in joins for flow in join.incoming}

    @cached_property
    def event_sub_processes(self) -> Mapping[str | None, tuple[Triggered, ...]]:
        """For each level, by the sub-process it is the content of: what events begin there."""
        found: dict[str | None, tuple[Triggered, ...]] = {}
        for node in self.nodes.values():
            if isinstance(node, EventSubProcess):
                start = self.nodes[node.start]
                assert isinstance(start, StartEvent)
                found[node.parent] = (*found.get(node.parent, ()), (node, start))
        return found

    def _reaching(self, flow: Flow) -> frozenset[str]:
        """Collect the nodes that have a path to a flow without visiting its target."""
        seen: set[str] = set()
        ahead = [flow.source]
        while ahead:
            node = self.nodes[ahead.pop()]
            if node.id in seen or node.id == flow.target:
                continue
            seen.add(node.id)
            ahead.extend(before.source for before in node.incoming)
            if isinstance(node, BoundaryEvent):
                ahead.append(node.attached_to)
        return frozenset(seen)


@dataclass(frozen=True)
class ExecutableProcess:
    """A process with everything that it calls: the compiled form of a bundle."""

    process: ProcessModel
    called: Mapping[str, ProcessModel] = field(default_factory=dict)
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)

    @cached_property
    def has_conditions(self) -> bool:
        """Say whether anything in the case may wait for a condition."""
        models = (self.process, *self.called.values())
        nodes = (node for model in models for node in model.nodes.values())
        return any(getattr(node, "condition", None) is not None for node in nodes)

    def model(self, key: str) -> ProcessModel:
        """Return the process of this key: the outermost one or a called one."""
        return self.process if key == self.process.key else self.called[key]

    def callee(self, key: str) -> ProcessModel | None:
        """Return the process that a call means, which may be the outermost one again."""
        return self.process if key == self.process.key else self.called.get(key)
