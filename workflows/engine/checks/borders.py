"""Boundary events that can never happen, and results of instances that nobody keeps."""

from collections.abc import Iterator

from rules.findings import Finding
from rules.sentences import Sentence, Term
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import (
    AbstractTask,
    Activity,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    EventSubProcess,
    Fault,
    Node,
    SendTask,
    ServiceTask,
    StartEvent,
    SubProcess,
    ThrowEvent,
    UserTask,
)

_AT_ONCE = (AbstractTask, BusinessRuleTask, SendTask)


def check_borders(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find boundary events, and event sub-processes for a fault, that never happen."""
    for node in graph.nodes.values():
        if isinstance(node, EventSubProcess):
            start = graph.nodes[node.start]
            fault = start.fault if isinstance(start, StartEvent) else None
            if fault is not None and not _rises(graph, node.parent, fault, known, frozenset()):
                yield _never_thrown(graph, node, node.parent or graph.model.key, fault)
        elif isinstance(node, BoundaryEvent):
            yield from _check_border(graph, node, graph.nodes[node.attached_to], known)


def _check_border(graph: Graph, node: BoundaryEvent, host: Node, known: Known) -> Iterator[Finding]:
    """Find out whether what a boundary event waits for can happen."""
    if node.fault is not None:
        if not _may_throw(graph, host, node.fault, known):
            yield _never_thrown(graph, node, host.id, node.fault)
    elif node.listens and isinstance(host, _AT_ONCE):
        yield graph.finding(
            "border-never-heard",
            node,
            Sentence(
                "'%(host)s' is done at once, so '%(element)s' never hears anything.",
                host=host.id,
                element=node.id,
            ),
            Sentence("Attach the event to work that takes time, or remove it."),
            "warning",
        )


def _never_thrown(graph: Graph, node: Node, place: str, fault: Fault) -> Finding:
    """Return the finding for an event whose fault never comes."""
    kind = Term("fault", fault.kind)
    what = (
        Sentence("the %(kind)s '%(code)s'", kind=kind, code=fault.code)
        if fault.code
        else Sentence("an %(kind)s", kind=kind)
    )
    return graph.finding(
        "fault-never-thrown",
        node,
        Sentence(
            "'%(place)s' never throws %(what)s, so '%(element)s' never happens.",
            place=place,
            what=what,
            element=node.id,
        ),
        Sentence("Attach the event to an activity that throws it, or correct the code."),
        "warning",
    )


def _may_throw(
    graph: Graph, host: Node, fault: Fault, known: Known, seen: frozenset[str] = frozenset()
) -> bool:
    """Say whether an error or escalation may come out of an activity."""
    if isinstance(host, ServiceTask):
        return fault.kind == "error"
    if isinstance(host, CallActivity):
        model = known.models.get(host.called)
        if model is None or host.called in seen:
            return True
        return _rises(Graph(model), None, fault, known, seen | {host.called})
    return isinstance(host, SubProcess) and _rises(graph, host.id, fault, known, seen)


def _rises(
    graph: Graph, level: str | None, fault: Fault, known: Known, seen: frozenset[str]
) -> bool:
    """Say whether a fault may be thrown on a level or deeper; inner borders are not asked."""
    for node in graph.levels.get(level, ()):
        if isinstance(node, ThrowEvent) and node.fault is not None:
            if node.fault.kind == fault.kind and fault.code in (None, node.fault.code):
                return True
        elif _may_throw(graph, node, fault, known, seen):
            return True
    return False


def check_results(graph: Graph) -> Iterator[Finding]:
    """Find instances whose data are lost when they end."""
    for node in graph.nodes.values():
        if not isinstance(node, Activity) or not isinstance(node.loop, MultiInstance):
            continue
        has_data = not isinstance(node, UserTask) or node.form is not None or node.outputs
        if has_data and node.loop.collect is None:
            yield graph.finding(
                "results-not-kept",
                node,
                Sentence(
                    "What the instances of '%(element)s' write is gone when they end.",
                    element=node.id,
                ),
                Sentence("Set understudy:collect if it is needed later."),
                "warning",
            )
