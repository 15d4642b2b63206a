"""What BPMN itself says about people and data, and what of it means something here."""

from lxml.etree import _Element as Element

from workflows.engine.foreign import values
from workflows.engine.foreign.report import Severity
from workflows.engine.foreign.translation import Translation, element_text
from workflows.engine.foreign.vocabulary import ELEMENTS
from workflows.engine.spiff.notation import (
    attribute,
    child,
    children,
    local,
    tag,
    text_of,
)
from workflows.engine.spiff.quantities import quantities

_ROLES = {
    "potentialOwner": "candidateGroups",
    "humanPerformer": "assignee",
    "performer": "assignee",
    "resourceRole": "",
}
_ASKED = ("userTask", "manualTask")
_EXPRESSIONS = ("formalExpression", "expression")
# Drawn, kept, and read by nobody here: each gets a row.
_READ_BY_NOBODY = {
    "messageFlow": "message-flow",
    "dataObjectReference": "data",
    "dataObject": "data",
    "dataStoreReference": "data",
    "dataStore": "data",
    "dataInputAssociation": "data-association",
    "dataOutputAssociation": "data-association",
    "ioSpecification": "data",
    "property": "data",
    "itemDefinition": "definition",
    "import": "definition",
    "interface": "definition",
    "endPoint": "definition",
    "resource": "definition",
    "partnerEntity": "definition",
    "partnerRole": "definition",
    "globalTask": "definition",
    "globalUserTask": "definition",
    "globalManualTask": "definition",
    "globalScriptTask": "definition",
    "globalBusinessRuleTask": "definition",
    "choreography": "choreography",
    "globalChoreographyTask": "choreography",
    "conversation": "conversation",
    "subConversation": "conversation",
    "callConversation": "conversation",
    "conversationLink": "conversation",
    "auditing": "definition",
    "monitoring": "definition",
    "correlationKey": "definition",
    "correlationSubscription": "definition",
    "relationship": "definition",
}
# What an event brings along; elsewhere the row of the specification around speaks of it.
_AT_EVENTS = ("dataInput", "dataOutput")
# What a data association computes.
_COMPUTES = ("assignment", "transformation")


def translate_owners(translation: Translation) -> None:
    """Make the roles of BPMN, where no tool says more, the groups and users of a task."""
    for element in translation.process.iter(tag("*")):
        for role in children(element, *_ROLES):
            if local(element) not in _ASKED or not _give(translation, element, role):
                translation.note(role, "owner-kept", Severity.KEPT, element_text(role))


def _give(translation: Translation, task: Element, role: Element) -> bool:
    """Give a task to whom a role names, unless somebody has it already; say whether it was."""
    name, text = _ROLES[local(role)], _who(role)
    if not name or attribute(task, "assignee") or attribute(task, "candidateGroups"):
        return False
    value = values.people(text) if text else None
    if value is None:
        return False
    if " " in text and child(role, "resourceRef") is not None:
        name = "candidateGroups"  # What has words is no user name, so no user would ever see it.
    return translation.write(task, name, value, f"{element_text(role)} {text}".strip())


def _who(role: Element) -> str:
    """Return whom a role names: a resource by its name, or an expression for a user or group."""
    reference = text_of(child(role, "resourceRef")).rpartition(":")[2]
    root = role.getroottree().getroot()
    for resource in children(root, "resource"):
        if reference and resource.get("id") == reference:
            return resource.get("name") or ""
    assignment = child(role, "resourceAssignmentExpression")
    # An editor writes the general element with a type; both say the same.
    expressions = () if assignment is None else children(assignment, *_EXPRESSIONS)
    text = text_of(next(iter(expressions), None))
    for before in ("group(", "user("):
        if text.startswith(before) and text.endswith(")") and "," not in text:
            return text[len(before) : -1].strip()
    return text


def note_unread(translation: Translation) -> None:
    """Write a row for each element of BPMN that is kept and that nobody reads here."""
    for element in translation.root.iter(tag("*")):
        if local(element) not in ELEMENTS and not _is_inside_of_extension(element):
            translation.note(element, "unknown-element", Severity.KEPT, element_text(element))
            continue
        code = _code(element)
        if code is None or element.getparent() is None or _is_elsewhere(translation, element):
            continue
        if next(children(element, *_COMPUTES), None) is not None:
            translation.note(
                element, code, Severity.MEND, _shown(element), explains=("data-association",)
            )
        else:
            translation.note(element, code, Severity.KEPT, _shown(element))


def _is_inside_of_extension(element: Element) -> bool:
    """Say whether an element lies in what another tool wrote, which an editor keeps whole."""
    return next(element.iterancestors(tag("extensionElements")), None) is not None


def _code(element: Element) -> str | None:
    """Return the code of the row for an element that nobody reads."""
    around = element.getparent()
    if local(element) in _AT_EVENTS and around is not None and local(around).endswith("Event"):
        return "data"
    return _READ_BY_NOBODY.get(local(element))


def note_quantities(translation: Translation) -> None:
    """Write a row for each activity that takes or gives several tokens."""
    for element in translation.process.iter(tag("*")):
        for name in quantities(element):
            translation.note(
                element,
                "quantity",
                Severity.MEND,
                f'{name}="{element.get(name)}"',
                explains=("token-quantity",),
                removable=name,
            )


def note_lanes(translation: Translation) -> None:
    """Say of lanes with user tasks that they give the work to nobody."""
    tasks = {task.get("id"): task for task in translation.process.iter(tag("userTask"))}
    for lane in translation.process.iter(tag("lane")):
        inside = [tasks.get(text_of(each)) for each in children(lane, "flowNodeRef")]
        unassigned = [
            task
            for task in inside
            if task is not None
            and not attribute(task, "assignee")
            and not attribute(task, "candidateGroups")
        ]
        if unassigned:
            names = ", ".join(task.get("name") or task.get("id") or "" for task in unassigned)
            translation.note(lane, "lane", Severity.KEPT, f"{lane.get('name') or ''}: {names}")


def _is_elsewhere(translation: Translation, element: Element) -> bool:
    """Say whether an element lies in a process that does not become the draft."""
    around = next(element.iterancestors(tag("process")), None)
    return around is not None and around is not translation.process


def _shown(element: Element) -> str:
    """Return what an element is and leads to."""
    names = ("name", "sourceRef", "targetRef", "dataObjectRef", "dataStoreRef", "structureRef")
    said = [f'{name}="{element.get(name)}"' for name in names if element.get(name)]
    inside = [
        f"{local(each)} {text_of(each)}" for each in children(element, "sourceRef", "targetRef")
    ]
    return " ".join([f"bpmn:{local(element)}", *said, *inside])
