"""Steps at risk: not stalled yet, but most of their time is over or they take longer than usual."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import service_level, working_time
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.engine import element_pace
from workflows.engine.element_pace import Pace
from workflows.engine.stall_reasons import people_of
from workflows.engine.tables import Instance, UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.paging import Page, page_of
from workflows.vocabulary import Tier

_TIGHT = frozenset({Tier.WARN, Tier.ESCALATE})  # from 80 % of the time on, until it stalls


@dataclass(frozen=True)
class Risk:
    """
    A step that may stall.

    Attributes:
        days: Working days for which it has waited.
        tier: How much of its time is over, where that is much.
        usual: What nine of ten took at most, where this one has taken longer.

    """

    user_task_id: int
    instance_id: int
    instance_name: str
    definition_key: str
    step: str
    waits_for: tuple[str, ...]
    since: datetime
    due_at: datetime | None
    due_order: datetime
    days: int
    tier: Tier | None
    usual: float | None


def found_for(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    calendar: WorkingCalendar,
    besides: Collection[int] = (),
    among: Collection[int] | None = None,
) -> list[Risk]:
    """
    Return the steps at risk in cases that somebody answers for, what is due first at the top.

    `besides` are the numbers of cases that have stalled; they stand in a list of their own.
    `among` are the numbers of the user tasks to look at, where these are not all.
    """
    query = (
        select(UserTask, Instance.name)
        .join(Instance, Instance.id == UserTask.instance_id)
        .where(UserTask.state == "open", UserTask.paused_at.is_(None))
        .order_by(UserTask.inbox_at, UserTask.id)
    )
    if among is not None:
        query = query.where(UserTask.id.in_(among))
    narrow = partial(scope_answered_for, actor=actor)
    rows = [
        (row[0], row[1])
        for row in session.execute(narrow(query))
        if row[0].instance_id not in besides
    ]
    tiers = service_level.tiers(session, [one for one, _ in rows], calendar, now)
    time = working_time.of(calendar)
    paces = element_pace.paces(session, time)
    return list(_risks(rows, tiers, paces, lambda since: time.days(since, now)))


def page(risks: Sequence[Risk], *, limit: int, cursor: str | None) -> Page[Risk]:
    """
    Return one page of steps that are in the order of `found_for`.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    return page_of(risks, _position, str, int, limit=limit, cursor=cursor)


def _position(risk: Risk) -> tuple[str, int]:
    """Return the place of a step in the list."""
    return f"{risk.due_order:%Y-%m-%dT%H:%M:%S.%f}", risk.user_task_id


def _risks(
    rows: Sequence[tuple[UserTask, str]],
    tiers: Mapping[int, Tier],
    paces: Mapping[tuple[str, str], Pace],
    days_since: Callable[[datetime], float],
) -> Iterator[Risk]:
    """Yield the steps at risk among open user tasks."""
    for one, name in rows:
        days = days_since(one.created_at)
        pace = paces.get((one.definition_key, one.element_id))
        usual = pace.high if pace is not None and days > pace.high else None
        tier = tiers.get(one.id)
        tight = tier if tier in _TIGHT else None
        if tight is None and usual is None:
            continue
        yield Risk(
            user_task_id=one.id,
            instance_id=one.instance_id,
            instance_name=name,
            definition_key=one.definition_key,
            step=one.name,
            waits_for=people_of(one),
            since=one.created_at,
            due_at=one.due_at,
            due_order=one.inbox_at,
            days=int(days),
            tier=tight,
            usual=usual,
        )
