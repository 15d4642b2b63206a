"""What is left of a foreign model when everything known is translated: kept, and named."""

from collections import Counter
from collections.abc import Iterator

from lxml.etree import _Element as Element

from workflows.engine.foreign.report import Row, Severity, name_of, prefixed
from workflows.engine.foreign.tools import MODELER
from workflows.engine.foreign.translation import Translation, attribute_text, element_text
from workflows.engine.spiff.notation import (
    BPMN,
    CAMUNDA,
    INSTANCE,
    SPIFF,
    UNDERSTUDY,
    ZEEBE,
    local,
    tag,
)
from workflows.engine.spiff.overriding import is_decided
from workflows.engine.spiff.refusals import FOREIGN, NODES

_PICTURE = (
    "http://www.omg.org/spec/BPMN/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DI",
    "http://www.omg.org/spec/DD/20100524/DC",
)
# Colours that the editor shows.
_COLOURS = (
    "http://bpmn.io/schema/bpmn/biocolor/1.0",
    "http://www.omg.org/spec/BPMN/non-normative/color/1.0",
)
# What Camunda Modeler says of itself, which the report names as the tool.
_UNDERSTOOD = (BPMN, UNDERSTUDY, INSTANCE, MODELER, *_COLOURS)
_RUN = (CAMUNDA, ZEEBE, SPIFF)
_XML = "http://www.w3.org/XML/1998/namespace"


def note_leftovers(translation: Translation) -> None:
    """Write a row for each foreign element and attribute of which no row speaks yet."""
    for element in translation.root.iter("*"):
        namespace = _namespace(str(element.tag))
        if namespace in _PICTURE or _is_elsewhere(translation, element):
            continue
        if namespace == BPMN:
            _note_node(translation, element)
            _note_attributes(translation, element)
            if local(element) == "extensionElements":
                _note_extensions(translation, element)
    _note_picture(translation)


def _note_node(translation: Translation, element: Element) -> None:
    """Write a row for a node that no process here may have."""
    if local(element) in NODES:
        refusal = NODES[local(element)]
        translation.note(
            element,
            refusal.code,
            Severity.MEND,
            f"bpmn:{local(element)}",
            explains=(refusal.code, "program-text"),
        )


def _note_attributes(translation: Translation, element: Element) -> None:
    """Write a row for each foreign attribute."""
    for full in element.attrib:
        name = str(full)
        namespace = _namespace(name)
        if not namespace or namespace in (*_UNDERSTOOD, _XML):
            continue
        if translation.is_settled(element, name):
            continue
        shown = attribute_text(element, name)
        if namespace in _RUN and name_of(name) in FOREIGN:
            _note_program(translation, element, name, shown)
        else:
            translation.note(element, "attribute", Severity.KEPT, shown)


def _note_extensions(translation: Translation, wrapper: Element) -> None:
    """Write a row for each kind of foreign element in the extensions of an element."""
    kept: Counter[str] = Counter()
    first: dict[str, Element] = {}
    for found in wrapper.iterchildren("*"):
        name = str(found.tag)
        if _namespace(name) == UNDERSTUDY or translation.is_settled(found):
            continue
        program = _program(found)
        if program:
            _note_program(translation, wrapper, name, element_text(found))
        elif not _is_settled_within(translation, found):
            kept[name] += 1
            first.setdefault(name, found)
    for name, count in kept.items():
        shown = element_text(first[name])
        more = f" (× {count})" if count > 1 else ""
        translation.note(wrapper, "extension", Severity.KEPT, shown + more)


def _note_program(translation: Translation, element: Element, name: str, shown: str) -> None:
    """Write a row for what would run a program elsewhere, unless ours decides already."""
    owner = element.getparent() if local(element) == "extensionElements" else element
    if owner is not None and is_decided(owner, name_of(name)):
        translation.note(element, "program-kept", Severity.KEPT, shown)
        return
    translation.note(
        element,
        "program-text",
        Severity.MEND,
        shown,
        explains=("program-text", "service-missing", "decision-missing"),
        removable=name,
    )


def _program(found: Element) -> bool:
    """Say whether an extension element, or one in it, would run something elsewhere."""
    return any(
        _namespace(str(each.tag)) in _RUN and name_of(str(each.tag)) in FOREIGN
        for each in found.iter("*")
    )


def _is_settled_within(translation: Translation, found: Element) -> bool:
    """Say whether a row speaks of every attribute of an extension element."""
    names = [str(name) for name in found.attrib]
    return bool(names) and all(translation.is_settled(found, name) for name in names)


def _note_picture(translation: Translation) -> None:
    """Write one row for each notation that the picture has beside that of BPMN."""
    found: Counter[str] = Counter()
    for element in _drawn(translation.root):
        names = [str(element.tag), *map(str, element.attrib)]
        found.update(
            name.removeprefix("{").rpartition("}")[0] + "|" + prefixed(element, name)
            for name in names
            if _namespace(name) not in ("", *_PICTURE, *_UNDERSTOOD)
        )
    by_namespace: dict[str, list[str]] = {}
    for key, count in found.items():
        namespace, _, shown = key.partition("|")
        by_namespace.setdefault(namespace, []).append(f"{shown} × {count}")
    translation.rows.extend(
        Row("picture", Severity.KEPT, found=", ".join(shown)) for shown in by_namespace.values()
    )


def _drawn(root: Element) -> Iterator[Element]:
    """Yield everything in the pictures of a file."""
    for diagram in root.iterchildren(f"{{{_PICTURE[0]}}}BPMNDiagram"):
        yield from diagram.iter("*")


def _is_elsewhere(translation: Translation, element: Element) -> bool:
    """Say whether an element lies in a process that does not become the draft."""
    if element.tag == tag("process"):
        return element is not translation.process
    around = next(element.iterancestors(tag("process")), None)
    return around is not None and around is not translation.process


def _namespace(name: str) -> str:
    """Return the namespace of a full name; empty where it has none."""
    return name[1:].partition("}")[0] if name.startswith("{") else ""
