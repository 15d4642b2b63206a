"""Playing a case in tests: every step starts from the stored bytes of the one before."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from rules.xml_door import open_xml
from tests.workflows.engine.build import Process
from workflows.engine import cron
from workflows.engine.model import ExecutableProcess, ProcessModel
from workflows.engine.runtime import step
from workflows.engine.spiff.reader import ReadResult, read_processes
from workflows.engine.transition import (
    Command,
    CompleteService,
    CompleteUserTask,
    DeliverMessage,
    Event,
    FailService,
    FireTimer,
    Limits,
    Outcome,
    SkipToken,
    Start,
    StepContext,
)

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Weekdays:
    """A working calendar that knows weekends only."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        while days:
            start += timedelta(days=1)
            days -= start.weekday() < 5
        return start

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        return cron.next_moment(pattern, start, UTC, self.add_working_days)


def read(*processes: Process, more: str = "") -> ReadResult:
    """Read processes through the door."""
    source = processes[0].xml(*processes[1:], more=more)
    return read_processes(open_xml(source, file_name="test.bpmn"), file_name="test.bpmn")


def models(*processes: Process) -> tuple[ProcessModel, ...]:
    """Return the models of processes that must be readable."""
    result = read(*processes)
    assert not result.is_refused, [str(finding) for finding in result.findings]
    return result.processes


def executable(
    process: Process, *called: Process, decisions: Mapping[str, Any] | None = None
) -> ExecutableProcess:
    """Return a process with what it calls, compiled."""
    first, *others = models(process, *called)
    return ExecutableProcess(first, {model.key: model for model in others}, decisions or {})


class Play:
    """A case that is played step by step."""

    def __init__(
        self,
        process: Process | ExecutableProcess,
        *called: Process,
        decisions: Mapping[str, Any] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.model = (
            executable(process, *called, decisions=decisions)
            if isinstance(process, Process)
            else process
        )
        self.now = NOW
        self.actor = "grace"
        self.limits = limits or Limits()
        self.state: bytes | None = None
        self.outcome: Outcome
        self.events: list[Event] = []

    def do(self, command: Command) -> Outcome:
        """Do any command."""
        context = StepContext(self.now, Weekdays(), self.actor, self.limits)
        self.outcome = step(self.model, self.state, command, context)
        self.state = self.outcome.state
        self.events.extend(self.outcome.events)
        return self.outcome

    def start(self, message: str | None = None, /, at: str | None = None, **data: Any) -> "Play":
        self.do(Start(data, message, at))
        return self

    def complete(self, element: str, /, at: int = 0, **data: Any) -> "Play":
        """Complete the user task of an element; `at` chooses among several."""
        self.do(CompleteUserTask(self.token(self.outcome.user_tasks, element, at), data))
        return self

    def fire(self, element: str, /, after: timedelta | None = None) -> "Play":
        """Let time pass until the timer of an element is due, or longer, and fire it."""
        token = self.token(self.outcome.timers, element)
        due = self.outcome.timers[token].due_at
        self.now = max(self.now, due) if after is None else self.now + after
        self.do(FireTimer(token))
        return self

    def deliver(self, element: str, /, **payload: Any) -> "Play":
        self.do(DeliverMessage(self.token(self.outcome.messages, element), payload))
        return self

    def deliver_at(self, element: str, at: int) -> "Play":
        """Deliver a message to one of several tokens that wait at an element."""
        self.do(DeliverMessage(self.token(self.outcome.messages, element, at), {}))
        return self

    def serve(self, element: str, /, **result: Any) -> "Play":
        self.do(CompleteService(self.call(element), result))
        return self

    def fail(self, element: str, code: str, /, message: str = "") -> "Play":
        self.do(FailService(self.call(element), code, message))
        return self

    def skip(self, element: str, /) -> "Play":
        out = self.outcome
        waits = {**out.user_tasks, **out.timers, **out.messages, **out.conditions}
        self.do(SkipToken(self.token(waits, element)))
        return self

    def call(self, element: str) -> int:
        """Return the token of a pending service call."""
        return next(c.token_id for c in self.outcome.service_calls if c.element_id == element)

    def token(self, waits: Mapping[int, Any], element: str, at: int = 0) -> int:
        """Return the token that waits at an element."""
        found = [token for token, wait in waits.items() if wait.element_id == element]
        assert len(found) > at, f"nothing waits at {element}; waiting: {self.waiting}"
        return found[at]

    def shift(self, **duration: float) -> "Play":
        """Let time pass."""
        self.now += timedelta(**duration)
        return self

    @property
    def open(self) -> list[str]:
        """The elements of open user tasks, in order."""
        return [wait.element_id for wait in self.outcome.user_tasks.values()]

    @property
    def waiting(self) -> list[str]:
        """The elements of everything that waits, sorted."""
        out = self.outcome
        waits = [*out.user_tasks.values(), *out.timers.values(), *out.messages.values()]
        waits += out.conditions.values()
        return sorted(wait.element_id for wait in (*waits, *out.service_calls))

    @property
    def data(self) -> Mapping[str, Any]:
        return self.outcome.data

    @property
    def is_done(self) -> bool:
        return self.outcome.status == "completed"

    def happened(self, *kinds: str) -> list[tuple[str, str | None]]:
        """Return kind and element of the events so far, of some kinds only if named."""
        return [
            (event.type, event.element_id)
            for event in self.events
            if not kinds or event.type in kinds
        ]

    def branch(self) -> "Play":
        """Return a second case in the same state."""
        other = Play(self.model, limits=self.limits)
        other.now, other.actor, other.state = self.now, self.actor, self.state
        other.outcome, other.events = self.outcome, list(self.events)
        return other
