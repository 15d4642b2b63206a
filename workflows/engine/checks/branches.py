"""Branches that run side by side: joins that cannot fire, and keys that several write."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from rules.findings import Finding
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import (
    Activity,
    BusinessRuleTask,
    EventBasedGateway,
    ExclusiveGateway,
    Flow,
    Node,
    ParallelGateway,
    UserTask,
)


def check_joins(graph: Graph) -> Iterator[Finding]:
    """Find parallel joins that wait for branches of which only one is taken."""
    for node in graph.nodes.values():
        if not isinstance(node, ParallelGateway) or len(node.incoming) < 2:
            continue
        origins = Counter(
            flow.source for flow in map(graph.origin, node.incoming) if flow is not None
        )
        for split, branches in origins.items():
            kind = graph.nodes[split]
            if branches > 1 and isinstance(kind, ExclusiveGateway | EventBasedGateway):
                yield graph.finding(
                    "join-cannot-fire",
                    node,
                    f"The join '{node.id}' waits for {branches} branches of '{split}', of which"
                    " only one is taken.",
                    "Join them by an exclusive gateway.",
                    "warning",
                )


def check_writers(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find keys that branches which run side by side both write."""
    written = {node.id: keys_of(node, known) for node in graph.nodes.values()}
    reported: set[tuple[str, str, str]] = set()
    for fork in graph.nodes.values():
        if not _forks(fork):
            continue
        branches = [_branch(graph, flow) for flow in fork.outgoing]
        for one, other in combinations(branches, 2):
            for first, second, key in _clashes(one - other, other - one, written):
                if (first, second, key) not in reported:
                    reported.add((first, second, key))
                    yield graph.finding(
                        "parallel-writers",
                        graph.nodes[second],
                        f"'{first}' and '{second}' run side by side and both write '{key}'; the"
                        " later one wins.",
                        "Give each a name of its own, for example by understudy:resultVariable.",
                        "warning",
                    )


def keys_of(node: Node, known: Known) -> set[str]:
    """Return the names of data that a node is known to write."""
    if isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
        return {node.loop.collect} if node.loop.collect else set()
    found = {item.name for item in node.outputs}
    if node.result_variable:
        found.add(node.result_variable)
    elif isinstance(node, UserTask) and node.form:
        found.update(known.form_fields.get(node.form, ()))
    elif isinstance(node, BusinessRuleTask):
        found.add(node.decision)
    return found


def _forks(node: Node) -> bool:
    """Say whether several outgoing flows of a node can be taken at once."""
    if len(node.outgoing) < 2:
        return False
    return not isinstance(node, ExclusiveGateway | EventBasedGateway)


def _branch(graph: Graph, flow: Flow) -> set[str]:
    """Return the nodes that a token on a flow can come to, with the content of sub-processes."""
    found = graph.reachable([flow.target], without=flow.source)
    ahead = list(found)
    while ahead:
        for inner in graph.levels.get(ahead.pop(), ()):
            found.add(inner.id)
            ahead.append(inner.id)
    return found


def _clashes(
    one: set[str], other: set[str], written: dict[str, set[str]]
) -> Iterator[tuple[str, str, str]]:
    """Yield pairs of nodes of two branches with a key that both write."""
    by_key = {key: name for name in sorted(one) for key in written[name]}
    for name in sorted(other):
        for key in sorted(written[name] & by_key.keys()):
            first, second = sorted((by_key[key], name))
            yield first, second, key
