"""Joins that can never go on: a token waits there, and no other one can come any more."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import String, cast, or_, select
from sqlalchemy.orm import Session

from workflows.engine import compiled
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import Flow, ParallelGateway
from workflows.engine.runtime import codec
from workflows.engine.runtime.state import Case, Scope
from workflows.engine.tables import Bundle, Instance


@dataclass(frozen=True)
class StarvedJoin:
    """A join that waits in vain, and the names of the elements from which nobody comes."""

    element_id: str
    name: str
    missing: tuple[str, ...]


def starved(session: Session, *, among: Collection[int] | None = None) -> Mapping[int, StarvedJoin]:
    """
    Return the joins of running cases that can never go on, by case, in two statements.

    A case that has nowhere else to go is refused as it gets there; here others
    of its tokens still live, but on paths that do not lead to the join.
    """
    is_looked_at = Instance.status == "running"
    if among is not None:
        is_looked_at &= Instance.id.in_(among)
    bundles = session.execute(
        select(Bundle.id, Bundle.bundle_hash).where(
            Bundle.id.in_(select(Instance.bundle_id).where(is_looked_at))
        )
    )
    executables = {
        row.id: compiled.load(session, row.id, row.bundle_hash).executable for row in bundles.all()
    }
    joins = {number: frozenset(_joins(each.process)) for number, each in executables.items()}
    known = frozenset().union(*joins.values())
    if not known:
        return {}
    places = cast(Instance.active_elements, String)
    rows = session.execute(
        select(Instance.id, Instance.bundle_id, Instance.state).where(
            is_looked_at,
            Instance.bundle_id.in_([number for number, found in joins.items() if found]),
            or_(*(places.contains(f'"{each}"', autoescape=True) for each in sorted(known))),
        )
    )
    found = {row.id: _first(row.state, executables[row.bundle_id]) for row in rows}
    return {number: join for number, join in found.items() if join is not None}


def _joins(model: ProcessModel) -> Iterator[str]:
    """Yield the ids of the parallel gateways that join paths."""
    for node in model.nodes.values():
        if isinstance(node, ParallelGateway) and len(node.incoming) > 1:
            yield node.id


def _first(state: bytes | None, executable: ExecutableProcess) -> StarvedJoin | None:
    """Return the first join of a case that waits in vain."""
    if state is None:
        return None
    case = codec.decode(state, executable)
    for scope in case.scopes.values():
        for node_id, counts in scope.joins.items():
            node = scope.process.nodes[node_id]
            if not isinstance(node, ParallelGateway):
                continue
            missing = [flow for flow in node.incoming if not counts.get(flow.id)]
            lost = [flow for flow in missing if not _can_come(case, scope, flow)]
            if lost:
                return StarvedJoin(node_id, node.name or node_id, _sources(scope, lost))
    return None


def _can_come(case: Case, scope: Scope, flow: Flow) -> bool:
    """Say whether a living token of a scope has a path to a flow."""
    reaching = scope.process.reaching(flow)
    return any(token.scope == scope.id and token.node in reaching for token in case.tokens.values())


def _sources(scope: Scope, flows: list[Flow]) -> tuple[str, ...]:
    """Return what people call the elements from which flows come; gateways have often no name."""
    nodes = [scope.process.nodes[flow.source] for flow in flows]
    return tuple(node.name for node in nodes if node.name)
