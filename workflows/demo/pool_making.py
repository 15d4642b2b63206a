"""Stores the pools of the demonstration with members and plans."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from workflows.demo.bulk import insert_for_ids, insert_rows
from workflows.demo.careers import YEARS_OF_HISTORY
from workflows.demo.recruiting import Membership, Recruiter
from workflows.demo.reserve import PoolSketch
from workflows.demo.workforce import Employee
from workflows.pool_tables import CoolingOff, PlanQuota, Pool, PoolMember, PoolPlan, StateChange
from workflows.pools import Cell
from workflows.vocabulary import PlanState


def store_pool(
    session: Session,
    sketch: PoolSketch,
    owner_unit_id: int,
    recruiter: Recruiter,
    employees: list[Employee],
    *,
    now: datetime,
) -> frozenset[int]:
    """Store a pool with its plans and members; return the ids of the people in it."""
    pool = Pool(
        code=sketch.code,
        name=sketch.name,
        description=sketch.description,
        kind=sketch.kind,
        owner_unit_id=owner_unit_id,
        target_level_rank=sketch.target_level,
        **sketch.settings,
    )
    session.add(pool)
    session.flush()
    memberships = recruiter.members(sketch, pool.id, employees)
    session.execute(update(Pool).where(Pool.id == pool.id).values(last_number=len(memberships)))
    _store_members(session, memberships)
    insert_rows(session, CoolingOff, recruiter.cooling_off(memberships))
    _store_plans(session, pool.id, recruiter.cells(sketch, memberships), now)
    return frozenset(each.row["person_id"] for each in memberships if not each.is_over)


def _store_members(session: Session, memberships: list[Membership]) -> None:
    """Store memberships and every step of them."""
    ids = insert_for_ids(session, PoolMember, [each.row for each in memberships])
    insert_rows(
        session,
        StateChange,
        [
            {**change, "member_id": member_id}
            for member_id, each in zip(ids, memberships, strict=True)
            for change in each.changes
        ],
    )


def _store_plans(
    session: Session,
    pool_id: int,
    cells: list[tuple[Cell, tuple[int, int, int]]],
    now: datetime,
) -> None:
    """Store an approved plan for each year of the history, for this year and for the next."""
    years = range(now.year - YEARS_OF_HISTORY + 1, now.year + 2)
    rows = [
        {
            "pool_id": pool_id,
            "year": year,
            "state": PlanState.APPROVED,
            "approved_by": "priya.sharma",
            "approved_at": min(now, now.replace(year=year - 1, month=11, day=15)),
        }
        for year in years
    ]
    plan_ids = insert_for_ids(session, PoolPlan, rows)
    insert_rows(
        session,
        PlanQuota,
        [
            {
                "plan_id": plan_id,
                "level_rank": level_rank,
                "category": category,
                "horizon": horizon,
                "minimum": minimum,
                "target": target,
                "maximum": maximum,
            }
            for plan_id in plan_ids
            for (level_rank, category, horizon), (minimum, target, maximum) in cells
        ],
    )
