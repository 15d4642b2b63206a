"""A beginning for processes and sub-processes where it is clear what it is, drawn as well."""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from workflows.engine.foreign.report import Severity
from workflows.engine.foreign.translation import Translation
from workflows.engine.spiff.notation import BPMN, children, local, tag
from workflows.engine.spiff.refusals import FLOW_NODES, NODES

_CONTAINERS = ("subProcess", "transaction")
_TRUE = ("true", "1")
_DI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_WAY = "http://www.omg.org/spec/DD/20100524/DI"
_EVENT = 36.0
_GAP = 50.0


def complete(translation: Translation) -> None:
    """Give a beginning to every level of the process that has none, where it is clear."""
    process = translation.process
    for container in (process, *process.iter(*(tag(name) for name in _CONTAINERS))):
        nodes = [node for node in container if local(node) in FLOW_NODES or local(node) in NODES]
        if any(local(node) == "startEvent" for node in nodes):
            continue
        if not nodes:
            if container is not process:
                _fill(translation, container)
            continue
        first = list(_beginnings(container, nodes))
        if len(first) == 1:
            _put_before(translation, container, first[0])


def _fill(translation: Translation, container: Element) -> None:
    """Give an empty sub-process a start and an end."""
    start, end = _add(container, "startEvent"), _add(container, "endEvent")
    flow = _connect(container, start, end)
    shape = _shape(translation.root, container.get("id", ""))
    bounds = None if shape is None else _bounds(shape)
    if shape is not None and bounds is not None and shape.get("isExpanded") != "false":
        x, y, width, height = bounds
        middle = y + height / 2
        if width >= 2 * _EVENT + _GAP:
            _draw_event(shape, start, x + _GAP / 2, middle)
            _draw_event(shape, end, x + width - _GAP / 2 - _EVENT, middle)
            _draw_flow(shape, flow, x + _GAP / 2 + _EVENT, x + width - _GAP / 2 - _EVENT, middle)
    translation.note(container, "sub-process-filled", Severity.TRANSLATED, "", start.get("id", ""))


def _put_before(translation: Translation, container: Element, node: Element) -> None:
    """Put a start event before the only node that nothing leads to."""
    start = _add(container, "startEvent")
    flow = _connect(container, start, node)
    shape = _shape(translation.root, node.get("id", ""))
    bounds = None if shape is None else _bounds(shape)
    if shape is not None and bounds is not None:
        x, y, _width, height = bounds
        middle = y + height / 2
        _draw_event(shape, start, x - _GAP - _EVENT, middle)
        _draw_flow(shape, flow, x - _GAP, x, middle)
    translation.note(node, "start-added", Severity.TRANSLATED, "", start.get("id", ""))


def _beginnings(container: Element, nodes: list[Element]) -> Iterator[Element]:
    """Yield the nodes of a level that nothing leads to."""
    entered = {flow.get("targetRef") for flow in children(container, "sequenceFlow")}
    for node in nodes:
        if (
            node.get("id") not in entered
            and local(node) != "boundaryEvent"
            and node.get("triggeredByEvent") not in _TRUE
            and node.get("isForCompensation") not in _TRUE
        ):
            yield node


def _add(container: Element, name: str) -> Element:
    """Add a node to a level, with an id of its own."""
    node = etree.SubElement(container, tag(name))
    node.set("id", _free_id(container, f"{container.get('id')}_{name}"))
    return node


def _connect(container: Element, source: Element, target: Element) -> Element:
    """Add a flow between two nodes of a level."""
    flow = etree.SubElement(container, f"{{{BPMN}}}sequenceFlow")
    flow.set("id", _free_id(container, f"{source.get('id')}_flow"))
    flow.set("sourceRef", source.get("id", ""))
    flow.set("targetRef", target.get("id", ""))
    return flow


def _free_id(element: Element, wanted: str) -> str:
    """Return an id that nothing in the file has."""
    taken = {each.get("id") for each in element.getroottree().getroot().iter("*")}
    short = wanted[:60]
    number = 1
    found = short
    while found in taken:
        number += 1
        found = f"{short}_{number}"
    return found


def _shape(root: Element, element_id: str) -> Element | None:
    """Return the shape of an element in the picture."""
    shapes = root.iter(f"{{{_DI}}}BPMNShape")
    return next((shape for shape in shapes if shape.get("bpmnElement") == element_id), None)


def _bounds(shape: Element) -> tuple[float, float, float, float] | None:
    """Return where a shape stands and how large it is."""
    found = shape.find(f"{{{_DC}}}Bounds")
    if found is None:
        return None
    try:
        x, y, width, height = (float(found.get(name, "")) for name in ("x", "y", "width", "height"))
    except ValueError:
        return None
    return x, y, width, height


def _draw_event(beside: Element, event: Element, x: float, middle: float) -> None:
    """Draw an event on the plane of another shape."""
    shape = beside.makeelement(f"{{{_DI}}}BPMNShape")
    shape.set("id", _free_id(event, f"{event.get('id')}_shape"))
    shape.set("bpmnElement", event.get("id", ""))
    bounds = etree.SubElement(shape, f"{{{_DC}}}Bounds")
    place = {"x": x, "y": middle - _EVENT / 2, "width": _EVENT, "height": _EVENT}
    for name, value in place.items():
        bounds.set(name, f"{value:g}")
    beside.addnext(shape)


def _draw_flow(beside: Element, flow: Element, start: float, end: float, middle: float) -> None:
    """Draw a flow as a straight line."""
    edge = beside.makeelement(f"{{{_DI}}}BPMNEdge")
    edge.set("id", _free_id(flow, f"{flow.get('id')}_edge"))
    edge.set("bpmnElement", flow.get("id", ""))
    for x in (start, end):
        point = etree.SubElement(edge, f"{{{_WAY}}}waypoint")
        point.set("x", f"{x:g}")
        point.set("y", f"{middle:g}")
    beside.addnext(edge)
