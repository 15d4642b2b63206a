"""Whether everything exists that a process refers to."""

from collections.abc import Iterator
from difflib import get_close_matches

from rules.findings import Finding
from rules.sentences import Sentence, Term
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.nodes import (
    BusinessRuleTask,
    CallActivity,
    Node,
    ServiceTask,
    StartEvent,
    UserTask,
)

_MISSING = {
    "decision": Sentence("Publish the DMN file with this decision too, or correct the name."),
    "form": Sentence("Publish the form document with this id too, or correct the name."),
    "process": Sentence("Publish the BPMN file with this process too, or correct the name."),
    "service": Sentence("Use a service that the installation offers."),
}


def check_references(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find decisions, forms, services and processes that do not exist."""
    for node in graph.nodes.values():
        kind, key = _reference(node)
        available = known.of_kind(kind) if kind else None
        if available is None or key in available or _is_itself(graph, kind, key):
            continue
        close = get_close_matches(key, list(available), 1)
        remedy = Sentence("Did you mean “%(name)s”?", name=close[0]) if close else _MISSING[kind]
        if not known.is_complete and kind != "service":
            more = Sentence("A file with faults may be the one that has it.")
            remedy = Sentence.together((remedy, more))
        yield graph.finding(
            f"unknown-{kind}",
            node,
            Sentence(
                "The process “%(process)s” refers to the %(kind)s “%(key)s”, which does not exist.",
                process=graph.model.key,
                kind=Term("definition", kind),
                key=key,
            ),
            remedy,
        )


def check_called_starts(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find calls of processes that only a message, signal or time begins."""
    for node in graph.nodes.values():
        model = known.models.get(node.called) if isinstance(node, CallActivity) else None
        if model is not None and model.start is None:
            yield graph.finding(
                "call-without-start",
                node,
                Sentence(
                    "'%(element)s' calls the process '%(model)s', which has no plain start"
                    " event, so the case stops there.",
                    element=node.id,
                    model=model.key,
                ),
                Sentence("Give it a plain start event beside the others."),
            )


def _reference(node: Node) -> tuple[str, str]:
    """Return kind and key of what a node refers to; empty where it refers to nothing."""
    if isinstance(node, UserTask | StartEvent):
        return ("form", node.form) if node.form else ("", "")
    if isinstance(node, BusinessRuleTask):
        return "decision", node.decision
    if isinstance(node, ServiceTask):
        return "service", node.service
    if isinstance(node, CallActivity):
        return "process", node.called
    return "", ""


def _is_itself(graph: Graph, kind: str, key: str) -> bool:
    """Say whether a process refers to itself."""
    return kind == "process" and key == graph.model.key
