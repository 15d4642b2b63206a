"""How the elements of a process hang together: flows, starts, borders, references, loops."""

from collections import defaultdict

from lxml.etree import _Element as Element

from workflows.engine.spiff.compensation import survey_compensation
from workflows.engine.spiff.compiler import Compiler
from workflows.engine.spiff.event_sub_processes import (
    is_event_sub_process,
    survey_event_sub_process,
)
from workflows.engine.spiff.links import survey_links
from workflows.engine.spiff.notation import attribute, child, children, local, tag, text_of
from workflows.engine.spiff.references import survey_references
from workflows.engine.spiff.refusals import ACTIVITIES, CONTAINERS, FLOW_NODES, NODES
from workflows.engine.spiff.starts import survey_starts
from workflows.engine.spiff.transactions import survey_transactions

MOST_ROUNDS = 1_000
_NO_CONDITIONS = ("parallelGateway", "eventBasedGateway")
_TRUE = ("true", "1")
_LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")


def survey_process(process: Element, compiler: Compiler) -> None:
    """Find what is wrong with the structure of a process and its sub-processes."""
    survey_compensation(process, compiler)
    survey_transactions(process, compiler)
    for container in (process, *process.iter(*(tag(name) for name in CONTAINERS))):
        if is_event_sub_process(container):
            survey_event_sub_process(container, compiler)
        _Level(container, compiler).survey(is_process=container is process)


