"""The stalled cases that somebody answers for, narrowed and counted by age."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from workflows import leavers, public_notice
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.case_facts import SUBJECT
from workflows.engine import stalled
from workflows.engine.stalled import Reason, StalledCase
from workflows.engine.tables import Duty
from workflows.engine.transition import WorkingCalendar
from workflows.in_parts import in_parts
from workflows.mentor_requests import MENTOR_CHANGE
from workflows.people_tables import OrgUnit, Person
from workflows.presence import PRESENCE
from workflows.vocabulary import AgeBand

# What pages and services send themselves, and what offices send by the API; no process throws it.
SENT_ELSEWHERE = (
    public_notice.OBJECTION_RECEIVED,
    leavers.MESSAGE,
    MENTOR_CHANGE,
    "discipline.recorded",
    "investigation.closed",
    "leave.ended",
    "nomination.withdrawn",
    "posting.cancelled",
    "posting.recall",
    "urgent.called",
)
_AT_ONCE = 10_000  # PostgreSQL takes 65,535 values in a statement
_DAYS: Mapping[AgeBand, tuple[int, int | None]] = {
    AgeBand.FRESH: (0, 5),
    AgeBand.WEEK: (6, 10),
    AgeBand.MONTH: (11, 20),
    AgeBand.OLD: (21, None),
}


@dataclass(frozen=True)
class StalledFilter:
    """What the list is narrowed to; what is empty does not narrow."""

    reason: Reason | None = None
    process: str | None = None
    band: AgeBand | None = None
    unit: int | None = None

    def of_any_age(self) -> "StalledFilter":
        """Return the filter without its age."""
        return replace(self, band=None)


@dataclass(frozen=True)
class UnitChoice:
    """A unit from which stalled cases are, with its whole name."""

    id: int
    name: str


@dataclass(frozen=True)
class Board:
    """Everything that stands still, with what it can be narrowed by."""

    cases: Sequence[StalledCase]
    units_of: Mapping[int, frozenset[int]]  # by case: the units of its subjects, those above too
    units: Sequence[UnitChoice]

    def narrowed(self, wanted: StalledFilter) -> list[StalledCase]:
        """Return the cases that fit a filter, in their order."""
        return [case for case in self.cases if self._fits(case, wanted)]

    def bands(self, wanted: StalledFilter) -> Mapping[AgeBand, int]:
        """Count the cases by age; the age of the filter narrows nothing here."""
        found = Counter(band_of(case.days) for case in self.narrowed(wanted.of_any_age()))
        return {band: found[band] for band in AgeBand}

    def _fits(self, case: StalledCase, wanted: StalledFilter) -> bool:
        """Say whether a case is in a narrowed list."""
        return (
            wanted.reason in {None, *case.reasons}
            and wanted.process in {None, case.instance.definition_key}
            and wanted.band in {None, band_of(case.days)}
            and wanted.unit in {None, *self.units_of.get(case.instance.id, ())}
        )


def barred(values: Iterable[object]) -> str:
    """Write values so that each can be found in the text."""
    return f"|{'|'.join(sorted(map(str, values)))}|"


def unbarred(text: str) -> list[str]:
    """Return what `barred` wrote."""
    return [value for value in text.split("|") if value]


def band_of(days: int) -> AgeBand:
    """Return how old something is that began so many working days ago."""
    return next(band for band, (_, last) in _DAYS.items() if last is None or days <= last)


def days_of(band: AgeBand) -> tuple[int, int | None]:
    """Return the fewest and the most working days of an age; the oldest has no most."""
    return _DAYS[band]


def found_for(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    calendar: WorkingCalendar,
    among: Collection[int] | None = None,
) -> list[StalledCase]:
    """Return the stalled cases that somebody answers for, those first that waited longest."""
    return stalled.survey(
        session,
        now=now,
        people=PRESENCE,
        calendar=calendar,
        narrow=partial(scope_answered_for, actor=actor),
        sent_elsewhere=SENT_ELSEWHERE,
        among=among,
    )


def board(session: Session, actor: Actor, *, now: datetime, calendar: WorkingCalendar) -> Board:
    """Return what stands still of what somebody answers for, in statements for parts of it."""
    cases = found_for(session, actor, now=now, calendar=calendar)
    tree = _tree(session)
    units_of: dict[int, frozenset[int]] = {}
    for part in in_parts(cases, _AT_ONCE):
        for row in session.execute(_units(case.instance.id for case in part)):
            above = frozenset(_above(tree, row.unit_id))
            units_of[row.instance_id] = units_of.get(row.instance_id, frozenset()) | above
    return Board(cases, units_of, _choices(tree, frozenset().union(*units_of.values())))


def _units(instance_ids: Iterable[int]) -> Select[int, int]:
    """Select the units of those whom some cases are about."""
    return (
        select(Duty.instance_id, Person.unit_id)
        .join(Person, Person.username == Duty.username)
        .where(Duty.duty == SUBJECT, Duty.instance_id.in_(list(instance_ids)))
    )


def unit_choices(session: Session, unit_ids: Iterable[int]) -> list[UnitChoice]:
    """Return some units and those above them, by name."""
    tree = _tree(session)
    return _choices(tree, {above for each in unit_ids for above in _above(tree, each)})


def _tree(session: Session) -> Mapping[int, Any]:
    """Return every unit by its number."""
    rows = session.execute(select(OrgUnit.id, OrgUnit.parent_id, OrgUnit.name))
    return {row.id: row for row in rows}


def _choices(tree: Mapping[int, Any], used: Iterable[int]) -> list[UnitChoice]:
    """Return units to choose from, by name."""
    return sorted((UnitChoice(key, tree[key].name) for key in used), key=lambda one: one.name)


def _above(tree: Mapping[int, Any], unit_id: int | None) -> Iterable[int]:
    """Yield a unit and the units above it."""
    while unit_id is not None:
        yield unit_id
        unit_id = tree[unit_id].parent_id
