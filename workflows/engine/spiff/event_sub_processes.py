"""Sub-processes that an event begins: whether it is clear which event, and nothing else does."""

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import attribute, child, children, local
from workflows.engine.spiff.refusals import EVENT_STARTS

_TRUE = ("true", "1")
_LOOPS = ("standardLoopCharacteristics", "multiInstanceLoopCharacteristics")
_CODES = {
    "errorEventDefinition": "errorRef",
    "escalationEventDefinition": "escalationRef",
}


def is_event_sub_process(element: Element | None) -> bool:
    """Say whether an element is a sub-process that an event begins."""
    return (
        element is not None
        and local(element) == "subProcess"
        and element.get("triggeredByEvent") in _TRUE
    )


def begins_event_sub_process(event: Element) -> bool:
    """Say whether an event is the start of an event sub-process."""
    return local(event) == "startEvent" and is_event_sub_process(event.getparent())


def survey_event_sub_process(container: Element, compiler: Compiler) -> None:
    """Find what an event sub-process cannot have, and starts that say nothing."""
    name = id_of(container)
    around = container.getparent()
    flows = [] if around is None else list(children(around, "sequenceFlow"))
    if any(name in (flow.get("sourceRef"), flow.get("targetRef")) for flow in flows):
        _find(
            compiler,
            container,
            f"A sequence flow leads to or from '{name}', which an event begins.",
            "Remove the flow, or take triggeredByEvent away.",
        )
    if next(children(container, *_LOOPS), None) is not None:
        _find(
            compiler,
            container,
            f"The event sub-process '{name}' cannot be repeated by a loop.",
            "Put a sub-process with the loop into it.",
        )
    starts = list(children(container, "startEvent"))
    if len(starts) != 1:
        _find(
            compiler,
            container,
            f"The event sub-process '{name}' has {len(starts)} start events.",
            "Give it exactly one.",
        )
        return
    _survey_start(starts[0], name, compiler)


def _survey_start(start: Element, name: str | None, compiler: Compiler) -> None:
    """Find a start that waits for nothing, never interrupts, or repeats another one."""
    if attribute(start, "form") or attribute(start, "duty"):
        _find(
            compiler,
            start,
            f"Nobody fills in the form of the event that begins '{name}', or gets its duty.",
            "Put them on a user task behind it.",
        )
    kind = next((local(inner) for inner in start if local(inner) in EVENT_STARTS), "")
    is_interrupting = start.get("isInterrupting", "true") in _TRUE
    if kind == "errorEventDefinition" and not is_interrupting:
        _find(
            compiler,
            start,
            f"The error that begins '{name}' ends what is around it; isInterrupting says it"
            " does not.",
            "Set isInterrupting to true, or use an escalation.",
        )
    if kind in _CODES and any(
        _kind_and_code(other) == _kind_and_code(start) for other in _beside(start)
    ):
        _find(
            compiler,
            start,
            f"Another event sub-process beside '{name}' catches the same code.",
            "Keep one of them for each code.",
        )


def _beside(start: Element) -> list[Element]:
    """Return the starts of the event sub-processes that lie beside that of a start, and before."""
    container = start.getparent()
    assert container is not None
    return [
        other
        for sibling in container.itersiblings(preceding=True)
        if is_event_sub_process(sibling)
        for other in children(sibling, "startEvent")
    ]


def _kind_and_code(start: Element) -> tuple[str, str] | None:
    """Return what a start catches, where that rises from the inside."""
    for kind, reference in _CODES.items():
        definition = child(start, kind)
        if definition is not None:
            return kind, definition.get(reference, "")
    return None


def _find(compiler: Compiler, element: Element, message: str, remedy: str) -> None:
    """Note what is wrong with an event sub-process."""
    compiler.find("event-sub-process", element, message, remedy)