class _Level:
    """The nodes and flows directly within one process or sub-process."""

    def __init__(self, container: Element, compiler: Compiler) -> None:
        self.container = container
        self.compiler = compiler
        self.nodes = {
            node.get("id", ""): node
            for node in container.iterchildren()
            if local(node) in FLOW_NODES or local(node) in NODES
        }
        self.flows = list(children(container, "sequenceFlow"))
        self.outgoing: defaultdict[str, list[Element]] = defaultdict(list)
        self.incoming: defaultdict[str, list[Element]] = defaultdict(list)
        for flow in self.flows:
            self.outgoing[flow.get("sourceRef", "")].append(flow)
            self.incoming[flow.get("targetRef", "")].append(flow)

    def survey(self, *, is_process: bool) -> None:
        """Look at starts, flows and nodes."""
        survey_starts(self.container, self.compiler, is_process=is_process)
        survey_links(self.container, self.compiler)
        for flow in self.flows:
            self._survey_flow(flow)
        for node in self.nodes.values():
            survey_references(node, self.compiler)
            self._survey_default(node)
            self._survey_loop(node)
            if local(node) == "boundaryEvent":
                self._survey_boundary(node)
            elif local(node) == "eventBasedGateway":
                self._survey_choice(node)
            elif local(node) in ("exclusiveGateway", "inclusiveGateway"):
                self._survey_conditions(node)

    def _survey_flow(self, flow: Element) -> None:
        """Find out whether a flow leads from a node to a node of the same level."""
        name = flow.get("id")
        if not name:
            self._find("missing-id", flow, "A sequence flow has no id.", "Give it an id.")
        for end in ("sourceRef", "targetRef"):
            if flow.get(end, "") not in self.nodes:
                self._find(
                    "dangling-flow",
                    flow,
                    f"The flow '{name}' has no node '{flow.get(end)}' as its"
                    f" {'source' if end == 'sourceRef' else 'target'} on its level.",
                    "Connect it to a node of the same process or sub-process, or remove it.",
                )
                return
        source, target = (self.nodes[flow.get(end, "")] for end in ("sourceRef", "targetRef"))
        if local(source) == "endEvent" or local(target) in ("startEvent", "boundaryEvent"):
            self._find(
                "flow-misplaced",
                flow,
                f"The flow '{name}' leaves an end event, or enters a start or boundary event.",
                "Connect it to other nodes.",
            )
        self._survey_condition(flow, source)

    def _survey_condition(self, flow: Element, source: Element) -> None:
        """Find out whether the condition of a flow says something, and is asked for."""
        condition = child(flow, "conditionExpression")
        if condition is None:
            return
        name = flow.get("id")
        if not text_of(condition):
            self._find(
                "condition-empty",
                flow,
                f"The condition of the flow '{name}' is empty.",
                "Write a condition, or remove it.",
            )
        if local(source) in _NO_CONDITIONS:
            self._find(
                "condition-lost",
                flow,
                f"The condition of '{name}' would be ignored behind the gateway"
                f" '{source.get('id')}'.",
                "Remove the condition, or use an exclusive or inclusive gateway.",
            )

    def _survey_default(self, node: Element) -> None:
        """Find out whether the default flow of a node leaves it."""
        default = node.get("default")
        if not default:
            return
        own = [flow for flow in self.outgoing[node.get("id", "")] if flow.get("id") == default]
        if not own:
            self._find(
                "default-unknown",
                node,
                f"The default flow '{default}' does not leave '{node.get('id')}'.",
                "Choose one of its outgoing flows.",
            )
        elif child(own[0], "conditionExpression") is not None:
            self.compiler.find(
                "default-with-condition",
                own[0],
                f"The condition of the default flow '{default}' is not asked for.",
                "Remove the condition.",
                severity="warning",
            )

    def _survey_conditions(self, node: Element) -> None:
        """Find flows of a splitting gateway that have no condition and are not the default."""
        outgoing = self.outgoing[node.get("id", "")]
        if len(outgoing) < 2:
            return
        for flow in outgoing:
            condition = child(flow, "conditionExpression")
            if not text_of(condition) and flow.get("id") != node.get("default"):
                self._find(
                    "flow-without-condition",
                    flow,
                    f"The flow '{flow.get('id')}' leaving the gateway '{node.get('id')}' has no"
                    " condition.",
                    "Give it a condition, or make it the default flow.",
                )

    def _survey_boundary(self, node: Element) -> None:
        """Find out whether a boundary event is attached to an activity of its level."""
        host = self.nodes.get(node.get("attachedToRef", ""))
        if host is None or local(host) not in ACTIVITIES or is_event_sub_process(host):
            self._find(
                "boundary-not-attached",
                node,
                f"The boundary event '{node.get('id')}' is attached to no activity of its level.",
                "Attach it to a task, sub-process or call activity.",
            )

    def _survey_choice(self, node: Element) -> None:
        """Find out whether an event-based gateway leads to events only."""
        name = node.get("id", "")
        outgoing = self.outgoing[name]
        followers = [self.nodes.get(flow.get("targetRef", "")) for flow in outgoing]
        fits = len(outgoing) > 1 and all(
            follower is not None
            and local(follower) in ("intermediateCatchEvent", "receiveTask")
            and len(self.incoming[follower.get("id", "")]) == 1
            for follower in followers
        )
        if not fits or self._borders(followers):
            self._find(
                "event-gateway",
                node,
                f"The event-based gateway '{name}' does not lead to two or more catch events.",
                "Let each flow lead to a catch event or receive task that has no other way in.",
            )
        if node.get("instantiate") in _TRUE or node.get("eventGatewayType") == "Parallel":
            self._find(
                "event-gateway",
                node,
                f"The event-based gateway '{name}' starts a process or waits for all events.",
                "Use a message start event, or a parallel gateway before the events.",
            )

    def _borders(self, followers: list[Element | None]) -> bool:
        """Say whether something is attached to, or repeated at, one of some nodes."""
        ids = {node.get("id") for node in followers if node is not None}
        if any(node.get("attachedToRef") in ids for node in self.nodes.values()):
            return True
        return any(
            next(children(node, *_LOOPS), None) is not None
            for node in followers
            if node is not None
        )

    def _survey_loop(self, node: Element) -> None:
        """Find out whether it is clear how often an activity is repeated."""
        standard = child(node, "standardLoopCharacteristics")
        many = child(node, "multiInstanceLoopCharacteristics")
        if standard is not None:
            maximum = standard.get("loopMaximum", "")
            if not (maximum.isdigit() and 1 <= int(maximum[:9]) <= MOST_ROUNDS):
                self._find(
                    "loop-without-maximum",
                    node,
                    f"The loop of '{node.get('id')}' has no maximum, so it might never end.",
                    f"Set loopMaximum, from 1 to {MOST_ROUNDS:,}.",
                )
        if many is not None:
            self._survey_instances(node, many)

    def _survey_instances(self, node: Element, many: Element) -> None:
        """Find out what a multi-instance activity is repeated for."""
        name = node.get("id")
        ways = [
            bool(text_of(child(many, "loopCardinality"))),
            bool(attribute(many, "collection") or text_of(child(many, "loopDataInputRef"))),
        ]
        if sum(ways) != 1:
            self._find(
                "instances-unclear",
                node,
                f"'{name}' must be repeated for a collection or a number of times, one of both.",
                "Set understudy:collection, or loopCardinality.",
            )
        has_rules = child(many, "complexBehaviorDefinition") is not None
        if many.get("behavior", "All") != "All" or has_rules:
            self._find(
                "instances-behaviour",
                node,
                f"The events that '{name}' throws for its instances would be lost.",
                'Set behavior="All" and use a boundary event.',
            )
        self._survey_collecting(node, many)

    def _survey_collecting(self, node: Element, many: Element) -> None:
        """Find out whether it is clear where the results of the instances go."""
        collects = attribute(many, "collectItem") or child(many, "outputDataItem") is not None
        target = attribute(many, "collect") or text_of(child(many, "loopDataOutputRef"))
        if collects and not target:
            self._find(
                "instances-unclear",
                node,
                f"'{node.get('id')}' says what to collect from its instances, but not where to.",
                "Set understudy:collect.",
            )

    def _find(self, code: str, element: Element, message: str, remedy: str) -> None:
        """Note an error."""
        self.compiler.find(code, element, message, remedy)
