"""User tasks that nobody may do, messages for any case, and instances without a bound."""

from collections.abc import Iterator

from rules.feel import Expression
from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.forms import Field
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import (
    Activity,
    CatchEvent,
    ReceiveTask,
    StartEvent,
    UserTask,
)


def check_assignments(graph: Graph) -> Iterator[Finding]:
    """Find work for whoever started the case, where an event may have started it."""
    events = [
        node for node in graph.levels[None] if isinstance(node, StartEvent) and not node.is_plain
    ]
    if not events:
        return
    for node in graph.nodes.values():
        if isinstance(node, UserTask) and node.assignee is None and node.candidate_groups is None:
            yield graph.finding(
                "nobody-assigned",
                node,
                Sentence(
                    "'%(element)s' is for whoever started the case, but '%(id)s' starts it"
                    " without a person.",
                    element=node.id,
                    id=events[0].id,
                ),
                Sentence("Give it an assignee or candidate groups."),
                "warning",
            )


def check_messages(graph: Graph) -> Iterator[Finding]:
    """Find messages that would reach any case that waits for one of this name."""
    for node in graph.nodes.values():
        if not isinstance(node, CatchEvent | ReceiveTask) or node.message is None:
            continue
        if node.message.correlation is None:
            yield graph.finding(
                "message-without-correlation",
                node,
                Sentence(
                    "'%(element)s' does not say which message '%(name)s' is for it, so with"
                    " two cases nobody can tell which one is meant.",
                    element=node.id,
                    name=node.message.name,
                ),
                Sentence(
                    "Set understudy:correlation to an expression such as a number of the case."
                ),
                "warning",
            )


def check_instances(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find activities that are repeated as often as somebody types."""
    typed = _typed_fields(graph, known)
    for node in graph.nodes.values():
        if not isinstance(node, Activity) or not isinstance(node.loop, MultiInstance):
            continue
        loop = node.loop
        for expression, limit in ((loop.cardinality, "maximum"), (loop.collection, "maxItems")):
            for name in _unbounded(expression, typed, limit):
                yield graph.finding(
                    "instances-without-bound",
                    node,
                    Sentence(
                        "How often '%(element)s' is repeated depends on '%(name)s', which"
                        " somebody types without a limit.",
                        element=node.id,
                        name=name,
                    ),
                    Sentence(
                        "Give the field '%(name)s' a %(limit)s in its form.", name=name, limit=limit
                    ),
                    "warning",
                )


def _typed_fields(graph: Graph, known: Known) -> dict[str, Field]:
    """Return the fields that people fill in while a case runs, by their names."""
    found: dict[str, Field] = {}
    for node in graph.nodes.values():
        key = node.form if isinstance(node, UserTask | StartEvent) else None
        document = known.documents.get(key) if key and not node.result_variable else None
        found.update(document.fields if document is not None else {})
    return found


def _unbounded(expression: Expression | None, typed: dict[str, Field], limit: str) -> Iterator[str]:
    """Yield the names that an expression reads and that have no limit."""
    for name in sorted(expression.names if expression is not None else ()):
        field = typed.get(name)
        if field is not None and limit not in field.schema and not field.options:
            yield name
