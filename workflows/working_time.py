"""Working time to the second: how much of it has passed, and when so much more will have."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from workflows.calendar import OrganisationCalendar
from workflows.engine.transition import WorkingCalendar

DAY = timedelta(days=1)
_FURTHEST = 3_660  # days: whoever is away for longer than that has left
_EVERY_DAY = OrganisationCalendar(weekend=frozenset())


@dataclass(frozen=True)
class WorkingTime:
    """
    The working time of one person: the organisation's, without the days on which he is away.

    Each working day counts from midnight to midnight, so that half a working
    day later is half a day later on the clock.
    """

    calendar: OrganisationCalendar
    days_off: AbstractSet[date] = field(default_factory=frozenset)

    def days(self, start: datetime, end: datetime) -> float:
        """Return how many working days lie between two moments; none backwards."""
        return self.between(start, end) / DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Return how much working time lies between two moments; none backwards."""
        if end <= start:
            return timedelta()
        first, last = self._day(start), self._day(end)
        if first == last:
            return end - start if self._works(first) else timedelta()
        passed = self._whole_days(first, last) * DAY
        if self._works(first):
            passed += self._midnight(first + DAY) - start
        if self._works(last):
            passed += end - self._midnight(last)
        return max(passed, timedelta())

    def add(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment at which so much working time has passed since another."""
        if span <= timedelta():
            return start
        day, moment, left = self._day(start), start, span
        for _ in range(_FURTHEST):
            following = self._midnight(day + DAY)
            if self._works(day):
                if moment + left <= following:
                    return (moment + left).astimezone(UTC)
                left -= following - moment
            day, moment = day + DAY, following
        return moment

    def ago(self, end: datetime, span: timedelta) -> datetime:
        """Return the latest moment since which so much working time had passed at another."""
        day, moment, left = self._day(end), end, span
        for _ in range(_FURTHEST):
            begin = self._midnight(day)
            if self._works(day):
                if moment - left >= begin:
                    break
                left -= moment - begin
            day, moment = day - DAY, begin
        return (moment - left).astimezone(UTC)

    def _whole_days(self, first: date, last: date) -> int:
        """Count the working days between two days, without both."""
        between = self.calendar.working_days(first, last - DAY)
        return between - sum(
            first < day < last and self.calendar.is_working_day(day) for day in self.days_off
        )

    def _works(self, day: date) -> bool:
        """Say whether the person works on a day."""
        return day not in self.days_off and self.calendar.is_working_day(day)

    def _day(self, moment: datetime) -> date:
        """Return the day of a moment in the organisation's time zone."""
        return moment.astimezone(self.calendar.zone).date()

    def _midnight(self, day: date) -> datetime:
        """Return when a day begins."""
        return datetime.combine(day, time(), self.calendar.zone).astimezone(UTC)


STANDARD = WorkingTime(OrganisationCalendar())  # where nobody says which days people work


def of(calendar: WorkingCalendar, days_off: AbstractSet[date] = frozenset()) -> WorkingTime:
    """Return working time by a calendar; one that counts no days has no days off."""
    known = calendar if isinstance(calendar, OrganisationCalendar) else _EVERY_DAY
    return WorkingTime(known, days_off)


def today(calendar: WorkingCalendar, now: datetime) -> date:
    """Return which day it is where the organisation is."""
    zone = calendar.zone if isinstance(calendar, OrganisationCalendar) else UTC
    return now.astimezone(zone).date()


def begin_of(calendar: WorkingCalendar, day: date) -> datetime:
    """Return the moment at which a day begins where the organisation is."""
    zone = calendar.zone if isinstance(calendar, OrganisationCalendar) else UTC
    return datetime.combine(day, time(), zone).astimezone(UTC)
