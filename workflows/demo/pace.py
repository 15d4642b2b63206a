"""When people do their work: mostly in time, in working hours, some too late."""

from datetime import datetime, timedelta
from random import Random

from workflows.demo.stories import Story
from workflows.engine.transition import WorkingCalendar

_FIRST_HOUR, _LAST_HOUR = 7, 16
_USUAL = timedelta(days=3)
_ORDINARY = 0.8
_LONGEST_DAYS = 9  # working days; after ten without an event a case counts as stalled
# Silence has consequences here, so that people answer in time.
_LAPSES = frozenset({"consent", "declare", "vote", "sign_agreement", "complete_file"})


class Pace:
    """Draws the moments at which user tasks are done."""

    def __init__(self, random: Random, calendar: WorkingCalendar) -> None:
        self._random = random
        self._calendar = calendar

    def moment(
        self, story: Story | None, element: str, now: datetime, due_at: datetime | None
    ) -> datetime:
        """Return when somebody does a user task that is open since now."""
        due = due_at or now + _USUAL
        pace = _ORDINARY if story is None else story.pace
        at = now + (due - now) * pace * self._random.uniform(0.1, 1.1)
        at = self._calendar.add_working_days(at - timedelta(days=1), 1)
        if not _FIRST_HOUR <= at.hour < _LAST_HOUR:
            hour = self._random.randrange(_FIRST_HOUR, _LAST_HOUR)
            at = at.replace(hour=hour, minute=self._random.randrange(60))
        if element in _LAPSES:
            at = min(at, due - timedelta(minutes=self._random.randrange(10, 300)))
        return max(at, now + timedelta(minutes=self._random.randrange(3, 50)))

    def last_moment(self, now: datetime, stalls_at: datetime | None) -> datetime:
        """Return the last moment at which a user task that is open since now has not stalled."""
        last = self._calendar.add_working_days(now, _LONGEST_DAYS)
        return last if stalls_at is None else min(last, stalls_at - timedelta(hours=1))
