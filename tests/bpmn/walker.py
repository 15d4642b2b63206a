"""A walk through a process: at every rest it does by chance one of the things that could happen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.bpmn import packaged_models
from tests.bpmn.sample_data import PEOPLE, SampleData
from tests.workflows.engine.play import Play
from workflows.engine.nodes import UserTask
from workflows.engine.transition import (
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    FailService,
    FireTimer,
    Start,
    UserTaskWait,
)

MOST_STEPS = 4_000
# How likely it is that time passes before anybody does anything.
_PATIENCE = (0.02, 0.2, 0.5, 0.8)
_CURIOSITY = 0.3
_LONG = 400
# What messages carry, where a process looks at it; any other one comes without a payload.
PAYLOADS: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "appeal.decided": [
        {"matter": matter, "matter_id": 7, "outcome": outcome}
        for matter in ("grade", "grade", "exit", "correction")
        for outcome in ("upheld", "dismissed")
    ]
}

Answer = Mapping[str, Any] | str  # data, or the code of a business error
ServiceAnswers = Callable[[str, Mapping[str, Any], Random], Answer]


@dataclass
class Memory:
    """What earlier walks have seen: later ones are curious about the rest."""

    known: set[str] = field(default_factory=set)
    fatal: set[str] = field(default_factory=set)  # messages that ended the case at once


class Walk:
    """One case from start to end; the same seed and memory take the same way."""

    def __init__(
        self, key: str, seed: int, answers: ServiceAnswers, memory: Memory | None = None
    ) -> None:
        self._chance = Random(seed)
        self._sample = SampleData(self._chance)
        self._answers = answers
        self._memory = memory or Memory()
        self._goal = 0
        self._patience = self._chance.choice(_PATIENCE)
        self.play = Play(packaged_models.executable(key))
        self._process = packaged_models.processes()[key]

    def run(self) -> "Walk":
        """Start the case and go on until it ends."""
        # A process that only messages begin gets what the first of them carries.
        names = [] if self._process.start else sorted(self._process.message_starts)
        self.play.do(Start(self._start_data(), message_name=names[0] if names else None))
        for number in range(MOST_STEPS):
            if self.play.is_done:
                self._memory.known |= {element for _, element in self.visited}
                return self
            if self.play.outcome.service_calls:
                self._serve()
            else:
                self._happen(is_long=number > _LONG)
        raise AssertionError(f"still waiting after {MOST_STEPS} steps: {self.play.waiting}")

    def _start_data(self) -> dict[str, Any]:
        """Fill in the start form, if there is one."""
        form = self._process.start_form
        if self._process.start is None:
            return {"member_id": 11, "cycle_id": 3}
        if form is None:
            return {}
        return self._sample.for_form(packaged_models.form_documents()[form], {})

    def _serve(self) -> None:
        """Answer the first service call, with data or with a business error."""
        call = self.play.outcome.service_calls[0]
        answer = self._answers(call.service, call.inputs, self._chance)
        if isinstance(answer, str):
            self.play.do(FailService(call.token_id, answer, "by chance"))
        else:
            self.play.do(CompleteService(call.token_id, answer))

    def _happen(self, *, is_long: bool) -> None:
        """Let one thing happen; in a long case people work in time, so that loops end."""
        out = self.play.outcome
        waits = {**out.user_tasks, **out.timers, **out.messages}
        new = [token for token, wait in waits.items() if wait.element_id not in self._memory.known]
        if self._goal in out.timers:
            self._do(self._goal)
        elif new and not is_long and self._chance.random() < _CURIOSITY:
            self._do(self._chance.choice(new))
        elif out.timers and self._chance.random() < (_PATIENCE[0] if is_long else self._patience):
            self._do(self._first_timer())
        elif out.user_tasks:
            self._do(self._chance.choice(list(out.user_tasks)))
        else:
            waits = {**out.messages, **out.timers}
            harmless = [t for t, each in waits.items() if each.element_id not in self._memory.fatal]
            self._do(self._chance.choice(harmless or list(waits)))

    def _do(self, token: int) -> None:
        """Complete a user task, deliver a message, or let time pass until a timer is due."""
        out = self.play.outcome
        if token in out.user_tasks:
            self._complete(out.user_tasks[token])
        elif token in out.messages:
            carried = PAYLOADS.get(out.messages[token].message_name, ())
            self.play.do(DeliverMessage(token, self._chance.choice(carried) if carried else {}))
            if self._is_over_after_services():
                self._memory.fatal.add(out.messages[token].element_id)
        else:
            first = self._first_timer()
            self.play.now = max(self.play.now, out.timers[first].due_at)
            self.play.do(FireTimer(first))
            self._goal = token  # more time may have to pass until it is due

    def _is_over_after_services(self) -> bool:
        """Answer all services, and say whether the case has ended."""
        while self.play.outcome.service_calls:
            self._serve()
        return self.play.is_done

    def _first_timer(self) -> int:
        """Return the timer that is due next."""
        timers = self.play.outcome.timers
        return min(timers, key=lambda each: (timers[each].due_at, each))

    def _complete(self, wait: UserTaskWait) -> None:
        """Fill in the form of a user task."""
        data: dict[str, Any] = {}
        if wait.form_key is not None:
            form = packaged_models.form_documents()[wait.form_key]
            data = self._sample.for_form(form, self.play.data)
        self.play.actor = wait.assignee or self._chance.choice(PEOPLE)
        self.play.do(CompleteUserTask(wait.token_id, data))

    @property
    def visited(self) -> set[tuple[str, str]]:
        """Return process and element of everything that left an entry in the history."""
        return {
            (event.data.get("process", self._process.key), event.element_id)
            for event in self.play.events
            if event.element_id is not None
        }

    @property
    def flows(self) -> set[tuple[str, str]]:
        """Return process and sequence flow of every choice of a gateway."""
        return {
            (event.data.get("process", self._process.key), flow)
            for event in self.play.events
            if event.type == "gateway_taken"
            for flow in event.data.get("flows", ())
        }


def forms_of(key: str) -> set[str]:
    """Return the forms that a process uses itself."""
    model = packaged_models.processes()[key]
    found = {node.form for node in model.nodes.values() if isinstance(node, UserTask) and node.form}
    return found | ({model.start_form} if model.start_form else set())
