"""
Repair models of other tools where that is harmless, and tell what was done to each element.

Nothing is repaired that would change what the diagram says: a missing condition or
service stays a finding, for a person to decide.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from rules import xml_door
from workflows.engine.source_files import SourceFile
from workflows.engine.spiff.compiler import id_of, line_of
from workflows.engine.spiff.notation import BPMN, children, local, tag
from workflows.engine.spiff.refusals import FLOW_NODES, NODES

_DATA = ("dataInputAssociation", "dataOutputAssociation", "ioSpecification", "dataStoreReference")
_CONTAINERS = ("process", "subProcess", "transaction")
_DRAWN = "http://www.omg.org/spec/BPMN/20100524/DI"
_TRUE = ("true", "1")


@dataclass(frozen=True)
class Repair:
    """What was done to one element, and why it changes nothing that the diagram says."""

    element_id: str | None
    line: int | None
    message: str

    def to_json(self) -> dict[str, Any]:
        """Return the repair as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        return f"{self.line or ''} [{self.element_id}]: {self.message}".strip()


def repair(file: SourceFile) -> tuple[SourceFile, list[Repair]]:
    """
    Return a BPMN file that can be read, as far as that is harmless, and what was done.

    Raises:
        XmlRefused: The file cannot be opened.

    """
    root = xml_door.open_xml(file.content, file_name=file.name)
    done = [*_make_executable(root), *_drop_data(root), *_complete(root)]
    if not done:
        return file, []
    content = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return SourceFile(file.name, content), done


def _make_executable(root: Element) -> Iterator[Repair]:
    """Mark the processes as executable, when none is."""
    processes = list(children(root, "process"))
    if any(each.get("isExecutable", "true") in _TRUE for each in processes):
        return
    for process in processes:
        if any(local(node) in FLOW_NODES for node in process):
            process.set("isExecutable", "true")
            yield _repair(process, "The process is marked as executable.")


def _drop_data(root: Element) -> Iterator[Repair]:
    """Leave out what is drawn about data: no engine of ours reads or writes it."""
    for element in list(root.iter(*(tag(name) for name in _DATA))):
        parent = element.getparent()
        if parent is None:
            continue
        yield _repair(element, f"The {local(element)} is left out: data are not moved by drawing.")
        parent.remove(element)
        _drop_drawing(root, {each.get("id", "") for each in element.iter()} - {""})


def _drop_drawing(root: Element, ids: set[str]) -> None:
    """Leave out the shapes of elements that are no more, and what leads to them."""
    for shape in list(root.iter(f"{{{_DRAWN}}}BPMNShape", f"{{{_DRAWN}}}BPMNEdge")):
        parent = shape.getparent()
        if shape.get("bpmnElement") in ids and parent is not None:
            parent.remove(shape)
    for link in list(root.iter(tag("association"))):
        parent = link.getparent()
        if parent is not None and ids & {link.get("sourceRef"), link.get("targetRef")}:
            parent.remove(link)


def _complete(root: Element) -> Iterator[Repair]:
    """Give a beginning to processes and sub-processes where it is clear what it is."""
    for container in list(root.iter(*(tag(name) for name in _CONTAINERS))):
        nodes = [node for node in container if local(node) in FLOW_NODES or local(node) in NODES]
        if any(local(node) == "startEvent" for node in nodes):
            continue
        if not nodes:
            if local(container) != "process":
                _connect(container, _add(container, "startEvent"), _add(container, "endEvent"))
                yield _repair(container, "The empty sub-process got a start and an end.")
            continue
        first = _beginnings(container, nodes)
        if len(first) == 1:
            _connect(container, _add(container, "startEvent"), first[0])
            yield _repair(first[0], "It has no way in, so a start event was put before it.")


def _beginnings(container: Element, nodes: list[Element]) -> list[Element]:
    """Return the nodes of a level that nothing leads to."""
    entered = {flow.get("targetRef") for flow in children(container, "sequenceFlow")}
    return [
        node
        for node in nodes
        if node.get("id") not in entered
        and local(node) != "boundaryEvent"
        and node.get("triggeredByEvent") not in _TRUE
        and node.get("isForCompensation") not in _TRUE
    ]


def _add(container: Element, name: str) -> Element:
    """Add a node to a level, with an id of its own."""
    node = etree.SubElement(container, tag(name))
    node.set("id", _free_id(container, f"{container.get('id')}_{name}"))
    return node


def _connect(container: Element, source: Element, target: Element) -> None:
    """Add a flow between two nodes of a level."""
    flow = etree.SubElement(container, f"{{{BPMN}}}sequenceFlow")
    flow.set("id", _free_id(container, f"{source.get('id')}_flow"))
    flow.set("sourceRef", source.get("id", ""))
    flow.set("targetRef", target.get("id", ""))


def _free_id(element: Element, wanted: str) -> str:
    """Return an id that nothing in the file has."""
    taken = {each.get("id") for each in element.getroottree().getroot().iter()}
    short = wanted[:60]
    number = 1
    found = short
    while found in taken:
        number += 1
        found = f"{short}_{number}"
    return found


def _repair(element: Element, message: str) -> Repair:
    """Return what was done to an element."""
    return Repair(id_of(element), line_of(element), message)
