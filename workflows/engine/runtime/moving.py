"""Letting a case go on at another element: what waited is withdrawn, one token goes on."""

from workflows.engine.move_command import Move
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import Scope, Token
from workflows.engine.transition import TokenNotWaiting


def move(run: Run, command: Move) -> None:
    """
    Withdraw tokens of a scope and let one go on at an element.

    Raises:
        TokenNotWaiting: One of them, or the scope, is gone.

    """
    scope = run.case.scopes.get(command.scope)
    tokens = [run.case.tokens.get(number) for number in command.tokens]
    if scope is None or not all(scope.joins.get(join) for join in command.joins):
        raise TokenNotWaiting(_GONE)
    # The new one comes first: a scope that is empty for a moment would end.
    added = run.new_token(command.element_id, scope)
    for token in tokens:
        if token is None or token.scope != scope.id:
            raise TokenNotWaiting(_GONE)
        _withdraw(run, scope, token)
    for join in command.joins:
        scope.live -= sum(scope.joins.pop(join).values())
    node = scope.process.nodes[command.element_id]
    run.record("instance_moved", scope, node, reason=command.reason)
    run.queue.append((added, None))


def _withdraw(run: Run, scope: Scope, token: Token) -> None:
    """Drop a token with everything within it, and note what was open."""
    for other, place in run.case.drop_content(token):
        if other.kind and not other.host:
            run.record("activity_cancelled", place, place.process.nodes[other.node], token=other.id)
    run.record("activity_cancelled", scope, run.node(token), token=token.id)
    run.case.drop(token)


_GONE = "The case has gone on meanwhile; look where it is now."
