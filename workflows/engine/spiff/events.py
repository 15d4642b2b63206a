"""Translating events: SpiffWorkflow says what an event is, the tree says the rest."""

from typing import Any

from lxml.etree import _Element as Element
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.simple import TerminateEventDefinition
from SpiffWorkflow.bpmn.specs.event_definitions.timer import (
    CycleTimerEventDefinition,
    DurationTimerEventDefinition,
    TimeDateEventDefinition,
    TimerEventDefinition,
)

from workflows.engine.nodes import (
    BoundaryEvent,
    CatchEvent,
    Compensation,
    EndEvent,
    Node,
    StartEvent,
    ThrowEvent,
    Timing,
    TimingKind,
)
from workflows.engine.spiff.facts import Facts
from workflows.engine.spiff.links import link_of
from workflows.engine.spiff.notation import attribute, child, tag

_KINDS: dict[type, TimingKind] = {
    TimeDateEventDefinition: "date",
    DurationTimerEventDefinition: "duration",
    CycleTimerEventDefinition: "cycle",
}


def start_event(facts: Facts, element: Element) -> Node:
    """Translate a start event."""
    timing = _timing(facts, element)
    if element.getparent() is facts.process:
        _must_know_its_time(facts, element, timing)
    return StartEvent(
        **facts.common(element),
        form=attribute(element, "form"),
        duty=attribute(element, "duty"),
        message=_message(facts, element),
        signal=facts.signal(element),
        timing=timing,
        condition=facts.condition(element),
        fault=facts.fault(element),
        is_interrupting=element.get("isInterrupting", "true") in ("true", "1"),
    )


def _must_know_its_time(facts: Facts, element: Element, timing: Timing | None) -> None:
    """Refuse a time that is computed from data: before a case begins there are none."""
    if timing is not None and timing.expression is not None and timing.expression.reads:
        facts.compiler.find(
            "start-without-data",
            element,
            f"The timer '{element.get('id')}' reads data, but it begins a case that has none yet.",
            "Write the time itself, or a cron pattern.",
        )


def throw_event(facts: Facts, element: Element) -> Node:
    """Translate an intermediate throw event."""
    return ThrowEvent(**facts.common(element), **_thrown(facts, element))


def end_event(facts: Facts, element: Element) -> Node:
    """Translate an end event."""
    definition = _definition(facts, element)
    return EndEvent(
        **facts.common(element),
        **_thrown(facts, element),
        terminates=isinstance(definition, TerminateEventDefinition),
        cancels=child(element, "cancelEventDefinition") is not None,
    )


def catch_event(facts: Facts, element: Element) -> Node:
    """Translate an intermediate catch event."""
    return CatchEvent(
        **facts.common(element), **_caught(facts, element), is_link=link_of(element) is not None
    )


def boundary_event(facts: Facts, element: Element) -> Node:
    """Translate a boundary event; errors always interrupt."""
    fault = facts.fault(element)
    is_cancel = child(element, "cancelEventDefinition") is not None
    interrupts = element.get("cancelActivity", "true") in ("true", "1")
    return BoundaryEvent(
        **facts.common(element),
        **_caught(facts, element),
        attached_to=element.get("attachedToRef", ""),
        is_interrupting=interrupts or is_cancel or (fault is not None and fault.kind == "error"),
        fault=fault,
        is_cancel=is_cancel,
        handler=facts.handlers.get(element.get("id", "")),
    )


def _caught(facts: Facts, element: Element) -> dict[str, Any]:
    """Return what an event waits for."""
    return {
        "timing": _timing(facts, element),
        "message": _message(facts, element),
        "signal": facts.signal(element),
        "condition": facts.condition(element),
    }


def _thrown(facts: Facts, element: Element) -> dict[str, Any]:
    """Return what an event throws."""
    undo = child(element, "compensateEventDefinition")
    return {
        "message": _message(facts, element),
        "signal": facts.signal(element),
        "fault": facts.fault(element),
        "compensation": None if undo is None else Compensation(undo.get("activityRef")),
        "inputs": facts.compiler.mapped(element, "input"),
    }


def _definition(facts: Facts, element: Element) -> Any:
    """Return the event definition that SpiffWorkflow has read."""
    return facts.specs[element.get("id", "")].event_definition


def _inner(element: Element, name: str) -> Element:
    """Return the definition below an event; the survey has seen that it is there."""
    found = child(element, name)
    assert found is not None
    return found


def _message(facts: Facts, element: Element) -> Any:
    """Return the message of an event, where it has one."""
    if not isinstance(_definition(facts, element), MessageEventDefinition):
        return None
    return facts.message(element, _inner(element, "messageEventDefinition"))


def _timing(facts: Facts, element: Element) -> Timing | None:
    """Return the time of an event, where it has one."""
    definition = _definition(facts, element)
    if not isinstance(definition, TimerEventDefinition):
        return None
    text = getattr(definition, "expression", None) or ""
    place = next(iter(_inner(element, "timerEventDefinition")), element)
    return facts.compiler.timing(_KINDS[type(definition)], text, place, "timer", owner=element)


EVENTS = {
    tag("startEvent"): start_event,
    tag("endEvent"): end_event,
    tag("intermediateThrowEvent"): throw_event,
    tag("intermediateCatchEvent"): catch_event,
    tag("boundaryEvent"): boundary_event,
}
