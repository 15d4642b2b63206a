"""
BPMN for tests, written so that a test reads like the drawing.

    order = Process("order")
    order.start("begin").user("pack", form="pack").exclusive("ok", default="no").end("done")
    order.chain("begin", "pack", "ok")
    order.flow("ok", "done", "weight < 10").flow("ok", "pack", id="no")
    order.xml()

Keyword arguments become attributes: those that BPMN knows stay plain, all others
are put into our namespace. `body` is XML inside the element.
"""

from itertools import pairwise
from typing import Any, Self
from xml.sax.saxutils import escape, quoteattr

_PLAIN = """id name default isExecutable attachedToRef cancelActivity messageRef errorRef
    escalationRef signalRef calledElement triggeredByEvent isSequential loopMaximum testBefore
    instantiate eventGatewayType isForCompensation behavior isInterrupting activityRef
    waitForCompletion associationDirection"""
BPMN_ATTRIBUTES = frozenset(_PLAIN.split())
HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn"'
    ' xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'
    ' xmlns:understudy="urn:understudy:bpmn:1" targetNamespace="urn:test">\n'
)


def element(tag: str, attributes: dict[str, Any], body: str = "") -> str:
    """Return one BPMN element; attributes that are `None` are left out."""
    written = []
    for name, value in attributes.items():
        if value is None:
            continue
        plain = name in BPMN_ATTRIBUTES or ":" in name
        text = str(value).lower() if isinstance(value, bool) else str(value)
        written.append(f" {name if plain else f'understudy:{name}'}={quoteattr(text)}")
    return f"<bpmn:{tag}{''.join(written)}>{body}</bpmn:{tag}>"


def extension(*inner: str) -> str:
    """Return extension elements."""
    return f"<bpmn:extensionElements>{''.join(inner)}</bpmn:extensionElements>" if inner else ""


def mapping(direction: str, values: dict[str, str] | None) -> str:
    """Return input or output mappings."""
    return "".join(
        f"<understudy:{direction} name={quoteattr(name)}>{escape(text)}</understudy:{direction}>"
        for name, text in (values or {}).items()
    )


def timer(*, duration: str = "", date: str = "", cycle: str = "") -> str:
    """Return a timer definition."""
    kind, text = next(
        (kind, text)
        for kind, text in (("Duration", duration), ("Date", date), ("Cycle", cycle))
        if text
    )
    inner = f'<bpmn:time{kind} xsi:type="bpmn:tFormalExpression">{escape(text)}</bpmn:time{kind}>'
    return f"<bpmn:timerEventDefinition>{inner}</bpmn:timerEventDefinition>"


def when(condition: str) -> str:
    """Return a condition that an event waits for."""
    inner = f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{escape(condition)}'
    return element("conditionalEventDefinition", {}, f"{inner}</bpmn:condition>")


def link(name: str) -> str:
    """Return one end of a link."""
    return f"<bpmn:linkEventDefinition name={quoteattr(name)}/>"


def many(
    *,
    cardinality: str = "",
    sequential: bool = False,
    until: str = "",
    **attributes: Any,
) -> str:
    """Return a multi-instance loop."""
    inner = f"<bpmn:loopCardinality>{escape(cardinality)}</bpmn:loopCardinality>"
    condition = f"<bpmn:completionCondition>{escape(until)}</bpmn:completionCondition>"
    return element(
        "multiInstanceLoopCharacteristics",
        {"isSequential": sequential, **attributes},
        (inner if cardinality else "") + (condition if until else ""),
    )


def loop(maximum: int | None, condition: str = "", *, test_before: bool = False) -> str:
    """Return a standard loop."""
    inner = f"<bpmn:loopCondition>{escape(condition)}</bpmn:loopCondition>" if condition else ""
    attributes = {"loopMaximum": maximum, "testBefore": test_before}
    return element("standardLoopCharacteristics", attributes, inner)


