"""How much each person has to do now, counted afresh from the open user tasks."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from workflows import figures
from workflows.actors import Actor
from workflows.case_facts import SUBJECT_TEXT, cases_about
from workflows.engine.tables import Duty, UserTask
from workflows.figure_reckoning import quarter_number
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
    Return who has most to do in the cases that fit a filter, in two statements.

    Work on cases about the reader is left out: it would tell who decides on
    them. `done_by` is what everybody did, these cases among others.
    """
    is_overdue = case((UserTask.due_at < now, 1), else_=0)
    number = func.count().label("open")
    query = select(UserTask.assignee, number, func.sum(is_overdue).label("overdue")).where(
        UserTask.state == "open",
        UserTask.assignee.is_not(None),
        UserTask.instance_id.not_in(cases_about(actor.username)),
    )
    within = figures.unit_ids(session, wanted, reach)
    query = query.where(*_narrowed(wanted, within))
    rows = session.execute(
        query.group_by(UserTask.assignee).order_by(number.desc(), UserTask.assignee).limit(shown)
    )
    about_reader = _done_about(session, actor, wanted, within)
    return [
        Load(
            row.assignee,
            row.open,
            int(row.overdue),
            done_by.get(row.assignee, 0) - about_reader[row.assignee],
        )
        for row in rows
    ]


def _done_about(
    session: Session, actor: Actor, wanted: FigureFilter, within: Collection[int] | None
) -> Counter[str]:
    """Return how much each person did in the cases about the reader, as it is counted."""
    query = select(CaseFigure.steps).where(CaseFigure.instance_id.in_(cases_about(actor.username)))
    if wanted.process:
        query = query.where(CaseFigure.definition_key == wanted.process)
    if within is not None:
        query = query.where(CaseFigure.unit.in_([str(each) for each in within]))
    period = range(quarter_number(wanted.since), quarter_number(wanted.until) + 1)
    return Counter(
        person
        for steps in session.scalars(query.where(*_sliced(wanted, within)))
        for _element, quarter, _days, person in orjson.loads(steps)
        if quarter in period
    )


def _narrowed(
    wanted: FigureFilter, within: Collection[int] | None
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter on user tasks."""
    if wanted.process:
        yield UserTask.definition_key == wanted.process
    if within is not None:
        people = (
            select(Duty.instance_id)
            .join(Person, Person.username == Duty.username)
            .where(Duty.duty == SUBJECT_TEXT, Person.unit_id.in_(within))
        )
        yield UserTask.instance_id.in_(people)
    sliced = list(_sliced(wanted, within))
    if sliced:
        yield UserTask.instance_id.in_(select(CaseFigure.instance_id).where(*sliced))


def _sliced(wanted: FigureFilter, within: Collection[int] | None) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of a filter on what cases are counted by."""
    if wanted.pool:
        yield CaseFigure.pool == wanted.pool
    if wanted.version:
        yield CaseFigure.definition_version == wanted.version
    if wanted.facet and within is None:
        yield getattr(CaseFigure, wanted.facet) == wanted.value
