"""Attributes of other tools that have a counterpart of ours, written as ours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

from workflows.engine.foreign.report import Severity
from workflows.engine.foreign.translation import Translation, attribute_text
from workflows.engine.spiff.notation import UNDERSTUDY, local
from workflows.engine.spiff.refusals import OUR_ATTRIBUTES


@dataclass(frozen=True)
class Counterpart:
    """
    What an attribute is called here, and how its value is read.

    Attributes:
        name: The name of ours; a BPMN attribute where it has no namespace of ours.
        read: Returns the value in our notation, or nothing where it has none.
        explains: Codes of findings that a value without a counterpart leads to.

    """

    name: str
    read: Callable[[str], str | None]
    explains: tuple[str, ...] = ()


def translate_attributes(
    translation: Translation,
    element: Element,
    place: Element,
    known: Mapping[str, Counterpart],
    namespaces: tuple[str, ...],
) -> None:
    """
    Write what the attributes at a place say at the element that they are about.

    The place is the element itself, or an extension element of it. What cannot be
    translated becomes a row: nothing is left out in silence.
    """
    for full in list(place.attrib):
        namespace, _, name = str(full).removeprefix("{").rpartition("}")
        if namespace not in namespaces or name not in known:
            continue
        counterpart = known[name]
        if counterpart.name not in OUR_ATTRIBUTES.get(local(element), ()):
            continue
        found = attribute_text(place, str(full))
        value = counterpart.read(place.get(full, ""))
        translation.settle(place, str(full))
        if element.get(f"{{{UNDERSTUDY}}}{counterpart.name}") is not None:
            continue  # Somebody has decided already.
        if value is not None:
            translation.write(element, counterpart.name, value, found)
        else:
            translation.note(
                element,
                f"{counterpart.name}-foreign",
                Severity.MEND,
                found,
                explains=counterpart.explains,
                removable=str(full) if place is element else str(place.tag),
            )


def translate_candidates(
    translation: Translation, element: Element, names: str | None, found: str, removable: str
) -> None:
    """Make the only candidate the assignee; of several, or beside groups, none is offered it."""
    decided = any(
        element.get(f"{{{UNDERSTUDY}}}{name}") for name in ("assignee", "candidateGroups")
    )
    if decided:
        translation.note(element, "candidates-kept", Severity.KEPT, found)
    elif names and "," not in names and not names.startswith("=["):
        translation.write(element, "assignee", names, found)
    else:
        translation.note(
            element,
            "candidates",
            Severity.MEND,
            found,
            explains=("candidate-users",),
            removable=removable,
        )
