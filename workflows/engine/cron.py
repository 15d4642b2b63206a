"""
Times that a cron pattern names, such as `30 8 * * MON-FRI`, in the organisation's time zone.

A sixth word moves each of them by working days: `0 9 1 * * P0BD` is the first
of the month, or the next day on which people work; `P2BD` is two working days
behind it.

Clocks that are set forward or back lose and repeat nothing: a time that a day
does not have is the first moment behind the gap, and one that a day has twice
counts once. A pattern for every hour follows the hours that really pass.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from cronsim import CronSim, CronSimError

MOST_SHIFT = 30
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_WORDS = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
_SHAPE = re.compile(r"@\w+|[\d*,/-]+(?: [\d*,/-]+)(?: [\w*,/#-]+){2,4}(?: P\d+BD)?", re.ASCII)
_SHIFT = re.compile(r"P(\d{1,2})BD")
_LONGEST = 200
_SOME_DAY = datetime(2024, 1, 1)  # noqa: DTZ001  (any leap year; only whether a day matches counts)
Shift = Callable[[datetime, int], datetime]


class CronRefused(ValueError):
    """The text is no pattern that a timer may have."""


@dataclass(frozen=True)
class Cron:
    """A pattern in five fields; `shift` counts working days, and is `None` where it has none."""

    fields: str
    shift: int | None = None


def looks_like(text: str) -> bool:
    """Say whether a text is meant as a pattern, and not as an expression."""
    return _SHAPE.fullmatch(" ".join(text.split())) is not None


@lru_cache(maxsize=256)
def read(text: str) -> Cron:
    """
    Read a pattern of five fields, or a word such as `@daily`, with or without a shift.

    Raises:
        CronRefused: It is none, never happens, or happens too often for its shift.

    """
    words = text.split()
    shift = None
    if len(words) > 1 and (found := _SHIFT.fullmatch(words[-1])):
        shift = int(found[1])
        words.pop()
    if len(words) == 1:
        words = _WORDS.get(words[0].lower(), words[0]).split()
    if len(words) != 5 or len(text) > _LONGEST:
        raise CronRefused(f"'{text[:_LONGEST]}' is not a pattern such as 30 8 * * MON-FRI.")
    fields = " ".join(words)
    try:
        next(CronSim(fields, _SOME_DAY))
    except CronSimError as error:
        raise CronRefused(f"'{text}' is no cron pattern: {str(error).lower()}.") from error
    except StopIteration as error:
        raise CronRefused(f"'{text}' never happens.") from error
    if shift is not None and not (words[0].isdigit() and words[1].isdigit()):
        raise CronRefused(f"'{text}' moves by working days what happens several times a day.")
    if shift is not None and shift > MOST_SHIFT:
        raise CronRefused(f"'{text}' moves by more than {MOST_SHIFT} working days.")
    return Cron(fields, shift)


def next_moment(text: str, start: datetime, zone: tzinfo, add_working_days: Shift) -> datetime:
    """
    Return the first moment of a pattern behind `start`, in UTC.

    Raises:
        CronRefused: The text is no pattern, or has no moment any more.

    """
    cron = read(text)
    if cron.shift is None:
        return _next(cron.fields, start, zone)
    # What lies before `start` may have been moved behind it.
    moment = start - timedelta(days=31 + 2 * cron.shift)
    while True:
        moment = _next(cron.fields, moment, zone)
        shifted = _shifted(moment, cron.shift, zone, add_working_days)
        if shifted > start:
            return shifted


def _shifted(moment: datetime, days: int, zone: tzinfo, add_working_days: Shift) -> datetime:
    """Return a moment so many working days later; 0 means that day, or the next working day."""
    if days:
        return add_working_days(moment, days)
    day_before = moment.astimezone(zone).replace(tzinfo=None) - _DAY
    return add_working_days(_real(day_before, zone), 1)


def _next(fields: str, start: datetime, zone: tzinfo) -> datetime:
    """Return the first moment of a pattern behind `start`."""
    local = start.astimezone(zone)
    try:
        if fields.split()[1] == "*":
            return next(CronSim(fields, local)).astimezone(UTC)
        for moment in CronSim(fields, local.replace(tzinfo=None, fold=0)):
            found = _real(moment, zone)
            if found > start:
                return found
    except (StopIteration, OverflowError) as error:
        raise CronRefused(f"'{fields}' does not happen any more.") from error
    raise CronRefused(f"'{fields}' does not happen any more.")


def _real(local: datetime, zone: tzinfo) -> datetime:
    """Return a local time in UTC: its first one, or the end of the gap it lies in."""
    while True:
        found = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
        if found.astimezone(zone).replace(tzinfo=None, fold=0) == local:
            return found
        local = local.replace(second=0, microsecond=0) + _MINUTE
