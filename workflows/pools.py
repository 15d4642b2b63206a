"""The pools, their plans, and how full the plans are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, joinedload

from rules.sentences import Sentence
from workflows.actors import Actor
from workflows.engine.entity_queries import EntityQuery
from workflows.errors import Conflict, NotFound
from workflows.people_tables import OrgUnit, Person
from workflows.plan_cells import CellStatus
from workflows.pool_tables import PlanQuota, Pool, PoolMember, PoolPlan
from workflows.vocabulary import Horizon, Lifecycle, PlanState, PoolKind

Cell = tuple[int, str, Horizon]

_IN_FORCE = EntityQuery(
    select(PoolPlan).where(
        PoolPlan.pool_id == bindparam("pool_id"),
        PoolPlan.year == bindparam("year"),
        PoolPlan.state == PlanState.APPROVED,
    )
)


class UnknownPool(NotFound):
    """No pool has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f'There is no pool "{code}".')


class PlanApproved(Conflict):
    """An approved plan is not changed; a new version replaces it."""

    def __init__(self, pool: str, year: int) -> None:
        super().__init__(
            Sentence(
                "The plan %(year)s of %(pool)s is already approved. Start a new version.",
                year=str(year),
                pool=pool,
            )
        )


@dataclass(frozen=True)
class PoolSummary:
    """A pool with the numbers that a list shows."""

    pool: Pool
    members: int
    in_intake: int
    target: int


def by_code(session: Session, code: str) -> Pool:
    """
    Return the pool with this code.

    Raises:
        UnknownPool: There is none.

    """
    pool = session.scalar(
        select(Pool).options(joinedload(Pool.owner_unit)).where(Pool.code == code)
    )
    if pool is None:
        raise UnknownPool(code)
    return pool


def panel_group(pool: Pool) -> str:
    """Return the name of the group that sits on the panel of a pool."""
    return f"panel:{pool.code}"


def create(
    session: Session,
    code: str,
    *,
    name: str,
    owner_unit: OrgUnit,
    target_level_rank: int,
    kind: PoolKind = PoolKind.LEADERSHIP,
    **settings: Any,
) -> Pool:
    """Add a pool; `settings` are any other columns, such as `notice_required` or `term_months`."""
    pool = Pool(
        code=code,
        name=name,
        kind=kind,
        owner_unit_id=owner_unit.id,
        target_level_rank=target_level_rank,
        **settings,
    )
    session.add(pool)
    session.flush()
    return pool


def summaries(session: Session, *, now: datetime) -> list[PoolSummary]:
    """Return every pool with its numbers, in three statements."""
    current = (
        select(PoolMember.pool_id, PoolMember.lifecycle, func.count().label("number"))
        .where(PoolMember.lifecycle != Lifecycle.EXITED)
        .group_by(PoolMember.pool_id, PoolMember.lifecycle)
    )
    counts: dict[tuple[int, bool], int] = {}
    for row in session.execute(current):
        key = (row.pool_id, row.lifecycle is Lifecycle.INTAKE)
        counts[key] = counts.get(key, 0) + row.number
    targets = {
        row.pool_id: row.target
        for row in session.execute(
            select(PoolPlan.pool_id, func.sum(PlanQuota.target).label("target"))
            .join(PlanQuota, PlanQuota.plan_id == PoolPlan.id)
            .where(PoolPlan.year == now.year, PoolPlan.state == PlanState.APPROVED)
            .group_by(PoolPlan.pool_id)
        )
    }
    pools = session.scalars(select(Pool).options(joinedload(Pool.owner_unit)).order_by(Pool.name))
    return [
        PoolSummary(
            pool,
            members=counts.get((pool.id, False), 0),
            in_intake=counts.get((pool.id, True), 0),
            target=int(targets.get(pool.id, 0)),
        )
        for pool in pools
    ]


def plan_in_force(session: Session, pool: Pool, *, now: datetime) -> PoolPlan | None:
    """Return the approved plan of a pool for this year, or None."""
    return _IN_FORCE.first(session, pool_id=pool.id, year=now.year)


def plan_status(session: Session, pool: Pool, *, now: datetime) -> list[CellStatus]:
    """Return every cell of the plan in force with its members, in three statements."""
    plan = plan_in_force(session, pool, now=now)
    if plan is None:
        return []
    filled = _filled(session, pool)
    cells = session.scalars(
        select(PlanQuota)
        .where(PlanQuota.plan_id == plan.id)
        .order_by(PlanQuota.level_rank.desc(), PlanQuota.category, PlanQuota.id)
    )
    return [_cell_status(cell, filled) for cell in cells]


