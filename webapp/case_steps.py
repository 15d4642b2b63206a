"""A process as an ordered list of steps in words: what the diagram shows, for every reader."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from workflows.engine.model import ProcessModel
from workflows.engine.nodes import (
    AbstractTask,
    Activity,
    BoundaryEvent,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    EndEvent,
    EventSubProcess,
    Node,
    ReceiveTask,
    SendTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from workflows.engine.progress import Progress

DONE, ACTIVE, INCIDENT, CANCELLED, AHEAD, PASSED_BY = (
    "done",
    "active",
    "incident",
    "cancelled",
    "ahead",
    "passed-by",
)
STATE_WORDS: dict[str, LazyString] = {
    DONE: _l("Done"),
    ACTIVE: _l("Here now"),
    INCIDENT: _l("Stopped by a problem"),
    CANCELLED: _l("Taken back"),
    AHEAD: _l("Not reached yet"),
    PASSED_BY: _l("Not needed"),
}
KINDS: tuple[tuple[type[Node], str, LazyString], ...] = (
    (UserTask, "user", _l("A person")),
    (BusinessRuleTask, "table", _l("Decision table")),
    (CallActivity, "subtask", _l("Process of its own")),
    (SubProcess, "hierarchy", _l("Several steps")),
    (ServiceTask, "settings", _l("Automatic")),
    (SendTask, "send", _l("Message")),
    (ReceiveTask, "mail-opened", _l("Waits for a message")),
    (BoundaryEvent, "bolt", _l("Event")),
    (CatchEvent, "hourglass", _l("Waits")),
    (EndEvent, "flag", _l("End")),
    (AbstractTask, "circle", _l("Step")),
)


@dataclass(frozen=True)
class Step:
    """One line of the list."""

    element_id: str
    name: str
    depth: int
    state: str
    times: int
    picture: str
    kind: LazyString
    help: str
    called: str | None

    @property
    def state_words(self) -> str:
        """Say in words how far the step is."""
        return str(STATE_WORDS[self.state])


def steps(
    process: ProcessModel,
    progress: Progress,
    *,
    incidents: frozenset[str] = frozenset(),
    is_over: bool = False,
) -> list[Step]:
    """Return the steps of a process in the order in which a case meets them."""
    listed = []
    left_out: set[str | None] = set()
    for node, depth in _ordered(process):
        found = next(((icon, word) for kind, icon, word in KINDS if isinstance(node, kind)), None)
        state = _state(node, progress, incidents, is_over=is_over)
        if found is None or node.parent in left_out or not _is_worth_a_line(node, state):
            left_out.add(node.id)
            continue
        listed.append(
            Step(
                element_id=node.id,
                name=node.name or node.id,
                depth=depth,
                state=state,
                times=progress.active.get(node.id, 0),
                picture=found[0],
                kind=found[1],
                help=node.documentation,
                called=node.called if isinstance(node, CallActivity) else None,
            )
        )
    return listed


def in_order(process: ProcessModel) -> list[Node]:
    """Return every element in the order in which a case meets them."""
    return [node for node, _ in _ordered(process)]


def _state(node: Node, progress: Progress, incidents: frozenset[str], *, is_over: bool) -> str:
    """Say how far one element is."""
    if node.id in incidents:
        return INCIDENT
    if node.id in progress.active:
        return ACTIVE
    if node.id in progress.done:
        return DONE
    if node.id in progress.cancelled:
        return CANCELLED
    return PASSED_BY if is_over else AHEAD


def _is_worth_a_line(node: Node, state: str) -> bool:
    """Leave out what happens only at times and did not, and ends without a name."""
    if isinstance(node, BoundaryEvent):
        return state == DONE
    if _is_aside(node):
        return state not in (AHEAD, PASSED_BY)
    if isinstance(node, CatchEvent | EndEvent):
        return bool(node.name)
    return True


def _is_aside(node: Node) -> bool:
    """Say whether no path leads to an element: an event begins it, or undoing."""
    return isinstance(node, EventSubProcess) or (isinstance(node, Activity) and node.undoes)


def _ordered(process: ProcessModel) -> Iterator[tuple[Node, int]]:
    """Yield every element from the start on, each container before what it contains."""
    inside: defaultdict[str | None, list[Node]] = defaultdict(list)
    for node in process.nodes.values():
        inside[node.parent].append(node)
    waiting = [(node, 0) for node in reversed(_in_flow_order(process, inside[None]))]
    while waiting:
        node, depth = waiting.pop()
        yield node, depth
        content = reversed(_in_flow_order(process, inside[node.id]))
        waiting.extend((each, depth + 1) for each in content)


def _in_flow_order(process: ProcessModel, nodes: list[Node]) -> list[Node]:
    """Sort elements so that each stands behind those that lead to it; loops are cut."""
    beside: defaultdict[str, list[Node]] = defaultdict(list)
    for node in nodes:
        if isinstance(node, BoundaryEvent):
            beside[node.attached_to].append(node)
    first = [node for node in nodes if not node.incoming and not isinstance(node, BoundaryEvent)]
    first.sort(key=_is_aside)
    seen: set[str] = set()
    return [
        node
        for root in [*first, *nodes]
        for node in reversed(_left_behind(process, root, beside, seen))
    ]


def _left_behind(
    process: ProcessModel, root: Node, beside: Mapping[str, list[Node]], seen: set[str]
) -> list[Node]:
    """Walk along the flows from an element, and return what was met in the order of leaving it."""
    left: list[Node] = []
    path = [(root, False)]
    while path:
        node, is_left = path.pop()
        if is_left:
            left.append(node)
        elif node.id not in seen:
            seen.add(node.id)
            path.append((node, True))
            following = [process.nodes[flow.target] for flow in node.outgoing]
            path.extend((each, False) for each in [*beside.get(node.id, []), *following])
    return left
