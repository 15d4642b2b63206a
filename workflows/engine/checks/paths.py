"""Paths that never begin, never end, or end where nobody expects it."""

from collections.abc import Callable, Iterator

from rules.findings import Finding
from workflows.engine.checks.graph import Graph
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    CallActivity,
    CatchEvent,
    EndEvent,
    EventBasedGateway,
    EventSubProcess,
    ExclusiveGateway,
    InclusiveGateway,
    Node,
    ReceiveTask,
    ServiceTask,
    SubProcess,
    UserTask,
)

_WAITING = (UserTask, ReceiveTask, CatchEvent, EventBasedGateway, CallActivity)

_THROWING = {
    "error": (SubProcess, CallActivity, ServiceTask),
    "escalation": (SubProcess, CallActivity),
}


def check_paths(graph: Graph) -> Iterator[Finding]:
    """Find nodes that no token reaches, and paths that just stop."""
    for level in list(graph.levels):
        reached = graph.reachable(graph.entries(level))
        for node in graph.levels[level]:
            if node.id not in reached:
                yield graph.finding(
                    "unreachable",
                    node,
                    f"No path leads to '{node.id}'; it would never be done.",
                    "Connect it to the process, or remove it.",
                )
            elif not node.outgoing and not _ends(node):
                yield graph.finding(
                    "implicit-end",
                    node,
                    f"The path ends at '{node.id}' without an end event.",
                    "Lead it to an end event if that is meant.",
                    "warning",
                )


def _ends(node: Node) -> bool:
    """Say whether it is clear that no path leads on from a node."""
    if isinstance(node, BoundaryEvent):
        return node.handler is not None
    return isinstance(node, EndEvent | EventSubProcess) or getattr(node, "undoes", False)


def check_defaults(graph: Graph) -> Iterator[Finding]:
    """Find nodes whose conditions may all fail."""
    for node in graph.nodes.values():
        if len(node.outgoing) < 2 or any(flow.is_default for flow in node.outgoing):
            continue
        conditions = [flow.condition is not None for flow in node.outgoing]
        is_gateway = isinstance(node, ExclusiveGateway | InclusiveGateway)
        if is_gateway or all(conditions):
            yield graph.finding(
                "default-missing",
                node,
                f"'{node.id}' has no default flow; a case stops there when no condition holds.",
                "Make one of its outgoing flows the default.",
                "warning",
            )


def check_loops(graph: Graph) -> Iterator[Finding]:
    """Find loops in which nothing waits."""
    automatic = {node.id for node in graph.nodes.values() if not _waits(graph, node)}
    done: set[str] = set()
    for name in graph.nodes:
        if name not in automatic or name in done:
            continue
        loop = _loop_of(graph, name, automatic)
        done |= loop
        if not loop:
            continue
        node = graph.nodes[min(loop, key=lambda item: graph.nodes[item].line or 0)]
        leaves = any(
            flow.target not in loop for item in loop for flow in graph.nodes[item].outgoing
        )
        yield graph.finding(
            "loop-without-wait",
            node,
            f"Nothing waits in the loop of {_listed(loop)}; "
            + ("it is stopped when it runs too long." if leaves else "it would never end."),
            "Put a user task, timer or message into the loop, or a way out.",
            "warning" if leaves else "error",
        )


def _loop_of(graph: Graph, name: str, automatic: set[str]) -> set[str]:
    """Return the nodes on automatic loops through a node; empty where there is none."""
    ahead = _closure(name, automatic, lambda item: [f.target for f in graph.nodes[item].outgoing])
    if name not in ahead:
        return set()
    behind = _closure(name, automatic, lambda item: [f.source for f in graph.nodes[item].incoming])
    return ahead & behind


def _closure(name: str, within: set[str], following: Callable[[str], list[str]]) -> set[str]:
    """Return every node that follows a node, in one step or more."""
    seen: set[str] = set()
    ahead = [name]
    while ahead:
        for other in following(ahead.pop()):
            if other in within and other not in seen:
                seen.add(other)
                ahead.append(other)
    return seen


def _waits(graph: Graph, node: Node) -> bool:
    """Say whether a token stops at a node, or somewhere in it; a service does not count."""
    if isinstance(node, _WAITING) and not isinstance(node, BoundaryEvent):
        return True
    if not isinstance(node, SubProcess):
        return False
    ahead = [node.id]
    while ahead:
        for inner in graph.levels[ahead.pop()]:
            if isinstance(inner, _WAITING) and not isinstance(inner, BoundaryEvent):
                return True
            if isinstance(inner, SubProcess):
                ahead.append(inner.id)
    return False


def check_borders(graph: Graph) -> Iterator[Finding]:
    """Find boundary events that can never happen, and results that nobody keeps."""
    for node in graph.nodes.values():
        if isinstance(node, BoundaryEvent) and node.fault is not None:
            host = graph.nodes[node.attached_to]
            if not isinstance(host, _THROWING[node.fault.kind]):
                yield graph.finding(
                    "fault-never-thrown",
                    node,
                    f"'{host.id}' never throws an {node.fault.kind}, so '{node.id}' never happens.",
                    "Attach the event to a service task, sub-process or call activity.",
                    "warning",
                )
        elif isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
            yield from _check_results(graph, node)


def _check_results(graph: Graph, node: Activity) -> Iterator[Finding]:
    """Find instances whose data are lost when they end."""
    assert isinstance(node.loop, MultiInstance)
    has_data = not isinstance(node, UserTask) or node.form is not None or node.outputs
    if has_data and node.loop.collect is None:
        yield graph.finding(
            "results-not-kept",
            node,
            f"What the instances of '{node.id}' write is gone when they end.",
            "Set understudy:collect if it is needed later.",
            "warning",
        )


def _listed(names: set[str]) -> str:
    """Return names for a message."""
    return ", ".join(f"'{name}'" for name in sorted(names))
