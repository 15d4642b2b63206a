"""Translating activities and gateways."""

from collections.abc import Callable
from typing import Any

from lxml.etree import _Element as Element

from rules.feel import Expression
from workflows.engine.loops import MultiInstance, StandardLoop
from workflows.engine.nodes import (
    AbstractTask,
    BusinessRuleTask,
    CallActivity,
    EventBasedGateway,
    EventSubProcess,
    ExclusiveGateway,
    InclusiveGateway,
    Node,
    ParallelGateway,
    ReceiveTask,
    SendTask,
    ServiceTask,
    SubProcess,
    Transaction,
    UserTask,
)
from workflows.engine.spiff.compensation import is_handler
from workflows.engine.spiff.event_sub_processes import is_event_sub_process
from workflows.engine.spiff.events import EVENTS
from workflows.engine.spiff.facts import Facts
from workflows.engine.spiff.notation import attribute, child, children, tag, text_of


def _activity(facts: Facts, element: Element) -> dict[str, Any]:
    """Return what every activity has."""
    return {
        **facts.common(element),
        "boundaries": tuple(facts.boundaries[element.get("id", "")]),
        "loop": _loop(facts, element),
        "inputs": facts.compiler.mapped(element, "input"),
        "undone_by": facts.undone_by(element),
        "undoes": is_handler(element),
    }


def _loop(facts: Facts, element: Element) -> MultiInstance | StandardLoop | None:
    """Return how an activity is repeated."""
    standard = child(element, "standardLoopCharacteristics")
    if standard is not None:
        condition = child(standard, "loopCondition")
        return StandardLoop(
            maximum=int(standard.get("loopMaximum", "1")),
            condition=facts.compiler.expression(
                text_of(condition), standard, "loop condition", owner=element
            ),
            tests_before=standard.get("testBefore") in ("true", "1"),
        )
    many = child(element, "multiInstanceLoopCharacteristics")
    return None if many is None else _multi_instance(facts, element, many)


def _multi_instance(facts: Facts, element: Element, many: Element) -> MultiInstance:
    """Return a multi-instance loop: its items or number, and what it collects."""

    def compiled(text: str | None, what: str) -> Expression | None:
        return facts.compiler.expression(text, many, what, owner=element)

    item = child(many, "outputDataItem")
    collect_item = attribute(many, "collectItem") or _name_of(item)
    return MultiInstance(
        is_sequential=many.get("isSequential") in ("true", "1"),
        cardinality=compiled(text_of(child(many, "loopCardinality")), "cardinality"),
        collection=compiled(collection_of(many), "collection"),
        element_variable=facts.compiler.name(
            attribute(many, "elementVariable") or _name_of(child(many, "inputDataItem")),
            element,
            "element variable",
        ),
        collect=facts.compiler.name(
            attribute(many, "collect") or _referred(many, "loopDataOutputRef"),
            element,
            "name of the collected results",
        ),
        collect_item=compiled(collect_item, "collected item"),
        completion=compiled(text_of(child(many, "completionCondition")), "completion condition"),
    )


def collection_of(many: Element) -> str | None:
    """Return the expression of the list that a multi-instance activity is repeated for."""
    return attribute(many, "collection") or _referred(many, "loopDataInputRef")


def _name_of(item: Element | None) -> str | None:
    """Return the name of a data item, or its id where it has none."""
    return None if item is None else item.get("name") or item.get("id")


def _referred(many: Element, name: str) -> str | None:
    """Return the variable that a data reference means: a name, or the name of a data input."""
    text = text_of(child(many, name))
    activity = many.getparent()
    assert activity is not None
    for place in activity.iter(tag("dataInput"), tag("dataOutput")):
        if text and place.get("id") == text:
            return place.get("name") or text
    return text or None


def _user_task(facts: Facts, element: Element) -> Node:
    """Translate a user task or a manual task."""
    compiler = facts.compiler
    priority = attribute(element, "priority")
    fixed = int(priority) if priority and priority.isdigit() else None
    computed = None
    if priority and fixed is None:
        computed = compiler.expression(priority, element, "priority")
    return UserTask(
        **_activity(facts, element),
        form=attribute(element, "form"),
        assignee=compiler.words(attribute(element, "assignee"), element, "assignee"),
        candidate_groups=compiler.words(
            attribute(element, "candidateGroups"), element, "candidate groups"
        ),
        due_in=_due(facts, element, "dueIn"),
        sla_in=_due(facts, element, "slaIn"),
        priority=computed or (50 if fixed is None else min(fixed, 100)),
        duty=attribute(element, "duty"),
        excludes=tuple((attribute(element, "excludes") or "").replace(",", " ").split()),
    )


def _due(facts: Facts, element: Element, name: str) -> Any:
    """Return when a user task is due."""
    text = attribute(element, name)
    if not text:
        return None
    kind: Any = "date" if text[0].isdigit() else "duration"
    return facts.compiler.timing(kind, text, element, name)


def _service_task(facts: Facts, element: Element) -> Node:
    """Translate a service task."""
    return ServiceTask(**_activity(facts, element), service=attribute(element, "service") or "")


def _rule_task(facts: Facts, element: Element) -> Node:
    """Translate a business rule task."""
    return BusinessRuleTask(
        **_activity(facts, element),
        decision=attribute(element, "decision") or "",
        trace=attribute(element, "trace") == "true",
    )


def _send_task(facts: Facts, element: Element) -> Node:
    """Translate a send task."""
    return SendTask(**_activity(facts, element), message=facts.message(element, element))


def _receive_task(facts: Facts, element: Element) -> Node:
    """Translate a receive task."""
    return ReceiveTask(**_activity(facts, element), message=facts.message(element, element))


def _sub_process(facts: Facts, element: Element) -> Node:
    """Translate an embedded sub-process; its nodes are translated with all others."""
    start = next(children(element, "startEvent")).get("id", "")
    kind = SubProcess
    if is_event_sub_process(element):
        kind = EventSubProcess
    elif element.tag == tag("transaction"):
        kind = Transaction
    return kind(**_activity(facts, element), start=start)


def _call_activity(facts: Facts, element: Element) -> Node:
    """Translate a call activity."""
    called = facts.specs[element.get("id", "")].spec
    is_latest = attribute(element, "binding") == "latest"
    return CallActivity(**_activity(facts, element), called=called, is_latest=is_latest)


def _plain(kind: type[Node], *, is_activity: bool = False) -> Callable[[Facts, Element], Node]:
    """Return the translator of a node that has nothing of its own."""
    common = _activity if is_activity else Facts.common
    return lambda facts, element: kind(**common(facts, element))


TRANSLATORS: dict[str, Callable[[Facts, Element], Node]] = {
    **EVENTS,
    tag("task"): _plain(AbstractTask, is_activity=True),
    tag("userTask"): _user_task,
    tag("manualTask"): _user_task,
    tag("serviceTask"): _service_task,
    tag("businessRuleTask"): _rule_task,
    tag("sendTask"): _send_task,
    tag("receiveTask"): _receive_task,
    tag("subProcess"): _sub_process,
    tag("transaction"): _sub_process,
    tag("callActivity"): _call_activity,
    tag("exclusiveGateway"): _plain(ExclusiveGateway),
    tag("parallelGateway"): _plain(ParallelGateway),
    tag("inclusiveGateway"): _plain(InclusiveGateway),
    tag("eventBasedGateway"): _plain(EventBasedGateway),
}
