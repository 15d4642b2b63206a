"""Quarters of a year, as figures over time count them."""

import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta

_CODE = re.compile(r"([0-9]{4})-Q([1-4])")
_MONTHS = 3


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """Return the quarter as addresses name it, e.g. `2026-Q1`."""
        return f"{self.year:04d}-Q{self.number}"

    @property
    def first(self) -> date:
        """Return its first day."""
        return date(self.year, (self.number - 1) * _MONTHS + 1, 1)

    @property
    def last(self) -> date:
        """Return its last day."""
        within = self.first + timedelta(days=80)
        return (within.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def before(self) -> "Quarter":
        """Return the quarter before."""
        return of(self.first - timedelta(days=1))


def of(day: date) -> Quarter:
    """Return the quarter of a day."""
    return Quarter(day.year, (day.month - 1) // _MONTHS + 1)


def named(code: str) -> Quarter | None:
    """Return the quarter that an address names, or nothing."""
    found = _CODE.fullmatch(code)
    # The years 0 and 9999 have days that no date can hold.
    if found is None or not MINYEAR < int(found[1]) < MAXYEAR:
        return None
    return Quarter(int(found[1]), int(found[2]))


def until(day: date, number: int) -> list[Quarter]:
    """Return some quarters up to that of a day, the earliest first."""
    found = [of(day)]
    while len(found) < number:
        found.append(found[-1].before)
    return found[::-1]
