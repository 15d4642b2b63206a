"""Compensation: whether every handler belongs to an activity, and every throw undoes something."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.event_sub_processes import is_event_sub_process
from workflows.engine.spiff.notation import child, children, local, tag
from workflows.engine.spiff.refusals import ACTIVITIES, CONTAINERS

_TRUE = ("true", "1")
_UNDO = "compensateEventDefinition"


def is_handler(activity: Element) -> bool:
    """Say whether an activity undoes another one."""
    return activity.get("isForCompensation") in _TRUE


def handlers(process: Element) -> dict[str, str]:
    """Return the handlers of the compensation boundary events of a process, by event."""
    found: dict[str, str] = {}
    events = {event.get("id"): event for event in _borders(process)}
    for association in process.iter(tag("association")):
        source = association.get("sourceRef", "")
        if source in events:
            found[source] = association.get("targetRef", "")
    return found


def survey_compensation(process: Element, compiler: Compiler) -> None:
    """Find events and handlers that would undo nothing, or that nobody could tell what."""
    known = handlers(process)
    for event in _borders(process):
        _survey_border(event, known, compiler)
    used = set(known.values())
    for activity in process.iter(*(tag(name) for name in ACTIVITIES)):
        if is_handler(activity):
            _survey_handler(activity, used, compiler)
    for event in process.iter(tag("intermediateThrowEvent"), tag("endEvent")):
        definition = child(event, _UNDO)
        if definition is not None:
            _survey_throw(event, definition, compiler)


def _borders(process: Element) -> Iterator[Element]:
    """Yield the compensation boundary events of a process."""
    for event in process.iter(tag("boundaryEvent")):
        if child(event, _UNDO) is not None:
            yield event


def _survey_border(event: Element, known: dict[str, str], compiler: Compiler) -> None:
    """Find out whether a compensation boundary event leads to one handler, and to nothing else."""
    name = event.get("id", "")
    around = event.getparent()
    assert around is not None
    beside = {node.get("id"): node for node in around.iterchildren() if local(node) in ACTIVITIES}
    handler, host = beside.get(known.get(name)), beside.get(event.get("attachedToRef"))
    if handler is None or not is_handler(handler):
        _find(
            compiler,
            event,
            f"The compensation boundary event '{name}' leads to no handler.",
            "Draw an association from it to an activity of its level with isForCompensation.",
        )
    if any(flow.get("sourceRef") == name for flow in children(around, "sequenceFlow")):
        _find(
            compiler,
            event,
            f"A sequence flow leaves the compensation boundary event '{name}'.",
            "Draw an association to the handler instead.",
        )
    if _is_second(event, around) or (host is not None and is_handler(host)):
        _find(
            compiler,
            event,
            f"'{name}' undoes a handler, or what is undone by another event already.",
            "Keep one compensation boundary event at each activity that is done.",
        )


def _is_second(event: Element, around: Element) -> bool:
    """Say whether an activity has another compensation boundary event before this one."""
    host = event.get("attachedToRef")
    return event is not next(one for one in _borders(around) if one.get("attachedToRef") == host)


def _survey_handler(activity: Element, used: set[str], compiler: Compiler) -> None:
    """Find out whether a handler is reached by a compensation boundary event, and only so."""
    name = activity.get("id", "")
    around = activity.getparent()
    assert around is not None
    flows = children(around, "sequenceFlow")
    borders = children(around, "boundaryEvent")
    joined = any(name in (flow.get("sourceRef"), flow.get("targetRef")) for flow in flows)
    if joined or any(event.get("attachedToRef") == name for event in borders):
        _find(
            compiler,
            activity,
            f"The handler '{name}' has a sequence flow or a boundary event.",
            "Remove it; put several steps into a sub-process that is the handler.",
        )
    if name not in used or is_event_sub_process(activity):
        _find(
            compiler,
            activity,
            f"The handler '{name}' is led to by no compensation boundary event.",
            "Draw an association to it from the event at the activity that it undoes.",
        )


def _survey_throw(event: Element, definition: Element, compiler: Compiler) -> None:
    """Find out whether a compensation event can undo something, and waits for it."""
    name = id_of(event)
    if definition.get("waitForCompletion", "true") not in _TRUE:
        _find(
            compiler,
            event,
            f"'{name}' does not wait until everything is undone.",
            "Remove waitForCompletion, and fork before the event.",
        )
    wanted = definition.get("activityRef")
    undone = [node.get("id") for level in _levels(event) for node in _undoable(level)]
    if wanted is None and undone:
        return
    if wanted not in undone:
        _find(
            compiler,
            event,
            f"Nothing that '{name}' could undo has a handler.",
            "Put a compensation boundary event at an activity of the same level; activityRef names"
            " one of these, or a sub-process around them.",
        )


def _levels(event: Element) -> Iterator[Element]:
    """Yield the level of an event, and those around it that its event sub-process undoes too."""
    level = event.getparent()
    while level is not None:
        yield level
        if not is_event_sub_process(level):
            return
        level = level.getparent()


def _undoable(level: Element) -> Iterator[Element]:
    """Yield the activities of a level that have a handler, or something in them has."""
    hosts = {event.get("attachedToRef") for event in _borders(level)}
    for node in level.iterchildren():
        if local(node) not in ACTIVITIES:
            continue
        inside = local(node) in CONTAINERS and next(_borders(node), None) is not None
        if inside or node.get("id") in hosts:
            yield node


def _find(compiler: Compiler, element: Element, message: str, remedy: str) -> None:
    """Note what is wrong with compensation."""
    compiler.find("compensation", element, message, remedy)
