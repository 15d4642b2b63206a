"""Names that expressions read and that nobody writes."""

from collections.abc import Iterator
from difflib import get_close_matches

from rules.feel import Expression
from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.expressions import expressions_of
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.checks.writers import keys_of, writes_anything
from workflows.engine.forms import Field, Show
from workflows.engine.loops import MultiInstance
from workflows.engine.nodes import (
    Activity,
    BusinessRuleTask,
    CallActivity,
    Node,
    StartEvent,
    UserTask,
)

_ALWAYS_THERE = frozenset({"started_by"})
_OF_INSTANCES = (
    "loopCounter",
    "numberOfInstances",
    "numberOfCompletedInstances",
    "numberOfActiveInstances",
)
# Where data of unknown names may come in, only what looks like a slip of the pen is told.
_ALIKE = 0.8


def check_names(graph: Graph, known: Known) -> Iterator[Finding]:
    """Find names in expressions and forms that nobody writes, and what was probably meant."""
    written = set(_ALWAYS_THERE)
    for node in graph.nodes.values():
        written |= _written_in(node, known)
    is_open = any(_brings_unknown(node, known) for node in graph.nodes.values())
    reported: set[str] = set()
    for node in graph.nodes.values():
        for name in sorted(_read_at(node, known) - written - reported):
            close = _close(name, written, is_open=is_open)
            if close is None and is_open:
                continue
            reported.add(name)
            yield graph.finding(
                "name-never-written",
                node,
                Sentence(
                    "'%(element)s' reads '%(name)s', which nothing in the process writes.",
                    element=node.id,
                    name=name,
                ),
                Sentence("Did you mean “%(name)s”?", name=close)
                if close
                else Sentence("Write it before, or correct the name."),
                "warning",
            )


def _close(name: str, written: set[str], *, is_open: bool) -> str | None:
    """Return the name that was probably meant."""
    found = get_close_matches(name, sorted(written), 1, _ALIKE if is_open else 0.6)
    if not found:
        return None
    is_part = name.startswith(found[0]) or found[0].startswith(name)
    return None if is_open and is_part else found[0]


def _written_in(node: Node, known: Known) -> set[str]:
    """Return every name that may have a value because of a node, within its instances too."""
    found = keys_of(node, known)
    if isinstance(node, UserTask | StartEvent) and node.form and not node.result_variable:
        found |= known.fields_of(node.form)
    if isinstance(node, BusinessRuleTask) and not node.result_variable:
        found |= known.results_of(node.decision)
    if node.result_variable:
        found.add(node.result_variable)
    found.update(item.name for item in node.outputs)
    if isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
        found.update(_OF_INSTANCES)
        if node.loop.element_variable:
            found.add(node.loop.element_variable)
    elif isinstance(node, Activity) and node.loop is not None:
        found.add("loopCounter")
    return found


def _brings_unknown(node: Node, known: Known) -> bool:
    """Say whether a node may write names that are not known."""
    if node.result_variable:
        return False
    if isinstance(node, UserTask):
        return node.form is not None and node.form not in known.documents
    if isinstance(node, StartEvent):
        # A case is started by code and by calls too, with more than the form asks for.
        return node.parent is None
    if isinstance(node, BusinessRuleTask):
        return not known.results_are_known(node.decision)
    return isinstance(node, CallActivity) or writes_anything(node)


def _read_at(node: Node, known: Known) -> set[str]:
    """Return the names that the expressions of a node and of its form read."""
    found: set[str] = set()
    for expression in expressions_of(node):
        found |= expression.names
    document = known.documents.get(node.form or "") if isinstance(node, UserTask) else None
    for item in document.items if document is not None else ():
        found |= _names(item.show_when)
        if isinstance(item, Show):
            found.add(item.name)
        elif isinstance(item, Field):
            found |= _names(item.prefill)
    return found - set(document.fields if document is not None else ())


def _names(expression: Expression | None) -> frozenset[str]:
    """Return the names that an expression reads."""
    return expression.names if expression is not None else frozenset()
