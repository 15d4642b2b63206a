"""The figures of the desk, as one reader may see them: of all processes, or of one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from workflows import figure_sums, permissions, quarters, units
from workflows.actors import Actor
from workflows.case_access import sees_every_case
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.transition import WorkingCalendar
from workflows.figure_keeping import ROW
from workflows.figure_reckoning import CHANNEL, FACETS, OPEN, quarter_number
from workflows.figure_sums import ProcessFigures
from workflows.figure_tables import FigureCell, FigureSlice
from workflows.people_tables import OrgUnit
from workflows.permissions import Action
from workflows.quarters import Quarter

QUARTERS = 4  # shown where nobody asks for others
MOST_QUARTERS = 20
UNIT = "unit"


@dataclass(frozen=True)
class FigureFilter:
    """
    What figures are narrowed to; what is empty does not narrow.

    Attributes:
        since, until: The first and the last quarter.
        facet, value: One thing that the people of the cases have in common.

    """

    since: Quarter
    until: Quarter
    process: str | None = None
    version: int | None = None
    pool: str | None = None
    facet: str | None = None
    value: str | None = None

    def of_process(self, process: str) -> "FigureFilter":
        """Return the same filter for one process."""
        return replace(self, process=process)

    @property
    def quarters(self) -> list[Quarter]:
        """Return the quarters of the period, the earliest first."""
        number = quarter_number(self.until) - quarter_number(self.since) + 1
        return quarters.until(self.until.last, number)


@dataclass(frozen=True)
class Reach:
    """
    How far the figures go for one reader.

    Attributes:
        unit_ids: The units of whose people the reader sees figures; `None` means of everybody.

    """

    unit_ids: frozenset[int] | None


def reach(session: Session, actor: Actor) -> Reach:
    """
    Return how far the figures go for a reader.

    Raises:
        NotAllowed: The figures are not for the reader.

    """
    permissions.check(actor, Action.SEE_FIGURES)
    if sees_every_case(actor):
        return Reach(None)
    mine = units.headed_by(actor.username)
    return Reach(frozenset(session.scalars(select(mine.c.id))))


def settled(wanted: FigureFilter, reach: Reach) -> FigureFilter:
    """Return a filter that stays within what the reader may see and what can be counted."""
    first, last = sorted((wanted.since, wanted.until))
    earliest = quarters.until(last.last, MOST_QUARTERS)[0]
    facet, value = wanted.facet, wanted.value
    if facet not in FACETS or not value:
        facet = value = None
    if reach.unit_ids is not None and facet != UNIT:
        facet = value = None
    if facet == UNIT and not _is_own(value, reach):
        facet = value = None
    return replace(wanted, since=max(first, earliest), until=last, facet=facet, value=value)


def counted_at(session: Session) -> datetime | None:
    """Return up to when cases are counted; nothing where no worker has counted yet."""
    return session.scalar(select(Sweep.round_ended_at).where(Sweep.name == ROW))


def of_cases(
    session: Session,
    wanted: FigureFilter,
    reach: Reach,
    *,
    today: date,
    calendar: WorkingCalendar,
) -> ProcessFigures:
    """Return the figures of the cases that fit a filter, in three statements."""
    rows = session.execute(sums(session, wanted, reach)).all()
    return figure_sums.put_together(rows, wanted.quarters, today=today, calendar=calendar)


def by_process(
    session: Session, wanted: FigureFilter, reach: Reach
) -> Mapping[str, ProcessFigures]:
    """Return the figures of each process without its steps, by key, in three statements."""
    query = sums(session, wanted, reach, FigureSlice.definition_key).where(
        FigureCell.measure.in_(("begun", "ended"))
    )
    found: defaultdict[str, list[Any]] = defaultdict(list)
    for row in session.execute(query.group_by(FigureSlice.definition_key)):
        found[row.definition_key].append(row)
    return {key: figure_sums.put_together(rows, wanted.quarters) for key, rows in found.items()}


def choices(session: Session, reach: Reach, process: str | None) -> Mapping[str, Sequence[str]]:
    """Return by what figures can be narrowed: pools, versions, and the values of each facet."""
    query = select(
        FigureSlice.pool, FigureSlice.definition_version, FigureSlice.facet, FigureSlice.value
    ).distinct()
    if process:
        query = query.where(FigureSlice.definition_key == process)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in session.execute(query):
        if reach.unit_ids is None or (row.facet == UNIT and int(row.value) in reach.unit_ids):
            found["pool"].add(row.pool)
            found["version"].add(str(row.definition_version))
            if row.facet:
                found[row.facet].add(row.value)
    return {name: sorted(values - {""}) for name, values in found.items()}


def unit_ids(session: Session, wanted: FigureFilter, reach: Reach) -> frozenset[int] | None:
    """Return the units of whose people figures are; `None` where they are not asked for."""
    if wanted.facet == UNIT and wanted.value:
        unit = session.get_one(OrgUnit, int(wanted.value))
        below = frozenset(units.below(session, unit) | {unit.id})
        return below if reach.unit_ids is None else below & reach.unit_ids
    return reach.unit_ids


def sums(session: Session, wanted: FigureFilter, reach: Reach, *besides: Any) -> Select[Any]:
    """Select the sums of cells over the slices that fit, but for those of channels."""
    return sliced_sums(session, wanted, reach, *besides).where(FigureCell.measure != CHANNEL)


def sliced_sums(session: Session, wanted: FigureFilter, reach: Reach, *besides: Any) -> Select[Any]:
    """Select the sums of all cells over the slices that fit."""
    first, last = quarter_number(wanted.since), quarter_number(wanted.until)
    own = (FigureCell.measure, FigureCell.quarter, FigureCell.item, FigureCell.amount)
    is_now = FigureCell.quarter == 0
    is_open_begun = and_(FigureCell.measure == "begun", FigureCell.item == OPEN)
    query = (
        select(*besides, *own, func.sum(FigureCell.number).label("number"))
        .join(FigureSlice, FigureSlice.id == FigureCell.slice_id)
        .where(or_(is_now, FigureCell.quarter.between(first, last), is_open_begun))
        .group_by(*own)
    )
    for column, value in (
        (FigureSlice.definition_key, wanted.process),
        (FigureSlice.definition_version, wanted.version),
        (FigureSlice.pool, wanted.pool),
    ):
        if value is not None:
            query = query.where(column == value)
    within = unit_ids(session, wanted, reach)
    if within is not None:
        return query.where(
            FigureSlice.facet == UNIT, FigureSlice.value.in_([str(each) for each in within])
        )
    return query.where(
        FigureSlice.facet == (wanted.facet or ""), FigureSlice.value == (wanted.value or "")
    )


def _is_own(value: str | None, reach: Reach) -> bool:
    """Say whether a unit is one that the reader may ask for."""
    if value is None or not value.isdecimal() or len(value) > 9:
        return False
    return reach.unit_ids is None or int(value) in reach.unit_ids
