"""
Undoing what was completed: compensation events, and transactions that are cancelled.

Handlers run one after the other, what was completed last first, each when the
one before is done. The event that asked for it waits for all of them.
"""

from typing import Any

from workflows.engine.nodes import BoundaryEvent, ThrowEvent
from workflows.engine.runtime.activities import close
from workflows.engine.runtime.borders import take_border
from workflows.engine.runtime.completed import Completed, take
from workflows.engine.runtime.containers import clear
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CHILDREN, UNDO, Scope, Token
from workflows.engine.transition import StepRefused


def compensate(run: Run, token: Token, node: ThrowEvent, activity: str | None) -> None:
    """Undo one activity or everything that was completed around an event, then go on."""
    scope = run.scope(token)
    rows = take(run, scope, activity)
    if not rows:
        _go_on(run, token, node)
        return
    run.case.renew(token)
    run.record("activity_started", scope, node, token=token.id)
    token.kind = CHILDREN
    _open(run, token, rows, None)


def cancel_transaction(run: Run, token: Token, node: ThrowEvent) -> None:
    """Stop a transaction, undo what was completed in it, then leave it by its cancel border."""
    scope = run.scope(token)
    clear(run, scope, token)
    run.case.drop_event_listeners(scope)
    compensate(run, token, node, None)


def undo_next(run: Run, scope: Scope) -> None:
    """Undo what was completed last of what is left in a scope; at the end let its owner go on."""
    if not scope.undo:
        _end(run, scope)
        return
    node_id, data, inside = scope.undo.pop()
    if inside is None:
        node: Any = scope.process.nodes[node_id]
        run.queue.append((run.new_token(node.undone_by, scope), None))
        return
    token = run.new_token(node_id, scope)
    token.kind = CHILDREN
    _open(run, token, inside, data)


def _open(run: Run, owner: Token, rows: list[Completed], data: dict[str, Any] | None) -> None:
    """Begin to undo some rows, with the data that an instance had; `owner` waits for the end."""
    process = run.scope(owner).process
    scope = Scope(run.case.new_id(), UNDO, owner.scope, owner.id, process, None, data, undo=rows)
    run.case.keep_scope(scope)
    run.case.emptied.append(scope.id)  # it has no token yet: the first handler comes next


def _end(run: Run, scope: Scope) -> None:
    """Let the owner of a scope go on in which everything is undone."""
    owner = run.case.tokens[scope.owner]
    run.case.drop_scope(scope)
    if run.scope(owner).kind == UNDO:
        run.case.drop(owner)
        return
    node = run.node(owner)
    assert isinstance(node, ThrowEvent)
    _go_on(run, owner, node)


def _go_on(run: Run, token: Token, node: ThrowEvent) -> None:
    """Let an event go on that has undone what it should; a cancel end leaves its transaction."""
    if getattr(node, "cancels", False):
        _leave_transaction(run, token, node)
    else:
        close(run, token, node)


def _leave_transaction(run: Run, token: Token, node: ThrowEvent) -> None:
    """
    Leave a cancelled transaction by its cancel boundary event.

    Raises:
        StepRefused: It has none.

    """
    scope = run.scope(token)
    owner = run.case.tokens[scope.owner]
    around = run.scope(owner).process.nodes
    for name in getattr(around[owner.node], "boundaries", ()):
        boundary = around[name]
        if isinstance(boundary, BoundaryEvent) and boundary.is_cancel:
            run.record("activity_completed", scope, node, token=token.id)
            take_border(run, owner, boundary, "activity_completed")
            return
    raise StepRefused(f"The transaction '{owner.node}' has no cancel boundary event.", node.id)
