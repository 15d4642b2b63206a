"""The facts of one file while it is read: its tree, the specs of its nodes, and its compiler."""

from collections import defaultdict
from typing import Any

from lxml.etree import _Element as Element

from rules.feel import Expression
from workflows.engine.nodes import Fault, Flow, Message
from workflows.engine.spiff.compensation import handlers
from workflows.engine.spiff.compiler import Compiler, line_of
from workflows.engine.spiff.links import link_flows
from workflows.engine.spiff.notation import BPMN, attribute, child, children, tag, text_of
from workflows.engine.spiff.refusals import CONTAINERS


class Facts:
    """What the translation of one process needs to know."""

    def __init__(self, process: Element, specs: dict[str, Any], compiler: Compiler) -> None:
        self.process = process
        self.specs = specs
        self.compiler = compiler
        root = process.getroottree().getroot()
        self.messages = _named(root, "message", "name")
        self.signals = _named(root, "signal", "name")
        self.codes = _named(root, "error", "errorCode") | _named(
            root, "escalation", "escalationCode"
        )
        self.flows: dict[str, Flow] = {}
        self.incoming: defaultdict[str, list[Flow]] = defaultdict(list)
        self.outgoing: defaultdict[str, list[Flow]] = defaultdict(list)
        self.boundaries: defaultdict[str, list[str]] = defaultdict(list)
        self.handlers = handlers(process)
        self._read_flows()

    def _read_flows(self) -> None:
        """Read every sequence flow, in the order of the file, and the ways that links make."""
        defaults = {
            node.get("default") for node in self.process.iter(f"{{{BPMN}}}*") if node.get("default")
        }
        flows = [self._flow(one, defaults) for one in self.process.iter(tag("sequenceFlow"))]
        levels = (self.process, *self.process.iter(*(tag(name) for name in CONTAINERS)))
        for flow in (*flows, *link_flows(levels)):
            self.flows[flow.id] = flow
            self.outgoing[flow.source].append(flow)
            self.incoming[flow.target].append(flow)
        for element in self.process.iter(tag("boundaryEvent")):
            self.boundaries[element.get("attachedToRef", "")].append(element.get("id", ""))

    def _flow(self, element: Element, defaults: set[str | None]) -> Flow:
        """Read one sequence flow with its condition."""
        condition = child(element, "conditionExpression")
        is_default = element.get("id") in defaults
        compiled = None
        if condition is not None and not is_default:
            compiled = self.compiler.expression(
                text_of(condition), condition, "condition", owner=element
            )
        return Flow(
            id=element.get("id", ""),
            source=element.get("sourceRef", ""),
            target=element.get("targetRef", ""),
            name=element.get("name", ""),
            condition=compiled,
            is_default=is_default,
        )

    def common(self, element: Element) -> dict[str, Any]:
        """Return what every node has."""
        node_id = element.get("id", "")
        parent = element.getparent()
        inside = parent is not None and parent is not self.process
        return {
            "id": node_id,
            "name": (element.get("name") or "").strip(),
            "documentation": "\n\n".join(
                text_of(item) for item in children(element, "documentation")
            ),
            "parent": parent.get("id") if inside and parent is not None else None,
            "lane": self.specs[node_id].lane,
            "line": line_of(element),
            "incoming": tuple(self.incoming[node_id]),
            "outgoing": tuple(self.outgoing[node_id]),
            "outputs": self.compiler.mapped(element, "output"),
            "result_variable": self.compiler.name(
                attribute(element, "resultVariable"), element, "result variable"
            ),
        }

    def message(self, element: Element, holder: Element) -> Message:
        """Return the message that an event or task sends or waits for."""
        name = self.messages[holder.get("messageRef", "")]
        text = attribute(element, "correlation") or attribute(holder, "correlation")
        text = text or self._correlation_of_message(holder.get("messageRef", ""))
        return Message(name, self.compiler.expression(text, element, "correlation"))

    def signal(self, element: Element) -> str | None:
        """Return the signal that an event sends or waits for."""
        definition = child(element, "signalEventDefinition")
        return None if definition is None else self.signals[definition.get("signalRef", "")]

    def condition(self, element: Element) -> Expression | None:
        """Return the condition that an event waits for."""
        definition = child(element, "conditionalEventDefinition")
        condition = None if definition is None else child(definition, "condition")
        if condition is None:
            return None
        return self.compiler.expression(text_of(condition), condition, "condition", owner=element)

    def _correlation_of_message(self, message_id: str) -> str | None:
        """Return the correlation that stands on the message itself, as Camunda 8 writes it."""
        root = self.process.getroottree().getroot()
        for message in children(root, "message"):
            if message.get("id") == message_id:
                return attribute(message, "correlation")
        return None

    def fault(self, event: Element) -> Fault | None:
        """Return the error or escalation of an event, where it has one."""
        error = child(event, "errorEventDefinition")
        if error is not None:
            return Fault("error", self.codes.get(error.get("errorRef", "")))
        escalation = child(event, "escalationEventDefinition")
        if escalation is not None:
            return Fault("escalation", self.codes.get(escalation.get("escalationRef", "")))
        return None

    def undone_by(self, activity: Element) -> str | None:
        """Return the activity that undoes another, drawn at its compensation boundary event."""
        found = (self.handlers.get(name) for name in self.boundaries[activity.get("id", "")])
        return next((handler for handler in found if handler is not None), None)


def _named(root: Element, name: str, value: str) -> dict[str, str]:
    """Return an attribute of the definitions of a kind by their id."""
    return {
        element.get("id", ""): element.get(value, "")
        for element in children(root, name)
        if element.get(value)
    }
