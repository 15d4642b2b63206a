"""Signals: all who wait for one hear it, in this case at once, in others after this step."""

from workflows.engine.nodes import Node, ThrowEvent
from workflows.engine.runtime.borders import hear
from workflows.engine.runtime.data import mapped
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import MESSAGE, Token
from workflows.engine.transition import ThrownMessage


def broadcast(run: Run, token: Token, node: ThrowEvent, signal: str) -> None:
    """
    Let a signal be heard by all that wait for it now; what comes later does not hear it.

    The token that throws it may be gone afterwards: a border around it may
    have been waiting, too.
    """
    payload = mapped(run, node.inputs, run.scope(token), node)
    run.thrown.append(ThrownMessage(node.id, signal, "", payload, is_signal=True))
    for other in [one for one in run.case.tokens.values() if one.kind == MESSAGE]:
        # What was heard before may have ended this wait.
        if run.case.tokens.get(other.id) is other and signal_of(run.node(other)) == signal:
            run.spend(other)
            hear(run, other, "signal_received", payload)


def signal_of(node: Node) -> str | None:
    """Return the signal that a node waits for; `None` where it waits for a message."""
    return getattr(node, "signal", None)
