"""
Zones: offsets from UTC, and regions whose offset changes with the season.

Moments of a region are calculated by what passes, not by what the clock shows: an hour
later is an hour later, also in the night when the clock is set. A time of day in a region
has no date that could tell its offset; there it is the one without summer time.
"""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from rules.feel.temporal.timeline import (
    CYCLE_DAYS,
    DAY,
    DateTime,
    Duration,
    Time,
    clock,
    day_number,
    nanoseconds,
)
from rules.feel.values import WideDateTime, WideTime

_FARTHEST = timedelta(hours=18)
# They depend on the machine, or count seconds that no clock shows.
_NO_REGIONS = ("localtime", "posixrules", "posix/", "right/")
# Python knows the rules of a region from the first of these days until the second.
_FIRST_DAY = date(401, 1, 1).toordinal()
_LAST_DAY = date(9_201, 1, 1).toordinal()
_WINTER, _SUMMER = (datetime(2020, month, 15, tzinfo=UTC) for month in (1, 7))


@lru_cache(maxsize=256)
def find_region(name: str) -> tzinfo | None:
    """Return the zone of a region such as `Europe/Paris`, or null."""
    if name.startswith(_NO_REGIONS):
        return None
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # No such region, or no name of a file.
        return None


def make_zone(offset: Duration) -> tzinfo | None:
    """Return the zone of an offset in whole seconds, of at most 18 hours; else null."""
    if not isinstance(offset, timedelta) or offset.microseconds or abs(offset) > _FARTHEST:
        return None
    return timezone(offset) if offset else UTC


def region(zone: tzinfo | None) -> str | None:
    """Return the name of the region of a zone."""
    return zone.key if isinstance(zone, ZoneInfo) else None


def offset(value: Time | DateTime) -> timedelta | None:
    """Return the offset of a value from UTC; null without a zone."""
    zone = value.tzinfo
    if zone is None:
        return None
    if isinstance(value, WideTime) or not isinstance(value, datetime | WideDateTime):
        return _standard(zone)
    if isinstance(value, datetime):
        return value.utcoffset()
    # Fractions of a microsecond never matter to a zone.
    moment = _known_day(day_number(value)) + timedelta(microseconds=clock(value) // 1_000)
    return moment.replace(tzinfo=zone, fold=value.fold).utcoffset()


@lru_cache(maxsize=256)
def _standard(zone: tzinfo) -> timedelta | None:
    """Return the offset of a zone without summer time."""
    known = zone.utcoffset(None)
    if known is not None:
        return known
    offsets = (moment.replace(tzinfo=zone).utcoffset() for moment in (_WINTER, _SUMMER))
    return min((each for each in offsets if each is not None), default=None)


def _known_day(number: int) -> datetime:
    """Return the midnight of a day, or of its twin in the years that Python knows."""
    if number < _FIRST_DAY:
        number = _FIRST_DAY + (number - _FIRST_DAY) % CYCLE_DAYS
    elif number >= _LAST_DAY:
        number = _LAST_DAY + (number - _LAST_DAY) % CYCLE_DAYS
    return datetime.fromordinal(number)


def wall(value: DateTime) -> int:
    """Return what calendar and clock show, as nanoseconds."""
    return day_number(value) * DAY + clock(value)


def instant(value: DateTime) -> int:
    """Return the place of a moment on the timeline of UTC; without a zone on its own."""
    shift = offset(value)
    return wall(value) - nanoseconds(shift) if shift else wall(value)


def at_instant(moment: int, zone: tzinfo | None) -> tuple[int, int, int]:
    """Return number of the day, clock and fold in a zone at a place on the timeline."""
    shift, fold = None, 0
    if isinstance(zone, timezone):
        shift = zone.utcoffset(None)
    elif zone is not None:
        number, since_midnight = divmod(moment, DAY)
        known = _known_day(number) + timedelta(microseconds=since_midnight // 1_000)
        local = known.replace(tzinfo=UTC).astimezone(zone)
        shift, fold = local.utcoffset(), local.fold
    return *divmod(moment + nanoseconds(shift or timedelta()), DAY), fold
