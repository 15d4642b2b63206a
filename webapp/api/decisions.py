"""The API's call that asks a decision."""

from rules.dmn import DecisionFailed
from webapp.api.operation import Call, Operation, post
from webapp.api.shapes import EvaluateInput, EvaluationAnswer
from workflows import permissions
from workflows.engine import compiled, definitions
from workflows.errors import Invalid
from workflows.permissions import Action


class NoAnswer(Invalid):
    """The decision has no answer to these inputs; the finding says why."""

    def __init__(self, error: DecisionFailed) -> None:
        super().__init__(str(error))
        self.findings = [error.finding]


def evaluate(call: Call[EvaluateInput]) -> EvaluationAnswer:
    """Ask the decision in force what it suggests for some inputs."""
    permissions.check(call.actor, Action.READ_DEFINITIONS)
    version = definitions.latest(call.session, "decision", call.id)
    model = compiled.decision_model(version.content_hash, version.source, version.file_name)
    try:
        evaluation = model.evaluate(call.id, call.input.inputs, now=call.now)
    except DecisionFailed as error:
        raise NoAnswer(error) from error
    return EvaluationAnswer(
        output=evaluation.output,
        matched_rules=list(evaluation.matched_rules),
        trace=evaluation.trace,
    )


OPERATIONS: tuple[Operation, ...] = (
    post(
        "/decisions/{id}/evaluate",
        evaluate,
        action="decision.evaluate",
        summary="Ask a decision what it suggests for some inputs; nothing is stored.",
        takes=EvaluateInput,
        answers=EvaluationAnswer,
        refuses=(403, 404),
    ),
)
