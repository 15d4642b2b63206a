"""
What was completed and can be undone.

A scope keeps one row for each such activity, in the order of completion: its
node, the data that ended with it, and what was completed in it. Where a handler
undoes an activity as a whole, nothing of its inside is kept. Data of a scope
that goes on living are not copied: a handler reads them as they are. What an
instance of a repeated activity had for itself is kept as it was at its end.
"""

from typing import Any

from workflows.engine.nodes import Activity, EventSubProcess, Node
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import UNDO, Scope, Token

Completed = list[Any]


def remember(run: Run, token: Token, node: Node, inside: list[Completed] | None) -> None:
    """Keep that an activity was completed, where something can undo it or its inside."""
    scope = run.scope(token)
    if not isinstance(node, Activity) or scope.kind == UNDO:
        return
    if node.loop is not None and not run.is_repeated(token):
        inside = token.extra.get("undo")
    elif node.undone_by is not None:
        scope.undo.append(leaf(node.id))
        return
    if inside:
        scope.undo.append([node.id, None, inside])


def remember_instance(scope: Scope, owner: Token) -> None:
    """Hand what was completed in one instance or round to the owner of all of them."""
    if scope.undo:
        owner.extra.setdefault("undo", []).append([owner.node, scope.data, scope.undo])


def leaf(node_id: str) -> Completed:
    """Return the row of an activity that one handler undoes."""
    return [node_id, None, None]


def take(run: Run, scope: Scope, activity: str | None) -> list[Completed]:
    """
    Take what an event in a scope undoes out of it, oldest first: it is undone once.

    An event sub-process undoes what was completed around it, too.
    """
    taken: list[Completed] = []
    while True:
        taken = [*(row for row in scope.undo if activity in (None, row[0])), *taken]
        scope.undo = [row for row in scope.undo if activity not in (None, row[0])]
        if scope.node is None or not isinstance(scope.process.nodes[scope.node], EventSubProcess):
            return taken
        scope = run.case.scopes[scope.parent]
