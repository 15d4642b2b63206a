"""Loops in which nothing waits: within a process, and of processes that call each other."""

from collections.abc import Callable, Iterator

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.checks.waiting import may_wait, waits_itself
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import CallActivity, EndEvent, Node


def check_loops(graph: Graph) -> Iterator[Finding]:
    """Find loops in which nothing waits."""
    automatic = {node.id for node in graph.nodes.values() if not may_wait(graph, node)}
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
            Sentence(
                "Nothing waits in the loop of %(nodes)s; it is stopped when it runs too long.",
                nodes=_listed(loop),
            )
            if leaves
            else Sentence(
                "Nothing waits in the loop of %(nodes)s; it would never end.", nodes=_listed(loop)
            ),
            Sentence("Put a user task, timer or message into the loop, or a way out."),
            "warning" if leaves else "error",
        )


def check_calls(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find calls that lead back to the process itself before anything waits."""
    called = {**known.models, graph.model.key: graph.model}
    for node in _calls_at_once(graph):
        way = _way_back(node.called, graph.model.key, called)
        if way is None:
            continue
        is_certain = not _may_rest(graph, without=node.id)
        outcome = (
            Sentence("No case could start.")
            if is_certain
            else Sentence("It may call itself without end.")
        )
        yield graph.finding(
            "call-without-wait",
            node,
            Sentence.together((_leads_back(graph, node, way), outcome)),
            Sentence(
                "Put a user task, timer or message before the call, or a gateway with a way out."
            ),
            "error" if is_certain else "warning",
        )


def _leads_back(graph: Graph, node: CallActivity, way: list[str]) -> Sentence:
    """Say by which way a call leads back."""
    if not way:
        return Sentence(
            "'%(element)s' leads back to the process '%(process)s' before anything waits.",
            element=node.id,
            process=graph.model.key,
        )
    return Sentence(
        "'%(element)s' leads back to the process '%(process)s' by way of %(way)s before"
        " anything waits.",
        element=node.id,
        process=graph.model.key,
        way=_listed(way),
    )


def _calls_at_once(graph: Graph) -> list[CallActivity]:
    """Return the calls that a token can come to from a start before it stops."""
    nodes = map(graph.nodes.__getitem__, at_once(graph))
    return [node for node in nodes if isinstance(node, CallActivity)]


def at_once(graph: Graph, without: str | None = None, begin: str | None = None) -> list[str]:
    """
    Return the nodes that a token can come to from a start before it stops, in their order.

    `begin` is one of the starts; without it all of them are meant.
    """
    seen: dict[str, None] = {}
    ahead = graph.starts(None) if begin is None else [begin]
    while ahead:
        name = ahead.pop(0)
        if name in seen or name == without:
            continue
        seen[name] = None
        ahead.extend(graph.starts(name))
        if not _stops(graph.nodes[name]):
            ahead.extend(_onward(graph, graph.nodes[name]))
    return list(seen)


def _stops(node: Node) -> bool:
    """Say whether a token may stop at a node; a called process may have something to wait for."""
    return waits_itself(node) or isinstance(node, CallActivity)


def _onward(graph: Graph, node: Node) -> Iterator[str]:
    """Yield where a token goes on; from the end of a sub-process behind it."""
    yield from (flow.target for flow in node.outgoing)
    if isinstance(node, EndEvent) and node.parent is not None:
        yield from (flow.target for flow in graph.nodes[node.parent].outgoing)


def _may_rest(graph: Graph, without: str) -> bool:
    """Say whether a case can end or wait without coming to a node."""
    return any(
        _stops(graph.nodes[name])
        or (not graph.nodes[name].outgoing and graph.nodes[name].parent is None)
        for name in at_once(graph, without)
    )


def _way_back(begin: str, key: str, called: dict[str, ProcessModel]) -> list[str] | None:
    """Return the processes between a called one and the one that calls; `None` if it waits."""
    ways: dict[str, list[str]] = {begin: []}
    ahead = [begin]
    while ahead:
        name = ahead.pop(0)
        if name == key:
            return ways[name]
        if name not in called:
            continue
        for node in _calls_at_once(Graph(called[name])):
            if node.called not in ways:
                ways[node.called] = [*ways[name], name]
                ahead.append(node.called)
    return None


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


def _listed(names: set[str] | list[str]) -> str:
    """Return names for a message."""
    return ", ".join(f"'{name}'" for name in sorted(names))
