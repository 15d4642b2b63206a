"""The cases behind a figure: every number of the desk leads to them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlalchemy.orm import Session

from workflows import figures, stalled_cases, working_time
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.engine.tables import DefinitionVersion, Instance, UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.figure_reckoning import OPEN, like_here, like_stage, like_step, quarter_number
from workflows.figure_tables import CaseFigure
from workflows.figures import FigureFilter, Reach
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.vocabulary import AgeBand


class Counted(StrEnum):
    """What a figure counts."""

    OPEN = "open"  # cases that are open now
    BEGUN = "begun"  # in the period; `item` is what became of them
    ENDED = "ended"  # in the period; `item` is how
    STEP = "step"  # what people did at `item` in the period
    WAITING = "waiting"  # open user tasks, at `item`, of an age
    PASSED = "passed"  # begun in the period, and past the stage `item`
    HERE = "here"  # now at the stage `item`
    PERSON = "person"  # what `item` has open now
    CHANNEL = "channel"  # nominations begun in the period: `item` is channel and milestone


@dataclass(frozen=True)
class Behind:
    """Which cases a figure counts: what it is, about which element or person, of which age."""

    counted: Counted = Counted.OPEN
    item: str = ""
    age: AgeBand | None = None


@dataclass(frozen=True)
class FiguredCase:
    """One case behind a figure; `days` are those that it took, if it is over."""

    id: int
    name: str
    definition_key: str
    process_name: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    days: float | None


def find(
    session: Session,
    actor: Actor,
    wanted: FigureFilter,
    behind: Behind,
    reach: Reach,
    *,
    today: date,
    calendar: WorkingCalendar,
    limit: int = 30,
    cursor: str | None = None,
) -> Page[FiguredCase]:
    """
    Return the cases that a figure counts and that the reader answers for, the newest first.

    Cases about the reader are counted like all, but the reader is not shown them.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    limit = bounded(limit)
    query = scope_answered_for(_cases(), actor).where(
        *_sliced(session, wanted, reach), _counted(wanted, behind, today, calendar)
    )
    if cursor is not None:
        (before,) = from_cursor(cursor, int)
        query = query.where(CaseFigure.instance_id < before)
    rows = session.execute(query.order_by(CaseFigure.instance_id.desc()).limit(limit + 1)).all()
    found = [_line(row) for row in rows]
    return one_page(found, limit, lambda last: (last.id,))


def _line(row: Any) -> FiguredCase:
    """Return one line of the list."""
    facts = dict(row._mapping)
    days = facts.pop("days")
    return FiguredCase(**facts, days=None if days is None else days / 10)


def _cases() -> Select[*tuple[Any, ...]]:
    """Select cases as the list shows them."""
    return (
        select(
            Instance.id,
            Instance.name,
            Instance.definition_key,
            DefinitionVersion.name.label("process_name"),
            Instance.status,
            Instance.started_at,
            Instance.ended_at,
            CaseFigure.days,
        )
        .select_from(CaseFigure)
        .join(Instance, Instance.id == CaseFigure.instance_id)
        .join(
            DefinitionVersion,
            (DefinitionVersion.kind == "process")
            & (DefinitionVersion.key == Instance.definition_key)
            & (DefinitionVersion.version == Instance.definition_version),
        )
    )


def _sliced(session: Session, wanted: FigureFilter, reach: Reach) -> list[ColumnElement[bool]]:
    """Return the conditions of the slices that a figure sums up."""
    found: list[ColumnElement[bool]] = []
    for column, value in (
        (CaseFigure.definition_key, wanted.process),
        (CaseFigure.definition_version, wanted.version),
        (CaseFigure.pool, wanted.pool),
    ):
        if value is not None:
            found.append(column == value)
    within = figures.unit_ids(session, wanted, reach)
    if within is not None:
        found.append(CaseFigure.unit.in_([str(each) for each in within]))
    elif wanted.facet:
        found.append(getattr(CaseFigure, wanted.facet) == wanted.value)
    return found


def _counted(
    wanted: FigureFilter, behind: Behind, today: date, calendar: WorkingCalendar
) -> ColumnElement[bool]:
    """Return the condition that a figure counts a case."""
    first, last, item = quarter_number(wanted.since), quarter_number(wanted.until), behind.item
    is_begun = CaseFigure.begun.between(first, last)
    is_open = CaseFigure.outcome == OPEN
    is_so = CaseFigure.outcome == item if item else true()
    if behind.counted is Counted.STEP:
        places = (like_step(item, quarter) for quarter in range(first, last + 1))
        in_period = (CaseFigure.steps.contains(each, autoescape=True) for each in places)
        # One look tells of most cases that they have no such step at all.
        at_all = CaseFigure.steps.contains(like_stage(item), autoescape=True)
        return and_(at_all, or_(*in_period))
    found: dict[Counted, ColumnElement[bool]] = {
        Counted.OPEN: is_open,
        Counted.BEGUN: and_(is_begun, is_so),
        Counted.ENDED: and_(CaseFigure.ended.between(first, last), is_so),
        Counted.PASSED: and_(
            is_begun, CaseFigure.passed.contains(like_stage(item), autoescape=True)
        ),
        Counted.HERE: and_(is_open, CaseFigure.here.contains(like_here(item), autoescape=True)),
        Counted.WAITING: and_(is_open, _waits(behind, today, calendar)),
        Counted.CHANNEL: and_(is_begun, _went_through(item)),
        Counted.PERSON: and_(is_open, _has_open(UserTask.assignee == item)),
    }
    return found[behind.counted]


def _went_through(item: str) -> ColumnElement[bool]:
    """Return the condition that a nomination passed a milestone, by a channel if one is named."""
    channel, _slash, milestone = item.partition("/")
    passed = CaseFigure.milestones.contains(like_stage(milestone), autoescape=True)
    is_nomination = CaseFigure.channel != ""
    return and_(passed, CaseFigure.channel == channel if channel else is_nomination)


def _waits(behind: Behind, today: date, calendar: WorkingCalendar) -> ColumnElement[bool]:
    """Return the condition that something is open at an element, or of an age."""
    conditions = [UserTask.element_id == behind.item] if behind.item else []
    if behind.age is not None:
        since, until = _days_of(behind.age, today, calendar)
        conditions += [UserTask.created_at < until]
        conditions += [UserTask.created_at >= since] if since else []
    return _has_open(*conditions)


def _has_open(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a case has a certain open user task."""
    found = select(UserTask.id).where(
        UserTask.instance_id == CaseFigure.instance_id, UserTask.state == "open", *conditions
    )
    return found.correlate(CaseFigure).exists()


def _days_of(
    age: AgeBand, today: date, calendar: WorkingCalendar
) -> tuple[datetime | None, datetime]:
    """Return from when and before when something of an age began, in whole days."""
    time, end = working_time.of(calendar), working_time.begin_of(calendar, today)

    def first_day_younger(days: int) -> datetime:
        """Return the begin of the first day since which fewer than so many days have passed."""
        day = time.ago(end, timedelta(days=days)).astimezone(time.calendar.zone).date()
        return working_time.begin_of(calendar, day + timedelta(days=1))

    fewest, most = stalled_cases.days_of(age)
    until = first_day_younger(fewest) if fewest else working_time.begin_of(calendar, date.max)
    return (None if most is None else first_day_younger(most + 1)), until
