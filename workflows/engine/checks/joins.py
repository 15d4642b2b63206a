"""Joins that never fire or may wait for ever, forks that are never joined, idle gateways."""

from collections.abc import Iterator

from rules.findings import Finding
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.token_game import Played, play
from workflows.engine.nodes import (
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    Node,
    ParallelGateway,
)

_GATEWAYS = (ExclusiveGateway, InclusiveGateway, ParallelGateway)


def check_joins(graph: Graph) -> Iterator[Finding]:
    """Play each level without data and tell what its joins do."""
    for level in list(graph.levels):
        played = play(graph, level)
        for node in graph.levels[level]:
            if node.id in played.stuck:
                yield _starving(graph, node, played)
            elif node.id in played.doubled:
                yield graph.finding(
                    "several-tokens",
                    node,
                    f"Two tokens of one fork may come to '{node.id}', and what follows is then"
                    " done twice.",
                    "Join the branches by a gateway of the kind that split them.",
                    "warning",
                )
            elif _is_idle(node):
                yield graph.finding(
                    "gateway-without-effect",
                    node,
                    f"The gateway '{node.id}' has one way in and one way out, so it neither"
                    " splits nor joins.",
                    "Remove it, or draw the flows that are missing.",
                    "warning",
                )


def _starving(graph: Graph, node: Node, played: Played) -> Finding:
    """Return the finding for a join at which tokens stay."""
    brought = played.stuck[node.id]
    came = ", ".join(f"'{flow.source}'" for flow in node.incoming if flow.id in brought)
    missing = ", ".join(f"'{flow.source}'" for flow in node.incoming if flow.id not in brought)
    is_certain = played.is_whole and node.id not in played.fired and not graph.has_side_paths
    if not missing:
        what = f"waits for another join, which waits for it, when tokens came from {came}"
    else:
        what = f"waits for {missing}, from where nothing comes when it came from {came}"
    if is_certain:
        message = f"The join '{node.id}' can never fire: it {what}."
    else:
        message = f"The join '{node.id}' may wait for ever: it {what}."
    return graph.finding(
        "join-cannot-fire" if is_certain else "join-may-wait-for-ever",
        node,
        message,
        "Join branches by a gateway of the kind that split them.",
        "error" if is_certain else "warning",
    )


def _is_idle(node: Node) -> bool:
    """Say whether a gateway could be left out."""
    if len(node.incoming) > 1 or len(node.outgoing) != 1 or isinstance(node, EventBasedGateway):
        return False
    return isinstance(node, _GATEWAYS) and node.outgoing[0].condition is None
