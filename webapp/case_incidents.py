"""What stopped a case, told in one sentence for people, with what can be done about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from webapp.texts import gettext as _
from webapp.unit import settings
from webapp.wording import INCIDENTS, word
from workflows import skip_approvals
from workflows.case_reading import CaseReading
from workflows.engine import incident_data, outbox
from workflows.engine.failures import TransitionFailed
from workflows.engine.model import ExecutableProcess
from workflows.engine.tables import Incident, Subscription, Timer, UserTask
from workflows.skip_approvals import SkipRequest


@dataclass(frozen=True)
class Stopped:
    """
    One problem that stopped a case.

    Attributes:
        sentence: What went wrong, for everybody.
        detail: What the engine says of it.
        place: What the step is called; nothing where the problem is beside the steps.
        stage: The called process in which the step is, where it is in one.
        waits_at: The step where the case waits, from which it is tried again. It may
            lie before the one that failed: a person did it, and what came next failed.
        takes_two: Whether a second person must approve before the step is skipped.
        asked: That somebody asks to skip it.

    """

    id: int
    sentence: str
    detail: str
    place: str
    stage: str
    waits_at: str
    opened_at: datetime
    tried_at: datetime
    attempts: int
    can_be_skipped: bool
    can_be_corrected: bool
    is_message: bool
    takes_two: bool
    asked: SkipRequest | None


def stopped(
    incident: Incident, executable: ExecutableProcess, waiting: Mapping[int, str]
) -> Stopped:
    """Tell one incident; `waiting` are the elements at which tokens of the case wait."""
    place, stage = _place(incident.element_id, executable)
    element_id = waiting.get(incident.token_id or 0, incident.element_id)
    is_message = incident.command.get("kind") == outbox.DELIVER_LETTER
    return Stopped(
        id=incident.id,
        sentence=_sentence(incident),
        detail=incident.message,
        place=place,
        stage=stage,
        waits_at=_place(element_id, executable)[0],
        opened_at=incident.opened_at,
        tried_at=incident.tried_at or incident.opened_at,
        attempts=incident.attempts,
        can_be_skipped=incident.token_id is not None or is_message,
        can_be_corrected=incident_data.reads_data(incident),
        is_message=is_message,
        takes_two=settings().four_eyes and not is_message,
        asked=skip_approvals.request_for(incident),
    )


def all_stopped(case: CaseReading, executable: ExecutableProcess) -> list[Stopped]:
    """Tell the incidents of a case, the oldest first."""
    rows: tuple[UserTask | Timer | Subscription, ...] = (
        *case.user_tasks,
        *case.timers,
        *case.messages,
    )
    waiting = {each.token_id: each.element_id for each in rows}
    incidents = sorted(case.incidents, key=lambda each: each.id)
    return [stopped(each, executable, waiting) for each in incidents]


def failed_again(failure: TransitionFailed) -> str:
    """Say that trying again did not help."""
    return _("It failed again, and nothing was changed: %(why)s", why=failure.trouble.message)


def _sentence(incident: Incident) -> str:
    """Say what kind of problem it is."""
    if incident.kind in INCIDENTS:
        return word(INCIDENTS, incident.kind)
    return _("The step could not be done.")


def _place(element_id: str | None, executable: ExecutableProcess) -> tuple[str, str]:
    """Return what a step is called, and in which called process it is."""
    for model in executable.models:
        node = model.nodes.get(element_id or "")
        if node is not None:
            stage = "" if model is executable.process else model.name or model.key
            return node.name or node.id, stage
    return element_id or "", ""
