"""Run the pure step until the case rests: services that a model calls run in between."""

import logging
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflows.database import refuse_commit
from workflows.engine import commands, services
from workflows.engine.case_log import Entry, NotingCalendar
from workflows.engine.failures import TransitionFailed
from workflows.engine.incident_opening import Trouble
from workflows.engine.model import ExecutableProcess
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import step
from workflows.engine.services import BusinessError, ServiceContext
from workflows.engine.transition import (
    BudgetExceeded,
    Command,
    CompleteService,
    Event,
    ExpressionFailed,
    FailService,
    Outcome,
    ServiceCall,
    StepRefused,
    ThrownMessage,
    TokenNotWaiting,
    UncaughtError,
)
from workflows.errors import UnderstudyError

logger = logging.getLogger(__name__)

MOST_SERVICE_CALLS = 1_000
_KINDS: tuple[tuple[type[StepRefused], str], ...] = (
    (ExpressionFailed, "expression_failed"),
    (BudgetExceeded, "budget"),
    (UncaughtError, "uncaught_error"),
)


@dataclass(frozen=True)
class Subject:
    """The case that is moved, as far as its services may know it."""

    instance_id: int
    business_key: str | None
    started_by: str


@dataclass(frozen=True)
class Progress:
    """Where the case rests, what it was told, and all that happened on the way there."""

    outcome: Outcome
    events: tuple[Event, ...]
    thrown: tuple[ThrownMessage, ...]
    duties: tuple[tuple[str, str], ...]
    entry: Entry


def advance(
    session: Session,
    executable: ExecutableProcess,
    state: bytes | None,
    command: Command,
    *,
    subject: Subject,
    occasion: Occasion,
) -> Progress:
    """
    Give a command to a case and call the services it needs until it rests.

    Raises:
        TokenNotWaiting: The token does not wait for this command any more.
        TransitionFailed: The case cannot rest; nothing may be kept of the step.

    """
    run = _Run(session, executable, command, subject=subject, occasion=occasion)
    try:
        outcome = run.step(state, command)
        while outcome.service_calls:
            call = outcome.service_calls[0]
            run.count(call)
            outcome = run.step(outcome.state, run.call(call))
    except TokenNotWaiting:
        raise
    except StepRefused as refused:
        raise run.failed(kind_of(refused), str(refused), refused) from refused
    return Progress(outcome, tuple(run.events), tuple(run.thrown), tuple(run.duties), run.entry)


def kind_of(refused: StepRefused) -> str:
    """Return the kind of incident that a refused step is."""
    return next((name for type_, name in _KINDS if isinstance(refused, type_)), "step_refused")


def failed(session: Session, trouble: Trouble) -> TransitionFailed:
    """Return the failure of a transition, after which nothing can be committed."""
    failure = TransitionFailed(trouble)
    # A service may have written half of its work already.
    refuse_commit(session, failure)
    return failure


class _Run:
    """One transition while it runs: what has happened so far."""

    def __init__(
        self,
        session: Session,
        executable: ExecutableProcess,
        command: Command,
        *,
        subject: Subject,
        occasion: Occasion,
    ) -> None:
        self.events: list[Event] = []
        self.thrown: list[ThrownMessage] = []
        self.duties: list[tuple[str, str]] = []
        self._session = session
        self._executable = executable
        self._command = command
        self._subject = subject
        self._occasion = occasion
        self._calls = 0
        self._given: list[Command] = []
        self._calendar = NotingCalendar(occasion.calendar)
        self._context = occasion.context(self._calendar)

    @property
    def entry(self) -> Entry:
        """What the case was told so far, for its log."""
        answers = tuple(self._calendar.answers)
        return Entry(tuple(self._given), answers, skips=self._occasion.skips)

    def step(self, state: bytes | None, command: Command) -> Outcome:
        """Take one pure step and remember what happened in it."""
        outcome = step(self._executable, state, command, self._context)
        self._given.append(command)
        self.events += outcome.events
        self.thrown += outcome.thrown
        self.duties += outcome.duties
        return outcome

    def count(self, call: ServiceCall) -> None:
        """Refuse a step that calls services without end."""
        self._calls += 1
        if self._calls > MOST_SERVICE_CALLS:
            raise BudgetExceeded(
                f"One step calls more than {MOST_SERVICE_CALLS:,} services.", call.element_id
            )

    def call(self, call: ServiceCall) -> Command:
        """Call one service and return the command that hands its result back."""
        handler = services.find(call.service)
        if handler is None:
            raise self.failed(
                "service_unknown", f"No code offers the service “{call.service}”.", call
            )
        try:
            inputs = services.accepted(handler, call.inputs)
            result = handler(self._service_context(), **inputs)
            self._session.flush()
        except BusinessError as error:
            return FailService(call.token_id, error.code, str(error))
        except TransitionFailed:
            raise
        except Exception as error:
            raise self._service_failed(call, error) from error
        return CompleteService(call.token_id, dict(result or {}))

    def failed(self, kind: str, message: str, where: StepRefused | ServiceCall) -> TransitionFailed:
        """Return the failure of this transition, ready to become an incident."""
        trouble = Trouble(
            instance_id=self._subject.instance_id,
            kind=kind,
            message=message,
            command=commands.to_json(
                self._command,
                self._occasion.actor.username,
                self._occasion.skips,
                place=where.place,
            ),
            at=self._occasion.now,
            actor=self._occasion.actor.username,
            element_id=where.element_id,
        )
        return failed(self._session, trouble)

    def _service_failed(self, call: ServiceCall, error: Exception) -> TransitionFailed:
        """Say what failed without repeating values: texts of unknown errors may hold them."""
        # A refusal in its own words is no fault of the code: it needs no traceback.
        logger.warning(
            "service failed",
            extra={"service": call.service, "instance_id": self._subject.instance_id},
            exc_info=None if isinstance(error, UnderstudyError) else error,
        )
        reason = str(error) if isinstance(error, UnderstudyError) else type(error).__name__
        message = f"The service “{call.service}” of “{call.name or call.element_id}”: {reason}"
        return self.failed("service_failed", message, call)

    def _service_context(self) -> ServiceContext:
        """Return what a service may use."""
        return ServiceContext(
            session=self._session,
            now=self._occasion.now,
            calendar=self._occasion.calendar,
            instance_id=self._subject.instance_id,
            business_key=self._subject.business_key,
            actor=self._occasion.actor,
            started_by=self._subject.started_by,
        )