class Level:
    """The content of a process or sub-process, in the order it is written."""

    def __init__(self, root: "Process | None") -> None:
        self.root: Process = root or self  # type: ignore[assignment]
        self.parts: list[str | Level] = []

    def add(
        self,
        tag: str,
        id: str | None,
        body: str = "",
        *,
        inputs: dict[str, str] | None = None,
        outputs: dict[str, str] | None = None,
        signal: str = "",
        **attributes: Any,
    ) -> Self:
        """Add any element; an event may send or wait for a signal."""
        body += self._signal(signal)
        mappings = mapping("input", inputs) + mapping("output", outputs)
        head = extension(mappings) if mappings else ""
        self.parts.append(element(tag, {"id": id, **attributes}, head + body))
        return self

    def start(self, id: str = "start", **attributes: Any) -> Self:
        return self.add("startEvent", id, **attributes)

    def end(self, id: str = "end", body: str = "", **attributes: Any) -> Self:
        return self.add("endEvent", id, body, **attributes)

    def user(self, id: str, body: str = "", **attributes: Any) -> Self:
        return self.add("userTask", id, body, **attributes)

    def task(self, id: str, body: str = "", **attributes: Any) -> Self:
        return self.add("task", id, body, **attributes)

    def service(self, id: str, service: str, body: str = "", **attributes: Any) -> Self:
        return self.add("serviceTask", id, body, service=service, **attributes)

    def rule(self, id: str, decision: str, body: str = "", **attributes: Any) -> Self:
        return self.add("businessRuleTask", id, body, decision=decision, **attributes)

    def call(self, id: str, process: str, body: str = "", **attributes: Any) -> Self:
        return self.add("callActivity", id, body, calledElement=process, **attributes)

    def exclusive(self, id: str, **attributes: Any) -> Self:
        return self.add("exclusiveGateway", id, **attributes)

    def parallel(self, id: str, **attributes: Any) -> Self:
        return self.add("parallelGateway", id, **attributes)

    def inclusive(self, id: str, **attributes: Any) -> Self:
        return self.add("inclusiveGateway", id, **attributes)

    def event_based(self, id: str, **attributes: Any) -> Self:
        return self.add("eventBasedGateway", id, **attributes)

    def catch(self, id: str, body: str = "", *, message: str = "", **attributes: Any) -> Self:
        return self.add("intermediateCatchEvent", id, body + self._message(message), **attributes)

    def receive(self, id: str, message: str, body: str = "", **attributes: Any) -> Self:
        self._message(message)
        return self.add("receiveTask", id, body, messageRef=f"message_{message}", **attributes)

    def throw(self, id: str, *, message: str = "", escalation: str = "", **attributes: Any) -> Self:
        body = self._message(message) + self._fault("escalation", escalation)
        return self.add("intermediateThrowEvent", id, body, **attributes)

    def end_with(
        self,
        id: str,
        *,
        message: str = "",
        error: str = "",
        escalation: str = "",
        terminate: bool = False,
        cancel: bool = False,
        **attributes: Any,
    ) -> Self:
        body = self._message(message) + self._fault("error", error)
        body += self._fault("escalation", escalation)
        body += "<bpmn:terminateEventDefinition/>" if terminate else ""
        body += "<bpmn:cancelEventDefinition/>" if cancel else ""
        return self.end(id, body, **attributes)

    def boundary(
        self,
        id: str,
        host: str,
        body: str = "",
        *,
        message: str = "",
        error: str | None = None,
        escalation: str | None = None,
        cancel: bool = False,
        interrupting: bool = True,
        **attributes: Any,
    ) -> Self:
        """Add a boundary event; an error or escalation of `""` catches every code."""
        body += self._caught(message, error, escalation)
        body += "<bpmn:cancelEventDefinition/>" if cancel else ""
        attributes = {"attachedToRef": host, "cancelActivity": interrupting, **attributes}
        return self.add("boundaryEvent", id, body, **attributes)

    def message_start(self, id: str, message: str, **attributes: Any) -> Self:
        return self.add("startEvent", id, self._message(message), **attributes)

    def event_start(
        self,
        id: str,
        body: str = "",
        *,
        message: str = "",
        error: str | None = None,
        escalation: str | None = None,
        interrupting: bool = True,
        **attributes: Any,
    ) -> Self:
        """Add the start of an event sub-process; `""` as a code catches every one."""
        body += self._caught(message, error, escalation)
        return self.add("startEvent", id, body, isInterrupting=interrupting, **attributes)

    def _caught(self, message: str, error: str | None, escalation: str | None) -> str:
        body = self._message(message)
        for kind, code in (("error", error), ("escalation", escalation)):
            if code is not None:
                body += self._fault(kind, code) or f"<bpmn:{kind}EventDefinition/>"
        return body

    def undone_by(self, host: str, handler: str) -> Self:
        """Add a compensation boundary event, and the association to its handler."""
        name = f"undo_{host}"
        body = "<bpmn:compensateEventDefinition/>"
        self.add("boundaryEvent", name, body, attachedToRef=host)
        self.parts.append(
            f'<bpmn:association id="{name}_by" sourceRef="{name}" targetRef="{handler}"'
            ' associationDirection="One"/>'
        )
        return self

    def undo(self, id: str, activity: str | None = None, tag: str = "endEvent") -> Self:
        """Add an event that throws compensation: an end, or an intermediate event."""
        return self.add(tag, id, element("compensateEventDefinition", {"activityRef": activity}))

    def event_sub(self, id: str, **attributes: Any) -> "SubProcess":
        """Add an event sub-process; answer with its content."""
        return self.sub(id, triggeredByEvent=True, **attributes)

    def transaction(self, id: str, body: str = "", **attributes: Any) -> "SubProcess":
        """Add a transaction; answer with its content."""
        inner = self.sub(id, body, **attributes)
        inner.tag = "transaction"
        return inner

    def sub(self, id: str, body: str = "", **attributes: Any) -> "SubProcess":
        """Add a sub-process; answer with its content."""
        inner = SubProcess(self.root, id, body, attributes)
        self.parts.append(inner)
        return inner

    def flow(self, source: str, target: str, condition: str = "", *, id: str = "") -> Self:
        """Add a sequence flow; its id is `source_target` unless it is given."""
        inner = ""
        if condition:
            inner = (
                '<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">'
                f"{escape(condition)}</bpmn:conditionExpression>"
            )
        attributes = f' sourceRef="{source}" targetRef="{target}"'
        name = id or f"{source}_{target}"
        self.parts.append(f'<bpmn:sequenceFlow id="{name}"{attributes}>{inner}</bpmn:sequenceFlow>')
        return self

    def chain(self, *ids: str) -> Self:
        """Add a flow from each node to the next."""
        for source, target in pairwise(ids):
            self.flow(source, target)
        return self

    def content(self) -> str:
        """Return the elements as XML."""
        return "\n".join(part if isinstance(part, str) else part.written() for part in self.parts)

    def _message(self, name: str) -> str:
        if not name:
            return ""
        self.root.messages[name] = f'<bpmn:message id="message_{name}" name="{name}"/>'
        return f'<bpmn:messageEventDefinition messageRef="message_{name}"/>'

    def _signal(self, name: str) -> str:
        if not name:
            return ""
        self.root.messages[f"signal {name}"] = f'<bpmn:signal id="signal_{name}" name="{name}"/>'
        return f'<bpmn:signalEventDefinition signalRef="signal_{name}"/>'

    def _fault(self, kind: str, code: str) -> str:
        if not code:
            return ""
        self.root.messages[kind + code] = (
            f'<bpmn:{kind} id="{kind}_{code}" name="{code}" {kind}Code="{code}"/>'
        )
        return f'<bpmn:{kind}EventDefinition {kind}Ref="{kind}_{code}"/>'


