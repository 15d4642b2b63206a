"""Stalled cases: each with its causes, since when, and whom or what it waits for."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from workflows.engine import compiled, stall_places, stall_reasons, stall_rows, stall_senders
from workflows.engine.model import ExecutableProcess
from workflows.engine.stall_reasons import Cause, Reason
from workflows.engine.stall_rows import CaseRow, Narrow, OpenRows
from workflows.engine.stall_yardstick import PeopleCheck, Yardstick, yardstick
from workflows.engine.transition import WorkingCalendar
from workflows.paging import Page, page_of

__all__ = ["Cause", "PeopleCheck", "Reason", "StalledCase", "find", "page", "survey"]


@dataclass(frozen=True)
class StalledCase:
    """
    A case that does not go on, with its gravest reason.

    Attributes:
        days: Working days that have passed since the gravest reason began.
        others: The further reasons of the case.

    """

    instance: CaseRow
    cause: Cause
    days: int
    others: tuple[Cause, ...] = ()

    @property
    def reason(self) -> Reason:
        """Return the gravest reason."""
        return self.cause.reason

    @property
    def since(self) -> datetime:
        """Return when it began."""
        return self.cause.since

    @property
    def reasons(self) -> frozenset[Reason]:
        """Return every reason of the case."""
        return frozenset({self.reason, *(cause.reason for cause in self.others)})


def survey(
    session: Session,
    *,
    now: datetime,
    people: PeopleCheck | None = None,
    calendar: WorkingCalendar | None = None,
    narrow: Narrow | None = None,
    sent_elsewhere: Iterable[str] = (),
    among: Collection[int] | None = None,
) -> list[StalledCase]:
    """
    Return the cases that do not go on, those first that have stood still longest.

    The number of statements does not depend on the number of cases. `narrow`
    leaves of a query on `Instance` what the reader may see, `among` asks for some
    cases; `sent_elsewhere` names messages that come from no process.
    """
    measure = yardstick(session, now=now, people=people, calendar=calendar, among=among)
    rows = stall_rows.read(session, measure, narrow)
    senders = frozenset(sent_elsewhere)
    if any(one.messages and not one.user_tasks for one in rows.values()):
        senders |= stall_senders.thrown(session)
    found = (_judged(session, one, measure, senders) for one in rows.values())
    return sorted(
        (one for one in found if one is not None), key=lambda one: (one.since, one.instance.id)
    )


def find(
    session: Session,
    *,
    now: datetime,
    limit: int = 50,
    cursor: str | None = None,
    people: PeopleCheck | None = None,
    calendar: WorkingCalendar | None = None,
) -> Page[StalledCase]:
    """
    Return one page of the cases that do not go on.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    found = survey(session, now=now, people=people, calendar=calendar)
    return page(found, limit=limit, cursor=cursor)


def page(cases: Sequence[StalledCase], *, limit: int, cursor: str | None) -> Page[StalledCase]:
    """
    Return one page of cases that are in the order of `survey`.

    Raises:
        CursorRefused: The cursor is not of this list.

    """
    return page_of(cases, _position, str, int, limit=limit, cursor=cursor)


def _position(case: StalledCase) -> tuple[str, int]:
    """Return the place of a case in the list; moments in UTC are ordered like their texts."""
    return f"{case.since:%Y-%m-%dT%H:%M:%S.%f}", case.instance.id


def _judged(
    session: Session, rows: OpenRows, measure: Yardstick, senders: frozenset[str]
) -> StalledCase | None:
    """Return a case with its reasons, or nothing where it only seemed to stand still."""
    causes = stall_reasons.causes(rows, measure, senders)
    if not causes:
        return None
    case = rows.case
    executable = compiled.load(session, case.bundle_id, case.bundle_hash).executable
    placed = (_placed(cause, executable) for cause in causes)
    seen = [cause for cause in placed if cause is not None]
    if not seen:
        return None
    days = int(measure.days_since(seen[0].since))
    return StalledCase(case, seen[0], days, tuple(seen[1:]))


def _placed(cause: Cause, executable: ExecutableProcess) -> Cause | None:
    """Return a cause with the name of its element, or nothing where the model explains it."""
    facts, element_id = cause.facts, cause.element_id
    if cause.reason is Reason.LOOP and stall_places.is_repeated(executable, element_id):
        return None
    if "step" in facts or element_id is None:
        return cause
    return replace(cause, facts={**facts, "step": stall_places.name_of(executable, element_id)})
