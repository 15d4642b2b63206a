"""What a new version waits for besides: at the border of what is open, and around it."""

from collections.abc import Iterable, Iterator

from workflows.engine.migration.likeness import wait_kind
from workflows.engine.migration.renaming import Renaming
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import Activity, BoundaryEvent, EventBasedGateway, Node
from workflows.engine.runtime.containers import is_interrupted
from workflows.engine.runtime.state import CHOICE, INSTANCE, ROUND, Case, Scope, Token


class Listeners:
    """
    The waits of a case beside its tokens.

    A border event that was there before and does not listen any more has happened; it is
    not waited for once more.
    """

    def __init__(self, case: Case, renaming: Renaming) -> None:
        self._case = case
        self._renaming = renaming

    def is_behind_its_gateway(self, token: Token, new: Node) -> bool:
        """Say of a wait behind an event-based gateway whether it is still one of its ways."""
        host = self._case.tokens.get(token.host)
        if host is None or host.kind != CHOICE:
            return True
        process = self._case.scopes[token.scope].process
        gateway = self._renaming.of(process, host.node)
        return any(flow.source == gateway for flow in new.incoming)

    def new_beside(self, token: Token, old: Node, new: Node, target: ProcessModel) -> Iterator[str]:
        """Yield the elements for which a token has to wait besides."""
        scope = self._case.scopes[token.scope]
        if token.host or not token.kind:
            return
        known = scope.process.nodes
        if isinstance(new, EventBasedGateway):
            before = [known[flow.target] for flow in old.outgoing]
            after = [target.nodes[flow.target] for flow in new.outgoing]
            yield from self._new(scope, before, after)
        elif isinstance(old, Activity) and isinstance(new, Activity):
            if scope.kind in (INSTANCE, ROUND):
                return  # The border is that of all instances together.
            before = _listening(known[name] for name in old.boundaries)
            after = _listening(target.nodes[name] for name in new.boundaries)
            yield from self._new(scope, before, after)

    def new_around(self, scope: Scope, target: ProcessModel) -> Iterator[str]:
        """Yield the starts of event sub-processes for which a scope has to wait besides."""
        if is_interrupted(self._case, scope):
            return
        level = None if scope.node is None else self._renaming.of(scope.process, scope.node)
        before = [start for _, start in scope.process.event_sub_processes.get(scope.node, ())]
        after = [start for _, start in target.event_sub_processes.get(level, ())]
        yield from self._new(
            scope,
            [start for start in before if start.fault is None],
            [start for start in after if start.fault is None],
        )

    def _new(self, scope: Scope, before: Iterable[Node], after: Iterable[Node]) -> Iterator[str]:
        """Yield the ids of elements that are none of the old ones."""
        known = {self._renaming.of(scope.process, node.id) for node in before if wait_kind(node)}
        for node in after:
            if node.id not in known:
                yield node.id


def _listening(nodes: Iterable[Node]) -> list[Node]:
    """Return the border events that something from outside makes happen."""
    return [node for node in nodes if isinstance(node, BoundaryEvent) and node.listens]
