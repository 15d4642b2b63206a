"""
Dates, times and durations: reading, writing, comparing and placing them on the timeline.

The standard asks for years from -999,999,999 to 999,999,999 and for fractions of a second;
Python's types have years from 1 to 9999 and microseconds. Where Python's own type holds a
value exactly, that type is used: it is fast, and the process engine knows it. Everything
else is a wide type of `values`, down to nanoseconds; further digits are dropped. Only the
functions here make dates, times and durations, so that every value has one form, whether
it was read or calculated. What cannot be represented is null, never an error.

- `timeline`: values as numbers of days and nanoseconds, and back; the calendar.
- `zones`: offsets and regions; what a clock shows in a region.
- `reading` and `writing`: ISO 8601, with `@region/city`.
- `ordering`: equality and order, by what the values mean and not by how they are held.
"""

from rules.feel.temporal.ordering import are_plain, compared, equal
from rules.feel.temporal.reading import (
    parse_any,
    parse_date,
    parse_datetime,
    parse_duration,
    parse_time,
    parse_zone,
)
from rules.feel.temporal.timeline import (
    DAY,
    LARGEST_YEAR,
    SECOND,
    Date,
    DateTime,
    Duration,
    Temporal,
    Time,
    add_months,
    clock,
    date_of,
    day_number,
    last_day,
    make_date,
    make_datetime,
    make_duration,
    make_months,
    make_time,
    nanoseconds,
    narrowed,
    seconds,
    twin,
)
from rules.feel.temporal.writing import text
from rules.feel.temporal.zones import (
    at_instant,
    instant,
    make_zone,
    offset,
    region,
    wall,
)

__all__ = [
    "DAY",
    "LARGEST_YEAR",
    "SECOND",
    "Date",
    "DateTime",
    "Duration",
    "Temporal",
    "Time",
    "add_months",
    "are_plain",
    "at_instant",
    "clock",
    "compared",
    "date_of",
    "day_number",
    "equal",
    "instant",
    "last_day",
    "make_date",
    "make_datetime",
    "make_duration",
    "make_months",
    "make_time",
    "make_zone",
    "nanoseconds",
    "narrowed",
    "offset",
    "parse_any",
    "parse_date",
    "parse_datetime",
    "parse_duration",
    "parse_time",
    "parse_zone",
    "region",
    "seconds",
    "text",
    "twin",
    "wall",
]
