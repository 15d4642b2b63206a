"""The pure heart of the engine: one command in, the next state and everything that follows out."""

from collections.abc import Callable
from typing import Any

from workflows.engine.commands import token_of
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import (
    AbstractTask,
    Activity,
    BusinessRuleTask,
    CallActivity,
    CatchEvent,
    EndEvent,
    EventBasedGateway,
    EventSubProcess,
    ExclusiveGateway,
    Flow,
    InclusiveGateway,
    ParallelGateway,
    ReceiveTask,
    SendTask,
    ServiceTask,
    StartEvent,
    SubProcess,
    ThrowEvent,
    Transaction,
    UserTask,
)
from workflows.engine.runtime.activities import SKIPPABLE, pass_by
from workflows.engine.runtime.codec import decode
from workflows.engine.runtime.commands import APPLY
from workflows.engine.runtime.compensation import undo_next
from workflows.engine.runtime.conditions import meet_conditions
from workflows.engine.runtime.containers import end_scope, open_body, open_call
from workflows.engine.runtime.faults import enter_throw
from workflows.engine.runtime.gateways import (
    enter_event_based,
    enter_exclusive,
    enter_inclusive,
    enter_parallel,
    release_inclusive_join,
)
from workflows.engine.runtime.outcome import outcome
from workflows.engine.runtime.paths import path_from, path_of_token
from workflows.engine.runtime.repetition import begin_loop
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import UNDO, Case, Scope, Token
from workflows.engine.runtime.work import (
    decide,
    pass_at_once,
    pass_start,
    send_by_task,
    wait_for_event,
    wait_for_message,
    wait_for_person,
    wait_for_service,
)
from workflows.engine.transition import Command, Outcome, Start, StepContext, StepRefused

_WORK: dict[type, Callable[[Run, Token, Any], None]] = {
    AbstractTask: pass_at_once,
    UserTask: wait_for_person,
    ServiceTask: wait_for_service,
    BusinessRuleTask: decide,
    SendTask: send_by_task,
    ReceiveTask: wait_for_message,
    SubProcess: open_body,
    EventSubProcess: open_body,
    Transaction: open_body,
    CallActivity: open_call,
}


def step(
    model: ExecutableProcess, state: bytes | None, command: Command, context: StepContext
) -> Outcome:
    """
    Do one command on a case and let its tokens come to rest.

    The same arguments always give the same outcome; nothing else is read and
    nothing is written, so a step may be repeated and replayed.

    Raises:
        StepRefused: The step cannot be done; see its subclasses.

    """
    if (state is None) != isinstance(command, Start):
        raise StepRefused("A case is started once, and only a started case goes on.")
    case = Case(context.actor) if state is None else decode(state, model)
    run = Run(model, case, context)
    try:
        run.here = _scope_of(case, token_of(command))
        APPLY[type(command)](run, command)
        _settle(run)
        return outcome(run)
    except StepRefused as refused:
        refused.place = path_from(case, run.here, refused.element_id)
        raise


def _scope_of(case: Case, token_id: int | None) -> Scope | None:
    """Return the scope in which a token is that a command names."""
    token = None if token_id is None else case.tokens.get(token_id)
    return None if token is None else case.scopes[token.scope]


def _settle(run: Run) -> None:
    """Move tokens until every one waits."""
    case = run.case
    while True:
        if run.looks_for_conditions:
            run.here = None
            meet_conditions(run)
        elif run.queue:
            token, flow = run.queue.popleft()
            if case.tokens.get(token.id) is token:
                run.spend(token)
                _enter(run, token, flow)
        elif case.emptied:
            scope = case.scopes.get(case.emptied.popleft())
            if scope is not None and scope.live == 0:
                run.here = case.scopes.get(scope.parent)  # its owner goes on
                (undo_next if scope.kind == UNDO else end_scope)(run, scope)
        else:
            run.here = None
            if not release_inclusive_join(run):
                return


def _enter(run: Run, token: Token, flow: Flow | None) -> None:
    """Do what the node does at which a token has come."""
    node = run.node(token)
    if run.context.skips and isinstance(node, SKIPPABLE) and _is_skipped(run, token):
        pass_by(run, token, node)
    elif not isinstance(node, Activity):
        _ENTER[type(node)](run, token, node, flow)
    elif node.loop is not None and not run.is_repeated(token):
        begin_loop(run, token, node)
    else:
        _WORK[type(node)](run, token, node)


def _is_skipped(run: Run, token: Token) -> bool:
    """Say whether a person lets the case pass this place; old logs name the element alone."""
    skips = run.context.skips
    return token.node in skips or path_of_token(run.case, token) in skips


_ENTER: dict[type, Callable[[Run, Token, Any, Flow | None], None]] = {
    StartEvent: pass_start,
    EndEvent: enter_throw,
    ThrowEvent: enter_throw,
    CatchEvent: wait_for_event,
    ExclusiveGateway: enter_exclusive,
    ParallelGateway: enter_parallel,
    InclusiveGateway: enter_inclusive,
    EventBasedGateway: enter_event_based,
}
