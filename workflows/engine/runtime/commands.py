"""What each command does to a case before the tokens move."""

from collections.abc import Callable
from typing import Any

from workflows.engine.migrate_command import Migrate
from workflows.engine.model import ProcessModel
from workflows.engine.move_command import Move
from workflows.engine.nodes import Fault, StartEvent
from workflows.engine.runtime.activities import finish, skip_work
from workflows.engine.runtime.borders import hear
from workflows.engine.runtime.containers import await_events
from workflows.engine.runtime.data import declare_duties, plain, write
from workflows.engine.runtime.faults import raise_error
from workflows.engine.runtime.migration import migrate
from workflows.engine.runtime.moving import move
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.signals import signal_of
from workflows.engine.runtime.state import (
    MESSAGE,
    NOBODY,
    ROOT,
    SERVICE,
    TIMER,
    USER,
    Scope,
    Token,
)
from workflows.engine.runtime.waits import from_stored
from workflows.engine.transition import (
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    EditData,
    FailService,
    FireTimer,
    Reschedule,
    SkipToken,
    Start,
    StepRefused,
    TokenNotWaiting,
)


def start(run: Run, command: Start) -> None:
    """
    Begin a case.

    Raises:
        StepRefused: The process has no such start event.

    """
    process = run.executable.process
    node = _start_event(process, command)
    scope = Scope(run.case.new_id(), ROOT, NOBODY, NOBODY, process, None, {})
    run.case.keep_scope(scope)
    scope.data = plain(dict(command.data), node)
    run.record("instance_started", scope, node, data=dict(scope.data))
    if node.duty:
        run.duties.append((node.duty, run.context.actor))
    declare_duties(run, run.root, process)
    await_events(run, scope)
    if not node.is_plain:
        run.record(_begun_by(node), scope, node)
    run.queue.append((run.new_token(node.id, scope), None))


def _start_event(process: ProcessModel, command: Start) -> StartEvent:
    """Return the start event that a command names, or the plain one."""
    start_id, how = process.start, "without a message"
    if command.start_event is not None:
        is_known = command.start_event in process.event_starts
        start_id, how = command.start_event if is_known else None, f"at '{command.start_event}'"
    elif command.message_name is not None:
        start_id = process.message_starts.get(command.message_name)
        how = f"by the message '{command.message_name}'"
    if start_id is None:
        raise StepRefused(f"The process '{process.key}' cannot be started {how}.")
    node = process.nodes[start_id]
    assert isinstance(node, StartEvent)
    return node


def _begun_by(node: StartEvent) -> str:
    """Return what is noted when an event begins a case."""
    if node.timing is not None:
        return "timer_fired"
    return "signal_received" if node.signal is not None else "message_received"


def complete_user_task(run: Run, command: CompleteUserTask) -> None:
    """Finish a user task with exactly the data of the command."""
    token = _waiting(run, command.token_id, USER)
    finish(run, token, run.node(token), command.data)


def fire_timer(run: Run, command: FireTimer) -> None:
    """
    Let a timer that is due go on.

    Raises:
        StepRefused: It is not due yet.

    """
    token = _waiting(run, command.token_id, TIMER)
    due = from_stored(token.due or 0)
    if due > run.context.now:
        raise StepRefused(f"The timer '{token.node}' is not due before {due:%Y-%m-%d %H:%M} UTC.")
    hear(run, token, "timer_fired", {})


def deliver_message(run: Run, command: DeliverMessage) -> None:
    """Hand a message or signal to the token that waits for it."""
    token = _waiting(run, command.token_id, MESSAGE)
    hear(run, token, _heard(run, token), command.payload)


def _heard(run: Run, token: Token) -> str:
    """Return what is noted when a token hears a message or signal."""
    return "signal_received" if signal_of(run.node(token)) else "message_received"


def complete_service(run: Run, command: CompleteService) -> None:
    """Take the result of a service."""
    token = _waiting(run, command.token_id, SERVICE)
    finish(run, token, run.node(token), command.result)


def fail_service(run: Run, command: FailService) -> None:
    """Let the business error of a service rise from its task."""
    token = _waiting(run, command.token_id, SERVICE)
    raise_error(
        run, token, Fault("error", command.error_code), message=command.message, at_border=True
    )


def skip(run: Run, command: SkipToken) -> None:
    """Let a token leave its element without any result."""
    token = run.case.tokens.get(command.token_id)
    if token is None:
        raise TokenNotWaiting("What was to be skipped is not waiting any more.")
    if token.host:
        hear(run, token, "activity_cancelled", {}, skipped=True)
        return
    node = run.node(token)
    for other, place in run.case.drop_content(token):
        if other.kind and not other.host:
            stopped = place.process.nodes[other.node]
            run.record("activity_cancelled", place, stopped, token=other.id)
    skip_work(run, token, node)


def edit_data(run: Run, command: EditData) -> None:
    """
    Change data where a token keeps them; the token stays where it is.

    Raises:
        TokenNotWaiting: It is gone.

    """
    token = run.case.tokens.get(command.token_id)
    if token is None:
        raise TokenNotWaiting("The step whose data were to be changed is not open any more.")
    write(run, run.case.scopes[token.scope], run.node(token), command.data)


def reschedule(run: Run, command: Reschedule) -> None:
    """
    Move when a user task is due, and the timers at its border that have not fired yet.

    Raises:
        TokenNotWaiting: The user task is gone.

    """
    token = _waiting(run, command.token_id, USER)
    for number, due in command.dues:
        other = run.case.tokens.get(number)
        if other is not None and token.id in (other.id, other.host if other.kind == TIMER else 0):
            other.due = due
    run.record(
        "user_task_rescheduled",
        run.scope(token),
        run.node(token),
        token=token.id,
        cause=command.cause,
    )


APPLY: dict[type, Callable[[Run, Any], None]] = {
    Start: start,
    CompleteUserTask: complete_user_task,
    FireTimer: fire_timer,
    DeliverMessage: deliver_message,
    CompleteService: complete_service,
    FailService: fail_service,
    SkipToken: skip,
    EditData: edit_data,
    Reschedule: reschedule,
    Migrate: migrate,
    Move: move,
}


def _waiting(run: Run, token_id: int, kind: str) -> Token:
    """
    Return the token that waits for this kind of command.

    Raises:
        TokenNotWaiting: It is gone, or waits for something else.

    """
    token = run.case.tokens.get(token_id)
    if token is None or token.kind != kind:
        raise TokenNotWaiting(
            "This step of the case is not open any more; somebody or something was faster."
        )
    return token
