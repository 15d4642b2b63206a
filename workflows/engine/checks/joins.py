"""Joins that never fire or may wait for ever, forks that are never joined, idle gateways."""

from collections.abc import Iterator

from rules.findings import Finding
from rules.sentences import Sentence
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
                    Sentence(
                        "Two tokens of one fork may come to '%(element)s', and what follows is"
                        " then done twice.",
                        element=node.id,
                    ),
                    Sentence("Join the branches by a gateway of the kind that split them."),
                    "warning",
                )
            elif _is_idle(node):
                yield graph.finding(
                    "gateway-without-effect",
                    node,
                    Sentence(
                        "The gateway '%(element)s' has one way in and one way out, so it neither"
                        " splits nor joins.",
                        element=node.id,
                    ),
                    Sentence("Remove it, or draw the flows that are missing."),
                    "warning",
                )


def _starving(graph: Graph, node: Node, played: Played) -> Finding:
    """Return the finding for a join at which tokens stay."""
    brought = played.stuck[node.id]
    came = ", ".join(f"'{flow.source}'" for flow in node.incoming if flow.id in brought)
    missing = ", ".join(f"'{flow.source}'" for flow in node.incoming if flow.id not in brought)
    is_certain = played.is_whole and node.id not in played.fired and not graph.has_side_paths
    what = _waits(came, missing)
    if is_certain:
        message = Sentence(
            "The join '%(element)s' can never fire: %(what)s.", element=node.id, what=what
        )
    else:
        message = Sentence(
            "The join '%(element)s' may wait for ever: %(what)s.", element=node.id, what=what
        )
    return graph.finding(
        "join-cannot-fire" if is_certain else "join-may-wait-for-ever",
        node,
        message,
        Sentence("Join branches by a gateway of the kind that split them."),
        "error" if is_certain else "warning",
    )


def _waits(came: str, missing: str) -> Sentence:
    """Say what a join waits for."""
    if not missing:
        return Sentence(
            "it waits for another join, which waits for it, when tokens came from %(came)s",
            came=came,
        )
    return Sentence(
        "it waits for %(missing)s, from where nothing comes when it came from %(came)s",
        missing=missing,
        came=came,
    )


def _is_idle(node: Node) -> bool:
    """Say whether a gateway could be left out."""
    if len(node.incoming) > 1 or len(node.outgoing) != 1 or isinstance(node, EventBasedGateway):
        return False
    return isinstance(node, _GATEWAYS) and node.outgoing[0].condition is None
