"""
The survey of a large installation: which cases stand still and which steps may, found beforehand.

To look at every open case takes seconds where there are many thousands of
them. A worker does that every few minutes and keeps the numbers of what it
found; pages read those, and judge anew only the few cases that they show.
Where few cases are open nothing is kept: pages look for themselves.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from workflows import risks, stalled_cases, working_time
from workflows.actors import SYSTEM
from workflows.database import Database, connection_of, table_of
from workflows.engine import element_pace
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.element_pace import Element, Pace
from workflows.engine.jobs.port import Claim
from workflows.engine.kept_tables import KeptPace, RiskNote, StalledNote
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import EVERY, RoundWork
from workflows.engine.stall_suspects import OPEN
from workflows.engine.tables import Instance

ROW = "survey"
FROM_OPEN = 1_000  # open cases; up to so many are looked at page by page
_A_MINUTE = 5_000  # open cases for which a look waits another minute

Key = tuple[Any, ...]
Rows = Mapping[Key, Mapping[str, Any]]


class SurveyWork(RoundWork):
    """Looks at every open case of a large installation, and keeps what it found."""

    name = ROW
    row = ROW

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Look, and note when that was; without many open cases keep nothing."""
        with database.reading() as session:
            number = session.scalar(
                select(func.count()).select_from(Instance).where(Instance.status.in_(OPEN))
            )
        is_large = (number or 0) > FROM_OPEN
        _keep_paces(database, occasion, is_large=is_large)
        stalled, at_risk = _found(database, occasion) if is_large else ({}, {})
        with database.unit_of_work() as session:
            _replace(session, table_of(StalledNote), stalled)
            _replace(session, table_of(RiskNote), at_risk)
            self.settle(
                session,
                claim,
                due_at=occasion.now + _pause(number or 0),
                position=number if is_large else 0,
                round_ended_at=occasion.now,
            )
        return False


WORK = SurveyWork()


def kept_at(session: Session) -> datetime | None:
    """Return when what is kept was found; nothing where pages look for themselves."""
    row = session.execute(
        select(Sweep.round_ended_at).where(Sweep.name == ROW, Sweep.position > 0)
    ).first()
    return None if row is None else row.round_ended_at


def _pause(number: int) -> timedelta:
    """Return how long after a look the next one begins: a small part of the time is looking."""
    return EVERY * max(1, number // _A_MINUTE)


def _keep_paces(database: Database, occasion: Occasion, *, is_large: bool) -> None:
    """Keep what each element usually takes."""
    paces: Mapping[Element, Pace] = {}
    if is_large:
        with database.reading() as session:
            paces = element_pace.found(session, working_time.of(occasion.calendar))
    with database.unit_of_work() as session:
        rows = {
            key: {"number": one.number, "median": one.median, "high": one.high}
            for key, one in paces.items()
        }
        _replace(session, table_of(KeptPace), rows)


def _found(database: Database, occasion: Occasion) -> tuple[Rows, Rows]:
    """Return what stands still and what may, in the whole installation."""
    now, calendar = occasion.now, occasion.calendar
    with database.reading() as session:
        board = stalled_cases.board(session, SYSTEM, now=now, calendar=calendar)
        besides = {case.instance.id for case in board.cases}
        found = risks.found_for(session, SYSTEM, now=now, calendar=calendar, besides=besides)
    stalled = {
        (case.instance.id,): {
            "since": case.since,
            "definition_key": case.instance.definition_key,
            "reasons": stalled_cases.barred(case.reasons),
            "units": stalled_cases.barred(board.units_of.get(case.instance.id, ())),
        }
        for case in board.cases
    }
    return stalled, {(risk.user_task_id,): {"due_order": risk.due_order} for risk in found}


def _replace(session: Session, table: Table, rows: Rows) -> None:
    """Let a table hold exactly these rows; what is the same already is not written again."""
    keys = [column.name for column in table.primary_key]
    there = {
        tuple(row._mapping[name] for name in keys): row._mapping
        for row in session.execute(select(table))
    }
    is_same = [column == bindparam(f"its_{column.name}") for column in table.primary_key]

    def its(key: Key) -> dict[str, Any]:
        return {f"its_{name}": value for name, value in zip(keys, key, strict=True)}

    gone = [its(key) for key in there.keys() - rows.keys()]
    new = [
        {**dict(zip(keys, key, strict=True)), **values}
        for key, values in rows.items()
        if key not in there
    ]
    changed = [
        {**its(key), **values}
        for key, values in rows.items()
        if key in there and any(there[key][name] != value for name, value in values.items())
    ]
    for statement, found in (
        (delete(table).where(*is_same), gone),
        (insert(table), new),
        (update(table).where(*is_same), changed),
    ):
        if found:
            connection_of(session).execute(statement, found)
