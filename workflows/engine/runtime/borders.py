"""What happens when a listener hears something: at a border or behind an event-based gateway."""

from collections.abc import Mapping
from typing import Any

from workflows.engine.nodes import BoundaryEvent, Node, StartEvent
from workflows.engine.runtime.activities import finish, skip_work
from workflows.engine.runtime.containers import begin_event_sub_process, cancel
from workflows.engine.runtime.data import write_outputs, write_result
from workflows.engine.runtime.flows import leave
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CHOICE, TIMER, Token
from workflows.engine.runtime.waits import rearm


def hear(
    run: Run, token: Token, kind: str, payload: Mapping[str, Any], *, skipped: bool = False
) -> None:
    """
    Let a token that waits for a timer or message go on; `kind` is what is noted.

    With `skipped` it only listened, and goes on although nothing came.
    """
    node: Any = run.node(token)
    if not token.host:
        run.record(kind, run.scope(token), node, token=token.id)
        finish(run, token, node, payload)
        return
    told = {"skipped": True} if skipped else {}
    if token.host < 0:
        _begin_event_sub_process(run, token, node, kind, payload, **told)
        return
    host = run.case.tokens[token.host]
    if host.kind == CHOICE:
        _take_way(run, host, node)
        _end_choice(run, host, node, kind, payload, skipped=skipped)
        return
    _settle_listener(run, token, node)
    if payload:
        write_result(run, run.scope(host), node, payload)
    take_border(run, host, node, kind, **told)


def _begin_event_sub_process(
    run: Run,
    listener: Token,
    start: StartEvent,
    kind: str,
    payload: Mapping[str, Any],
    **told: bool,
) -> None:
    """Let what an event sub-process was waiting for begin it."""
    scope = run.scope(listener)
    run.record(kind, scope, start, token=listener.id, **told)
    _settle_listener(run, listener, start)
    if payload:
        write_result(run, scope, start, payload)
    begin_event_sub_process(run, scope, start)


def take_border(run: Run, host: Token, boundary: BoundaryEvent, kind: str, **data: Any) -> None:
    """Let a new token leave through a boundary event, and stop the activity if it interrupts."""
    scope = run.scope(host)
    token = run.new_token(boundary.id, scope)
    run.record(kind, scope, boundary, token=token.id, **data)
    if boundary.is_interrupting:
        cancel(run, host)
    if boundary.outputs:
        write_outputs(run, scope, boundary)
    leave(run, token, boundary)


def _settle_listener(run: Run, token: Token, node: BoundaryEvent | StartEvent) -> None:
    """Keep a listener that may hear more: a repeating timer, or anything else again and again."""
    if node.is_interrupting or (token.kind == TIMER and not rearm(run, token)):
        run.case.drop(token)
    elif token.kind == TIMER:
        run.case.renew(token)


def _take_way(run: Run, gateway: Token, node: Node) -> None:
    """Let the token of an event-based gateway go to the event that came first."""
    scope = run.scope(gateway)
    chosen = next(flow for flow in node.incoming if flow.source == gateway.node)
    at_gateway = scope.process.nodes[gateway.node]
    run.case.drop_listeners(gateway)
    run.record("gateway_taken", scope, at_gateway, flows=[chosen.id])
    gateway.node, gateway.kind = node.id, ""


def _end_choice(
    run: Run, token: Token, node: Node, kind: str, payload: Mapping[str, Any], *, skipped: bool
) -> None:
    """Let a token go on behind the event that came first, or was to be left out."""
    if skipped:
        skip_work(run, token, node)
        return
    run.record(kind, run.scope(token), node, token=token.id)
    finish(run, token, node, payload)
