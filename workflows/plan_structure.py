"""The structure of the pools against their plans, as one reader of the desk may see it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from workflows import channel_funnel, decision_models, figures, permissions, quarters
from workflows.actors import Actor
from workflows.figure_reckoning import OPEN
from workflows.figure_tables import FigureCell, FigureSlice
from workflows.figures import UNIT, FigureFilter, Reach
from workflows.people_tables import Level, OrgUnit, Person
from workflows.permissions import Action, PoolFacts
from workflows.plan_cells import CellStatus
from workflows.pool_tables import PlanQuota, Pool, PoolMember, PoolPlan
from workflows.vocabulary import Horizon, Lifecycle, PlanState

WARNING = "structure_warning"  # D07
_OF_CELL = ("level", "category", "horizon")
Key = tuple[int, int, str, Horizon]


@dataclass(frozen=True)
class StructureCell:
    """
    A cell of a plan beside who fills it; one that is not planned has members only.

    Attributes:
        here: How many of the members are those that the figures are narrowed to.

    """

    status: CellStatus
    here: int
    is_planned: bool

    @property
    def missing(self) -> int:
        """Return how many are missing to the target; whoever is about to leave counts as gone."""
        return max(self.status.target - self.status.taken, 0)


@dataclass(frozen=True)
class PoolStructure:
    """
    A pool against its plan.

    Attributes:
        warning: What D07 says of the number of targets that are not met: GREEN to RED.
        under_way: Open nominations for it.

    """

    code: str
    name: str
    cells: Sequence[StructureCell]
    warning: str
    under_way: int

    @property
    def members(self) -> int:
        """Return how many members it has."""
        return sum(cell.status.members for cell in self.cells)

    @property
    def planned_members(self) -> int:
        """Return how many of them stand in a cell of the plan."""
        return sum(cell.status.members for cell in self.cells if cell.is_planned)

    @property
    def here(self) -> int:
        """Return how many of them are those that the figures are narrowed to."""
        return sum(cell.here for cell in self.cells)

    @property
    def target(self) -> int:
        """Return how many are planned."""
        return sum(cell.status.target for cell in self.cells)

    @property
    def unmet(self) -> int:
        """Return how many cells have fewer members than planned."""
        return sum(cell.missing > 0 for cell in self.cells)


def structure(
    session: Session, actor: Actor, wanted: FigureFilter, reach: Reach, *, now: datetime
) -> list[PoolStructure]:
    """
    Return the pools that the reader may know, each against its plan of this year.

    Level, field and horizon choose cells. Plans say nothing of units, specialties or the
    quarter of entry: these choose members, and `here` counts them.
    """
    within = figures.unit_ids(session, wanted, reach)
    found = _cells(session, wanted, within, now)
    model = decision_models.in_force(session, WARNING)
    under_way = _under_way(session, wanted, reach)
    return [
        _pool(pool, [cell for key, cell in found if key[0] == pool.id], model, under_way)
        for pool in visible_pools(session, actor)
        if wanted.pool in {None, pool.code}
    ]


def visible_pools(session: Session, actor: Actor) -> list[Pool]:
    """Return the pools whose members the reader may know, by name."""
    return [
        pool
        for pool in session.scalars(select(Pool).order_by(Pool.name))
        if permissions.allows(actor, Action.SEE_MEMBERS, PoolFacts(pool.code, pool.visibility))
    ]


def choices(session: Session, reach: Reach) -> Mapping[str, Sequence[str]]:
    """Return by what members can be narrowed, in five statements; for a head by unit only."""
    units = set(session.scalars(select(OrgUnit.id)))
    if reach.unit_ids is not None:
        return {UNIT: [str(each) for each in sorted(units & reach.unit_ids)]}
    days = session.scalars(select(PoolMember.joined_on).distinct())
    specialties = select(Person.specialty).join(PoolMember, PoolMember.person_id == Person.id)
    fields = select(PoolMember.category).union(select(PlanQuota.category))
    return {
        UNIT: [str(each) for each in sorted(units)],
        "level": [str(each) for each in session.scalars(select(Level.rank).order_by(Level.rank))],
        "category": sorted(set(session.scalars(fields)) - {""}),
        "specialty": sorted(set(session.scalars(specialties.distinct())) - {""}),
        "horizon": [each.value for each in Horizon],
        "cohort": sorted({quarters.of(each).code for each in days}),
    }


def _pool(
    pool: Pool, cells: Sequence[StructureCell], model: Any, under_way: Mapping[str, int]
) -> PoolStructure:
    """Return one pool with its cells."""
    unmet = sum(cell.missing > 0 for cell in cells)
    has_plan = any(cell.is_planned for cell in cells)
    warning = decision_models.answer(model, WARNING, {"unmet_targets": unmet}) if has_plan else ""
    return PoolStructure(pool.code, pool.name, cells, warning, under_way.get(pool.code, 0))


def _cells(
    session: Session, wanted: FigureFilter, within: frozenset[int] | None, now: datetime
) -> list[tuple[Key, StructureCell]]:
    """Return the cells of all pools that fit, the highest level first."""
    members = dict(_members(session, wanted, within))
    planned = dict(_planned(session, now.year))
    rows = (
        (key, _cell(key, planned.get(key), members.get(key, (0, 0, 0))))
        for key in members.keys() | planned.keys()
    )
    return sorted(
        ((key, cell) for key, cell in rows if _fits(key, wanted)),
        key=lambda one: (one[0][0], -one[0][1], *one[0][2:]),
    )


def _cell(
    key: Key, planned: tuple[int, int, int] | None, members: tuple[int, int, int]
) -> StructureCell:
    """Return one cell."""
    minimum, target, maximum = planned or (0, 0, 0)
    number, leaving, here = members
    _pool_id, level_rank, category, horizon = key
    status = CellStatus(
        level_rank, category, horizon, minimum, target, maximum, number, pending_exits=leaving
    )
    return StructureCell(status, here, planned is not None)


def _fits(key: Key, wanted: FigureFilter) -> bool:
    """Say whether a cell is among those that the figures are narrowed to."""
    if wanted.facet not in _OF_CELL:
        return True
    _pool_id, level_rank, category, horizon = key
    values = dict(zip(_OF_CELL, (str(level_rank), category, horizon.value), strict=True))
    return values[wanted.facet] == wanted.value


def _planned(session: Session, year: int) -> Iterator[tuple[Key, tuple[int, int, int]]]:
    """Yield minimum, target and maximum of each cell of the plans in force."""
    rows: Iterable[Any] = session.execute(
        select(
            PoolPlan.pool_id,
            PlanQuota.level_rank,
            PlanQuota.category,
            PlanQuota.horizon,
            PlanQuota.minimum,
            PlanQuota.target,
            PlanQuota.maximum,
        )
        .join(PlanQuota, PlanQuota.plan_id == PoolPlan.id)
        .where(PoolPlan.year == year, PoolPlan.state == PlanState.APPROVED)
    )
    for row in rows:
        yield (
            (row.pool_id, row.level_rank, row.category, row.horizon),
            (row.minimum, row.target, row.maximum),
        )


def _members(
    session: Session, wanted: FigureFilter, within: frozenset[int] | None
) -> Iterator[tuple[Key, tuple[int, int, int]]]:
    """Yield of each cell the members, those about to leave, and those that are asked for."""
    key = (PoolMember.pool_id, PoolMember.level_rank, PoolMember.category, PoolMember.horizon)
    is_leaving = PoolMember.lifecycle == Lifecycle.EXIT_PROPOSED
    rows: Iterable[Any] = session.execute(
        select(
            *key,
            func.count().label("members"),
            func.count().filter(is_leaving).label("leaving"),
            func.count().filter(_is_asked_for(wanted, within)).label("here"),
        )
        .join(Person, Person.id == PoolMember.person_id)
        .where(PoolMember.lifecycle != Lifecycle.EXITED)
        .group_by(*key)
    )
    for row in rows:
        yield (
            (row.pool_id, row.level_rank, row.category, row.horizon),
            (row.members, row.leaving, row.here),
        )


def _is_asked_for(wanted: FigureFilter, within: frozenset[int] | None) -> ColumnElement[bool]:
    """Return the condition that a member is one of those that the figures are narrowed to."""
    conditions: list[ColumnElement[bool]] = []
    if within is not None:
        conditions.append(Person.unit_id.in_(within))
    if wanted.facet == "specialty":
        conditions.append(Person.specialty == wanted.value)
    quarter = quarters.named(wanted.value or "") if wanted.facet == "cohort" else None
    if quarter is not None:
        conditions.append(PoolMember.joined_on.between(quarter.first, quarter.last))
    return and_(true(), *conditions)


def _under_way(session: Session, wanted: FigureFilter, reach: Reach) -> Mapping[str, int]:
    """Return how many nominations are open, by the code of the pool."""
    mine = wanted.of_process(channel_funnel.NOMINATION)
    rows = session.execute(
        figures.sliced_sums(session, mine, reach, FigureSlice.pool)
        .where(FigureCell.measure == "begun", FigureCell.item == OPEN)
        .group_by(FigureSlice.pool)
    )
    found: dict[str, int] = {}
    for row in rows:
        found[row.pool] = found.get(row.pool, 0) + int(row.number)
    return found
