"""Checks of what must fit together between elements: references, kinds and names."""

from collections import Counter

from rules.dmn.reading.documents import Document
from rules.dmn.syntax import Element, Requirement

_WANTED_KINDS = {
    "requiredInput": ("input",),
    "requiredDecision": ("decision",),
    "requiredKnowledge": ("knowledge", "service"),
    "encapsulatedDecision": ("decision",),
    "outputDecision": ("decision",),
    "inputDecision": ("decision",),
    "inputData": ("input",),
}
_KIND_NAMES = {
    "input": "input data",
    "decision": "a decision",
    "knowledge": "a business knowledge model",
    "service": "a decision service",
}


def check_references(documents: list[Document], elements: tuple[Element, ...]) -> None:
    """Refuse references that lead nowhere or to the wrong kind, and names used twice."""
    by_id = {element.id: element for element in elements}
    for element in elements:
        for wanted in element.requirements:
            _check_reference(documents[element.space], element, wanted, by_id)
    _check_names(documents, elements)


def _check_reference(
    document: Document, element: Element, wanted: Requirement, by_id: dict[str, Element]
) -> None:
    """Refuse a reference that leads nowhere, or to the wrong kind of element."""
    source = document.source
    found = by_id.get(wanted.target)
    if found is None:
        message = f'The element "{element.id}" needs "{wanted.target}", which is missing.'
        remedy = "Add the missing element, or remove the requirement."
        source.refuse_at(element.line, element.id, "dmn-missing-element", message, remedy)
    elif found.kind not in _WANTED_KINDS[wanted.kind]:
        message = (
            f'The element "{element.id}" refers to "{wanted.target}" as {wanted.kind}, '
            f"but that is {_KIND_NAMES[found.kind]}."
        )
        remedy = "Draw the requirement again, or refer to an element of the right kind."
        source.refuse_at(element.line, element.id, "dmn-wrong-kind", message, remedy)


def _ids(*elements: Element) -> str:
    """Return the ids of elements for a message."""
    return " and ".join(f'"{element.id[:80]}"' for element in elements)


def _check_names(documents: list[Document], elements: tuple[Element, ...]) -> None:
    """Refuse names that two elements of a model share: nobody could say which is meant."""
    first: dict[str, Element] = {}
    for element in elements:
        # A service is often named after its only decision, and is never read beside it.
        if element.kind == "service" or not element.name:
            continue
        other = first.setdefault(element.name, element)
        if other is not element:
            message = f'Two elements have the name "{element.name[:80]}": {_ids(other, element)}.'
            source = documents[element.space].source
            remedy = "Give each of them a name of its own."
            source.refuse_at(element.line, element.id, "dmn-duplicate-name", message, remedy)
    ids = Counter(element.id for element in elements)
    for element in elements:
        if ids[element.id] > 1:
            message = f'The id "{element.id[:80]}" is used for several elements.'
            source = documents[element.space].source
            remedy = "Give each element an id of its own."
            source.refuse_at(element.line, element.id, "dmn-duplicate-id", message, remedy)
