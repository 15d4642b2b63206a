"""
The place of an element in a case: a path of calls, sub-processes and instances.

Two processes may use the same id, and a process may be called twice. `/call/2/work`
is the element `work` in the second instance of what `call` calls.
"""

from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import BoundaryEvent, CallActivity, Node
from workflows.engine.runtime.state import BODY, INSTANCE, ROUND, UNDO, Case, Scope, Token

_SEPARATOR = "/"  # no id of BPMN has one
_REPEATED = (INSTANCE, ROUND)


def path(case: Case, scope: Scope, element_id: str) -> str:
    """Return the place of an element in a scope; one of many instances is the activity itself."""
    parts = [element_id]
    if scope.kind in _REPEATED and scope.node == element_id:
        scope = case.scopes[scope.parent]
    while scope.parent:
        owner = case.tokens.get(scope.owner)
        owned_by = scope.node or (owner.node if owner is not None else "")
        parts.append(str(scope.index) if scope.kind in _REPEATED else owned_by)
        scope = case.scopes[scope.parent]
    return _SEPARATOR + _SEPARATOR.join(reversed(parts))


def path_of_token(case: Case, token: Token) -> str:
    """Return the place at which a token is."""
    return path(case, case.scopes[token.scope], token.node)


def path_from(case: Case, scope: Scope | None, element_id: str | None) -> str | None:
    """Return the place of an element that is in a scope or around it; nothing if it is in none."""
    while scope is not None and element_id is not None:
        node = scope.process.nodes.get(element_id)
        if node is not None and node.parent == _level(case, scope):
            return path(case, scope, element_id)
        scope = case.scopes.get(scope.parent)
    return None


def node_at(executable: ExecutableProcess, place: str) -> tuple[Node | None, str]:
    """Return the node at a place, and its place; of a border that is its host."""
    *around, element_id = place.split(_SEPARATOR)[1:]
    process = executable.process
    for part in around:
        call = process.nodes.get(part)
        if isinstance(call, CallActivity):
            process = executable.callee(process, call) or process
    node = process.nodes.get(element_id)
    if isinstance(node, BoundaryEvent):
        node = process.nodes[node.attached_to]
    return node, _SEPARATOR.join(["", *around, node.id if node is not None else element_id])


def _level(case: Case, scope: Scope) -> str | None:
    """Return the sub-process whose content a scope holds; nothing for a whole process."""
    while scope.kind in (*_REPEATED, UNDO):
        scope = case.scopes[scope.parent]
    return scope.node if scope.kind == BODY else None
