"""What a case waits for after a step, gathered from its tokens."""

from workflows.engine.nodes import CatchEvent, ReceiveTask, ServiceTask, StartEvent, UserTask
from workflows.engine.runtime.codec import encode
from workflows.engine.runtime.data import evaluate, inputs
from workflows.engine.runtime.paths import path_of_token
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.signals import signal_of
from workflows.engine.runtime.state import (
    CHILDREN,
    CONDITION,
    MESSAGE,
    NOBODY,
    SERVICE,
    TIMER,
    USER,
    Case,
    Token,
)
from workflows.engine.runtime.waits import from_stored
from workflows.engine.transition import (
    BudgetExceeded,
    ConditionWait,
    MessageWait,
    Outcome,
    ServiceCall,
    StepRefused,
    TimerWait,
    UserTaskWait,
)

LONGEST_SUBJECT = 200
_COME = (USER, TIMER, MESSAGE, SERVICE)  # what comes by itself, or from people


def outcome(run: Run) -> Outcome:
    """
    Return the result of a step whose tokens have come to rest.

    Raises:
        StepRefused: The case waits for nothing, and is not at its end.
        BudgetExceeded: Its state is too large.

    """
    case = run.case
    is_running = bool(case.scopes)
    if not is_running:
        run.record("instance_completed", run.root, None)
    waits = _Waits(run)
    if is_running and not _waits_at_all(case):
        raise _stuck(case)
    return Outcome(
        state=_state(run) if is_running else None,
        data=run.root.data or {},
        status="running" if is_running else "completed",
        user_tasks=waits.user_tasks,
        timers=waits.timers,
        messages=waits.messages,
        service_calls=tuple(waits.calls),
        thrown=tuple(run.thrown),
        events=tuple(run.events),
        duties=tuple(dict.fromkeys(run.duties)),
        subject=_subject(run),
        active=active_elements(run),
        conditions=waits.conditions,
    )


class _Waits:
    """Everything that a case waits for."""

    def __init__(self, run: Run) -> None:
        self.user_tasks: dict[int, UserTaskWait] = {}
        self.timers: dict[int, TimerWait] = {}
        self.messages: dict[int, MessageWait] = {}
        self.conditions: dict[int, ConditionWait] = {}
        self.calls: list[ServiceCall] = []
        for token in run.case.tokens.values():
            if token.kind == USER:
                self.user_tasks[token.id] = _user_task(run, token)
            elif token.kind == TIMER:
                due = from_stored(token.due or 0)
                self.timers[token.id] = TimerWait(
                    token.id, token.node, due, is_aside=token.host < 0
                )
            elif token.kind == MESSAGE:
                self.messages[token.id] = _message(run, token)
            elif token.kind == CONDITION:
                self.conditions[token.id] = _condition(run, token)
            elif token.kind == SERVICE:
                self.calls.append(_service_call(run, token))


def _waits_at_all(case: Case) -> bool:
    """
    Say whether something is waited for that can still come.

    What may begin beside the rest of a case is no wait. A condition is one as
    long as anything else can happen that changes data.
    """
    tokens = case.tokens.values()
    if any(token.kind in _COME and token.host >= NOBODY for token in tokens):
        return True
    waits = any(token.kind == CONDITION and token.host >= NOBODY for token in tokens)
    return waits and any(token.kind in _COME for token in tokens)


def active_elements(run: Run) -> tuple[str, ...]:
    """Return the elements of the outermost process at which the case is, each once."""
    found: dict[str, None] = {}
    scopes = run.case.scopes
    for token in run.case.tokens.values():
        if not token.host and scopes[token.scope].process is run.executable.process:
            found[token.node] = None
    for scope in scopes.values():
        if scope.process is run.executable.process:
            found.update(dict.fromkeys(scope.joins))
    return tuple(found)


def _state(run: Run) -> bytes:
    """Return the encoded state, within its limit."""
    state = encode(run.case)
    most = run.context.limits.state_bytes
    if len(state) > most:
        raise BudgetExceeded(f"The data of this case take more than {most:,} bytes.")
    return state


def _subject(run: Run) -> str | None:
    """Return what the case is about, where the model says it and it is known by now."""
    process = run.executable.process
    if process.subject is None:
        return None
    value = evaluate(run, process.subject, run.root, next(iter(process.nodes.values())))
    return str(value)[:LONGEST_SUBJECT] if value not in (None, "") else None


def _user_task(run: Run, token: Token) -> UserTaskWait:
    """Return the wait of a user task."""
    node = run.node(token)
    assert isinstance(node, UserTask)
    assignee, groups, priority, sla = token.extra
    return UserTaskWait(
        token_id=token.id,
        element_id=node.id,
        name=node.name or node.id,
        assignee=assignee,
        candidate_groups=tuple(groups),
        form_key=node.form,
        due_at=None if token.due is None else from_stored(token.due),
        priority=priority,
        duty=node.duty,
        excludes=node.excludes,
        sla_at=None if sla is None else from_stored(sla),
    )


def _message(run: Run, token: Token) -> MessageWait:
    """Return the wait for a message or signal."""
    node = run.node(token)
    signal, is_aside = signal_of(node), token.host < 0
    if signal is not None:
        return MessageWait(token.id, node.id, signal, "", is_signal=True, is_aside=is_aside)
    assert isinstance(node, CatchEvent | ReceiveTask | StartEvent)
    assert node.message is not None
    return MessageWait(token.id, node.id, node.message.name, token.extra, is_aside=is_aside)


def _condition(run: Run, token: Token) -> ConditionWait:
    """Return the wait for a condition, named as the model names it."""
    node = run.node(token)
    assert isinstance(node, CatchEvent | StartEvent)
    assert node.condition is not None
    return ConditionWait(token.id, node.id, node.name or node.condition.text)


def _service_call(run: Run, token: Token) -> ServiceCall:
    """Return the call that a service task waits for."""
    node = run.node(token)
    assert isinstance(node, ServiceTask)
    run.here = run.scope(token)
    given = inputs(run, node, run.here)
    place = path_of_token(run.case, token)
    return ServiceCall(token.id, node.id, node.name or node.id, node.service, given, place)


def _stuck(case: Case) -> StepRefused:
    """Return the refusal for a case in which no token can ever move again."""
    places = {join for scope in case.scopes.values() for join in scope.joins}
    places.update(
        one.node for one in case.tokens.values() if one.kind != CHILDREN and one.host >= 0
    )
    listed = ", ".join(f"'{place}'" for place in sorted(places)) or "nowhere"
    return StepRefused(
        f"The case would be stuck: it waits at {listed} for tokens that cannot come any more.",
        min(places, default=None),
    )
