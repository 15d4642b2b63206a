"""The process model: what a BPMN file says, frozen and compiled, as the runtime reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rules.dmn import DecisionModel
from rules.feel import Expression
from workflows.engine.nodes import (
    BoundaryEvent,
    CallActivity,
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
        link: In which version this is, where it is called in its latest one; see `manifests`.

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
    link: str = ""

    @property
    def full_key(self) -> str:
        """The key with the link: what tells versions apart within one case."""
        return self.key + self.link

    @cached_property
    def latest_calls(self) -> frozenset[str]:
        """Keys of the processes that it calls in the version that is in force at the call."""
        return frozenset(call.called for call in self._calls if call.is_latest)

    @cached_property
    def bound_references(self) -> frozenset[tuple[str, str]]:
        """What it refers to in the version that was in force at the start of a case."""
        bound = {("process", call.called) for call in self._calls if not call.is_latest}
        return frozenset({each for each in self.references if each[0] != "process"} | bound)

    @property
    def _calls(self) -> list[CallActivity]:
        """Its call activities."""
        return [node for node in self.nodes.values() if isinstance(node, CallActivity)]

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
        return {flow.id: self.reaching(flow) for join in joins for flow in join.incoming}

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

    def reaching(self, flow: Flow) -> frozenset[str]:
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
    """
    A process with everything that it calls: the compiled form of a bundle.

    Attributes:
        called: The processes that it calls, by key; of one that is only called in its
            latest version, that one.
        decisions: Decisions by key, and by key and link.
        linked: Versions of processes that are called in their latest one, by key and link.
        latest: By key of a process, the link that a call of its latest version means.

    """

    process: ProcessModel
    called: Mapping[str, ProcessModel] = field(default_factory=dict)
    decisions: Mapping[str, DecisionModel] = field(default_factory=dict)
    linked: Mapping[str, ProcessModel] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def models(self) -> tuple[ProcessModel, ...]:
        """Every process in it, the outermost first, each of them once."""
        found = (self.process, *self.called.values(), *self.linked.values())
        return tuple({id(model): model for model in found}.values())

    @cached_property
    def has_conditions(self) -> bool:
        """Say whether anything in the case may wait for a condition."""
        nodes = (node for model in self.models for node in model.nodes.values())
        return any(getattr(node, "condition", None) is not None for node in nodes)

    def model(self, full_key: str) -> ProcessModel:
        """Return the process of this key: the outermost one or a called one."""
        if full_key == self.process.key:
            return self.process
        return self.linked.get(full_key) or self.called[full_key]

    def callee(self, caller: ProcessModel, call: CallActivity) -> ProcessModel | None:
        """Return what a call activity of a process calls, if it belongs to the bundle."""
        link = self.latest.get(call.called, caller.link) if call.is_latest else caller.link
        if link:
            return self.linked.get(call.called + link)
        return self.process if call.called == self.process.key else self.called.get(call.called)

    def decision(self, asker: ProcessModel, key: str) -> DecisionModel | None:
        """Return the decision that a process asks, if it belongs to the bundle."""
        return self.decisions.get(key + asker.link)
