"""
Which nodes two tokens can be at at the same time.

Two tokens that leave one fork are followed together, until a join takes both. A
token at a join goes on only where the other one cannot come there any more.
"""

from collections.abc import Iterator
from itertools import combinations

from workflows.engine.checks.graph import Graph
from workflows.engine.checks.token_game import is_join
from workflows.engine.nodes import (
    BoundaryEvent,
    EventBasedGateway,
    EventSubProcess,
    ExclusiveGateway,
    Node,
    StartEvent,
)

MOST_PAIRS = 50_000
Place = tuple[str, str]  # a node, and at a join the flow that led to it


def side_by_side(graph: Graph) -> set[tuple[str, str]]:
    """Return the pairs of nodes, in the order of their ids, at which tokens can be at once."""
    found: set[tuple[str, str]] = set()
    for fork, one, other in _forks(graph):
        if len(found) < MOST_PAIRS:
            _follow(graph, fork, one, other, found)
    return found


def _forks(graph: Graph) -> Iterator[tuple[str, Place, Place]]:
    """Yield where one token becomes two, and where these are then."""
    for node in graph.nodes.values():
        if isinstance(node, EventSubProcess) and not _interrupts(graph, node):
            for start in graph.starts(node.parent):
                yield node.id, (start, ""), (node.id, "")
        if isinstance(node, BoundaryEvent) and not node.is_interrupting and not node.handler:
            for flow in node.outgoing:
                yield node.id, (node.attached_to, ""), (flow.target, flow.id)
        if not isinstance(node, ExclusiveGateway | EventBasedGateway):
            for one, other in combinations(node.outgoing, 2):
                yield node.id, (one.target, one.id), (other.target, other.id)


def _follow(graph: Graph, fork: str, one: Place, other: Place, found: set[tuple[str, str]]) -> None:
    """Collect the pairs of nodes that two tokens of a fork come to."""
    reach: dict[str, set[str]] = {}

    def can_reach(name: str, target: str) -> bool:
        if name not in reach:
            reach[name] = graph.reachable(graph.followers(graph.nodes[name]), without=fork)
        return target in reach[name]

    ahead = [(one, other)]
    seen: set[tuple[Place, Place]] = set()
    while ahead and len(seen) < MOST_PAIRS:
        pair = ahead.pop()
        if pair in seen or pair[0][0] == pair[1][0] == fork:
            continue
        seen.add(pair)
        first, second = sorted((pair[0][0], pair[1][0]))
        if first == second and is_join(graph.nodes[first]):
            continue
        found.add((first, second))
        for mine, theirs, turned in ((*pair, False), (pair[1], pair[0], True)):
            node = graph.nodes[mine[0]]
            if mine[0] == fork or (is_join(node) and can_reach(theirs[0], mine[0])):
                continue
            for place in _next(graph, node):
                ahead.append((theirs, place) if turned else (place, theirs))


def _interrupts(graph: Graph, node: EventSubProcess) -> bool:
    """Say whether an event sub-process stops what is around it."""
    start = graph.nodes[node.start]
    return isinstance(start, StartEvent) and start.is_interrupting


def _next(graph: Graph, node: Node) -> Iterator[Place]:
    """Yield where a token of a node comes to next."""
    for flow in node.outgoing:
        yield flow.target, flow.id
    for name in getattr(node, "boundaries", ()):
        yield name, ""
