"""What a case adds to the figures, reckoned from its rows; and the cells that it adds to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from workflows import quarters
from workflows.working_time import DAY, WorkingTime

FACETS = ("unit", "level", "category", "specialty", "horizon", "cohort")
CHANNEL = "channel"  # the measure of nominations: item is a channel and a milestone
OPEN, COMPLETED, CANCELLED = "open", "completed", "cancelled"
TENTHS_UP_TO = 100  # tenths of a working day; what took longer is told in whole days
_TENTH = DAY / 10


class Work(NamedTuple):
    """A user task, as much of it as counts."""

    element_id: str
    state: str
    created_at: datetime
    completed_at: datetime | None
    completed_by: str | None


class Span(NamedTuple):
    """A time; without an end it lasts."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Lived:
    """
    What is read of one case.

    Attributes:
        stages: What was passed without a user task, such as a process that it calls.
        passed: When each stage was done first, by element.
        here: The stages at which the case is now.
        facets: What it is told apart by; only what is known.
        channel: How the person was proposed, if it is a nomination.
        milestones: When each milestone of a nomination was passed, in order.

    """

    instance_id: int
    last_seq: int
    definition_key: str
    definition_version: int
    outcome: str
    started_at: datetime
    ended_at: datetime | None
    work: Sequence[Work]
    incidents: Sequence[Span]
    stages: Sequence[Work]
    passed: Mapping[str, datetime]
    here: Sequence[str]
    pool: str = ""
    facets: Mapping[str, str] | None = None
    channel: str = ""
    milestones: Mapping[str, datetime] | None = None


class Place(NamedTuple):
    """A cell but for its slice."""

    measure: str
    quarter: int
    item: str
    amount: int


def quarter_number(quarter: quarters.Quarter) -> int:
    """Return a quarter as a number that grows by one from each to the next."""
    return quarter.year * 4 + quarter.number - 1


def tenths(span: timedelta) -> int:
    """Return working time in tenths of a day, from ten days on in whole days."""
    found = round(span / _TENTH)
    return found if found < TENTHS_UP_TO else round(span / DAY) * 10


def row(lived: Lived, time: WorkingTime) -> dict[str, Any]:
    """Return the row of a case."""
    facets = lived.facets or {}
    return {
        "instance_id": lived.instance_id,
        "last_seq": lived.last_seq,
        "definition_key": lived.definition_key,
        "definition_version": lived.definition_version,
        "outcome": lived.outcome,
        "begun": _quarter(lived.started_at, time),
        "ended": _quarter(lived.ended_at, time) if lived.ended_at else None,
        "pool": lived.pool,
        **{facet: facets.get(facet, "") for facet in FACETS},
        **_times(lived, time),
        "steps": _written(_steps(lived, time)),
        "passed": _written(
            [element, tenths(time.between(lived.started_at, at))]
            for element, at in sorted(lived.passed.items())
        ),
        "here": _written(sorted(set(lived.here))),
        "waits": _written(
            [one.element_id, _day(one.created_at, time)]
            for one in lived.work
            if one.state == "open"
        ),
        "channel": lived.channel,
        "milestones": _written(_milestones(lived, time)),
    }


def cells(values: Mapping[str, Any]) -> Iterator[tuple[Place, int]]:
    """Yield what the row of a case adds to its slices."""
    begun, ended, outcome = values["begun"], values["ended"], values["outcome"]
    yield Place("begun", begun, outcome, 0), 1
    if ended is not None:
        yield Place("ended", ended, outcome, values["days"]), 1
        for part in ("with_people", "stopped", "waiting"):
            yield Place("time", ended, part, 0), values[part]
    for element, quarter, days, person in orjson.loads(values["steps"]):
        yield Place("step", quarter, element, days), 1
        if person:
            yield Place("did", quarter, person, 0), 1
    for element, days in orjson.loads(values["passed"]):
        yield Place("passed", begun, element, days), 1
    for milestone, days in orjson.loads(values["milestones"]):
        yield Place(CHANNEL, begun, f"{values['channel']}/{milestone}", days), 1
    for element in orjson.loads(values["here"]):
        yield Place("here", 0, element, 0), 1
    for element, day in orjson.loads(values["waits"]):
        yield Place("open", 0, element, day), 1


