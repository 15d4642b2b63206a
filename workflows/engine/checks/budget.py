"""The start of a process, tried out: what one step would cost before anything waits."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from rules.findings import Finding
from rules.sentences import Sentence
from workflows.engine.checks.graph import Graph
from workflows.engine.checks.known import Known
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.nodes import StartEvent
from workflows.engine.runtime import step
from workflows.engine.transition import (
    BudgetExceeded,
    CompleteService,
    Limits,
    Start,
    StepContext,
    StepRefused,
)

_NOW = datetime(2026, 1, 1, 9, 0, tzinfo=UTC)
_MOST_SERVICES = 20


class _EveryDay:
    """A calendar for the trial, in which people work every day."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the moment that lies so many days later."""
        return start + timedelta(days=days)

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Return the next day; when exactly something is due costs nothing."""
        return start + timedelta(days=1)


def check_budget(graph: Graph, known: Known, *, is_certain: bool) -> Iterator[Finding]:
    """
    Start a case without data from each start event, with services that answer nothing.

    What such a case refuses for lack of data says nothing; what it costs does. It is
    not certain where data may lead out of a loop.
    """
    process = _executable(graph.model, known)
    if process is None:
        return
    for node in graph.levels[None]:
        if not isinstance(node, StartEvent) or not (node.is_plain or node.message):
            continue
        try:
            _try(process, node.message.name if node.message else None)
        except BudgetExceeded as error:
            element = graph.nodes.get(error.element_id or "", node)
            yield graph.finding(
                "budget-at-start",
                element,
                Sentence(
                    "A case that starts at '%(element)s' is too large for one step: %(error)s",
                    element=node.id,
                    error=error,
                ),
                Sentence("Let something wait earlier, or let fewer things begin at once."),
                "error" if is_certain else "warning",
            )
        except StepRefused:
            continue


def _try(process: ExecutableProcess, message: str | None) -> None:
    """
    Start a case and answer its services until it rests.

    Raises:
        StepRefused: A step cannot be done.

    """
    context = StepContext(_NOW, _EveryDay(), "nobody", Limits())
    outcome = step(process, None, Start({}, message), context)
    for _ in range(_MOST_SERVICES):
        if not outcome.service_calls or outcome.state is None:
            return
        answer = CompleteService(outcome.service_calls[0].token_id, {})
        outcome = step(process, outcome.state, answer, context)


def _executable(model: ProcessModel, known: Known) -> ExecutableProcess | None:
    """Return a process with all that it calls; `None` where something is not known."""
    called: dict[str, ProcessModel] = {model.key: model}
    rules = {}
    ahead = [model]
    while ahead:
        for kind, key in ahead.pop().references:
            if kind == "decision":
                if key not in known.rules:
                    return None
                rules[key] = known.rules[key]
            elif kind == "process" and key not in called:
                if key not in known.models:
                    return None
                called[key] = known.models[key]
                ahead.append(called[key])
    others = {key: other for key, other in called.items() if key != model.key}
    return ExecutableProcess(model, others, rules)
