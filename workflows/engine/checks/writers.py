"""Which names of data a process writes, and which of them two branches write at once."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain, product

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.beside import side_by_side
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.loops import MultiInstance
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    Node,
    StartEvent,
    UserTask,
)


def check_writers(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find keys that branches which run side by side both write."""
    written = {node.id: keys_of(node, known) for node in graph.nodes.values()}
    often = {key for key, count in Counter(chain(*written.values())).items() if count > 1}
    if not often:
        return
    inside = {name: _inside(graph, name, written, often) for name in graph.nodes}
    for first, second in sorted(side_by_side(graph)):
        ones, others = inside[first], inside[second]
        if first == second or not ones or not others:
            continue
        for key in sorted(ones.keys() & others.keys()):
            for one, other in sorted(product(ones[key], others[key])):
                before, after = sorted((one, other))
                yield graph.finding(
                    "parallel-writers",
                    graph.nodes[after],
                    Sentence(
                        "'%(before)s' and '%(after)s' run side by side and both write '%(key)s';"
                        " the later one wins.",
                        before=before,
                        after=after,
                        key=key,
                    ),
                    Sentence(
                        "Give each a name of its own, for example by understudy:resultVariable."
                    ),
                    "warning",
                )


def _inside(
    graph: Graph, name: str, written: dict[str, set[str]], often: set[str]
) -> dict[str, list[str]]:
    """Return by key which nodes write it at a node or in its content, into the same data."""
    found: dict[str, list[str]] = {}
    ahead = [name]
    while ahead:
        node = graph.nodes[ahead.pop()]
        for key in written[node.id] & often:
            found.setdefault(key, []).append(node.id)
        if not _has_own_data(node):
            ahead.extend(inner.id for inner in graph.levels.get(node.id, ()))
    return found


def _has_own_data(node: Node) -> bool:
    """Say whether what is done at a node writes into data of its own."""
    return isinstance(node, Activity) and isinstance(node.loop, MultiInstance)


def keys_of(node: Node, known: Known, callers: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of data that a node is known to write."""
    if isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
        return {node.loop.collect} if node.loop.collect else set()
    found = {item.name for item in node.outputs}
    if node.result_variable:
        found.add(node.result_variable)
    elif isinstance(node, UserTask | StartEvent) and node.form:
        found.update(known.fields_of(node.form))
    elif isinstance(node, BusinessRuleTask):
        found.update(known.results_of(node.decision))
    elif isinstance(node, CallActivity) and not node.outputs:
        model = known.models.get(node.called)
        if model is not None and node.called not in callers:
            found |= all_keys(model, known, callers | {node.called})
    return found


def all_keys(model: ProcessModel, known: Known, callers: frozenset[str] = frozenset()) -> set[str]:
    """Return the names of data that a process is known to leave behind."""
    found: set[str] = set()
    for node in model.nodes.values():
        parents = _around(model, node)
        if not any(_has_own_data(parent) for parent in parents):
            found |= keys_of(node, known, callers)
    return found


def _around(model: ProcessModel, node: Node) -> Iterator[Node]:
    """Yield the sub-processes around a node."""
    while node.parent is not None:
        node = model.nodes[node.parent]
        yield node


def writes_anything(node: Node) -> bool:
    """Say whether a node may write names that nobody can know beforehand."""
    if node.result_variable or isinstance(node, UserTask | BusinessRuleTask):
        return False
    if isinstance(node, StartEvent):
        return node.form is None or not node.is_plain
    if isinstance(node, BoundaryEvent) and node.fault is not None:
        return False
    return getattr(node, "message", None) is not None or hasattr(node, "service")
