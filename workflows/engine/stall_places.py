"""Where a case stands still: what its elements are called, and which are done for many."""

from workflows.engine.loops import MultiInstance
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import Activity, CallActivity, Node


def node_of(executable: ExecutableProcess, element_id: str | None) -> Node | None:
    """Return the node with an id, in whichever process of a case it lies."""
    found = (model.nodes.get(element_id or "") for model in executable.models)
    return next((node for node in found if node is not None), None)


def name_of(executable: ExecutableProcess, element_id: str | None) -> str:
    """Return what people call an element; its id where it has no name."""
    node = node_of(executable, element_id)
    return node.name if node is not None and node.name else element_id or ""


def is_repeated(executable: ExecutableProcess, element_id: str | None) -> bool:
    """Say whether an element, or what it lies in or is called by, is meant to be done for many."""
    return any(
        _is_for_many(executable, model, element_id or "", frozenset())
        for model in executable.models
        if element_id in model.nodes
    )


def _is_for_many(
    executable: ExecutableProcess, model: ProcessModel, node_id: str, seen: frozenset[str]
) -> bool:
    """Look for many instances around a node: outwards, then at the calls of its process."""
    current: str | None = node_id
    while current is not None:
        node = model.nodes[current]
        if isinstance(node, Activity) and isinstance(node.loop, MultiInstance):
            return True
        current = node.parent
    if model.key in seen:
        return False
    return any(
        isinstance(node, CallActivity)
        and node.called == model.key
        and _is_for_many(executable, caller, node.id, seen | {model.key})
        for caller in executable.models
        for node in caller.nodes.values()
    )
