"""Bringing the figures up to date: a little every minute, only what cases did meanwhile."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from workflows import figure_reckoning, working_time
from workflows.database import Database, connection_of, insert_or, table_of
from workflows.engine.jobs.port import Claim
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import EVERY, RoundWork
from workflows.engine.tables import Instance
from workflows.figure_lives import lives
from workflows.figure_tables import CaseFigure, FigureCell, FigureSlice
from workflows.in_parts import in_parts

ROW = "figures"
AT_ONCE = 500  # cases in one transaction
MOST_A_LOOK = 10_000
_BACK = 10_000  # numbers that another transaction may still have been given before the highest
_figure = table_of(CaseFigure)
_cell = table_of(FigureCell)
_slice = table_of(FigureSlice)


class FiguresWork(RoundWork):
    """Counts what cases did since the last look."""

    name = ROW
    row = ROW

    def work(self, database: Database, claim: Claim, occasion: Occasion) -> bool:
        """Count the cases that changed; with very many, go on at the next look."""
        done = bring_up(database, occasion)
        with database.unit_of_work() as session:
            is_rest = done == MOST_A_LOOK
            due_at = occasion.now if is_rest else occasion.now + EVERY
            self.settle(session, claim, due_at=due_at, round_ended_at=occasion.now)
        return done > 0


WORK = FiguresWork()


def bring_up(database: Database, occasion: Occasion) -> int:
    """
    Count the next cases that changed; return how many these were.

    They are read and reckoned before the transaction that writes, in which others wait.
    """
    time = working_time.of(occasion.calendar)
    with database.reading() as session:
        ids = list(session.scalars(_changed().limit(MOST_A_LOOK)))
    for part in in_parts(ids, AT_ONCE):
        with database.reading() as session:
            rows = [figure_reckoning.row(lived, time) for lived in lives(session, part)]
        with database.unit_of_work() as session:
            _keep(session, part, rows)
    return len(ids)


def count(session: Session, ids: Sequence[int], time: working_time.WorkingTime) -> None:
    """Let the figures say of some cases what these are now."""
    _keep(
        session,
        ids,
        [figure_reckoning.row(lived, time) for lived in lives(session, ids)],
    )


def _keep(session: Session, ids: Sequence[int], after: Sequence[dict[str, Any]]) -> None:
    """Put the rows of some cases in the place of those that are known, and change the sums."""
    known = session.execute(
        select(_figure).where(_figure.c.instance_id.in_(ids)).with_for_update()
    ).mappings()
    before = [dict(one) for one in known]
    session.execute(delete(_figure).where(_figure.c.instance_id.in_(ids)))
    if after:
        session.execute(insert(_figure), after)
    changes = figure_reckoning.differences(before, after)
    numbers = _slices(session, {one for one, _ in changes})
    rows = [
        {"slice_id": numbers[one], **place._asdict(), "number": number}
        for (one, place), number in sorted(changes.items())
    ]
    _add(session, rows)


def _changed() -> Select[int]:
    """
    Select the cases that the figures do not know as they are, the oldest first.

    A case changes only while it is open: those that are counted as over are
    not looked at.
    """
    highest = select(func.coalesce(func.max(CaseFigure.instance_id), 0)).scalar_subquery()
    new = (
        select(Instance.id)
        .outerjoin(CaseFigure, CaseFigure.instance_id == Instance.id)
        .where(Instance.id > highest - _BACK, CaseFigure.instance_id.is_(None))
    )
    is_new = or_(
        Instance.last_seq != CaseFigure.last_seq,
        Instance.ended_at.is_not(None),
    )
    moved = (
        select(Instance.id)
        .join(CaseFigure, CaseFigure.instance_id == Instance.id)
        .where(and_(CaseFigure.outcome == "open", is_new))
    )
    both = new.union_all(moved).subquery()
    return select(both.c.id).order_by(both.c.id)


def _slices(session: Session, wanted: set[tuple[Any, ...]]) -> dict[tuple[Any, ...], int]:
    """Return the numbers of slices; those that are new get one."""
    names = ("definition_key", "definition_version", "pool", "facet", "value")
    keys = {one[0] for one in wanted}
    query = select(_slice).where(_slice.c.definition_key.in_(keys))
    found = {tuple(row[1:]): row.id for row in session.execute(query)}
    new = [dict(zip(names, one, strict=True)) for one in sorted(wanted - found.keys())]
    if new:
        session.execute(insert_or(session, _slice).on_conflict_do_nothing(), new)
        found = {tuple(row[1:]): row.id for row in session.execute(query)}
    return found


def _add(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add numbers to cells; one that comes to nothing goes."""
    if not rows:
        return
    statement = insert_or(session, _cell)
    added = statement.on_conflict_do_update(
        index_elements=list(_cell.primary_key),
        set_={"number": _cell.c.number + statement.excluded.number},
    )
    connection_of(session).execute(added, rows)
    session.execute(delete(_cell).where(_cell.c.number == 0))
