"""How tokens leave a node: conditions, defaults, forks and implicit ends."""

from collections.abc import Sequence

from workflows.engine.nodes import Flow, Node
from workflows.engine.runtime.data import is_true
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import Scope, Token
from workflows.engine.transition import ExpressionFailed


def leave(run: Run, token: Token, node: Node) -> None:
    """
    Let a token go on from a node that is no gateway.

    Every flow without a condition is taken, and every flow whose condition
    holds; the default flow when no condition holds. Without any outgoing flow
    the path ends here.
    """
    outgoing = node.outgoing
    if not outgoing:
        run.case.drop(token)
    elif len(outgoing) == 1 and outgoing[0].condition is None:
        run.move(token, outgoing[0])
    else:
        fork(run, token, chosen(run, run.scope(token), node))


def chosen(run: Run, scope: Scope, node: Node) -> list[Flow]:
    """
    Return the flows that a node with conditions takes, in the order of the file.

    Raises:
        ExpressionFailed: It takes none.

    """
    conditional = False
    taken: list[Flow] = []
    for flow in node.outgoing:
        if flow.is_default:
            continue
        if flow.condition is None:
            taken.append(flow)
        elif is_true(run, flow.condition, scope, node):
            conditional = True
            taken.append(flow)
    if not conditional:
        taken.extend(flow for flow in node.outgoing if flow.is_default)
    if not taken:
        raise no_way(node)
    return taken


def first_chosen(run: Run, scope: Scope, node: Node) -> Flow:
    """
    Return the one flow that an exclusive gateway takes.

    Raises:
        ExpressionFailed: No condition holds and there is no default flow.

    """
    default = None
    for flow in node.outgoing:
        if flow.is_default:
            default = flow
        elif flow.condition is None or is_true(run, flow.condition, scope, node):
            return flow
    if default is None:
        raise no_way(node)
    return default


def fork(run: Run, token: Token, flows: Sequence[Flow]) -> None:
    """Let one token go along each flow; the arriving one takes the first."""
    scope = run.scope(token)
    others = [run.new_token(node.target, scope) for node in flows[1:]]
    run.move(token, flows[0])
    for other, flow in zip(others, flows[1:], strict=True):
        run.move(other, flow)


def no_way(node: Node) -> ExpressionFailed:
    """Return the refusal for a node whose conditions all fail."""
    return ExpressionFailed(
        f"No condition of the flows leaving '{node.name or node.id}' holds, and it has no default"
        " flow.",
        node.id,
    )
