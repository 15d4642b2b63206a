"""The beginning and the end of an activity, whatever its work is."""

from collections.abc import Mapping
from typing import Any

from workflows.engine.nodes import Activity, CatchEvent, Node, ThrowEvent
from workflows.engine.runtime.completed import Completed, remember
from workflows.engine.runtime.data import write_outputs, write_result
from workflows.engine.runtime.flows import leave
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import Token
from workflows.engine.runtime.waits import arm_boundaries

SKIPPABLE = (Activity, CatchEvent, ThrowEvent)  # gateways decide, and nobody can pass them by


def open_activity(run: Run, token: Token, node: Activity) -> None:
    """Note that an activity began, and listen at its border."""
    run.case.renew(token)
    run.record("activity_started", run.scope(token), node, token=token.id)
    if node.boundaries and not run.is_repeated(token):
        arm_boundaries(run, token, node)


def finish(
    run: Run,
    token: Token,
    node: Node,
    result: Mapping[str, Any] | None = None,
    *,
    inside: list[Completed] | None = None,
) -> None:
    """Write what the work gave, then let the token go on; `inside` is what can be undone in it."""
    scope = run.scope(token)
    if result:
        write_result(run, scope, node, result)
    if node.outputs:
        write_outputs(run, scope, node)
    close(run, token, node, inside=inside)


def close(run: Run, token: Token, node: Node, *, inside: list[Completed] | None = None) -> None:
    """Let the token of work that is done go on."""
    remember(run, token, node, inside)
    run.record("activity_completed", run.scope(token), node, token=token.id)
    _go_on(run, token, node)


def pass_by(run: Run, token: Token, node: Node) -> None:
    """Let a token that comes to a node go on without the work of it."""
    if not isinstance(node, ThrowEvent):
        run.case.renew(token)
        run.record("activity_started", run.scope(token), node, token=token.id)
    skip_work(run, token, node)


def skip_work(run: Run, token: Token, node: Node) -> None:
    """Let a token go on without the work: nothing was done, so there is nothing to undo."""
    run.record("activity_cancelled", run.scope(token), node, token=token.id, skipped=True)
    _go_on(run, token, node)


def _go_on(run: Run, token: Token, node: Node) -> None:
    """
    Let a token leave its node.

    One instance of repeated work does not go on itself: its scope becomes
    empty, and the owner of that scope counts it.
    """
    if run.is_repeated(token):
        run.case.drop(token)
        return
    run.case.drop_listeners(token)
    leave(run, token, node)
