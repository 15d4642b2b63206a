"""From when on waiting is too long, and who is there: what every case is measured by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import working_time
from workflows.engine import element_pace, stall_joins
from workflows.engine.element_pace import Element, Pace
from workflows.engine.stall_joins import StarvedJoin
from workflows.engine.tables import UserTask, UserTaskCandidate
from workflows.engine.transition import WorkingCalendar
from workflows.working_time import WorkingTime

QUIET_DAYS = 10  # working days, or twice what the element usually takes
TIMES_USUAL = 2
LATE_TIMER = timedelta(hours=1)
SOON_BACK_DAYS = 5  # whoever is back by then is not waited for in vain
NO_SENDER_DAYS = 2
LOOP_DAYS = 30
MOST_ROUNDS = 3


@dataclass(frozen=True)
class Away:
    """The days of an absence for which nobody stands in."""

    since: date
    until: date


@dataclass(frozen=True)
class Whereabouts:
    """
    Who is not there.

    Attributes:
        left: Usernames that belong to nobody who is active.
        empty: Groups that have no active member.
        away: Who is away without anybody who stands in.
        away_groups: Groups of which every member is away so.

    """

    left: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()
    away: Mapping[str, Away] = field(default_factory=dict)
    away_groups: Mapping[str, Away] = field(default_factory=dict)


class PeopleCheck(Protocol):
    """Knows who is there; the engine knows no people."""

    def whereabouts(
        self, session: Session, usernames: frozenset[str], groups: frozenset[str], *, day: date
    ) -> Whereabouts:
        """Return who of these is not there on a day."""
        ...


@dataclass(frozen=True)
class Yardstick:
    """What cases are measured by at one moment."""

    now: datetime
    time: WorkingTime
    quiet_since: datetime
    people: Whereabouts
    paces: Mapping[Element, Pace]
    joins: Mapping[int, StarvedJoin]  # by case
    among: Collection[int] | None = None  # where only some cases are measured

    def days_since(self, moment: datetime) -> float:
        """Return how many working days have passed since a moment."""
        return self.time.days(moment, self.now)

    def is_before(self, moment: datetime, days: int) -> bool:
        """Say whether more working days than these have passed since a moment."""
        return self.days_since(moment) > days

    def longest_days(self, element: Element) -> float:
        """Return after how many working days an element has taken too long."""
        found = self.paces.get(element)
        return QUIET_DAYS if found is None else max(QUIET_DAYS, TIMES_USUAL * found.median)

    def is_gone_too_long(self, away: Away | None, due_at: datetime | None) -> bool:
        """Say whether somebody comes back only when it is too late, or not for long."""
        if away is None:
            return False
        back_at = working_time.begin_of(self.time.calendar, away.until + timedelta(days=1))
        is_late = due_at is not None and due_at <= back_at
        return is_late or self.time.days(self.now, back_at) > SOON_BACK_DAYS


def yardstick(
    session: Session,
    *,
    now: datetime,
    people: PeopleCheck | None,
    calendar: WorkingCalendar | None,
    among: Collection[int] | None = None,
) -> Yardstick:
    """Return what cases, all or some, are measured by now, in a fixed number of statements."""
    time = working_time.of(calendar) if calendar else working_time.STANDARD
    quiet_since = now - timedelta(days=QUIET_DAYS)
    while time.days(quiet_since, now) < QUIET_DAYS:
        quiet_since -= timedelta(days=1)
    found = Whereabouts()
    if people is not None:
        names, groups = _asked(session, among)
        day = now.astimezone(time.calendar.zone).date()
        found = people.whereabouts(session, names, groups, day=day)
    paces = element_pace.paces(session, time)
    joins = stall_joins.starved(session, among=among)
    return Yardstick(now, time, quiet_since, found, paces, joins, among)


def _asked(
    session: Session, among: Collection[int] | None
) -> tuple[frozenset[str], frozenset[str]]:
    """Return who has open user tasks, and to which groups some are offered, in two statements."""
    assignees = select(UserTask.assignee).where(
        UserTask.state == "open", UserTask.assignee.is_not(None)
    )
    groups = select(UserTaskCandidate.group_name)
    if among is not None:
        assignees = assignees.where(UserTask.instance_id.in_(among))
        groups = groups.join(UserTask, UserTask.id == UserTaskCandidate.user_task_id).where(
            UserTask.instance_id.in_(among)
        )
    names = frozenset(name for name in session.scalars(assignees.distinct()) if name)
    return names, frozenset(session.scalars(groups.distinct()))
