"""Errors and escalations: how they rise through scopes to the border that catches them."""

from workflows.engine.nodes import Activity, BoundaryEvent, EndEvent, Fault, Flow, ThrowEvent
from workflows.engine.runtime.activities import close
from workflows.engine.runtime.borders import take_border
from workflows.engine.runtime.containers import terminate
from workflows.engine.runtime.data import write, write_outputs
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import INSTANCE, ROUND, Token
from workflows.engine.runtime.work import send
from workflows.engine.transition import UncaughtError


def enter_throw(run: Run, token: Token, node: ThrowEvent, _: Flow | None) -> None:
    """Send, escalate or simply pass, then go on; an error, or an end, does not go on."""
    if node.message is not None:
        send(run, token, node, node.message)
    if node.outputs:
        write_outputs(run, run.scope(token), node)
    if node.fault is not None and node.fault.kind == "error":
        run.record("activity_completed", run.scope(token), node, token=token.id)
        raise_error(run, run.scope(token).owner, token, node.fault, "")
        return
    if node.fault is not None:
        escalate(run, token, node.fault)
        if run.case.tokens.get(token.id) is not token:
            return
    if isinstance(node, EndEvent) and node.terminates:
        run.record("activity_completed", run.scope(token), node, token=token.id)
        terminate(run, token)
        return
    close(run, token, node)


def raise_error(run: Run, host: int, source: Token, fault: Fault, message: str) -> None:
    """
    Let an error rise, from the activity of `host` on, to the border that catches it.

    Raises:
        UncaughtError: No border catches it.

    """
    caught = _catcher(run, host, fault)
    if caught is None:
        detail = f": {message}" if message else "."
        raise UncaughtError(
            f"The error '{fault.code or 'without code'}' of '{source.node}' is caught by no"
            f" boundary event{detail}",
            source.node,
        )
    owner, boundary = caught
    scope = run.scope(owner)
    told = {"code": fault.code, "message": message}
    if boundary.result_variable:
        write(run, scope, boundary, {boundary.result_variable: told})
    take_border(run, owner, boundary, "activity_completed", error=fault.code, message=message)


def escalate(run: Run, token: Token, fault: Fault) -> None:
    """Let an escalation rise to the border that catches it; without one, nothing happens."""
    caught = _catcher(run, run.scope(token).owner, fault)
    if caught is not None:
        owner, boundary = caught
        take_border(run, owner, boundary, "activity_completed", escalation=fault.code)


def _catcher(run: Run, host: int, fault: Fault) -> tuple[Token, BoundaryEvent] | None:
    """Find the nearest activity around that catches a fault, and its boundary event."""
    while host:
        owner = run.case.tokens[host]
        scope = run.scope(owner)
        if scope.kind not in (INSTANCE, ROUND):
            node = scope.process.nodes[owner.node]
            assert isinstance(node, Activity)
            found = _matching(
                [scope.process.nodes[boundary] for boundary in node.boundaries], fault
            )
            if found is not None:
                return owner, found
        host = scope.owner
    return None


def _matching(boundaries: list[object], fault: Fault) -> BoundaryEvent | None:
    """Return the boundary event for the code of a fault, else the one for every code."""
    for code in (fault.code, None):
        for boundary in boundaries:
            if isinstance(boundary, BoundaryEvent) and boundary.fault == Fault(fault.kind, code):
                return boundary
    return None
