"""Cases that start each other by messages or signals, without end and before anything waits."""

from collections.abc import Iterator

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.checks.loops import at_once
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import SendTask, ThrowEvent

Sent = tuple[str, str]  # the kind and name of what is sent
Begin = tuple[str, str]  # a process, and the start event at which a case of it begins


def check_echoes(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find start events that a case which began there leads back to at once."""
    key = graph.model.key
    models = {**known.models, key: graph.model}
    for start in _starts(graph.model).values():
        if (key, start) in _after((key, start), models):
            yield graph.finding(
                "start-without-wait",
                graph.nodes[start],
                Sentence(
                    "A case that starts at '%(start)s' sends what starts the next one there,"
                    " before anything waits.",
                    start=start,
                ),
                Sentence(
                    "Put a user task, timer or message before what is sent, or give it"
                    " another name."
                ),
                "warning",
            )


def _starts(model: ProcessModel) -> dict[Sent, str]:
    """Return the start events of a process by what they hear."""
    messages = {("message", name): node for name, node in model.message_starts.items()}
    signals = {("signal", name): node for name, node in model.signal_starts.items()}
    return {**messages, **signals}


def _after(begin: Begin, models: dict[str, ProcessModel]) -> set[Begin]:
    """Return where cases begin because one has begun, without any of them waiting."""
    found: set[Begin] = set()
    ahead = [begin]
    while ahead:
        key, start = ahead.pop()
        sent = set(_sent(Graph(models[key]), start))
        for other, model in models.items():
            for what, node in _starts(model).items():
                if what in sent and (other, node) not in found:
                    found.add((other, node))
                    ahead.append((other, node))
    return found


def _sent(graph: Graph, start: str) -> Iterator[Sent]:
    """Yield what a case sends before it waits for the first time."""
    for name in at_once(graph, begin=start):
        node = graph.nodes[name]
        if isinstance(node, SendTask | ThrowEvent) and node.message is not None:
            yield "message", node.message.name
        if isinstance(node, ThrowEvent) and node.signal is not None:
            yield "signal", node.signal
