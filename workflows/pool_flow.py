"""How many people entered a pool and left it, quarter by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflows import quarters
from workflows.actors import Actor
from workflows.member_list import visible
from workflows.people_tables import Person
from workflows.pool_tables import Pool, PoolMember
from workflows.quarters import Quarter

SHOWN = 6


@dataclass(frozen=True)
class Flow:
    """Who came and who went in one quarter."""

    quarter: Quarter
    entered: int
    left: int


def flow(
    session: Session, actor: Actor, pool: Pool, *, today: date, number: int = SHOWN
) -> list[Flow]:
    """Count the entries and exits of whom an actor may know, in one statement."""
    shown = quarters.until(today, number)
    query = (
        select(
            *(_in(PoolMember.joined_on, quarter) for quarter in shown),
            *(_in(PoolMember.exited_on, quarter) for quarter in shown),
        )
        .select_from(PoolMember)
        .join(Person, Person.id == PoolMember.person_id)
        .where(PoolMember.pool_id == pool.id)
    )
    row: Sequence[Any] = session.execute(visible(query, actor)).one()
    numbers = [int(each or 0) for each in row]
    return [Flow(*each) for each in zip(shown, numbers[:number], numbers[number:], strict=True)]


def _in(day: InstrumentedAttribute[Any], quarter: Quarter) -> ColumnElement[Any]:
    """Return how many of the days lie in a quarter."""
    return func.sum(case((day.between(quarter.first, quarter.last), 1), else_=0))
