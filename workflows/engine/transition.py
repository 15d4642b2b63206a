"""
What goes into one step of a process and what comes out of it.

The heart of the engine is the pure function `runtime.step`: it gets the
executable process, the state of a case and a command, and answers with an
`Outcome`. It touches no database, no clock and no web; the services around it
load, store and publish. Everything here is plain data.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from workflows.engine.migrate_command import Migrate
from workflows.engine.move_command import Move

Data = Mapping[str, Any]


class WorkingCalendar(Protocol):
    """Knows which days people work; the engine knows no holidays itself."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the moment that lies so many working days after `start`."""
        ...

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Return the first moment behind `start` that a cron pattern names."""
        ...


@dataclass(frozen=True)
class Limits:
    """The budget of one step; exceeding it raises `BudgetExceeded` and nothing changes."""

    steps: int = 10_000
    live_tokens: int = 5_000
    state_bytes: int = 2_000_000
    seconds: float = 5.0


@dataclass(frozen=True)
class StepContext:
    """What a step may know of the world around it."""

    now: datetime
    calendar: WorkingCalendar
    actor: str
    limits: Limits = Limits()
    skips: frozenset[str] = frozenset()  # places that a person lets the case pass without doing


@dataclass(frozen=True)
class Start:
    """
    Begin a new case: at its plain start event, or at the one that is named.

    A message names it by its own name; a signal or timer by the id of the event.
    """

    data: Data
    message_name: str | None = None
    start_event: str | None = None


@dataclass(frozen=True)
class CompleteUserTask:
    """Finish a user task with the declared fields of its form, already validated."""

    token_id: int
    data: Data


@dataclass(frozen=True)
class FireTimer:
    """Let a timer that became due go on."""

    token_id: int


@dataclass(frozen=True)
class DeliverMessage:
    """Hand a message or signal to the token that waits for it."""

    token_id: int
    payload: Data


@dataclass(frozen=True)
class CompleteService:
    """Hand the result of a service call back to its token; `result` becomes process data."""

    token_id: int
    result: Data


@dataclass(frozen=True)
class FailService:
    """Raise a business error of a service call; an error boundary event may catch it."""

    token_id: int
    error_code: str
    message: str


@dataclass(frozen=True)
class EditData:
    """Change data that a token sees, by a person in charge; nothing moves by itself."""

    token_id: int
    data: Data


@dataclass(frozen=True)
class SkipToken:
    """Let a token leave its element as if it were done, without any result."""

    token_id: int


@dataclass(frozen=True)
class Reschedule:
    """Let a user task and timers beside it be due otherwise: pairs of a token and its moment."""

    token_id: int
    dues: Sequence[Sequence[int]]
    cause: str


Command = (
    Start
    | CompleteUserTask
    | FireTimer
    | DeliverMessage
    | CompleteService
    | FailService
    | SkipToken
    | EditData
    | Reschedule
    | Migrate
    | Move
)


class UserTaskWait(NamedTuple):
    """A user task that is open: who may do it, with which form, until when."""

    token_id: int
    element_id: str
    name: str
    assignee: str | None
    candidate_groups: tuple[str, ...]
    form_key: str | None
    due_at: datetime | None
    priority: int
    duty: str | None
    excludes: tuple[str, ...]
    sla_at: datetime | None = None


class TimerWait(NamedTuple):
    """A timer that is armed; one `is_aside` that only begins an event sub-process."""

    token_id: int
    element_id: str
    due_at: datetime
    is_aside: bool = False


@dataclass(frozen=True)
class MessageWait:
    """
    A message that is waited for; `correlation` is empty where the model names no key.

    A signal is waited for in the same way; it goes to everybody, so it has no key.
    One `is_aside` that only begins an event sub-process: nothing waits for it.
    """

    token_id: int
    element_id: str
    message_name: str
    correlation: str
    is_signal: bool = False
    is_aside: bool = False


@dataclass(frozen=True)
class ConditionWait:
    """A condition that data of the case must fulfil; only a later step of the case can do so."""

    token_id: int
    element_id: str
    text: str


@dataclass(frozen=True)
class ServiceCall:
    """A service that must run now, in the same transaction, before the case can rest."""

    token_id: int
    element_id: str
    name: str
    service: str
    inputs: Data
    place: str | None = None


@dataclass(frozen=True)
class ThrownMessage:
    """A message or signal that the case sends to other cases, or that starts some."""

    element_id: str
    message_name: str
    correlation: str
    payload: Data
    is_signal: bool = False


class Event(NamedTuple):
    """
    One entry for the history, in order; types are those of the HTTP API.

    `link` says in which version of a called process it happened; see `manifests`.
    """

    type: str
    element_id: str | None = None
    name: str | None = None
    data: Data = MappingProxyType({})
    link: str = ""


class Outcome(NamedTuple):
    """
    The result of one step.

    Attributes:
        state: The live tokens in the engine's own compact, versioned format;
            `None` when the case has ended.
        data: Process data of the outermost scope.
        status: `running` or `completed`.
        user_tasks, timers, messages: Everything the case waits for now, whole
            (not only what is new), by token id.
        service_calls: What must be called next; the case cannot rest before.
        thrown: Messages and signals to send after this step, in order.
        events: What happened, in order.
        duties: Pairs of duty and username that the model declares (e.g. subject).
        subject: What the case is about, where the model says it; becomes its name.
        active: Elements of the outermost process where the case is, each once; no borders.
        conditions: Conditions that the case waits for besides, by token id. They
            alone cannot keep a case alive: nothing would ever fulfil them.

    """

    state: bytes | None
    data: Data
    status: str
    user_tasks: Mapping[int, UserTaskWait]
    timers: Mapping[int, TimerWait]
    messages: Mapping[int, MessageWait]
    service_calls: tuple[ServiceCall, ...]
    thrown: tuple[ThrownMessage, ...]
    events: tuple[Event, ...]
    duties: tuple[tuple[str, str], ...] = ()
    subject: str | None = None
    active: tuple[str, ...] = ()
    conditions: Mapping[int, ConditionWait] = MappingProxyType({})


class StepRefused(Exception):
    """
    The step cannot be done; the state is unchanged. The message is one clear sentence.

    `place` says in which of the processes and scopes of the case the element is.
    """

    place: str | None = None

    def __init__(self, message: str, element_id: str | None = None) -> None:
        super().__init__(message)
        self.element_id = element_id


class TokenNotWaiting(StepRefused):
    """The token is gone, or does not wait for this kind of command."""


class ExpressionFailed(StepRefused):
    """A condition, timer, assignment or mapping of the model could not be evaluated."""


class BudgetExceeded(StepRefused):
    """The step would need more steps, tokens, time or space than the limits allow."""


class UncaughtError(StepRefused):
    """A business error reached the top of the case and nothing catches it."""
