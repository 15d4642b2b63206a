"""
What the pages of stalled cases show: looked for now, or read from the survey that is kept.

Whatever a page shows is judged at that moment: a case that has gone on since
the survey is left out, and only numbers are as old as the survey.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, select, tuple_
from sqlalchemy.orm import Session

from workflows import in_hand, kept_survey, risks, stalled_cases, working_time
from workflows.actors import Actor
from workflows.case_access import scope_answered_for
from workflows.engine import stalled
from workflows.engine.kept_tables import RiskNote, StalledNote
from workflows.engine.stalled import StalledCase
from workflows.engine.tables import Instance, UserTask
from workflows.engine.transition import WorkingCalendar
from workflows.in_parts import in_parts
from workflows.paging import CursorRefused, Page, bounded, from_cursor, one_page
from workflows.risks import Risk
from workflows.stalled_cases import Board, StalledFilter, UnitChoice, unbarred
from workflows.vocabulary import AgeBand

_MOMENT = "%Y-%m-%dT%H:%M:%S.%f"
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Look:
    """
    One page of what stands still, and what the list can be narrowed by.

    Attributes:
        bands: How many there are by age; the age of the filter narrows nothing here.
        is_empty: Nothing stands still that is not in hand.
        in_hand: How many stand still for which somebody has just done something.
        as_of: When the numbers were found, where that was not now.

    """

    page: Page[StalledCase]
    bands: Mapping[AgeBand, int]
    units: Sequence[UnitChoice]
    process_keys: Collection[str]
    is_empty: bool
    in_hand: int = 0
    as_of: datetime | None = None


@dataclass(frozen=True)
class Desk:
    """Whoever looks, and when; `limit` is the length of a page."""

    session: Session
    actor: Actor
    now: datetime
    calendar: WorkingCalendar
    limit: int = 30

    def look(self, wanted: StalledFilter, *, cursor: str | None) -> Look:
        """
        Return a page of the cases that stand still, in a fixed number of statements.

        Raises:
            CursorRefused: The cursor is not of this list.

        """
        as_of = kept_survey.kept_at(self.session)
        if as_of is not None:
            return self._kept(wanted, cursor, as_of)
        board, number = self._board()
        return Look(
            stalled.page(board.narrowed(wanted), limit=self.limit, cursor=cursor),
            board.bands(wanted),
            board.units,
            {one.instance.definition_key for one in board.cases},
            not board.cases,
            number,
        )

    def cases(self, wanted: StalledFilter) -> list[StalledCase]:
        """Return every case that stands still and fits a filter, each judged now."""
        if kept_survey.kept_at(self.session) is None:
            return self._board()[0].narrowed(wanted)
        rows = self._rows(self._narrowed(self._notes(), wanted)).all()
        ids = [row.instance_id for row in rows]
        return [one for part in in_parts(ids, _AT_ONCE) for one in self._judged(part)]

    def ids(self, wanted: StalledFilter) -> list[int]:
        """Return the numbers of the cases that stand still and fit a filter, without judging."""
        if kept_survey.kept_at(self.session) is None:
            return [one.instance.id for one in self.cases(wanted)]
        rows = self._rows(self._narrowed(self._notes(), wanted))
        return [row.instance_id for row in rows]

    def around(self, case_id: int) -> tuple[StalledCase | None, StalledCase | None, int]:
        """Return a case if it stands still, the one to look at next, and how many are left."""
        if kept_survey.kept_at(self.session) is None:
            found = stalled_cases.found_for(
                self.session, self.actor, now=self.now, calendar=self.calendar
            )
            mine = next((one for one in found if one.instance.id == case_id), None)
            others = [one for one in self._free(found) if one is not mine]
            return mine, others[0] if others else None, len(others)
        is_other = StalledNote.instance_id != case_id
        counted = self._notes().where(is_other).with_only_columns(func.count())
        number = self.session.scalar(counted) or 0
        query = self._notes().where(is_other)
        ids = [row.instance_id for row in self._rows(query.limit(self.limit))]
        mine = next(iter(self._judged([case_id], is_free=False)), None)
        return mine, next(iter(self._judged(ids)), None), number

    def at_risk(self, *, cursor: str | None) -> tuple[Page[Risk], int, datetime | None]:
        """
        Return a page of steps that may stall, how many there are, and when that was found.

        Raises:
            CursorRefused: The cursor is not of this list.

        """
        as_of = kept_survey.kept_at(self.session)
        if as_of is None:
            cases = stalled_cases.found_for(
                self.session, self.actor, now=self.now, calendar=self.calendar
            )
            besides = {one.instance.id for one in cases}
            found = self._risks(besides=besides)
            return risks.page(found, limit=self.limit, cursor=cursor), len(found), None
        query = self._risk_notes()
        number = self.session.scalar(query.with_only_columns(func.count())) or 0
        rows = _page(
            self.session, query, (RiskNote.due_order, RiskNote.user_task_id), self.limit, cursor
        )
        found = self._risks(among=[row.user_task_id for row in rows.items])
        return Page(found, rows.next), number, as_of

    def _kept(self, wanted: StalledFilter, cursor: str | None, as_of: datetime) -> Look:
        """Return a page from what is kept."""
        session, query = self.session, self._narrowed(self._notes(), wanted)
        page = _page(
            session, query, (StalledNote.since, StalledNote.instance_id), self.limit, cursor
        )
        facets = self._facets()
        units_of = {int(each) for one in facets for each in unbarred(one.units)}
        return Look(
            Page(self._judged([row.instance_id for row in page.items]), page.next),
            _bands(facets, wanted),
            stalled_cases.unit_choices(session, units_of),
            {one.definition_key for one in facets},
            not facets,
            self._number_in_hand(),
            as_of,
        )

    def _board(self) -> tuple[Board, int]:
        """Return what stands still and is not in hand, and how many cases are."""
        board = stalled_cases.board(self.session, self.actor, now=self.now, calendar=self.calendar)
        free = self._free(board.cases)
        return replace(board, cases=free), len(board.cases) - len(free)

    def _free(self, cases: Sequence[StalledCase]) -> list[StalledCase]:
        """Return those of some stalled cases that nobody has in hand."""
        taken = in_hand.of(self.session, cases, self.now)
        return [one for one in cases if one.instance.id not in taken]

    def _judged(self, ids: Sequence[int], *, is_free: bool = True) -> list[StalledCase]:
        """Return those of some cases that stand still now, without those in hand."""
        found = stalled_cases.found_for(
            self.session, self.actor, now=self.now, calendar=self.calendar, among=ids
        )
        return self._free(found) if is_free else found

    def _number_in_hand(self) -> int:
        """Count the cases of the survey that are in hand."""
        query = self._all_notes().where(in_hand.is_noted(self.now))
        return self.session.scalar(query.with_only_columns(func.count())) or 0

    def _risks(self, **which: Any) -> list[Risk]:
        """Return steps that may stall."""
        return risks.found_for(
            self.session, self.actor, now=self.now, calendar=self.calendar, **which
        )

    def _notes(self) -> Select[*tuple[Any, ...]]:
        """Select what was found of cases that the reader answers for and nobody has in hand."""
        return self._all_notes().where(~in_hand.is_noted(self.now))

    def _all_notes(self) -> Select[*tuple[Any, ...]]:
        """Select what was found of cases that the reader answers for."""
        query = select(StalledNote.since, StalledNote.instance_id).join(
            Instance, Instance.id == StalledNote.instance_id
        )
        return scope_answered_for(query, self.actor, counts=True)

    def _risk_notes(self) -> Select[*tuple[Any, ...]]:
        """Select the steps that may stall, of cases that the reader answers for."""
        query = (
            select(RiskNote.due_order, RiskNote.user_task_id)
            .join(UserTask, UserTask.id == RiskNote.user_task_id)
            .join(Instance, Instance.id == UserTask.instance_id)
            .where(UserTask.state == "open", UserTask.paused_at.is_(None))
        )
        return scope_answered_for(query, self.actor, counts=True)

    def _rows(self, query: Select[*tuple[Any, ...]]) -> Any:
        """Return rows in the order of the list."""
        return self.session.execute(query.order_by(StalledNote.since, StalledNote.instance_id))

    def _narrowed(
        self, query: Select[*tuple[Any, ...]], wanted: StalledFilter
    ) -> Select[*tuple[Any, ...]]:
        """Apply a filter."""
        if wanted.reason:
            query = query.where(StalledNote.reasons.contains(f"|{wanted.reason}|"))
        if wanted.process:
            query = query.where(StalledNote.definition_key == wanted.process)
        if wanted.unit:
            query = query.where(StalledNote.units.contains(f"|{wanted.unit}|"))
        if wanted.band:
            query = query.where(self._is_of(wanted.band))
        return query

    def _facets(self) -> Sequence[Any]:
        """Count what was found by process, reasons, units and age, in one statement."""
        kinds = (StalledNote.definition_key, StalledNote.reasons, StalledNote.units)
        numbers = (
            func.sum(case((self._is_of(band), 1), else_=0)).label(band.name) for band in AgeBand
        )
        query = self._notes().with_only_columns(*kinds, *numbers)
        return self.session.execute(query.group_by(*kinds)).all()

    def _is_of(self, band: AgeBand) -> Any:
        """Return the condition that something has stood still for as long as a band says."""
        youngest, oldest = stalled_cases.days_of(band)
        conditions = [StalledNote.since <= self._days_ago(youngest)]
        if oldest is not None:
            conditions.append(StalledNote.since > self._days_ago(oldest + 1))
        return and_(*conditions)

    def _days_ago(self, days: int) -> datetime:
        """Return the latest moment since which so many working days have passed."""
        return working_time.of(self.calendar).ago(self.now, timedelta(days=days))


def _bands(facets: Sequence[Any], wanted: StalledFilter) -> Mapping[AgeBand, int]:
    """Count by age what fits a filter."""
    fitting = [
        one
        for one in facets
        if wanted.reason in {None, *unbarred(one.reasons)}
        if wanted.process in {None, one.definition_key}
        if wanted.unit is None or str(wanted.unit) in unbarred(one.units)
    ]
    return {band: sum(one._mapping[band.name] for one in fitting) for band in AgeBand}


def _page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    order: tuple[Any, Any],
    limit: int,
    cursor: str | None,
) -> Page[Any]:
    """Return a page of rows in the order of a moment and a number."""
    limit = bounded(limit)
    if cursor is not None:
        moment, number = from_cursor(cursor, str, int)
        query = query.where(tuple_(*order) > tuple_(_read(moment), number))
    rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
    return one_page(rows, limit, lambda row: (f"{row[0]:{_MOMENT}}", row[1]))


def _read(moment: str) -> datetime:
    """Return the moment of a cursor."""
    try:
        return datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)
    except ValueError as error:
        raise CursorRefused from error
