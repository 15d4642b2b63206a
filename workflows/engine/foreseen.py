"""What a command would bring to a case, found by a step whose outcome is thrown away."""

from dataclasses import dataclass

from workflows.engine.model import ExecutableProcess
from workflows.engine.occasion import Occasion
from workflows.engine.runtime import step
from workflows.engine.transition import Command, StepContext


@dataclass(frozen=True)
class Foreseen:
    """What a command would bring: names of what is withdrawn, begun and called, and if it ends."""

    withdrawn: tuple[str, ...]
    begun: tuple[str, ...]
    called: tuple[str, ...]
    ends: bool


def foresee(
    command: Command, state: bytes | None, executable: ExecutableProcess, occasion: Occasion
) -> Foreseen:
    """
    Return what a command would bring up to the first service that it calls; nothing is changed.

    Raises:
        TokenNotWaiting: What it is for is gone.
        StepRefused: The case cannot take it.

    """
    context = StepContext(occasion.now, occasion.calendar, occasion.actor.username)
    outcome = step(executable, state, command, context)
    by_type: dict[str, list[str]] = {}
    for event in outcome.events:
        if event.element_id is not None:
            by_type.setdefault(event.type, []).append(event.name or event.element_id)
    return Foreseen(
        withdrawn=tuple(by_type.get("activity_cancelled", ())),
        begun=tuple(by_type.get("activity_started", ())),
        called=tuple(call.name for call in outcome.service_calls),
        ends=outcome.status == "completed",
    )
