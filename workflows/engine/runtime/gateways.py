"""
The gateways.

A joining gateway counts tokens per incoming flow, in the scope, and keeps what
is too many: that is right in loops and with excess tokens alike.
"""

from collections.abc import Mapping

from workflows.engine.nodes import (
    EventBasedGateway,
    ExclusiveGateway,
    Flow,
    InclusiveGateway,
    Node,
    ParallelGateway,
)
from workflows.engine.runtime.flows import chosen, first_chosen, fork
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CHOICE, Scope, Token
from workflows.engine.runtime.waits import listen


def enter_exclusive(run: Run, token: Token, node: ExclusiveGateway, _: Flow | None) -> None:
    """Take the first flow whose condition holds, else the default flow."""
    if not node.outgoing:
        run.case.drop(token)
        return
    scope = run.scope(token)
    flow = first_chosen(run, scope, node)
    if len(node.outgoing) > 1:
        run.record("gateway_taken", scope, node, flows=[flow.id])
    run.move(token, flow)


def enter_parallel(run: Run, token: Token, node: ParallelGateway, flow: Flow | None) -> None:
    """Go on when every incoming flow has brought a token."""
    if len(node.incoming) > 1 and flow is not None:
        counts = _arrive(run, token, node, flow)
        if len(counts) < len(node.incoming):
            return
        _consume(run, token, node, counts)
    _go_on(run, token, node, list(node.outgoing))


def enter_inclusive(run: Run, token: Token, node: InclusiveGateway, flow: Flow | None) -> None:
    """Wait at a join until nothing moves any more; see `release_inclusive_join`."""
    if len(node.incoming) > 1 and flow is not None:
        _arrive(run, token, node, flow)
    else:
        _split(run, token, node)


def release_inclusive_join(run: Run) -> bool:
    """
    Let one inclusive join go on, if one may; call it when nothing else moves.

    A join waits as long as a token can still reach an incoming flow that has
    none. A token that could as well reach a flow that has one does not count:
    so says BPMN, and so two joins in one loop do not wait for each other.
    """
    for scope in run.case.scopes.values():
        for node_id in scope.joins:
            if node_id in scope.process.inclusive_joins:
                node = scope.process.nodes[node_id]
                assert isinstance(node, InclusiveGateway)
                if _is_complete(run, scope, node, scope.joins[node_id]):
                    token = run.new_token(node_id, scope)
                    scope.live -= 1
                    _consume(run, token, node, scope.joins[node_id])
                    _split(run, token, node)
                    return True
    return False


def enter_event_based(run: Run, token: Token, node: EventBasedGateway, _: Flow | None) -> None:
    """Listen for the events behind the gateway; the first one decides."""
    scope = run.scope(token)
    run.case.renew(token)
    token.kind = CHOICE
    run.record("activity_started", scope, node, token=token.id)
    for flow in node.outgoing:
        listen(run, token, scope.process.nodes[flow.target])


def _arrive(run: Run, token: Token, node: Node, flow: Flow) -> dict[str, int]:
    """Turn a token into a count at its flow; it stays alive in its scope."""
    counts = run.scope(token).joins.setdefault(node.id, {})
    counts[flow.id] = counts.get(flow.id, 0) + 1
    del run.case.tokens[token.id]
    return counts


def _consume(run: Run, token: Token, node: Node, counts: dict[str, int]) -> None:
    """Take one token from each flow that has one; `token` goes on for them."""
    scope = run.scope(token)
    scope.live -= len(counts) - 1
    for flow_id in list(counts):
        counts[flow_id] -= 1
        if not counts[flow_id]:
            del counts[flow_id]
    if not counts:
        del scope.joins[node.id]
    run.case.tokens[token.id] = token


def _is_complete(run: Run, scope: Scope, node: Node, counts: Mapping[str, int]) -> bool:
    """Say whether no token can come any more to an incoming flow that has none."""
    upstream = scope.process.upstream
    waited_for: set[str] = set()
    served: set[str] = set()
    for flow in node.incoming:
        (served if flow.id in counts else waited_for).update(upstream[flow.id])
    decisive = waited_for - served
    if not decisive:
        return True
    if any(join in decisive for join in scope.joins if join != node.id):
        return False
    tokens = run.case.tokens.values()
    return not any(
        token.node in decisive for token in tokens if token.scope == scope.id and not token.host
    )


def _split(run: Run, token: Token, node: InclusiveGateway) -> None:
    """Take every flow whose condition holds, else the default flow."""
    if not node.outgoing:
        run.case.drop(token)
        return
    _go_on(run, token, node, chosen(run, run.scope(token), node))


def _go_on(run: Run, token: Token, node: Node, flows: list[Flow]) -> None:
    """Note what a gateway does and do it."""
    if not flows:
        run.case.drop(token)
        return
    run.record("gateway_taken", run.scope(token), node, flows=[flow.id for flow in flows])
    fork(run, token, flows)
