"""How much each person has to do now, counted afresh from the open user tasks."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from workflows import figures
from workflows.actors import Actor
from workflows.case_facts import SUBJECT
from workflows.engine.tables import Duty, UserTask
from workflows.figure_tables import CaseFigure
from workflows.figures import FigureFilter, Reach
from workflows.people_tables import Person

SHOWN = 20


@dataclass(frozen=True)
class Load:
    """What one person has open, how much of it is overdue, and what was done in the period."""

    username: str
    open: int
    overdue: int
    done: int = 0


def loads(
    session: Session,
    actor: Actor,
    wanted: FigureFilter,
    reach: Reach,
    *,
    done_by: Mapping[str, int],
    now: datetime,
    shown: int | None = SHOWN,
) -> list[Load]:
    """
    Return who has most to do in the cases that fit a filter, in one statement.

    Work on cases about the reader is left out: it would tell who decides on them.
    """
    is_overdue = case((UserTask.due_at < now, 1), else_=0)
    number = func.count().label("open")
    query = select(UserTask.assignee, number, func.sum(is_overdue).label("overdue")).where(
        UserTask.state == "open", UserTask.assignee.is_not(None)
    )
    about_me = select(Duty.instance_id).where(Duty.duty == SUBJECT, Duty.username == actor.username)
    query = query.where(UserTask.instance_id.not_in(about_me))
    if wanted.process:
        query = query.where(UserTask.definition_key == wanted.process)
    within = figures.unit_ids(session, wanted, reach)
    if within is not None:
        query = query.where(UserTask.instance_id.in_(_of_units(within)))
    if wanted.pool or wanted.version or (wanted.facet and within is None):
        query = query.join(CaseFigure, CaseFigure.instance_id == UserTask.instance_id)
        query = query.where(*_sliced(wanted, within))
    rows = session.execute(
        query.group_by(UserTask.assignee).order_by(number.desc(), UserTask.assignee).limit(shown)
    )
    return [
        Load(row.assignee, row.open, int(row.overdue), done_by.get(row.assignee, 0)) for row in rows
    ]


def _of_units(unit_ids: Collection[int]) -> Select[int]:
    """Select the cases about people of some units."""
    return (
        select(Duty.instance_id)
        .join(Person, Person.username == Duty.username)
        .where(Duty.duty == SUBJECT, Person.unit_id.in_(unit_ids))
    )


def _sliced(wanted: FigureFilter, within: Collection[int] | None) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter on what cases are counted by."""
    if wanted.pool:
        yield CaseFigure.pool == wanted.pool
    if wanted.version:
        yield CaseFigure.definition_version == wanted.version
    if wanted.facet and within is None:
        yield getattr(CaseFigure, wanted.facet) == wanted.value
