"""
Durations, moments and cycles of timers: a bounded reader of ISO 8601 texts.

Beyond ISO, `P5BD` means five business days, counted by the working calendar,
and a cycle may be a cron pattern.
Everything is bounded: from one second to a hundred years, one to a thousand
cycles, or endless cycles of at least a minute. A text outside is refused.
"""

import calendar as months_of
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from workflows.engine import cron
from workflows.engine.transition import WorkingCalendar

LONGEST = timedelta(days=36_525)  # a hundred years
SHORTEST_ENDLESS_CYCLE = timedelta(seconds=60)
MOST_CYCLES = 1_000

_BUSINESS_DAYS = re.compile(r"P(\d{1,5})BD")
_DURATION = re.compile(
    r"P(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?"
    r"(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,10})(?:\.\d{1,9})?S)?)?"
)
_CYCLE = re.compile(r"R(\d{0,9})/(?:([^/]+)/)?(P[^/]+)")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:T[0-9:.,+\-Z]+)?")


class OutOfBounds(ValueError):
    """The text is no duration, moment or cycle that a timer may have."""


@dataclass(frozen=True)
class Interval:
    """A length of time: whole months, seconds, or working days."""

    months: int = 0
    seconds: int = 0
    working_days: int = 0

    def after(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """Return the moment that lies this interval after `start`."""
        if self.working_days:
            return calendar.add_working_days(start, self.working_days)
        return _add_months(start, self.months) + timedelta(seconds=self.seconds)

    @property
    def shortest(self) -> timedelta:
        """The least time that the interval can take."""
        days = self.months * 28 + self.working_days
        return timedelta(days=days, seconds=self.seconds)


@dataclass(frozen=True)
class Pattern:
    """The moments that a cron pattern names."""

    text: str

    def after(self, start: datetime, calendar: WorkingCalendar) -> datetime:
        """
        Return the first of these moments behind `start`.

        Raises:
            OutOfBounds: There is none any more.

        """
        try:
            return calendar.next_by_cron(self.text, start)
        except cron.CronRefused as error:
            raise OutOfBounds(str(error)) from error


@dataclass(frozen=True)
class Cycle:
    """Repeated moments; `repetitions` is `None` when they never end by themselves."""

    repetitions: int | None
    first: datetime | None
    interval: Interval | Pattern


def read_interval(text: str) -> Interval:
    """
    Read `P5BD` or an ISO 8601 duration.

    Raises:
        OutOfBounds: The text is no duration between a second and a hundred years.

    """
    found = _BUSINESS_DAYS.fullmatch(text)
    if found:
        return bounded(Interval(working_days=int(found[1])), text)
    found = _DURATION.fullmatch(text)
    if not found or text.endswith(("P", "T")):
        raise OutOfBounds(f"'{text}' is not a duration such as P3D, PT4H or P5BD.")
    years, month, weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    whole_days = weeks * 7 + days
    total = ((whole_days * 24 + hours) * 60 + minutes) * 60 + seconds
    return bounded(Interval(months=years * 12 + month, seconds=total), text)


def bounded(interval: Interval, text: str) -> Interval:
    """
    Return the interval when a timer may last so long.

    Raises:
        OutOfBounds: It is shorter than a second or longer than a hundred years.

    """
    days = interval.months * 365 / 12 + interval.working_days * 365 / 250
    if days * 86_400 + interval.seconds > LONGEST.total_seconds():
        raise OutOfBounds(f"'{text}' is longer than 100 years.")
    if interval.shortest < timedelta(seconds=1):
        raise OutOfBounds(f"'{text}' is shorter than one second.")
    return interval


def read_moment(text: str) -> datetime:
    """
    Read an ISO 8601 date or date and time; without an offset it is in UTC.

    Raises:
        OutOfBounds: The text is no such moment.

    """
    if not _MOMENT.fullmatch(text):
        raise OutOfBounds(f"'{text}' is not a moment such as 2027-03-01T09:00:00Z.")
    try:
        return in_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError) as error:
        raise OutOfBounds(f"'{text}' is not a moment such as 2027-03-01T09:00:00Z.") from error


def read_cycle(text: str) -> Cycle:
    """
    Read `R3/P1D`, `R/P5BD`, `R3/2027-03-01T09:00:00Z/P1D` or a cron pattern.

    Raises:
        OutOfBounds: The text is no cycle, or repeats too often or too fast.

    """
    if cron.looks_like(text):
        return Cycle(None, None, read_pattern(text))
    found = _CYCLE.fullmatch(text)
    if not found:
        raise OutOfBounds(f"'{text}' is not a cycle such as R3/P1D, R/P5BD or 30 8 * * MON-FRI.")
    repetitions = int(found[1]) if found[1] else None
    first = read_moment(found[2]) if found[2] else None
    interval = read_interval(found[3])
    if repetitions is None and interval.shortest < SHORTEST_ENDLESS_CYCLE:
        raise OutOfBounds(f"'{text}' repeats for ever faster than once a minute.")
    if repetitions is not None and not 1 <= repetitions <= MOST_CYCLES:
        raise OutOfBounds(f"'{text}' does not repeat 1 to {MOST_CYCLES} times.")
    return Cycle(repetitions, first, interval)


def read_pattern(text: str) -> Pattern:
    """
    Read a cron pattern.

    Raises:
        OutOfBounds: The text is none, or never happens.

    """
    try:
        cron.read(text)
    except cron.CronRefused as error:
        raise OutOfBounds(str(error)) from error
    return Pattern(text)


def repeated(
    interval: Interval | Pattern, due: datetime, now: datetime, calendar: WorkingCalendar
) -> tuple[datetime, int]:
    """
    Return the first moment of a cycle behind now, and how many were passed on the way.

    What was missed, in a downtime, is not made up for: it counts as done
    together with the one that was due.
    """
    if isinstance(interval, Pattern):
        return interval.after(max(due, now), calendar), 1
    passed = 0
    while due <= now:
        skipped = max(1, _whole(interval, now - due))
        if skipped == 1:
            due = interval.after(due, calendar)
        else:
            due += timedelta(seconds=interval.seconds * skipped)
        passed += skipped
    return due, max(passed, 1)


def _whole(interval: Interval, time: timedelta) -> int:
    """Return how often a fixed interval fits into a time; 0 where its length varies."""
    if interval.months or interval.working_days:
        return 0
    return int(time.total_seconds() // interval.seconds)


def in_utc(moment: date) -> datetime:
    """Return a date or a date and time as a moment in UTC; a bare date is its midnight."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time(), UTC)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _add_months(start: datetime, count: int) -> datetime:
    """Return the same day so many months later, or the last day of a shorter month."""
    if not count:
        return start
    month = start.month - 1 + count
    year, month = start.year + month // 12, month % 12 + 1
    day = min(start.day, months_of.monthrange(year, month)[1])
    return start.replace(year=year, month=month, day=day)
