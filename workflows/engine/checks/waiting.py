"""Where a token stops: at work for people, events and messages; a service does not count."""

from workflows.engine.checks.graph import Graph
from workflows.engine.nodes import (
    BoundaryEvent,
    CallActivity,
    CatchEvent,
    EventBasedGateway,
    EventSubProcess,
    Node,
    ReceiveTask,
    SubProcess,
    UserTask,
)

_WAITING = (UserTask, ReceiveTask, EventBasedGateway)


def waits_itself(node: Node) -> bool:
    """Say whether a token stops at a node until something comes from outside."""
    if isinstance(node, CatchEvent):
        return not isinstance(node, BoundaryEvent) and not node.is_link
    return isinstance(node, _WAITING)


def may_wait(graph: Graph, node: Node) -> bool:
    """Say whether a token may stop at a node, or somewhere in it; a called process may wait."""
    ahead = [node]
    while ahead:
        found = ahead.pop()
        if isinstance(found, CallActivity) or waits_itself(found):
            return True
        if isinstance(found, SubProcess):
            inner = graph.levels.get(found.id, [])
            ahead.extend(one for one in inner if not isinstance(one, EventSubProcess))
    return False
