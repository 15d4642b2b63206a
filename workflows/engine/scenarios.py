"""
Process tests that a designer writes: a case is played with a movable clock.

A scenario is a JSON document: the process, the answers of its services, and
steps of five kinds: `start`, `complete`, `advance`, `message` or `signal`; each may
`expect` where the case waits afterwards, what its data are, and whether it
has ended. Nothing is stored: the pure step is played from rest to rest.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from workflows.engine import cron, durations
from workflows.engine.forms import FormDocument, FormRefused
from workflows.engine.model import ExecutableProcess
from workflows.engine.runtime import step
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    FailService,
    FireTimer,
    Outcome,
    ServiceCall,
    Start,
    StepContext,
    StepRefused,
)

FIRST_MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
MOST_SERVICE_CALLS = 1_000
_DOINGS = ("start", "complete", "advance", "message", "signal")
_SATURDAY = 5


class ScenarioFailed(Exception):
    """A step of a scenario did not go as written; the message names the step."""


class WeekdayCalendar:
    """A working calendar that knows week-ends only, so that scenarios hold everywhere."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the moment that lies so many weekdays after `start`."""
        while days:
            start += timedelta(days=1)
            days -= start.weekday() < _SATURDAY
        return start

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Return the first moment behind `start` that a cron pattern names, in UTC."""
        return cron.next_moment(pattern, start, UTC, self.add_working_days)


@dataclass
class Scenario:
    """A scenario while it is played."""

    model: ExecutableProcess
    forms: Mapping[str, FormDocument]
    services: dict[str, Any] = field(default_factory=dict)
    now: datetime = FIRST_MOMENT
    actor: str = "somebody"
    outcome: Outcome | None = None

    def start(self, data: Mapping[str, Any]) -> None:
        """Begin the case with the data of the start form, or of the message that begins it."""
        process = self.model.process
        form, name = process.start_form, None
        if process.start is None:
            name = min(process.message_starts, default=None)
        self._do(Start(self.forms[form].validate(data) if form else data, message_name=name))

    def complete(self, element: str, data: Mapping[str, Any]) -> None:
        """Complete the user task of an element; among several, the actor's own."""
        found = [each for each in self._rest.user_tasks.values() if each.element_id == element]
        mine = [each for each in found if each.assignee == self.actor]
        if not found:
            raise ScenarioFailed(f"no user task waits at “{element}”, but at {self._waiting()}")
        user_task = (mine or found)[0]
        form = self.forms[user_task.form_key] if user_task.form_key else None
        accepted = form.validate(data, self._rest.data) if form else data
        self._do(CompleteUserTask(user_task.token_id, accepted))

    def advance(self, duration: str) -> None:
        """Let time pass; what becomes due on the way happens in its order."""
        until = durations.read_interval(duration).after(self.now, WeekdayCalendar())
        while True:
            due = [(each.due_at, token) for token, each in self._rest.timers.items()]
            if not due or min(due)[0] > until:
                break
            moment, token = min(due)
            self.now = max(self.now, moment)
            self._do(FireTimer(token))
        self.now = until

    def message(self, name: str, correlation: str, payload: Mapping[str, Any]) -> None:
        """Deliver a message to everything that waits for it."""
        tokens = [
            token
            for token, each in self._rest.messages.items()
            if (each.message_name, each.correlation, each.is_signal) == (name, correlation, False)
        ]
        if not tokens:
            raise ScenarioFailed(f"nothing waits for the message “{name}” of “{correlation}”")
        for token in tokens:
            self._do(DeliverMessage(token, payload))

    def signal(self, name: str, payload: Mapping[str, Any]) -> None:
        """Let a signal from elsewhere be heard by everything that waits for it."""
        waits = self._rest.messages.items()
        tokens = [token for token, each in waits if each.is_signal and each.message_name == name]
        if not tokens:
            raise ScenarioFailed(f"nothing waits for the signal “{name}”")
        for token in tokens:
            if token in self._rest.messages:  # An earlier one may have ended this wait.
                self._do(DeliverMessage(token, payload))

    def expect(self, wanted: Mapping[str, Any]) -> None:
        """Compare where the case rests with what the scenario says."""
        if "waiting" in wanted and sorted(wanted["waiting"]) != self._waiting():
            raise ScenarioFailed(f"waits at {self._waiting()}, not at {sorted(wanted['waiting'])}")
        for name, value in wanted.get("data", {}).items():
            if self._rest.data.get(name) != value:
                raise ScenarioFailed(f"“{name}” is {self._rest.data.get(name)!r}, not {value!r}")
        has_ended = self._rest.status == "completed"
        if wanted.get("ended", has_ended) is not has_ended:
            raise ScenarioFailed("the case has ended" if has_ended else "the case goes on")

    @property
    def _rest(self) -> Outcome:
        """Where the case rests."""
        if self.outcome is None:
            raise ScenarioFailed("the first step must start the case")
        return self.outcome

    def _waiting(self) -> list[str]:
        """Return the elements of the open user tasks, in order of their names."""
        return sorted(each.element_id for each in self._rest.user_tasks.values())

    def _do(self, command: Command) -> None:
        """Do a command, and answer the services that are called on the way."""
        self._step(command)
        for _ in range(MOST_SERVICE_CALLS):
            if not self._rest.service_calls:
                return
            self._step(self._answer(self._rest.service_calls[0]))
        raise ScenarioFailed("the services are called without end")

    def _step(self, command: Command) -> None:
        """Take one pure step."""
        state = self.outcome.state if self.outcome else None
        context = StepContext(self.now, WeekdayCalendar(), self.actor)
        self.outcome = step(self.model, state, command, context)

    def _answer(self, call: ServiceCall) -> Command:
        """Answer a service: by its entry, by the next one of a list, else with nothing."""
        answer = self.services.get(call.service, {})
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if isinstance(answer, str):
            return FailService(call.token_id, answer, "as the scenario says")
        return CompleteService(call.token_id, answer)


def play(
    document: Mapping[str, Any], model: ExecutableProcess, forms: Mapping[str, FormDocument]
) -> Scenario:
    """
    Play a scenario to its end and return where it rests.

    Raises:
        ScenarioFailed: A step did not go as written.

    """
    scenario = Scenario(model, forms, deepcopy(dict(document.get("services", {}))))
    for number, entry in enumerate(document["steps"], start=1):
        try:
            _play_step(scenario, entry)
        except (ScenarioFailed, FormRefused, StepRefused) as failure:
            raise ScenarioFailed(f"Step {number}: {failure}") from failure
    return scenario


def _play_step(scenario: Scenario, entry: Mapping[str, Any]) -> None:
    """Do one step, then look whether it went as expected."""
    unknown = set(entry) - {*_DOINGS, "as", "data", "correlation", "payload", "expect"}
    if unknown:
        raise ScenarioFailed(f"“{min(unknown)}” is no part of a step")
    scenario.actor = entry.get("as", scenario.actor)
    if "start" in entry:
        scenario.start(entry["start"])
    elif "complete" in entry:
        scenario.complete(entry["complete"], entry.get("data", {}))
    elif "advance" in entry:
        scenario.advance(entry["advance"])
    elif "message" in entry:
        scenario.message(entry["message"], entry.get("correlation", ""), entry.get("payload", {}))
    elif "signal" in entry:
        scenario.signal(entry["signal"], entry.get("payload", {}))
    scenario.expect(entry.get("expect", {}))
