"""The notation of SpiffWorkflow's modeler, whose expressions are Python."""

from lxml import etree
from lxml.etree import _Element as Element

from workflows.engine.foreign import values
from workflows.engine.foreign.report import Severity, name_of
from workflows.engine.foreign.translation import Translation, element_text
from workflows.engine.spiff.notation import SPIFF, child, extensions, tag, text_of

_FORMS = ("formJsonSchemaFilename", "formUiSchemaFilename")


def translate(translation: Translation) -> None:
    """Translate what a model of SpiffWorkflow says in its own notation."""
    for element in list(translation.nodes()):
        for found in list(extensions(element)):
            namespace, _, name = str(found.tag)[1:].partition("}")
            if namespace == SPIFF:
                _translate_extension(translation, element, found, name)


def _translate_extension(
    translation: Translation, element: Element, found: Element, name: str
) -> None:
    """Translate one extension element."""
    if name == "properties":
        _translate_form(translation, element, found)
    elif name == "calledDecisionId":
        decision = values.key(text_of(found))
        if decision is not None:
            translation.settle(found)
            translation.write(element, "decision", decision, element_text(found))
    elif name == "serviceTaskOperator":
        _translate_service(translation, element, found)
    elif name == "instructionsForEndUser":
        _translate_instructions(translation, element, found)


def _translate_form(translation: Translation, element: Element, properties: Element) -> None:
    """Write the form that is named by its schema file."""
    translation.settle(properties)
    for item in properties.iterchildren("*"):
        name, value = item.get("name", ""), item.get("value", "")
        form = values.form(value) if name == _FORMS[0] else None
        if form is None or not translation.write(element, "form", form, f'{name}="{value}"'):
            translation.note(
                element,
                "extension",
                Severity.KEPT,
                f'{name_of(str(item.tag))} {name}="{value}"',
            )


def _translate_service(translation: Translation, element: Element, found: Element) -> None:
    """Write the service; its parameters are Python, so they are for a person to decide."""
    service = values.key(found.get("id", ""))
    translation.settle(found)
    shown = element_text(found)
    if service is not None:
        translation.write(element, "service", service, shown)
    result = values.name(found.get("resultVariable", ""))
    if result is not None:
        translation.write(element, "resultVariable", result, shown)
    if len(found):
        translation.note(
            element,
            "mapping-foreign",
            Severity.MEND,
            shown,
            explains=("program-text",),
            removable=str(found.tag),
        )


def _translate_instructions(translation: Translation, element: Element, found: Element) -> None:
    """Make plain instructions the help text of a task; a template would need a program."""
    text = (found.text or "").strip()
    if not text or "{{" in text or "{%" in text or child(element, "documentation") is not None:
        return
    translation.settle(found)
    documentation = etree.Element(tag("documentation"))
    documentation.text = text
    element.insert(0, documentation)
    translation.note(
        element, "help", Severity.TRANSLATED, element_text(found), "bpmn:documentation"
    )
