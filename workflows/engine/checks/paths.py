"""Paths that never begin, never end, or end where nobody expects it."""

from collections.abc import Iterator

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.graph import Graph
from workflows.engine.nodes import (
    BoundaryEvent,
    EndEvent,
    EventSubProcess,
    ExclusiveGateway,
    InclusiveGateway,
    Node,
)


def check_paths(graph: Graph) -> Iterator[Finding]:
    """Find nodes that no token reaches, and paths that just stop."""
    for level in list(graph.levels):
        reached = graph.reachable(graph.entries(level))
        for node in graph.levels[level]:
            if node.id not in reached:
                yield graph.finding(
                    "unreachable",
                    node,
                    Sentence(
                        "No path leads to '%(element)s'; it would never be done.", element=node.id
                    ),
                    Sentence("Connect it to the process, or remove it."),
                )
            elif not node.outgoing and not _ends(node):
                yield graph.finding(
                    "implicit-end",
                    node,
                    Sentence(
                        "The path ends at '%(element)s' without an end event.", element=node.id
                    ),
                    Sentence("Lead it to an end event if that is meant."),
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
                Sentence(
                    "'%(element)s' has no default flow; a case stops there when no condition"
                    " holds.",
                    element=node.id,
                ),
                Sentence("Make one of its outgoing flows the default."),
                "warning",
            )


def check_ways_out(graph: Graph) -> Iterator[Finding]:
    """Find where a case can never come to an end, whatever people do."""
    for level, nodes in list(graph.levels.items()):
        ending = _can_end(graph, nodes)
        reached = graph.reachable(graph.starts(level))
        lost = [node for node in nodes if node.id in reached and node.id not in ending]
        if lost:
            first = min(lost, key=lambda node: node.line or 0)
            yield graph.finding(
                "no-way-out",
                first,
                Sentence(
                    "No path leads from '%(first)s' to an end; a case that comes there never ends.",
                    first=first.id,
                ),
                Sentence("Draw a flow out of the loop to an end event."),
                "warning",
            )


def _can_end(graph: Graph, nodes: list[Node]) -> set[str]:
    """Return the nodes of a level from which a path ends."""
    before: dict[str, list[str]] = {node.id: [] for node in nodes}
    ahead = []
    for node in nodes:
        followers = [name for name in graph.followers(node) if name in before]
        for name in followers:
            before[name].append(node.id)
        if not node.outgoing:
            ahead.append(node.id)
    ending: set[str] = set()
    while ahead:
        name = ahead.pop()
        if name not in ending:
            ending.add(name)
            ahead.extend(before[name])
    return ending
