"""
Putting the tokens of a case into another version of its process.

The case was read with the new version already; what stands in it still has the
ids of the old one. Whoever gives the command has compared both versions, see
`workflows.engine.migration`.
"""

from collections.abc import Mapping
from typing import Any

from workflows.engine.migrate_command import Migrate
from workflows.engine.runtime.completed import Completed
from workflows.engine.runtime.data import declare_duties
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import CALLED, ROOT, Case, Scope
from workflows.engine.runtime.waits import listen, wait_at

Names = Mapping[str, str]


def migrate(run: Run, command: Migrate) -> None:
    """
    Give everything in a case its new id, then end, renew and begin waits as the command says.

    Due dates, holders and groups of what is open stay; duties that the new version
    declares are noted.
    """
    case = run.case
    for scope in case.scopes.values():
        names = command.renamed.get(scope.process.key)
        if names:
            _rename(case, scope, names)
    for number in command.dropped:
        case.drop(case.tokens[number])
    for number in command.renewed:
        token = case.tokens[number]
        token.due = token.extra = None
        wait_at(run, token, run.node(token))
    for host, element_id in command.added:
        _begin_to_wait(run, host, element_id)
    for scope in case.scopes.values():
        if scope.kind in (ROOT, CALLED):
            declare_duties(run, scope, scope.process)
    told = {"before": command.before, "after": command.after, "reason": command.reason}
    if command.renamed:
        told["renamed"] = {key: dict(names) for key, names in command.renamed.items()}
    run.record("instance_migrated", run.root, None, **told)


def _begin_to_wait(run: Run, host: int, element_id: str) -> None:
    """Listen at one more element: beside a token, or for a whole scope."""
    if host > 0:
        token = run.case.tokens[host]
        listen(run, token, run.scope(token).process.nodes[element_id])
        return
    scope = run.case.scopes[-host]
    wait_at(run, run.new_token(element_id, scope, host=host), scope.process.nodes[element_id])


def _rename(case: Case, scope: Scope, names: Names) -> None:
    """Give a scope and the tokens in it the ids of the new version."""
    if scope.node is not None:
        scope.node = names.get(scope.node, scope.node)
    scope.joins = {
        names.get(join, join): {names.get(flow, flow): count for flow, count in counts.items()}
        for join, counts in scope.joins.items()
    }
    _rename_completed(scope.undo, names)
    for token in case.tokens.values():
        if token.scope == scope.id:
            token.node = names.get(token.node, token.node)
            if isinstance(token.extra, dict) and "undo" in token.extra:
                _rename_completed(token.extra["undo"], names)


def _rename_completed(rows: list[Completed], names: Names) -> None:
    """Give what can still be undone its new ids."""
    for row in rows:
        row[0] = names.get(row[0], row[0])
        inside: Any = row[2]
        if inside is not None:
            _rename_completed(inside, names)