def slices(values: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the slices to which a case belongs: all, and one for each facet that is known."""
    mine = (values["definition_key"], values["definition_version"], values["pool"])
    yield (*mine, "", "")
    for facet in FACETS:
        if values[facet]:
            yield (*mine, facet, values[facet])


def like_step(element: str, quarter: int) -> str:
    """Return how the text of the steps begins for a step in a quarter."""
    return _written([element, quarter])[:-1] + ","


def like_stage(element: str) -> str:
    """Return how the text of stages begins for one."""
    return _written([element])[:-1] + ","


def like_here(element: str) -> str:
    """Return how one element stands in a list."""
    return _written(element)


def _times(lived: Lived, time: WorkingTime) -> dict[str, int | None]:
    """
    Return how long a case that is over took, and what it did in that time.

    Where something lay with people it was with them; else it stood still
    because of a problem, or it waited for a moment or for news.
    """
    if lived.ended_at is None:
        return dict.fromkeys(("days", "with_people", "stopped", "waiting"))
    whole = Span(lived.started_at, lived.ended_at)
    with_people = _union((Span(one.created_at, one.completed_at) for one in lived.work), whole)
    busy = _union([*with_people, *lived.incidents], whole)
    total = time.between(whole.since, lived.ended_at)
    of_people, of_both = _sum(with_people, time), _sum(busy, time)
    return {
        "days": tenths(total),
        "with_people": tenths(of_people),
        "stopped": tenths(of_both - of_people),
        "waiting": tenths(total - of_both),
    }


def _steps(lived: Lived, time: WorkingTime) -> Iterator[list[Any]]:
    """Yield what was done: which element, in which quarter, how long it took, and who did it."""
    for one in (*lived.work, *lived.stages):
        if one.state == "completed" and one.completed_at is not None:
            days = tenths(time.between(one.created_at, one.completed_at))
            yield [one.element_id, _quarter(one.completed_at, time), days, one.completed_by or ""]


def _milestones(lived: Lived, time: WorkingTime) -> Iterator[list[Any]]:
    """Yield the milestones of a nomination, and how long each took since the one before."""
    since = lived.started_at
    for milestone, at in (lived.milestones or {}).items():
        yield [milestone, tenths(time.between(since, at))]
        since = at


def _union(spans: Iterable[Span], within: Span) -> list[Span]:
    """Return the times that some spans cover together, none of them twice."""
    end = within.until or datetime.max.replace(tzinfo=UTC)
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.since):
        since, until = max(span.since, within.since), min(span.until or end, end)
        if found and since <= (found[-1].until or end):
            found[-1] = Span(found[-1].since, max(found[-1].until or end, until))
        elif until > since:
            found.append(Span(since, until))
    return found


def _sum(spans: Iterable[Span], time: WorkingTime) -> timedelta:
    """Return how much working time some spans hold."""
    return sum((time.between(span.since, span.until) for span in spans if span.until), timedelta())


def _day(moment: datetime, time: WorkingTime) -> int:
    """Return the number of a day where the organisation is."""
    return moment.astimezone(time.calendar.zone).date().toordinal()


def _quarter(moment: datetime, time: WorkingTime) -> int:
    """Return the quarter of a moment where the organisation is."""
    return quarter_number(quarters.of(moment.astimezone(time.calendar.zone).date()))


def _written(values: Any) -> str:
    """Write a list as it can be searched."""
    plain = values if isinstance(values, str | list) else list(values)
    return orjson.dumps(plain).decode()


def differences(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]]
) -> Counter[tuple[tuple[Any, ...], Place]]:
    """Return by how much each cell of each slice changes when rows replace others."""
    found: Counter[tuple[tuple[Any, ...], Place]] = Counter()
    for sign, rows in ((-1, before), (1, after)):
        for values in rows:
            added = list(cells(values))
            for one in slices(values):
                for place, number in added:
                    found[one, place] += sign * number
    return Counter({key: number for key, number in found.items() if number})
