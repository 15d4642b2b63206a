"""Sub-processes and called processes: how their scopes open, end and are cancelled."""

from typing import Any

from rules.feel import to_json
from workflows.engine.nodes import CallActivity, EventSubProcess, StartEvent, SubProcess
from workflows.engine.runtime.activities import close, finish, open_activity
from workflows.engine.runtime.data import declare_duties, evaluate, mapped, visible, write
from workflows.engine.runtime.repetition import end_instance
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import BODY, CALLED, CHILDREN, Case, Scope, Token
from workflows.engine.runtime.waits import wait_at
from workflows.engine.transition import StepRefused


def open_body(run: Run, token: Token, node: SubProcess) -> None:
    """Begin a sub-process; it shares the data around it."""
    open_activity(run, token, node)
    token.kind = CHILDREN
    process = run.scope(token).process
    scope = Scope(run.case.new_id(), BODY, token.scope, token.id, process, node.id, None)
    _begin(run, scope, node.start)


def open_call(run: Run, token: Token, node: CallActivity) -> None:
    """
    Begin a called process, with the inputs or a copy of all data.

    Raises:
        StepRefused: The called process does not belong to this case, or has no plain start.

    """
    open_activity(run, token, node)
    token.kind = CHILDREN
    process = run.executable.callee(run.scope(token).process, node)
    if process is None or process.start is None:
        raise StepRefused(
            f"'{node.id}' calls the process '{node.called}', which cannot be started.", node.id
        )
    caller = run.scope(token)
    data = mapped(run, node.inputs, caller, node) if node.inputs else visible(run.case, caller)
    scope = Scope(run.case.new_id(), CALLED, token.scope, token.id, process, None, data)
    _begin(run, scope, process.start)
    declare_duties(run, scope, process)


def _begin(run: Run, scope: Scope, start: str) -> None:
    """Keep a new scope, listen for its events, and put a token at its start."""
    run.case.keep_scope(scope)
    await_events(run, scope)
    run.queue.append((run.new_token(start, scope), None))


def await_events(run: Run, scope: Scope) -> None:
    """Listen for what begins the event sub-processes of a scope; errors and escalations rise."""
    for _, start in scope.process.event_sub_processes.get(scope.node, ()):
        if start.fault is None:
            wait_at(run, run.new_token(start.id, scope, host=-scope.id), start)


def begin_event_sub_process(run: Run, scope: Scope, start: StartEvent) -> None:
    """Begin an event sub-process in its scope; one that interrupts stops all else in there."""
    assert start.parent is not None
    token = run.new_token(start.parent, scope)
    if start.is_interrupting:
        run.case.drop_event_listeners(scope)
        clear(run, scope, token)
    run.queue.append((token, None))


def is_interrupted(case: Case, scope: Scope) -> bool:
    """Say whether a scope only lives on for an event sub-process, or to be undone."""
    for token in case.tokens.values():
        if token.scope != scope.id or token.host:
            continue
        node: Any = scope.process.nodes[token.node]
        if isinstance(node, EventSubProcess):
            start: Any = scope.process.nodes[node.start]
            if start.is_interrupting:
                return True
        elif token.kind == CHILDREN and getattr(node, "cancels", False):
            return True
    return False


def end_scope(run: Run, scope: Scope) -> None:
    """Let the owner of a scope go on, now that nothing lives in it any more."""
    if not scope.owner:
        run.case.drop_scope(scope)
        return
    owner = run.case.tokens[scope.owner]
    if scope.kind == BODY:
        run.case.drop_scope(scope)
        finish(run, owner, run.node(owner), inside=scope.undo)
    elif scope.kind == CALLED:
        _give_back(run, scope, owner)
        close(run, owner, run.node(owner))
    else:
        end_instance(run, scope, owner)


def _give_back(run: Run, scope: Scope, owner: Token) -> None:
    """Write what a called process gives to its caller: the outputs, or all that is new."""
    node: Any = run.node(owner)
    caller = run.scope(owner)
    assert scope.data is not None
    if node.outputs:
        given = {
            item.name: to_json(evaluate(run, item.expression, scope, node)) for item in node.outputs
        }
    elif node.result_variable:
        given = {node.result_variable: scope.data}
    else:
        known = visible(run.case, caller)
        given = {name: v for name, v in scope.data.items() if name not in known or known[name] != v}
    run.case.drop_scope(scope)
    write(run, caller, node, given)


def cancel(run: Run, token: Token) -> None:
    """Remove a token with everything that it owns, and note what was stopped."""
    scope = run.scope(token)
    stopped = run.case.drop_content(token) if token.kind == CHILDREN else []
    if token.kind:
        stopped.append((token, scope))
    for other, place in stopped:
        if other.kind and not other.host:
            node = place.process.nodes[other.node]
            run.record("activity_cancelled", place, node, token=other.id)
    run.case.drop(token)


def terminate(run: Run, token: Token) -> None:
    """End everything in the scope of a token."""
    clear(run, run.scope(token), token)
    run.case.drop(token)


def clear(run: Run, scope: Scope, keep: Token) -> None:
    """End everything in a scope but one token."""
    for other in list(run.case.tokens.values()):
        if other.scope == scope.id and not other.host and other is not keep:
            cancel(run, other)
    scope.live -= sum(sum(counts.values()) for counts in scope.joins.values())
    scope.joins.clear()
