"""
What differs between two BPMN files: elements by their id, and their properties by name.

Of the picture only what stands elsewhere is told. What a modeler may write or leave
out without a change of meaning is no difference: defaults, the order of attributes, the ends
that a node repeats of its flows.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from rules import xml_door
from workflows.engine import model_drawings
from workflows.engine.spiff.notation import BPMN, UNDERSTUDY

_DIAGRAM = "http://www.omg.org/spec/BPMN/20100524/DI"
_INSTANCE_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_REPEATED = {f"{{{BPMN}}}incoming", f"{{{BPMN}}}outgoing"}
# Of these a reader asks which there are, not in which order.
_MEMBERS = {f"{{{BPMN}}}flowNodeRef"}
# What an attribute means where it is not written.
_DEFAULTS = {
    "cancelActivity": "true",
    "isInterrupting": "true",
    "parallelMultiple": "false",
    "isSequential": "false",
    "triggeredByEvent": "false",
    "isForCompensation": "false",
    "instantiate": "false",
    "isClosed": "false",
    "processType": "None",
    "gatewayDirection": "Unspecified",
    "startQuantity": "1",
    "completionQuantity": "1",
    "eventGatewayType": "Exclusive",
    "testBefore": "false",
    "behavior": "All",
    "waitForCompletion": "true",
}


@dataclass(frozen=True)
class PropertyChange:
    """One property of an element, as it was and as it is; empty where it is not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ElementChange:
    """What happened to one element: `added`, `removed`, `changed`, or only `moved`."""

    kind: str
    element_id: str
    type: str
    name: str
    properties: list[PropertyChange] = field(default_factory=list)


@dataclass(frozen=True)
class ModelChanges:
    """
    Every difference in meaning, and whether the picture differs.

    Attributes:
        elements: What is added, removed or changed in what the process does.
        is_redrawn: Whether anything in the picture is elsewhere, if only a label.
        moved: What stands elsewhere in the picture and means the same.

    """

    elements: list[ElementChange]
    is_redrawn: bool
    moved: list[ElementChange] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        """Say whether the files say and show the same."""
        return not self.elements and not self.is_redrawn


@dataclass(frozen=True)
class _Part:
    """An element with its own properties; elements with ids inside stand for themselves."""

    type: str
    name: str
    properties: Mapping[str, str]


def compare(before: bytes, after: bytes) -> ModelChanges:
    """
    Return what differs in a newer file.

    Raises:
        XmlRefused: One of the files cannot be read.

    """
    old_root, new_root = _root(before), _root(after)
    old, new = _parts(old_root), _parts(new_root)
    changes = [
        ElementChange("added", key, part.type, part.name, _differences({}, part.properties))
        for key, part in new.items()
        if key not in old
    ]
    changes += [
        ElementChange("removed", key, part.type, part.name)
        for key, part in old.items()
        if key not in new
    ]
    for key, part in new.items():
        if key in old and (differences := _all_differences(old[key], part)):
            changes.append(ElementChange("changed", key, part.type, part.name, differences))
    pictures = model_drawings.drawing(old_root), model_drawings.drawing(new_root)
    is_redrawn = pictures[0].rest != pictures[1].rest
    told = {each.element_id for each in changes}
    elsewhere = model_drawings.moved(*pictures) - told
    moved = [
        ElementChange("moved", key, part.type, part.name)
        for key, part in new.items()
        if key in elsewhere
    ]
    return ModelChanges(changes, is_redrawn, moved)


def _root(source: bytes) -> Element:
    """Return the root of a file that passed the door before."""
    return xml_door.open_xml(source, file_name="model.bpmn")


def _parts(root: Element) -> dict[str, _Part]:
    """Return every element with an id, in the order of the file."""
    found = {}
    for element in root.iter():
        if not isinstance(element.tag, str) or _namespace(element) == _DIAGRAM:
            continue
        if element is not root and element.get("id") and _is_ours(element):
            properties = dict(_properties(element, ""))
            found[element.get("id", "")] = _Part(
                _local(element), element.get("name", ""), properties
            )
    return found


def _is_ours(element: Element) -> bool:
    """Say whether an element is of BPMN and outside the picture."""
    return _namespace(element) == BPMN


def _properties(element: Element, path: str) -> Iterator[tuple[str, str]]:
    """Yield what an element says by itself: attributes, text, and children without an id."""
    for name, value in element.attrib.items():
        yield from _attribute(str(name), str(value), path)
    counts: dict[str, int] = {}
    for child in element.iterchildren():
        if not isinstance(child.tag, str) or child.tag in _REPEATED:
            continue
        if child.get("id") and _is_ours(child) and not _is_detail(child):
            continue
        label = _label(child)
        counts[label] = counts.get(label, 0) + 1
        place = f"{path}{label}" if counts[label] == 1 else f"{path}{label} {counts[label]}"
        text = " ".join((child.text or "").split())
        if child.tag in _MEMBERS:
            yield f"{path}{label} {text}", "✓"
        elif text:
            yield place, text
        elif not len(child) and not child.attrib:
            yield place, "✓"
        below = "" if _local(child) == "extensionElements" else f"{place} · "
        inside = _properties(child, below)
        yield from (one for one in inside if one[0] != f"{place} · name" or label == _local(child))


def _attribute(name: str, value: str, path: str) -> Iterator[tuple[str, str]]:
    """Yield an attribute, unless it says what holds anyhow."""
    local = name.rpartition("}")[2]
    if local == "id" or name == _INSTANCE_TYPE or _DEFAULTS.get(local) == value:
        return
    yield f"{path}{local}", value.strip()


def _is_detail(element: Element) -> bool:
    """Say whether an element has an id, but is a property of the one around it to a reader."""
    local = _local(element)
    return local.endswith(("Expression", "EventDefinition", "LoopCharacteristics")) or local in {
        "timeDuration",
        "timeDate",
        "timeCycle",
        "completionCondition",
        "loopCardinality",
        "documentation",
        "extensionElements",
    }


def _label(element: Element) -> str:
    """Name a child as readers know it: a mapping by what it writes."""
    local = _local(element)
    if local == "extensionElements":
        return ""
    if _namespace(element) == UNDERSTUDY and element.get("name"):
        return f"{local} {element.get('name')}"
    return local


def _all_differences(old: _Part, new: _Part) -> list[PropertyChange]:
    """Return what differs between two states of an element, its type among it."""
    found = _differences(old.properties, new.properties)
    if old.type != new.type:
        found.insert(0, PropertyChange("type", old.type, new.type))
    return found


def _differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[PropertyChange]:
    """Return the properties that differ, in the order of their first appearance."""
    names = list(dict.fromkeys([*new, *old]))
    return [
        PropertyChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name) != new.get(name)
    ]


def _namespace(element: Element) -> str:
    """Return the namespace of an element."""
    return str(element.tag)[1:].partition("}")[0]


def _local(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]
