"""The notation of designers: our attributes, and what other modelers write instead."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
UNDERSTUDY = "urn:understudy:bpmn:1"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"
SPIFF = "http://spiffworkflow.org/bpmn/schema/1.0/core"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"

# What each of our attributes is called elsewhere: an attribute of the node
# (namespace, name), or an attribute of an extension element (namespace, element, name).
_ELSEWHERE: dict[str, tuple[tuple[str, ...], ...]] = {
    "form": (
        (CAMUNDA, "formKey"),
        (CAMUNDA, "formRef"),
        (ZEEBE, "formDefinition", "formId"),
        (ZEEBE, "formDefinition", "formKey"),
    ),
    "assignee": ((CAMUNDA, "assignee"), (ZEEBE, "assignmentDefinition", "assignee")),
    "candidateGroups": (
        (CAMUNDA, "candidateGroups"),
        (ZEEBE, "assignmentDefinition", "candidateGroups"),
    ),
    "dueIn": ((CAMUNDA, "dueDate"), (ZEEBE, "taskSchedule", "dueDate")),
    "priority": ((CAMUNDA, "priority"), (ZEEBE, "priorityDefinition", "priority")),
    "decision": (
        (CAMUNDA, "decisionRef"),
        (ZEEBE, "calledDecision", "decisionId"),
        (SPIFF, "calledDecisionId", ""),
    ),
    "resultVariable": (
        (CAMUNDA, "resultVariable"),
        (ZEEBE, "calledDecision", "resultVariable"),
    ),
    "service": (
        (CAMUNDA, "topic"),
        (ZEEBE, "taskDefinition", "type"),
        (SPIFF, "serviceTaskOperator", "id"),
    ),
    "called": ((ZEEBE, "calledElement", "processId"),),
    "binding": ((CAMUNDA, "calledElementBinding"), (ZEEBE, "calledElement", "bindingType")),
    "correlation": ((ZEEBE, "subscription", "correlationKey"),),
    "collection": (
        (CAMUNDA, "collection"),
        (ZEEBE, "loopCharacteristics", "inputCollection"),
    ),
    "elementVariable": (
        (CAMUNDA, "elementVariable"),
        (ZEEBE, "loopCharacteristics", "inputElement"),
    ),
    "collect": ((ZEEBE, "loopCharacteristics", "outputCollection"),),
    "collectItem": ((ZEEBE, "loopCharacteristics", "outputElement"),),
    "starterGroups": ((CAMUNDA, "candidateStarterGroups"),),
}

# What Camunda 7 calls the mappings of a call activity.
_CALL_MAPPINGS = {"input": "in", "output": "out"}

_IDENTIFIER = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_."


def tag(name: str) -> str:
    """Return the full tag of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def local(element: Element) -> str:
    """Return the name of a BPMN element; empty for an element of another namespace."""
    namespace, _, name = str(element.tag)[1:].partition("}")
    return name if namespace == BPMN else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the BPMN elements of these names directly below."""
    yield from element.iterchildren(*(tag(name) for name in names))


def child(element: Element, name: str) -> Element | None:
    """Return the first BPMN element of this name directly below."""
    return next(children(element, name), None)


def text_of(element: Element | None) -> str:
    """Return the text of an element without the space around it."""
    return (element.text or "").strip() if element is not None else ""


def extensions(element: Element) -> Iterator[Element]:
    """Yield the extension elements of a node."""
    for wrapper in children(element, "extensionElements"):
        yield from wrapper.iterchildren()


def extension(element: Element, namespace: str, name: str) -> Element | None:
    """Return the first extension element of this name."""
    wanted = f"{{{namespace}}}{name}"
    return next((found for found in extensions(element) if found.tag == wanted), None)


def attribute(element: Element, name: str) -> str | None:
    """Return what an attribute of our notation says, or what stands for it elsewhere."""
    value = element.get(f"{{{UNDERSTUDY}}}{name}")
    if value is not None:
        return value.strip() or None
    for place in _ELSEWHERE.get(name, ()):
        value = _elsewhere(element, place)
        if value is not None and value.strip():
            return _as_feel(value.strip())
    return _spiff_form(element) if name == "form" else None


def _elsewhere(element: Element, place: tuple[str, ...]) -> str | None:
    """Return what another notation says at one place."""
    if len(place) == 2:
        return element.get(f"{{{place[0]}}}{place[1]}")
    namespace, name, inner = place
    found = extension(element, namespace, name)
    if found is None:
        return None
    return found.get(inner) if inner else found.text


def _as_feel(value: str) -> str:
    """Return a plain `${name}` of Camunda 7 as an expression; anything else as it is."""
    if value.startswith("${") and value.endswith("}"):
        inner = value[2:-1].strip()
        if inner and all(character in _IDENTIFIER for character in inner):
            return f"={inner}"
    return value


def _spiff_form(element: Element) -> str | None:
    """Return the form that SpiffWorkflow's modeler names by its schema file."""
    properties = extension(element, SPIFF, "properties")
    for item in properties.iterchildren() if properties is not None else ():
        if item.get("name") == "formJsonSchemaFilename":
            name = item.get("value", "")
            return name.removesuffix(".json").removesuffix("-schema").removesuffix(".form") or None
    return None


def mappings(element: Element, direction: str) -> Iterator[tuple[Element, str, str]]:
    """
    Yield element, name and expression of the input or output mappings of a node.

    One of another modeler counts where ours says nothing under its name.
    """
    own = list(_own(element, direction))
    yield from own
    names = {name for _, name, _ in own}
    for found in extensions(element):
        yield from (one for one in _foreign(found, direction) if one[1] not in names)


def _own(element: Element, direction: str) -> Iterator[tuple[Element, str, str]]:
    """Yield the mappings of a node in our own notation."""
    for found in extensions(element):
        if found.tag == f"{{{UNDERSTUDY}}}{direction}":
            yield _ours(found)
        elif found.tag == f"{{{UNDERSTUDY}}}ioMapping":
            for inner in found.iterchildren(f"{{{UNDERSTUDY}}}{direction}"):
                yield _ours(inner)


def _foreign(found: Element, direction: str) -> Iterator[tuple[Element, str, str]]:
    """Yield the mappings that an extension element of another modeler holds, or is."""
    if found.tag == f"{{{ZEEBE}}}ioMapping":
        for inner in found.iterchildren(f"{{{ZEEBE}}}{direction}"):
            yield inner, inner.get("target", ""), inner.get("source", "")
    elif found.tag == f"{{{CAMUNDA}}}inputOutput":
        for inner in found.iterchildren(f"{{{CAMUNDA}}}{direction}Parameter"):
            yield inner, inner.get("name", ""), _as_feel(text_of(inner))
    elif found.tag == f"{{{CAMUNDA}}}{_CALL_MAPPINGS[direction]}" and found.get("target"):
        source = found.get("source") or _as_feel(found.get("sourceExpression", ""))
        yield found, found.get("target", ""), source


def passes_everything(element: Element, direction: str) -> Element | None:
    """Return the element by which Camunda 7 passes all variables of a call."""
    place = f"{{{CAMUNDA}}}{_CALL_MAPPINGS[direction]}"
    return next((f for f in extensions(element) if f.tag == place and f.get("variables")), None)


def _ours(element: Element) -> tuple[Element, str, str]:
    """Return a mapping in our own notation, its expression as text or as an attribute."""
    name = element.get("name") or element.get("target") or ""
    for attribute_name in ("value", "expression", "source"):
        if element.get(attribute_name):
            return element, name, element.get(attribute_name, "")
    return element, name, text_of(element)


def words(name: str) -> str:
    """Return a camel-case name as words."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
