"""Who does something to a case, when, and by which calendar."""

from dataclasses import dataclass
from datetime import datetime

from workflows.actors import Actor
from workflows.engine.transition import StepContext, WorkingCalendar


@dataclass(frozen=True)
class Occasion:
    """The circumstances of one transition; services are told them and read no clock."""

    actor: Actor
    now: datetime
    calendar: WorkingCalendar
    skips: frozenset[str] = frozenset()

    def context(self, calendar: WorkingCalendar) -> StepContext:
        """Return what the pure step may know of the circumstances, by a calendar that may note."""
        return StepContext(
            now=self.now,
            calendar=calendar,
            actor=self.actor.username,
            skips=self.skips,
        )