class SubProcess(Level):
    """An embedded sub-process."""

    tag = "subProcess"

    def __init__(self, root: "Process", id: str, body: str, attributes: dict[str, Any]) -> None:
        super().__init__(root)
        self._id, self._body, self._attributes = id, body, attributes

    def written(self) -> str:
        """Return it as XML."""
        attributes = {"id": self._id, **self._attributes}
        return element(self.tag, attributes, self._body + self.content())


class Process(Level):
    """A process; `xml` gives a whole file, together with others if wanted."""

    def __init__(
        self,
        key: str,
        *,
        subject: str = "",
        duties: dict[str, str] | None = None,
        name: str = "",
        **attributes: Any,
    ) -> None:
        super().__init__(None)
        self.key = key
        self.messages: dict[str, str] = {}
        inner = [
            f"<understudy:duty name={quoteattr(duty)} holder={quoteattr(holder)}/>"
            for duty, holder in (duties or {}).items()
        ]
        inner += [f"<understudy:subject>{escape(subject)}</understudy:subject>"] if subject else []
        self._head = extension(*inner)
        self._attributes = {
            "id": key,
            "name": name or key.replace("_", " ").title(),
            "isExecutable": True,
            **attributes,
        }

    def written(self) -> str:
        """Return the process element as XML."""
        return element("process", self._attributes, "\n" + self._head + self.content() + "\n")

    def xml(self, *others: "Process", more: str = "") -> bytes:
        """Return a BPMN file with this process and others."""
        processes = (self, *others)
        messages = {name: text for item in processes for name, text in item.messages.items()}
        parts = [*messages.values(), more, *(item.written() for item in processes)]
        return (HEAD + "\n".join(parts) + "\n</bpmn:definitions>\n").encode()
