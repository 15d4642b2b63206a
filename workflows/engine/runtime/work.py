"""The work of each kind of task and event that is not a container."""

from typing import Any

from rules.dmn import DecisionFailed, DecisionModel
from workflows.engine.nodes import (
    BusinessRuleTask,
    CatchEvent,
    Flow,
    Message,
    Node,
    ReceiveTask,
    SendTask,
    ServiceTask,
    StartEvent,
    UserTask,
)
from workflows.engine.runtime.activities import finish, open_activity
from workflows.engine.runtime.data import (
    evaluate,
    groups,
    inputs,
    mapped,
    people,
    plain,
    write,
    write_outputs,
    write_result,
)
from workflows.engine.runtime.flows import leave
from workflows.engine.runtime.run import Run
from workflows.engine.runtime.state import SERVICE, USER, Scope, Token
from workflows.engine.runtime.waits import correlation, moment, to_stored, wait_at
from workflows.engine.transition import ExpressionFailed, StepRefused, ThrownMessage


def pass_start(run: Run, token: Token, node: StartEvent, _: Flow | None) -> None:
    """Let a token go on from where it began."""
    if node.outputs:
        write_outputs(run, run.scope(token), node)
    leave(run, token, node)


def wait_for_person(run: Run, token: Token, node: UserTask) -> None:
    """Open a user task: evaluate once who may do it and until when."""
    scope = run.scope(token)
    assigned = people(run, node.assignee, scope, node) if node.assignee else []
    offered = groups(run, node.candidate_groups, scope, node) if node.candidate_groups else []
    if not assigned and not offered:
        if node.assignee or node.candidate_groups:
            raise ExpressionFailed(
                f"The assignment of '{node.name or node.id}' gives nobody.", node.id
            )
        assigned = [run.case.started_by]
    if len(assigned) > 1:
        raise ExpressionFailed(
            f"The assignee of '{node.name or node.id}' is more than one person.", node.id
        )
    token.kind = USER
    if node.due_in:
        token.due = to_stored(moment(run, node.due_in, scope, node))
    sla = to_stored(moment(run, node.sla_in, scope, node)) if node.sla_in else None
    assignee = assigned[0] if assigned else None
    token.extra = [assignee, offered, _priority(run, scope, node), sla]
    open_activity(run, token, node)


def _priority(run: Run, scope: Scope, node: UserTask) -> int:
    """Return the priority of a user task, from 0 to 100."""
    if isinstance(node.priority, int):
        return node.priority
    value = evaluate(run, node.priority, scope, node)
    try:
        return min(max(int(value), 0), 100)
    except (TypeError, ValueError, OverflowError) as error:
        raise ExpressionFailed(f"The priority of '{node.id}' is no number.", node.id) from error


def wait_for_service(run: Run, token: Token, node: ServiceTask) -> None:
    """Hand the work to a service; the layer around calls it before the case can rest."""
    token.kind = SERVICE
    open_activity(run, token, node)


def wait_for_message(run: Run, token: Token, node: ReceiveTask) -> None:
    """Wait for the message of a receive task."""
    open_activity(run, token, node)
    wait_at(run, token, node)


def wait_for_event(run: Run, token: Token, node: CatchEvent, _: Flow | None) -> None:
    """Wait for what an intermediate event says; where a link is caught, go on at once."""
    if node.is_link:
        finish(run, token, node)
        return
    run.case.renew(token)
    run.record("activity_started", run.scope(token), node, token=token.id)
    wait_at(run, token, node)


def send_by_task(run: Run, token: Token, node: SendTask) -> None:
    """Send the message of a send task."""
    send(run, token, node, node.message)
    finish(run, token, node)


def send(run: Run, token: Token, node: Any, message: Message) -> None:
    """Send a message to other cases, after this step."""
    scope = run.scope(token)
    key = correlation(run, message, scope, node)
    payload = mapped(run, node.inputs, scope, node)
    run.thrown.append(ThrownMessage(node.id, message.name, key, payload))


def pass_at_once(run: Run, token: Token, node: Node) -> None:
    """Let an abstract task pass; only its output mappings do something."""
    finish(run, token, node)


def decide(run: Run, token: Token, node: BusinessRuleTask) -> None:
    """
    Evaluate a decision and write its output.

    Raises:
        ExpressionFailed: The decision cannot be evaluated on these data.

    """
    scope = run.scope(token)
    model = run.executable.decision(scope.process, node.decision)
    if model is None:
        raise StepRefused(f"The decision '{node.decision}' does not belong to this case.", node.id)
    given = inputs(run, node, scope)
    try:
        found = model.evaluate(node.decision, given, now=run.context.now)
    except DecisionFailed as error:
        raise ExpressionFailed(
            f"The decision '{node.decision}' at '{node.id}' cannot be made: {error}", node.id
        ) from error
    output = plain(found.output, node)
    run.record(
        "decision_made",
        scope,
        node,
        decision=node.decision,
        inputs=_shown(model, node, given),
        output=output,
        matched_rules=plain(list(found.matched_rules), node),
        **({"trace": plain(found.trace, node)} if node.trace else {}),
    )
    if node.result_variable:
        write(run, scope, node, {node.result_variable: output})
    elif isinstance(output, dict):
        write_result(run, scope, node, output)
    else:
        write(run, scope, node, {node.decision: output})
    finish(run, token, node)


def _shown(model: DecisionModel, node: BusinessRuleTask, given: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs that the decision reads, of all that it was given."""
    if node.inputs:
        return given
    decision = model.decisions.get(node.decision)
    read = set(decision.inputs) if decision else set(given)
    return {name: value for name, value in given.items() if name in read}
