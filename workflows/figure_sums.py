"""Sums of cells, put together as the figures that the desk shows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any

from workflows import stalled_cases, working_time
from workflows.engine.transition import WorkingCalendar
from workflows.figure_reckoning import OPEN, quarter_number
from workflows.quarters import Quarter
from workflows.vocabulary import AgeBand

FEWEST = 5  # of fewer durations neither the middle nor the slowest is told
_SHARES = (0.5, 0.75, 0.9)


@dataclass(frozen=True)
class Durations:
    """How long something took, in working days; the shares are empty where there are few."""

    number: int = 0
    median: float | None = None
    three_quarters: float | None = None
    nine_of_ten: float | None = None


@dataclass(frozen=True)
class Step:
    """What people do at one element: open now, and done in the period."""

    element_id: str
    open: int
    took: Durations


@dataclass(frozen=True)
class Stage:
    """How many of the cases begun in the period have got so far, and how long that took them."""

    element_id: str
    here: int
    passed: int
    since_begin: Durations


@dataclass(frozen=True)
class Begun:
    """What has become of the cases that began in one quarter."""

    quarter: Quarter
    open: int
    completed: int
    cancelled: int

    @property
    def number(self) -> int:
        """Return how many began."""
        return self.open + self.completed + self.cancelled


@dataclass(frozen=True)
class ProcessFigures:
    """
    The figures of some cases.

    Attributes:
        open: Cases that are open now, whenever they began.
        ended: Cases that ended in the period, by outcome.
        took: How long the completed ones took from begin to end.
        time: Working days of the ended cases by what they did: `with_people`, `waiting`, `stopped`.
        ages: Open user tasks by age.

    """

    open: int = 0
    ended: Mapping[str, int] = field(default_factory=dict)
    took: Durations = field(default_factory=Durations)
    time: Mapping[str, float] = field(default_factory=dict)
    ages: Mapping[AgeBand, int] = field(default_factory=dict)
    steps: Sequence[Step] = ()
    stages: Sequence[Stage] = ()
    cohorts: Sequence[Begun] = ()
    done_by: Mapping[str, int] = field(default_factory=dict)

    @property
    def begun(self) -> int:
        """Return how many cases began in the period."""
        return sum(each.number for each in self.cohorts)


def put_together(
    rows: Iterable[Any],
    shown: Sequence[Quarter],
    *,
    today: date | None = None,
    calendar: WorkingCalendar | None = None,
) -> ProcessFigures:
    """Put sums together; the quarters are those of which cases are told when they began."""
    of: defaultdict[str, list[Any]] = defaultdict(list)
    for row in rows:
        of[row.measure].append(row)
    ended = _by_item(of["ended"])
    time = _by_item(of["time"])
    return ProcessFigures(
        open=sum(row.number for row in of["begun"] if row.item == OPEN),
        ended={name: sum(amounts.values()) for name, amounts in ended.items()},
        took=durations(ended.get("completed", Counter())),
        time={name: sum(amounts.values()) / 10 for name, amounts in time.items()},
        ages=_ages(of["open"], today, calendar) if today and calendar else {},
        steps=list(_steps(of)),
        stages=list(_stages(of)),
        cohorts=list(_cohorts(of["begun"], shown)),
        done_by={name: sum(each.values()) for name, each in _by_item(of["did"]).items()},
    )


def durations(tenths: Mapping[int, int]) -> Durations:
    """Return how long something took; `tenths` says how often each number of tenths of a day."""
    number = sum(tenths.values())
    if number < FEWEST:
        return Durations(number)
    return Durations(number, *(_at(tenths, ceil(share * number)) for share in _SHARES))


def _at(tenths: Mapping[int, int], place: int) -> float:
    """Return which duration stands at a place when all are in order; the first is one."""
    seen = 0
    for amount in sorted(tenths):
        seen += tenths[amount]
        if seen >= place:
            return amount / 10
    raise AssertionError(f"There is no duration at place {place}.")


def _by_item(rows: Iterable[Any]) -> Mapping[str, Counter[int]]:
    """Return how often each amount was, by item."""
    found: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for row in rows:
        found[row.item][row.amount] += row.number
    return found


def _ages(rows: Iterable[Any], today: date, calendar: WorkingCalendar) -> Mapping[AgeBand, int]:
    """Count open user tasks by the working days since the day on which they began."""
    time = working_time.of(calendar)
    end = working_time.begin_of(calendar, today)
    found: Counter[AgeBand] = Counter()
    for row in rows:
        began = working_time.begin_of(calendar, date.fromordinal(row.amount))
        found[stalled_cases.band_of(int(time.days(began, end)))] += row.number
    return {band: found[band] for band in AgeBand}


def _steps(of: Mapping[str, list[Any]]) -> Iterator[Step]:
    """Yield what people do at each element."""
    done, waiting = _by_item(of["step"]), _by_item(of["open"])
    for element in sorted(done.keys() | waiting.keys()):
        is_open = sum(waiting.get(element, Counter()).values())
        yield Step(element, is_open, durations(done.get(element, Counter())))


def _stages(of: Mapping[str, list[Any]]) -> Iterator[Stage]:
    """Yield how far the cases got."""
    passed, here = _by_item(of["passed"]), _by_item(of["here"])
    for element in sorted(passed.keys() | here.keys()):
        reached = passed.get(element, Counter())
        is_here = sum(here.get(element, Counter()).values())
        yield Stage(element, is_here, sum(reached.values()), durations(reached))


def _cohorts(rows: Iterable[Any], shown: Sequence[Quarter]) -> Iterator[Begun]:
    """Yield what has become of the cases of each quarter."""
    number: Counter[tuple[int, str]] = Counter()
    for row in rows:
        number[row.quarter, row.item] += row.number
    for quarter in shown:
        place = quarter_number(quarter)
        yield Begun(
            quarter, *(number[place, outcome] for outcome in (OPEN, "completed", "cancelled"))
        )
