"""
The case of a scenario while it is played: the real engine, a clock that moves, and no database.

Only the pure step of the engine is taken, with every process that is called. What a
case would send, call or ask for stays in here.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from workflows.engine import cron, durations, places
from workflows.engine.durations import OutOfBounds
from workflows.engine.forms import FormDocument
from workflows.engine.model import ExecutableProcess
from workflows.engine.nodes import EndEvent
from workflows.engine.progress import Progress, progress, traced
from workflows.engine.runtime import codec, step
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    Event,
    FailService,
    FireTimer,
    Outcome,
    ServiceCall,
    Start,
    StepContext,
    ThrownMessage,
    UserTaskWait,
)

FIRST_MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday
MOST_SERVICE_CALLS = 1_000
_MOST_TIMERS = 1_000
_SATURDAY = 5
_AS_TOLD = "as the scenario says"


class ScenarioFailed(Exception):
    """
    A step of a scenario did not go as written.

    `sentence` says why, with places that `facts` fill in: names, values, and lists
    of the ids of elements. So it can be said in another language, too.
    """

    def __init__(self, sentence: str, **facts: Any) -> None:
        self.sentence, self.facts = sentence, facts
        told = {
            name: (", ".join(fact) or "nothing") if isinstance(fact, list) else fact
            for name, fact in facts.items()
        }
        super().__init__(sentence % told if facts else sentence)


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
    """
    A case while it is played.

    Attributes:
        services: What services give back: data, a code of an error, or a list of both.
        asks: Whether a service without an entry waits for an answer, or gives nothing back.
        events, thrown: Everything that happened, and what was sent.

    """

    model: ExecutableProcess
    forms: Mapping[str, FormDocument]
    services: dict[str, Any] = field(default_factory=dict)
    asks: bool = False
    now: datetime = FIRST_MOMENT
    actor: str = "somebody"
    outcome: Outcome | None = None
    events: list[Event] = field(default_factory=list)
    thrown: list[ThrownMessage] = field(default_factory=list)
    _ahead: deque[Command] = field(default_factory=deque)
    _until: datetime | None = None

    def start(self, data: Mapping[str, Any]) -> None:
        """Begin the case with the data of the start form, or of what begins it."""
        if self.outcome is not None:
            raise ScenarioFailed("the case has begun already")
        process = self.model.process
        form, name, event = process.start_form, None, None
        if process.start is None:
            name = min(process.message_starts, default=None)
            event = None if name else min(process.event_starts, default=None)
        accepted = self.forms[form + process.link].validate(data) if form else data
        self._do(Start(accepted, message_name=name, start_event=event))

    def complete(self, element: str, data: Mapping[str, Any], which: int | None = None) -> None:
        """Complete the user task of an element; among several, the actor's own or a given one."""
        found = self.user_tasks_at(element)
        mine = [each for each in found if each.assignee == self.actor]
        if not found or (which is not None and not 0 < which <= len(found)):
            raise ScenarioFailed(
                "no user task waits at %(element)s, but at %(waiting)s",
                element=[element],
                waiting=self.waiting(),
            )
        user_task = found[which - 1] if which else (mine or found)[0]
        form = self.form_of(user_task)
        accepted = form.validate(data, self.seen_by(user_task.token_id)) if form else data
        self._do(CompleteUserTask(user_task.token_id, accepted))

    def advance(self, duration: str) -> None:
        """Let time pass; what becomes due on the way happens in its order."""
        self._expect_rest()
        try:
            self._until = durations.read_interval(duration).after(self.now, WeekdayCalendar())
        except (OutOfBounds, OverflowError) as refused:
            raise ScenarioFailed(str(refused)) from refused
        self._go_on()

    def message(self, name: str, correlation: str, payload: Mapping[str, Any]) -> None:
        """Deliver a message to everything that waits for it."""
        tokens = [
            token
            for token, each in self.rest.messages.items()
            if (each.message_name, each.correlation, each.is_signal) == (name, correlation, False)
        ]
        if not tokens:
            raise ScenarioFailed(
                "nothing waits for the message “%(name)s” of “%(key)s”", name=name, key=correlation
            )
        self._do(*(DeliverMessage(token, payload) for token in tokens))

    def signal(self, name: str, payload: Mapping[str, Any]) -> None:
        """Let a signal from elsewhere be heard by everything that waits for it."""
        waits = self.rest.messages.items()
        tokens = [token for token, each in waits if each.is_signal and each.message_name == name]
        if not tokens:
            raise ScenarioFailed("nothing waits for the signal “%(name)s”", name=name)
        self._do(*(DeliverMessage(token, payload) for token in tokens))

    def answer(self, service: str, entry: Mapping[str, Any]) -> None:
        """Give back what a called service would, now or from now on each time."""
        call = self.call
        if call is None or call.service != service:
            raise ScenarioFailed("the service “%(name)s” is not called here", name=service)
        given = entry["error"] if "error" in entry else dict(entry.get("result", {}))
        if entry.get("always"):
            self.services[service] = given
        self._step(_answered(call, given))
        self._go_on()

    @property
    def rest(self) -> Outcome:
        """Where the case rests."""
        if self.outcome is None:
            raise ScenarioFailed("the first step must start the case")
        return self.outcome

    @property
    def call(self) -> ServiceCall | None:
        """The service that waits for an answer, if one does."""
        calls = self.outcome.service_calls if self.outcome else ()
        return calls[0] if calls else None

    @property
    def ends(self) -> list[str]:
        """The ends of the outermost process that the case has reached, by their ids."""
        passed = self.progress().done
        nodes = self.model.process.nodes.values()
        return sorted(
            each.id
            for each in nodes
            if isinstance(each, EndEvent) and each.parent is None and each.id in passed
        )

    @property
    def has_ended(self) -> bool:
        """Whether the case has ended."""
        return self.rest.status == "completed"

    def progress(self, process: str | None = None) -> Progress:
        """Say where the case stands in one of its processes, the outermost one by default."""
        outermost = self.model.process.key
        found = traced(self.events, outermost)
        model = self.model.model(process or outermost)
        is_over = self.outcome is not None and self.has_ended
        return progress(model, found.get(model.key), is_over=is_over)

    def waiting(self) -> list[str]:
        """Return the elements of the open user tasks, in order of their names."""
        return sorted(each.element_id for each in self.rest.user_tasks.values())

    def user_tasks_at(self, element: str) -> list[UserTaskWait]:
        """Return the open user tasks of an element, the oldest first."""
        return [each for each in self.rest.user_tasks.values() if each.element_id == element]

    def seen_by(self, token_id: int) -> Mapping[str, Any]:
        """Return the data that a waiting token sees."""
        seen = places.seen_by(self.rest.state, token_id, self.model)
        return self.rest.data if seen is None else seen

    def form_of(self, user_task: UserTaskWait) -> FormDocument | None:
        """Return the form of an open user task, in the version that its process refers to."""
        if user_task.form_key is None:
            return None
        case = codec.decode(self.rest.state or b"", self.model)
        scope = case.scopes[case.tokens[user_task.token_id].scope]
        return self.forms[user_task.form_key + scope.process.link]

    def _expect_rest(self) -> None:
        """Refuse to go on before the case has begun, or while a service has to answer."""
        call = self.call
        if self.rest and call is not None:
            raise ScenarioFailed(
                "the service “%(name)s” waits for an answer first", name=call.service
            )

    def _do(self, *commands: Command) -> None:
        """Do commands one after the other, each after everything that follows from the last."""
        if self.outcome is not None:
            self._expect_rest()
        self._ahead.extend(commands)
        self._go_on()

    def _go_on(self) -> None:
        """Do what is still to be done, and let time pass, until a service has to answer."""
        for _ in range(_MOST_TIMERS):
            if not self._answers():
                return
            if self._ahead:
                self._step(self._ahead.popleft())
            elif not self._let_time_pass():
                return
        raise ScenarioFailed("more than %(most)s things happen in this step", most=_MOST_TIMERS)

    def _let_time_pass(self) -> bool:
        """Go on to what is due next; say whether there was such a thing before the end."""
        if self._until is None:
            return False
        due = [(each.due_at, token) for token, each in self.rest.timers.items()]
        if not due or min(due)[0] > self._until:
            self.now, self._until = self._until, None
            return False
        moment, token = min(due)
        self.now = max(self.now, moment)
        self._step(FireTimer(token))
        return True

    def _answers(self) -> bool:
        """Answer the services that are called; say whether none waits for an answer any more."""
        for _ in range(MOST_SERVICE_CALLS):
            call = self.call
            if call is None:
                return True
            if self.asks and call.service not in self.services:
                return False
            self._step(_answered(call, self._next_answer(call.service)))
        raise ScenarioFailed("the services are called without end")

    def _next_answer(self, service: str) -> Any:
        """Return what a service gives back: its entry, or the next one of a list."""
        answer = self.services.get(service, {})
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer

    def _step(self, command: Command) -> None:
        """Take one pure step; an earlier one may have ended what a message was for."""
        messages = self.outcome.messages if self.outcome else {}
        if isinstance(command, DeliverMessage) and command.token_id not in messages:
            return
        state = self.outcome.state if self.outcome else None
        context = StepContext(self.now, WeekdayCalendar(), self.actor)
        self.outcome = step(self.model, state, command, context)
        self.events += self.outcome.events
        self.thrown += self.outcome.thrown


def _answered(call: ServiceCall, given: Any) -> Command:
    """Return the command that hands an answer to whoever called: a text is the code of an error."""
    if isinstance(given, str):
        return FailService(call.token_id, given, _AS_TOLD)
    return CompleteService(call.token_id, given)