def plan_cell(
    session: Session, pool: Pool, person: Person, *, horizon: str, now: datetime
) -> CellStatus | None:
    """Return the cell of the plan in force in which a person would count, or None."""
    cell = session.scalar(
        select(PlanQuota)
        .join(PoolPlan, PoolPlan.id == PlanQuota.plan_id)
        .where(
            PoolPlan.pool_id == pool.id,
            PoolPlan.year == now.year,
            PoolPlan.state == PlanState.APPROVED,
            PlanQuota.level_rank == person.level_rank,
            PlanQuota.category == person.category,
            PlanQuota.horizon == Horizon(horizon),
        )
    )
    return None if cell is None else _cell_status(cell, _filled(session, pool))


def quota_facts(
    session: Session, pool: Pool, person: Person, *, horizon: str, now: datetime
) -> dict[str, Any]:
    """Return the inputs of the decision `quota` for a person who would join a pool."""
    cell = plan_cell(session, pool, person, horizon=horizon, now=now)
    return {
        "plan_cell_exists": cell is not None,
        "members": cell.members if cell else 0,
        "pending_exits": cell.pending_exits if cell else 0,
        "target": cell.target if cell else 0,
        "maximum": cell.maximum if cell else 0,
    }


def draft_plan(
    session: Session, pool: Pool, *, year: int, cells: Sequence[tuple[Cell, tuple[int, int, int]]]
) -> PoolPlan:
    """Write down a new version of a plan; each cell comes with minimum, target and maximum."""
    version = session.scalar(
        select(func.coalesce(func.max(PoolPlan.version), 0)).where(
            PoolPlan.pool_id == pool.id, PoolPlan.year == year
        )
    )
    plan = PoolPlan(pool_id=pool.id, year=year, version=(version or 0) + 1)
    session.add(plan)
    session.flush()
    for (level_rank, category, horizon), (minimum, target, maximum) in cells:
        session.add(
            PlanQuota(
                plan_id=plan.id,
                level_rank=level_rank,
                category=category,
                horizon=horizon,
                minimum=minimum,
                target=target,
                maximum=maximum,
            )
        )
    session.flush()
    return plan


def approve_plan(session: Session, plan: PoolPlan, *, actor: Actor, now: datetime) -> None:
    """
    Put a plan into force; the version approved before is superseded.

    Raises:
        PlanApproved: This version is no draft any more.

    """
    pool = session.get_one(Pool, plan.pool_id, with_for_update=True)
    if plan.state is not PlanState.DRAFT:
        raise PlanApproved(pool.name, plan.year)
    for earlier in session.scalars(
        select(PoolPlan).where(
            PoolPlan.pool_id == plan.pool_id,
            PoolPlan.year == plan.year,
            PoolPlan.state == PlanState.APPROVED,
        )
    ):
        earlier.state = PlanState.SUPERSEDED
    session.flush()
    plan.state = PlanState.APPROVED
    plan.approved_by, plan.approved_at = actor.username, now
    session.flush()


def term_end(joined_on: date, term_months: int) -> date:
    """Return the day on which a membership comes to its end."""
    months = joined_on.month - 1 + term_months
    year, month = joined_on.year + months // 12, months % 12 + 1
    return date(year, month, min(joined_on.day, 28))


def _filled(session: Session, pool: Pool) -> dict[Cell, tuple[int, int]]:
    """Return members and pending exits of each cell, in one statement."""
    rows = session.execute(
        select(
            PoolMember.level_rank,
            PoolMember.category,
            PoolMember.horizon,
            func.count().label("members"),
            func.count().filter(PoolMember.lifecycle == Lifecycle.EXIT_PROPOSED).label("leaving"),
        )
        .where(PoolMember.pool_id == pool.id, PoolMember.lifecycle != Lifecycle.EXITED)
        .group_by(PoolMember.level_rank, PoolMember.category, PoolMember.horizon)
    )
    return {(row.level_rank, row.category, row.horizon): (row.members, row.leaving) for row in rows}


def _cell_status(cell: PlanQuota, filled: dict[Cell, tuple[int, int]]) -> CellStatus:
    """Return a cell beside the people who fill it."""
    members, leaving = filled.get((cell.level_rank, cell.category, cell.horizon), (0, 0))
    return CellStatus(
        level_rank=cell.level_rank,
        category=cell.category,
        horizon=cell.horizon,
        minimum=cell.minimum,
        target=cell.target,
        maximum=cell.maximum,
        members=members,
        pending_exits=leaving,
    )
