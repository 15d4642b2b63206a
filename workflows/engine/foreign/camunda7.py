"""The notation of Camunda 7, and of Activiti and Flowable, which share most of it."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from workflows.engine.foreign import values
from workflows.engine.foreign.attributes import (
    Counterpart,
    translate_attributes,
    translate_candidates,
)
from workflows.engine.foreign.expressions import of_juel, of_template
from workflows.engine.foreign.report import Severity, name_of
from workflows.engine.foreign.tools import CAMUNDA_LIKE
from workflows.engine.foreign.translation import Translation, attribute_text, element_text
from workflows.engine.spiff.notation import extensions, local, text_of
from workflows.engine.spiff.refusals import READS_INPUTS, READS_OUTPUTS

_EXPRESSION = ("expression-invalid", "function-unknown", "name-invalid")
_ATTRIBUTES = {
    "formKey": Counterpart("form", values.form, ("unknown-form",)),
    "formRef": Counterpart("form", values.form, ("unknown-form",)),
    "assignee": Counterpart("assignee", values.people, _EXPRESSION),
    "candidateGroups": Counterpart("candidateGroups", values.people, _EXPRESSION),
    "dueDate": Counterpart("dueIn", values.due, (*_EXPRESSION, "timer-out-of-bounds")),
    "priority": Counterpart("priority", values.priority, _EXPRESSION),
    "decisionRef": Counterpart("decision", values.key, ("unknown-decision",)),
    "resultVariable": Counterpart("resultVariable", values.name, _EXPRESSION),
    "topic": Counterpart("service", values.key, ("unknown-service",)),
    "calledElementBinding": Counterpart("binding", values.binding, ("version-binding",)),
    "candidateStarterGroups": Counterpart("starterGroups", values.people, _EXPRESSION),
    "collection": Counterpart("collection", values.expression, _EXPRESSION),
    "elementVariable": Counterpart("elementVariable", values.name, _EXPRESSION),
}
_CALL_MAPPINGS = {"in": "input", "out": "output"}
_LISTS = ("list", "map", "script")


def translate(translation: Translation) -> None:
    """Translate what a model of Camunda 7 says in its own notation."""
    _translate_initiator(translation)
    for element in list(translation.nodes()):
        translate_attributes(translation, element, element, _ATTRIBUTES, CAMUNDA_LIKE)
        _translate_candidates(translation, element)
        for full in _attributes(element, "type"):
            if element.get(full) == "external":
                translation.settle(element, full)  # The topic says it: it is the service.
        for found in list(extensions(element)):
            if _is_camunda(found):
                _translate_extension(translation, element, found)


def _translate_initiator(translation: Translation) -> None:
    """Read the name of the variable that holds whoever started the case: here `started_by`."""
    initiators: dict[str, Element] = {}
    for element in translation.process.iter("*"):
        for full in _attributes(element, "initiator"):
            initiators[element.get(full, "")] = element
            translation.settle(element, full)
            translation.note(
                element,
                "initiator",
                Severity.TRANSLATED,
                attribute_text(element, full),
                "started_by",
            )
    for element in translation.process.iter("*"):
        for full in _attributes(element, "assignee"):
            inside = element.get(full, "").strip().removeprefix("${").removesuffix("}").strip()
            if inside in initiators:
                translation.write(element, "assignee", "=started_by", attribute_text(element, full))


def _translate_candidates(translation: Translation, element: Element) -> None:
    """Make the only candidate the assignee; several have no counterpart."""
    for full in _attributes(element, "candidateUsers"):
        found = attribute_text(element, full)
        names = values.people(element.get(full, ""))
        translation.settle(element, full)
        translate_candidates(translation, element, names, found, full)


def _translate_extension(translation: Translation, element: Element, found: Element) -> None:
    """Translate one extension element."""
    name = name_of(str(found.tag))
    if name == "inputOutput":
        translation.settle(found)
        for inner in found.iterchildren("*"):
            direction = name_of(str(inner.tag)).removesuffix("Parameter")
            _translate_parameter(translation, element, inner, direction)
    elif name in _CALL_MAPPINGS and local(element) == "callActivity":
        _translate_call(translation, element, found, _CALL_MAPPINGS[name])
    elif name in ("formData", "formProperty"):
        translation.settle(found)
        translation.note(element, "form-fields", Severity.KEPT, element_text(found))


def _translate_parameter(
    translation: Translation, element: Element, inner: Element, direction: str
) -> None:
    """Translate one parameter: a text with places, or an expression."""
    found = element_text(inner)
    readers = READS_INPUTS if direction == "input" else READS_OUTPUTS
    lists = any(name_of(str(each.tag)) in _LISTS for each in inner.iterchildren("*"))
    name = values.name(inner.get("name", ""))
    value = None if lists or local(element) not in readers else of_template(text_of(inner))
    if name is None or value is None:
        _cannot_map(translation, element, found, str(inner.getparent().tag))  # type: ignore[union-attr]
    else:
        translation.map(element, direction, name, value, found)


def _translate_call(
    translation: Translation, element: Element, found: Element, direction: str
) -> None:
    """Translate what a call passes on."""
    translation.settle(found)
    shown = element_text(found)
    if found.get("variables") or found.get("businessKey"):
        translation.note(element, "call-everything", Severity.KEPT, shown)
        return
    source = found.get("source")
    value = values.expression(source) if source else of_juel(found.get("sourceExpression", ""))
    name = values.name(found.get("target", ""))
    if name is None or value is None:
        _cannot_map(translation, element, shown, str(found.tag))
    else:
        translation.map(element, direction, name, value, shown)


def _cannot_map(translation: Translation, element: Element, found: str, removable: str) -> None:
    """Note a mapping that has no counterpart."""
    translation.note(
        element,
        "mapping-foreign",
        Severity.MEND,
        found,
        explains=(
            "mapping-lost",
            "mapping-without-name",
            "mapping-without-expression",
            "program-text",
            *_EXPRESSION,
        ),
        removable=removable,
    )


def _attributes(element: Element, name: str) -> Iterator[str]:
    """Yield the full names of the attributes with a name in one of the namespaces."""
    for namespace in CAMUNDA_LIKE:
        full = f"{{{namespace}}}{name}"
        if element.get(full) is not None:
            yield full


def _is_camunda(element: Element) -> bool:
    """Say whether an extension element is of this notation."""
    return str(element.tag)[1:].partition("}")[0] in CAMUNDA_LIKE
