"""
What becomes of a case in another version of its process: looked at token by token.

A case can migrate when everything at which it has a token, a timer, another wait or an
open user task is in the new version too: the same kind of element, in the same place,
under the same id or under the one that a designer names. What lies behind the case is not
made up for, and what lies before it is as the new version says.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from workflows.engine.migrate_command import Migrate
from workflows.engine.migration import likeness
from workflows.engine.migration.joins import Joins, Standing
from workflows.engine.migration.listeners import Listeners
from workflows.engine.migration.renaming import Renaming
from workflows.engine.migration.verdicts import Found, Hindrance, Plan, Remark, Wish
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import BoundaryEvent, CallActivity, Node, UserTask
from workflows.engine.runtime.codec import decode
from workflows.engine.runtime.completed import Completed
from workflows.engine.runtime.state import BODY, CALLED, CHILDREN, ROOT, Case, Scope, Token

_LEVELS = (ROOT, CALLED, BODY)


class Comparison:
    """Two versions of a process, and what of all cases between them needs to be asked once."""

    def __init__(self, source: ExecutableProcess, target: ExecutableProcess, wish: Wish) -> None:
        self.source = source
        self.target = target
        self.wish = wish
        self._joins: dict[int, Joins] = {}

    def plan(self, state: bytes, *, before: int, after: int, reason: str) -> Plan:
        """
        Say what becomes of a case in this state.

        Raises:
            StepRefused: The state cannot be read.

        """
        look = _Look(self, decode(state, self.source))
        look.look()
        if look.hindrances:
            return Plan(None, tuple(look.hindrances), tuple(look.remarks))
        command = Migrate(
            before,
            after,
            reason,
            renamed=look.renaming.differences,
            dropped=look.dropped,
            renewed=look.renewed,
            added=look.added,
        )
        return Plan(command, (), tuple(look.remarks))

    def starved(self, process: ProcessModel, standing: Standing) -> frozenset[str]:
        """Return the joins of a process that can never fire."""
        joins = self._joins.setdefault(id(process), Joins(process))
        return joins.starved(standing)


class _Look:
    """One case that is looked at."""

    def __init__(self, comparison: Comparison, case: Case) -> None:
        self.comparison = comparison
        self.case = case
        self.renaming = Renaming(comparison.source.process.key, comparison.wish.mapping)
        self.hindrances: list[Found] = []
        self.remarks: list[Found] = []
        self.dropped: list[int] = []
        self.renewed: list[int] = []
        self.added: list[list[int | str]] = []
        self._listeners = Listeners(case, self.renaming)

    @cached_property
    def _targets(self) -> dict[int, ProcessModel]:
        """The new process of each scope; of one that has none, nothing is looked at."""
        found: dict[int, ProcessModel] = {}
        for scope in self.case.scopes.values():  # parents come before what lies in them
            if scope.kind == ROOT:
                found[scope.id] = self.comparison.target.process
            elif scope.kind != CALLED:
                if scope.parent in found:
                    found[scope.id] = found[scope.parent]
            elif (called := self._called(scope)) is not None:
                found[scope.id] = called
        return found

    def _called(self, scope: Scope) -> ProcessModel | None:
        """Return the process of a call in the new version, if it is there."""
        try:
            return self.comparison.target.model(scope.process.full_key)
        except KeyError:
            owner = self.case.tokens[scope.owner]
            node = self.case.scopes[owner.scope].process.nodes[owner.node]
            self._hinder(Hindrance.CALLED_GONE, node, scope.process.name or scope.process.key)
            return None

    def look(self) -> None:
        """Look at every token and every scope."""
        targets = self._targets
        for token in self.case.tokens.values():
            if token.scope in targets:
                self._look_at_token(token, targets[token.scope])
        for scope in self.case.scopes.values():
            if scope.id in targets:
                self._look_at_scope(scope, targets[scope.id])
        if not self.hindrances:
            self._look_at_joins(targets)

    def _look_at_token(self, token: Token, target: ProcessModel) -> None:
        """Look at what a token stands at, and at what is waited for beside it."""
        scope = self.case.scopes[token.scope]
        old = scope.process.nodes[token.node]
        new_id = self.renaming.of(scope.process, old.id)
        if not new_id and token.host:
            self.dropped.append(token.id)
            self._remark(Remark.NO_WAIT, old, scope.process.nodes)
            return
        new = target.nodes.get(new_id)
        problem = self._problem(scope, token, old, new)
        if problem is not None or new is None:
            self._hinder(problem or Hindrance.GONE, old, new.name or new.id if new else new_id)
            return
        self._look_at_wait(token, old, new)
        for element_id in self._listeners.new_beside(token, old, new, target):
            self._add(token.id, target.nodes[element_id], target.nodes)

    def _problem(self, scope: Scope, token: Token, old: Node, new: Node | None) -> Hindrance | None:
        """Return why a token cannot stand at the new element, if it cannot."""
        if new is None:
            is_given_up = self.comparison.wish.mapping.get(old.id) == ""
            return Hindrance.STILL_OPEN if is_given_up else Hindrance.GONE
        problem = likeness.hindrance(old, new, lambda one: self.renaming.of(scope.process, one))
        if problem is Hindrance.OTHER_CALL and token.kind != CHILDREN:
            problem = None
        if problem is None and not self._listeners.is_behind_its_gateway(token, new):
            problem = Hindrance.OTHER_PLACE
        return problem

    def _look_at_wait(self, token: Token, old: Node, new: Node) -> None:
        """Note what of a wait stays and what begins anew."""
        nodes = self.case.scopes[token.scope].process.nodes
        if isinstance(old, UserTask) and isinstance(new, UserTask):
            if token.kind != CHILDREN:
                for remark in likeness.remarks_of_user_task(old, new):
                    self._remark(remark, old, {})
        elif isinstance(old, CallActivity) or not token.kind or token.kind == CHILDREN:
            return
        elif likeness.wait_kind(old) == "timing":
            if likeness.differs_in_time(old, new):
                restarts = self.comparison.wish.restarts_timers
                code = Remark.RESTARTS_TIMER if restarts else Remark.KEEPS_TIMER
                self._remark(code, old, nodes)
                self.renewed += [token.id] if restarts else []
        elif likeness.differs_in_wait(old, new):
            self._remark(Remark.OTHER_WAIT, old, nodes)
            self.renewed.append(token.id)

    def _look_at_scope(self, scope: Scope, target: ProcessModel) -> None:
        """Look at tokens in joins, at what can still be undone, and at event sub-processes."""
        for join, counts in scope.joins.items():
            self._look_at_join(scope, scope.process.nodes[join], counts, target)
        owner = self.case.tokens.get(scope.owner)
        kept = owner.extra.get("undo", []) if owner and isinstance(owner.extra, dict) else []
        self._look_at_completed(scope, (*scope.undo, *kept), target)
        if scope.kind in _LEVELS:
            for element_id in self._listeners.new_around(scope, target):
                self._add(-scope.id, target.nodes[element_id], target.nodes)

    def _look_at_join(
        self, scope: Scope, old: Node, flows: Iterable[str], target: ProcessModel
    ) -> None:
        """Look at a join at which tokens wait for others."""
        new = target.nodes.get(self.renaming.of(scope.process, old.id))
        problem = Hindrance.GONE if new is None else None
        if new is not None:
            problem = likeness.hindrance(old, new, lambda one: self.renaming.of(scope.process, one))
        if problem is not None or new is None:
            self._hinder(problem or Hindrance.GONE, old, new.name or new.id if new else "")
            return
        for flow in flows:
            if not self.renaming.follow_flow(scope.process, scope.process.flows[flow], new):
                source = scope.process.nodes[scope.process.flows[flow].source]
                self._hinder(Hindrance.FLOW_GONE, old, source.name or source.id)

    def _look_at_completed(
        self, scope: Scope, rows: Iterable[Completed], target: ProcessModel
    ) -> None:
        """Look at what was completed and can still be undone."""
        for node_id, _, inside in rows:
            old = scope.process.nodes[node_id]
            new = target.nodes.get(self.renaming.of(scope.process, node_id))
            if type(old) is not type(new) or (
                inside is None and getattr(new, "undone_by", None) is None
            ):
                self._hinder(Hindrance.NOT_UNDONE, old)
            elif inside is not None:
                self._look_at_completed(scope, inside, target)

    def _look_at_joins(self, targets: dict[int, ProcessModel]) -> None:
        """Look for parallel joins that would wait for a branch which the case has passed."""
        for scope in self.case.scopes.values():
            if scope.kind not in _LEVELS:
                continue
            rename = self.renaming.renamer(scope.process)
            old, new = _standing(self.case, scope), _standing(self.case, scope, rename)
            before = {rename(join) for join in self.comparison.starved(scope.process, old)}
            target = targets[scope.id]
            for join in sorted(self.comparison.starved(target, new) - before):
                self._hinder(Hindrance.PASSED_BRANCH, target.nodes[join])

    def _hinder(self, code: Hindrance, node: Node, detail: str = "") -> None:
        """Note what stands in the way, once."""
        found = Found(code, node.id, node.name, detail)
        if found not in self.hindrances:
            self.hindrances.append(found)

    def _remark(self, code: Remark, node: Node, nodes: Mapping[str, Node]) -> None:
        """Note what to know, once; of a border also whose it is: many are only called "2 days"."""
        host = nodes.get(node.attached_to) if isinstance(node, BoundaryEvent) else None
        detail = (host.name or host.id) if host is not None else ""
        found = Found(code, node.id, node.name, detail)
        if found not in self.remarks:
            self.remarks.append(found)

    def _add(self, host: int, node: Node, nodes: Mapping[str, Node]) -> None:
        """Note that something is waited for besides."""
        self.added.append([host, node.id])
        self._remark(Remark.NEW_WAIT, node, nodes)


def _same(name: str) -> str:
    """Return an id as it is."""
    return name


def _standing(case: Case, scope: Scope, rename: likeness.Rename = _same) -> Standing:
    """Return where the tokens of a scope are, by the names of one version."""
    return Standing(
        level=None if scope.node is None else rename(scope.node),
        nodes=frozenset(_nodes(case, scope, rename)),
        held={
            rename(join): frozenset(rename(flow) for flow in counts)
            for join, counts in scope.joins.items()
        },
    )


def _nodes(case: Case, scope: Scope, rename: likeness.Rename) -> Iterator[str]:
    """Yield the nodes at which a scope has tokens that are no listeners."""
    for token in case.tokens.values():
        if token.scope == scope.id and not token.host:
            yield rename(token.node)
