"""
What is refused, why, and what to do instead.

SpiffWorkflow executes many of these differently from what the diagram says,
without an error. Until ours does them right, a model that has one is not published.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """Why an element is refused, and the remedy."""

    code: str
    reason: str
    remedy: str


NODES: dict[str, Refusal] = {
    "scriptTask": Refusal(
        "script-task",
        "No program text in a model is ever run.",
        "Compute the value by a business rule task, or by an understudy:output mapping.",
    ),
    "complexGateway": Refusal(
        "complex-gateway",
        "Complex gateways are not supported.",
        "Use an inclusive gateway, or a decision table and an exclusive gateway.",
    ),
    "adHocSubProcess": Refusal(
        "ad-hoc-sub-process",
        "Ad-hoc sub-processes are not supported.",
        "Draw the order of the work, with a parallel multi-instance where it is free.",
    ),
    "subChoreography": Refusal(
        "choreography", "Choreographies are not executable.", "Draw a process."
    ),
}

EVENTS: dict[str, Refusal] = {
    "conditionalEventDefinition": Refusal(
        "conditional-event",
        "A condition needs data of a case that runs; before it begins there are none.",
        "Begin by a message, signal or time, and wait for the condition behind it.",
    ),
    "linkEventDefinition": Refusal(
        "link-event",
        "A link is thrown and caught by intermediate events only.",
        "Draw the sequence flow itself.",
    ),
    "compensateEventDefinition": Refusal(
        "compensation",
        "Compensation is thrown by an intermediate or end event and caught at the border only.",
        "Draw a compensation boundary event with a handler at each activity that can be undone,"
        " and throw compensation where it should be, in an event sub-process for errors too.",
    ),
    "cancelEventDefinition": Refusal(
        "cancel-event",
        "Only the end of a transaction can cancel it.",
        "Use a cancel end event directly in a transaction, and a cancel boundary event at it.",
    ),
}

CORRELATION = Refusal(
    "correlation-property",
    "Correlation properties are not read; messages would reach any case.",
    "Write understudy:correlation, an expression, on the events that send and catch the message.",
)

# The event definitions that each event may have; "" stands for none.
ALLOWED_EVENTS: dict[str, frozenset[str]] = {
    "startEvent": frozenset(
        {"", "messageEventDefinition", "signalEventDefinition", "timerEventDefinition"}
    ),
    "intermediateCatchEvent": frozenset(
        {
            "timerEventDefinition",
            "messageEventDefinition",
            "signalEventDefinition",
            "conditionalEventDefinition",
            "linkEventDefinition",
        }
    ),
    "intermediateThrowEvent": frozenset(
        {
            "",
            "messageEventDefinition",
            "escalationEventDefinition",
            "compensateEventDefinition",
            "signalEventDefinition",
            "linkEventDefinition",
        }
    ),
    "boundaryEvent": frozenset(
        {
            "signalEventDefinition",
            "conditionalEventDefinition",
            "timerEventDefinition",
            "messageEventDefinition",
            "errorEventDefinition",
            "escalationEventDefinition",
            "compensateEventDefinition",
            "cancelEventDefinition",
        }
    ),
    "endEvent": frozenset(
        {
            "",
            "signalEventDefinition",
            "messageEventDefinition",
            "errorEventDefinition",
            "escalationEventDefinition",
            "terminateEventDefinition",
            "compensateEventDefinition",
            "cancelEventDefinition",
        }
    ),
}

# What can begin an event sub-process.
EVENT_STARTS = frozenset(
    {
        "signalEventDefinition",
        "conditionalEventDefinition",
        "messageEventDefinition",
        "timerEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
    }
)

CONTAINERS = frozenset({"subProcess", "transaction"})
ACTIVITIES = CONTAINERS | frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "businessRuleTask",
        "sendTask",
        "receiveTask",
        "callActivity",
    }
)
GATEWAYS = frozenset(
    {"exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"}
)
FLOW_NODES = ACTIVITIES | GATEWAYS | frozenset(ALLOWED_EVENTS)

# What may stand among the nodes of a process and means nothing to the engine.
SILENT = frozenset(
    {
        "documentation",
        "extensionElements",
        "laneSet",
        "sequenceFlow",
        "textAnnotation",
        "association",
        "group",
        "auditing",
        "monitoring",
        "category",
        "property",
        "dataObject",
        "dataObjectReference",
        "ioSpecification",
        "incoming",
        "outgoing",
        "standardLoopCharacteristics",
        "multiInstanceLoopCharacteristics",
        "supportedInterfaceRef",
        "correlationSubscription",
    }
)

# Extension elements and attributes of other modelers that would run something.
FOREIGN: dict[str, Refusal] = {
    name: Refusal(
        "program-text",
        f"'{name}' would run program text of another engine, which is never run here.",
        "Use FEEL mappings, a business rule task, or a service of this installation.",
    )
    for name in (
        "preScript",
        "postScript",
        "script",
        "executionListener",
        "executionListeners",
        "taskListener",
        "taskListeners",
        "connector",
        "resource",
        "parameters",
        "class",
        "delegateExpression",
        "expression",
    )
}
LOST: dict[str, Refusal] = {
    "candidateUsers": Refusal(
        "candidate-users",
        "Several named candidates are not supported.",
        "Name one assignee, or a group.",
    ),
}

OUR_ATTRIBUTES: dict[str, frozenset[str]] = {
    "process": frozenset({"starterGroups"}),
    "startEvent": frozenset({"form", "duty", "correlation", "resultVariable"}),
    "userTask": frozenset(
        {
            "form",
            "assignee",
            "candidateGroups",
            "dueIn",
            "priority",
            "slaIn",
            "resultVariable",
            "duty",
            "excludes",
        }
    ),
    "businessRuleTask": frozenset({"decision", "resultVariable", "trace"}),
    "serviceTask": frozenset({"service", "resultVariable"}),
    "sendTask": frozenset({"correlation"}),
    "receiveTask": frozenset({"correlation", "resultVariable"}),
    "callActivity": frozenset({"resultVariable", "binding"}),
    "intermediateThrowEvent": frozenset({"correlation"}),
    "endEvent": frozenset({"correlation"}),
    "intermediateCatchEvent": frozenset({"correlation", "resultVariable"}),
    "boundaryEvent": frozenset({"correlation", "resultVariable"}),
    "messageEventDefinition": frozenset({"correlation"}),
    "message": frozenset({"correlation"}),
    "multiInstanceLoopCharacteristics": frozenset(
        {"collection", "elementVariable", "collect", "collectItem"}
    ),
}
OUR_ATTRIBUTES["manualTask"] = OUR_ATTRIBUTES["userTask"]

# Which nodes do something with their mappings; anywhere else they would be lost.
READS_INPUTS = frozenset(
    {
        "serviceTask",
        "businessRuleTask",
        "callActivity",
        "sendTask",
        "intermediateThrowEvent",
        "endEvent",
    }
)
READS_OUTPUTS = ACTIVITIES | frozenset(ALLOWED_EVENTS)
OUR_ELEMENTS = frozenset({"input", "output", "ioMapping", "duty", "subject", "suppress"})
