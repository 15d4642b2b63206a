"""
Joins that could never fire: a parallel branch that is new, behind which a case is already.

A case that has passed the split of the old version brings no token along the branch that
the new one added. Its join would wait for ever.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workflows.engine.model import ProcessModel
from workflows.engine.nodes import ParallelGateway


@dataclass(frozen=True)
class Standing:
    """Where the tokens of one scope are: nodes, and flows at whose end one waits in a join."""

    level: str | None
    nodes: frozenset[str]
    held: Mapping[str, frozenset[str]]  # flows by the join


class Joins:
    """The parallel joins of a process, with the nodes from which each flow can be reached."""

    def __init__(self, process: ProcessModel) -> None:
        self._joins = [
            (node, {flow.id: process.reaching(flow) for flow in node.incoming})
            for node in process.nodes.values()
            if isinstance(node, ParallelGateway) and len(node.incoming) > 1
        ]

    def starved(self, standing: Standing) -> frozenset[str]:
        """Return the joins that some tokens come to, but never enough of them."""
        at_joins = standing.nodes | standing.held.keys()
        return frozenset(
            node.id
            for node, reaching in self._joins
            if node.parent == standing.level
            and _is_starved(reaching, standing.held.get(node.id, frozenset()), at_joins - {node.id})
        )


def _is_starved(
    reaching: Mapping[str, frozenset[str]], held: Collection[str], nodes: Collection[str]
) -> bool:
    """Say whether some flows of a join bring a token, but others cannot any more."""
    served = {flow for flow, sources in reaching.items() if not sources.isdisjoint(nodes)}
    served.update(held)
    return bool(served) and len(served) < len(reaching)
