"""The nodes of a process as a graph, level by level."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from rules.findings import Finding
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import (
    Activity,
    BoundaryEvent,
    EventSubProcess,
    Flow,
    Node,
    StartEvent,
)


class Graph:
    """A process with what can be asked about its paths."""

    def __init__(self, model: ProcessModel) -> None:
        self.model = model
        self.nodes = model.nodes
        self.levels: defaultdict[str | None, list[Node]] = defaultdict(list)
        for node in model.nodes.values():
            self.levels[node.parent].append(node)

    @cached_property
    def has_side_paths(self) -> bool:
        """Say whether an event at a border adds tokens, as often as it happens."""
        return any(
            isinstance(node, BoundaryEvent) and not node.is_interrupting
            for node in self.nodes.values()
        )

    def starts(self, level: str | None) -> list[str]:
        """Return where tokens begin on a level."""
        return [node.id for node in self.levels[level] if isinstance(node, StartEvent)]

    def entries(self, level: str | None) -> list[str]:
        """Return where something begins on a level: at its starts and by its events."""
        kinds = StartEvent | EventSubProcess
        return [node.id for node in self.levels[level] if isinstance(node, kinds)]

    def followers(self, node: Node) -> list[str]:
        """Return the nodes that a token can come to next, by an event at the border too."""
        found = [flow.target for flow in node.outgoing]
        if isinstance(node, BoundaryEvent) and node.handler:
            found.append(node.handler)
        if isinstance(node, Activity):
            found.extend(node.boundaries)
        return found

    def reachable(self, begin: Iterable[str], without: str | None = None) -> set[str]:
        """Return every node that a token can come to, on paths that avoid one node."""
        seen: set[str] = set()
        ahead = list(begin)
        while ahead:
            name = ahead.pop()
            if name not in seen and name != without:
                seen.add(name)
                ahead.extend(self.followers(self.nodes[name]))
        return seen

    def origin(self, flow: Flow) -> Flow | None:
        """Go back from a flow, while there is only one way, to a flow that leaves a split."""
        seen: set[str] = set()
        while flow.id not in seen:
            seen.add(flow.id)
            source = self.nodes[flow.source]
            if len(source.outgoing) > 1:
                return flow
            if isinstance(source, BoundaryEvent) or len(source.incoming) != 1:
                return None
            flow = source.incoming[0]
        return None

    def finding(
        self, code: str, node: Node | None, message: str, remedy: str, severity: str = "error"
    ) -> Finding:
        """Return a finding at a node, or at the process."""
        return Finding(
            code=code,
            message=message,
            remedy=remedy,
            severity=severity,
            element_id=self.model.key if node is None else node.id,
            file_name=self.model.file_name or None,
            line=None if node is None else node.line,
            element_name=((self.model.name if node is None else node.name) or None),
        )
