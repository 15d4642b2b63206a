"""The notation of Camunda 8, whose expressions are FEEL already."""

from lxml.etree import _Element as Element

from workflows.engine.foreign import values
from workflows.engine.foreign.attributes import (
    Counterpart,
    translate_attributes,
    translate_candidates,
)
from workflows.engine.foreign.expressions import is_feel
from workflows.engine.foreign.report import Severity, name_of
from workflows.engine.foreign.translation import Translation, element_text
from workflows.engine.spiff.notation import ZEEBE, children, extensions, local, tag
from workflows.engine.spiff.refusals import READS_INPUTS, READS_OUTPUTS

_EXPRESSION = ("expression-invalid", "function-unknown", "name-invalid")
_PLACES: dict[str, dict[str, Counterpart]] = {
    "formDefinition": {
        "formId": Counterpart("form", values.form, ("unknown-form",)),
        "formKey": Counterpart("form", values.form, ("unknown-form",)),
        "externalReference": Counterpart("form", values.form, ("unknown-form",)),
    },
    "assignmentDefinition": {
        "assignee": Counterpart("assignee", values.people, _EXPRESSION),
        "candidateGroups": Counterpart("candidateGroups", values.people, _EXPRESSION),
    },
    "taskSchedule": {
        "dueDate": Counterpart("dueIn", values.due, (*_EXPRESSION, "timer-out-of-bounds")),
    },
    "priorityDefinition": {"priority": Counterpart("priority", values.priority, _EXPRESSION)},
    "calledDecision": {
        "decisionId": Counterpart("decision", values.key, ("unknown-decision",)),
        "resultVariable": Counterpart("resultVariable", values.name, _EXPRESSION),
    },
    "taskDefinition": {"type": Counterpart("service", values.key, ("unknown-service",))},
    "calledElement": {
        "bindingType": Counterpart("binding", values.binding, ("version-binding",)),
    },
    "subscription": {"correlationKey": Counterpart("correlation", values.expression, _EXPRESSION)},
    "loopCharacteristics": {
        "inputCollection": Counterpart("collection", values.expression, _EXPRESSION),
        "inputElement": Counterpart("elementVariable", values.name, _EXPRESSION),
        "outputCollection": Counterpart("collect", values.name, _EXPRESSION),
        "outputElement": Counterpart("collectItem", values.expression, _EXPRESSION),
    },
}


def translate(translation: Translation) -> None:
    """Translate what a model of Camunda 8 says in its own notation."""
    for element in list(translation.nodes()):
        for found in list(extensions(element)):
            namespace, _, name = str(found.tag)[1:].partition("}")
            if namespace == ZEEBE:
                _translate_extension(translation, element, found, name)


def _translate_extension(
    translation: Translation, element: Element, found: Element, name: str
) -> None:
    """Translate one extension element."""
    if name in _PLACES and found.attrib:
        translate_attributes(translation, element, found, _PLACES[name], ("",))
    if name == "calledElement":
        _translate_called(translation, element, found)
    elif name == "ioMapping":
        translation.settle(found)
        for inner in found.iterchildren(f"{{{ZEEBE}}}*"):
            _translate_mapping(translation, element, inner)
    elif name == "script" and local(element) == "scriptTask":
        _translate_script(translation, element, found)
    elif name == "assignmentDefinition" and found.get("candidateUsers"):
        _translate_candidates(translation, element, found)
    elif name in ("userTask", "versionTag"):
        translation.settle(found)  # It says which kind of user task it is: here there is one.


def _translate_called(translation: Translation, element: Element, found: Element) -> None:
    """Write the id of the called process where BPMN has it."""
    called = values.key(found.get("processId", ""))
    translation.settle(found, "processId")
    if called is not None and not element.get("calledElement"):
        element.set("calledElement", called)
        translation.note(
            element,
            "property",
            Severity.TRANSLATED,
            element_text(found),
            f'calledElement="{called}"',
        )
    elif called is None:
        translation.note(
            element,
            "called-foreign",
            Severity.MEND,
            element_text(found),
            explains=("process-missing", "unknown-process"),
        )


def _translate_mapping(translation: Translation, element: Element, inner: Element) -> None:
    """Translate one mapping; a target with a path, or at a node that reads none, has no place."""
    direction = name_of(str(inner.tag))
    found = element_text(inner)
    readers = READS_INPUTS if direction == "input" else READS_OUTPUTS
    name = values.name(inner.get("target", ""))
    source = inner.get("source", "").strip()
    if name is not None and is_feel(source) and local(element) in readers:
        translation.map(element, direction, name, source, found)
        return
    translation.note(
        element,
        "mapping-foreign",
        Severity.MEND,
        found,
        explains=(
            "mapping-lost",
            "mapping-without-name",
            "mapping-without-expression",
            *_EXPRESSION,
        ),
        removable=f"{{{ZEEBE}}}ioMapping",
    )


def _translate_script(translation: Translation, element: Element, found: Element) -> None:
    """Make a script of FEEL an output mapping: it computes a value and does nothing else."""
    name = values.name(found.get("resultVariable", ""))
    source = found.get("expression", "").strip()
    if name is None or not is_feel(source) or next(children(element, "script"), None) is not None:
        return
    shown = element_text(found)
    element.tag = tag("task")
    translation.map(element, "output", name, source.removeprefix("=").strip(), shown)
    parent = found.getparent()
    assert parent is not None
    parent.remove(found)
    translation.note(element, "script-feel", Severity.TRANSLATED, shown, "bpmn:task")


def _translate_candidates(translation: Translation, element: Element, found: Element) -> None:
    """Make the only candidate the assignee; several have no counterpart."""
    names = values.people(found.get("candidateUsers", ""))
    translation.settle(found, "candidateUsers")
    translate_candidates(translation, element, names, element_text(found), str(found.tag))
