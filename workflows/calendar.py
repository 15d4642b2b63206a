"""
The working calendar of the organisation.

Public holidays come from the library `holidays` for a configured country; the
organisation's own days (table `calendar_day`) come on top. A country is never
assumed: without one, only week-ends and own days count.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from threading import Lock
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.engine import cron
from workflows.errors import Invalid
from workflows.people_tables import CalendarDay

SATURDAY_AND_SUNDAY = frozenset({5, 6})

_NO_DAYS: Mapping[date, bool] = MappingProxyType({})
# A chunk of years is laid out at a time; later look-ups are two binary searches.
_YEARS_AROUND = 2


class UnknownCalendar(Invalid):
    """The configured country or time zone does not exist."""


class OrganisationCalendar:
    """
    Knows which days people work, and counts in them.

    Days are those of the organisation's time zone, and adding working days
    keeps the local time of day, across daylight saving too. Safe to share
    between threads: the laid-out days are only ever replaced as a whole.
    """

    def __init__(
        self,
        country: str | None = None,
        *,
        subdivision: str | None = None,
        time_zone: str = "UTC",
        weekend: frozenset[int] = SATURDAY_AND_SUNDAY,
        own_days: Mapping[date, bool] = _NO_DAYS,
    ) -> None:
        if len(weekend) > 6:
            raise UnknownCalendar("A week needs at least one working day.")
        self.zone = _zone(time_zone)
        self._public = _public_holidays(country, subdivision)
        self._weekend = weekend
        self._own_days = dict(own_days)
        self._lock = Lock()
        self._layout: tuple[range, tuple[int, ...]] = (range(0), ())

    @classmethod
    def load(
        cls,
        session: Session,
        *,
        country: str | None = None,
        subdivision: str | None = None,
        time_zone: str = "UTC",
    ) -> "OrganisationCalendar":
        """Return the calendar with the organisation's own days from the database."""
        rows = session.execute(select(CalendarDay.day, CalendarDay.is_working))
        return cls(
            country,
            subdivision=subdivision,
            time_zone=time_zone,
            own_days={row.day: row.is_working for row in rows},
        )

    def is_working_day(self, day: date) -> bool:
        """Say whether people work on this day."""
        days = self._laid_out(day.year, day.year)
        index = bisect_left(days, day.toordinal())
        return index < len(days) and days[index] == day.toordinal()

    def holiday_name(self, day: date) -> str | None:
        """Return what is celebrated on this day, or None."""
        name = self._public.get(day)
        return str(name) if name else None

    def add_working_days(self, start: datetime, days: int) -> datetime:
        """Return the moment so many working days after (or before) `start`, same time of day."""
        if days == 0:
            return start.astimezone(UTC)
        local = start.astimezone(self.zone)
        target = self._nth_working_day(local.date(), days)
        return _at(target, local.timetz(), self.zone)

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        """Return the first moment behind `start` that a cron pattern names, in our time zone."""
        return cron.next_moment(pattern, start, self.zone, self.add_working_days)

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """
        Count the working days that have passed from `start` to `end`; negative backwards.

        A day has passed when its moment of `start`'s time of day is reached,
        so that `end` is never before `add_working_days(start, count)`.
        """
        if end < start:
            return -self.working_days_between(end, start)
        first, last = start.astimezone(self.zone).date(), end.astimezone(self.zone).date()
        count = self.working_days(first, last)
        if count and self.add_working_days(start, count) > end:
            count -= 1
        return count

    def working_days(self, first: date, last: date) -> int:
        """Count the working days after `first`, up to and including `last`."""
        days = self._laid_out(first.year, last.year)
        return bisect_right(days, last.toordinal()) - bisect_right(days, first.toordinal())

    def next_working_day(self, day: date) -> date:
        """Return the day itself when people work on it, otherwise the next one they do."""
        return day if self.is_working_day(day) else self._nth_working_day(day, 1)

    def _nth_working_day(self, day: date, count: int) -> date:
        """Return the count-th working day after `day`, or before it when count is negative."""
        reach = abs(count) // 100 + _YEARS_AROUND  # people work more than 100 days a year
        for more in range(3):
            span = reach * 4**more
            days = self._laid_out(day.year - span * (count < 0), day.year + span * (count > 0))
            ordinal = day.toordinal()
            if count > 0:
                index = bisect_right(days, ordinal) + count - 1
            else:
                index = bisect_left(days, ordinal) + count
            if 0 <= index < len(days):
                return date.fromordinal(days[index])
        raise UnknownCalendar(f"The calendar has no {abs(count)} working days around {day}.")

    def _laid_out(self, first_year: int, last_year: int) -> tuple[int, ...]:
        """Return the ordinals of all working days of at least these years, in order."""
        years, working = self._layout
        if years and years.start <= first_year and last_year < years.stop:
            return working
        with self._lock:
            years, _ = self._layout
            start = max(min([first_year - 1, *years[:1]]), date.min.year)
            stop = min(max([last_year + 1, *years[-1:]]), date.max.year) + 1
            working = tuple(self._working_ordinals(range(start, stop)))
            self._layout = range(start, stop), working
        return working

    def _working_ordinals(self, years: range) -> Iterator[int]:
        """Yield every working day of these years as an ordinal."""
        first = date(years.start, 1, 1).toordinal()
        last = date(years[-1], 12, 31).toordinal()
        for ordinal in range(first, last + 1):
            day = date.fromordinal(ordinal)
            in_general = day.weekday() not in self._weekend and day not in self._public
            if self._own_days.get(day, in_general):
                yield ordinal


def _zone(name: str) -> ZoneInfo:
    """Return the time zone of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownCalendar(f'There is no time zone "{name}".') from error


def _public_holidays(country: str | None, subdivision: str | None) -> Mapping[date, str]:
    """Return the public holidays of a country, worked out by year when first asked for."""
    if not country:
        return {}
    try:
        return holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError as error:
        place = f"{country}-{subdivision}" if subdivision else country
        raise UnknownCalendar(f'There is no public calendar for "{place}".') from error


def _at(day: date, clock_time: time, zone: ZoneInfo) -> datetime:
    """Return this local time of this day in UTC."""
    local = datetime.combine(day, clock_time.replace(tzinfo=None, fold=0), zone)
    return local.astimezone(UTC)
