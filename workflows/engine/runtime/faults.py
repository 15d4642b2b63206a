"""Errors and escalations: how they rise through scopes to what catches them."""

from collections.abc import Sequence
from typing import Any

from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    EndEvent,
    Fault,
    Flow,
    Node,
    StartEvent,
    ThrowEvent,
)
from workflows.engine.runtime.activities import close
from workflows.engine.runtime.borders import take_border
from workflows.engine.runtime.compensation import cancel_transaction, compensate
from workflows.engine.runtime.containers import (
    begin_event_sub_process,
    is_interrupted,
    terminate,
)
from workflows.engine.runtime.data import write, write_outputs
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.signals import broadcast
from workflows.engine.runtime.state import BODY, CALLED, INSTANCE, ROOT, ROUND, UNDO, Scope, Token
from workflows.engine.runtime.work import send
from workflows.engine.transition import UncaughtError

Catcher = BoundaryEvent | StartEvent
_REPEATED = (INSTANCE, ROUND, UNDO)


def enter_throw(run: Run, token: Token, node: ThrowEvent, _: Flow | None) -> None:
    """Send, escalate or simply pass, then go on; an error, or an end, does not go on."""
    scope = run.scope(token)
    if node.message is not None:
        send(run, token, node, node.message)
    if node.signal is not None:
        broadcast(run, token, node, node.signal)
        if _is_gone(run, token, node, scope):
            return
    if node.outputs:
        write_outputs(run, scope, node)
    if node.fault is not None and node.fault.kind == "error":
        run.record("activity_completed", scope, node, token=token.id)
        raise_error(run, token, node.fault)
        return
    if node.fault is not None:
        escalate(run, token, node.fault)
        if _is_gone(run, token, node, scope):
            return
    _go_on(run, token, node)


def _is_gone(run: Run, token: Token, node: ThrowEvent, scope: Scope) -> bool:
    """Say whether what an event has thrown ended the place it was thrown in; that is noted."""
    if run.case.tokens.get(token.id) is token:
        return False
    run.record("activity_completed", scope, node, token=token.id)
    return True


def _go_on(run: Run, token: Token, node: ThrowEvent) -> None:
    """Let an event undo or end what it says, or simply go on."""
    if node.compensation is not None:
        compensate(run, token, node, node.compensation.activity)
    elif isinstance(node, EndEvent) and node.cancels:
        cancel_transaction(run, token, node)
    elif isinstance(node, EndEvent) and node.terminates:
        run.record("activity_completed", run.scope(token), node, token=token.id)
        terminate(run, token)
    else:
        close(run, token, node)


def raise_error(
    run: Run, source: Token, fault: Fault, *, message: str = "", at_border: bool = False
) -> None:
    """
    Let an error rise to what catches it; with `at_border` the source's own border may.

    Raises:
        UncaughtError: Nothing catches it.

    """
    caught = _catcher(run, source, fault, at_border=at_border)
    if caught is None:
        detail = f": {message}" if message else "."
        raise UncaughtError(
            f"The error '{fault.code or 'without code'}' of '{source.node}' is caught by no"
            f" boundary event and no event sub-process{detail}",
            source.node,
        )
    told = {"code": fault.code, "message": message}
    _take(run, *caught, told, error=fault.code, message=message)


def escalate(run: Run, token: Token, fault: Fault) -> None:
    """Let an escalation rise to what catches it; without that, it is only noted."""
    caught = _catcher(run, token, fault, at_border=False)
    if caught is None:
        run.record("escalation_uncaught", run.scope(token), run.node(token), code=fault.code)
        return
    _take(run, *caught, {"code": fault.code}, escalation=fault.code)


def _take(
    run: Run, token: Token, catcher: Catcher, told: dict[str, Any], **data: str | None
) -> None:
    """Let what caught a fault happen, and write what was told of it."""
    scope = run.scope(token)
    if catcher.result_variable:
        write(run, scope, catcher, {catcher.result_variable: told})
    if isinstance(catcher, BoundaryEvent):
        take_border(run, token, catcher, "activity_completed", **data)
        return
    run.record("activity_completed", scope, catcher, **data)
    begin_event_sub_process(run, scope, catcher)


def _catcher(
    run: Run, token: Token, fault: Fault, *, at_border: bool
) -> tuple[Token, Catcher] | None:
    """
    Find what catches a fault, from the inside out.

    On each level the event sub-processes come before the border. Answer with
    the activity whose border it is, or a token in the scope it happens in.
    """
    while True:
        scope = run.scope(token)
        node = run.node(token)
        nodes = scope.process.nodes
        if at_border and isinstance(node, Activity) and scope.kind not in _REPEATED:
            found = _matching([nodes[name] for name in node.boundaries], fault)
            if found is not None:
                return token, found
        if scope.kind in (ROOT, CALLED, BODY):
            known = scope.process.event_sub_processes.get(scope.node, ())
            found = _matching([start for one, start in known if one is not node], fault)
            if found is not None and not is_interrupted(run.case, scope):
                return token, found
        if not scope.owner:
            return None
        token, at_border = run.case.tokens[scope.owner], True


def _matching(candidates: Sequence[Node], fault: Fault) -> Catcher | None:
    """Return the event for the code of a fault, else the one for every code."""
    for code in (fault.code, None):
        for event in candidates:
            if isinstance(event, Catcher) and event.fault == Fault(fault.kind, code):
                return event
    return None
