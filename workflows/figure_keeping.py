"""Bringing the figures up to date: a little every minute, only what cases did meanwhile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session

from workflows import figure_facets, figure_reckoning, working_time
from workflows.database import Database, connection_of, insert_or, table_of
from workflows.engine import compiled
from workflows.engine.jobs.port import Claim
from workflows.engine.nodes import CallActivity, ReceiveTask
from workflows.engine.nodes import UserTask as UserTaskNode
from workflows.engine.occasion import Occasion
from workflows.engine.rounds import EVERY, RoundWork
from workflows.engine.tables import Bundle, HistoryEvent, Incident, Instance, UserTask
from workflows.figure_reckoning import Lived, Span, Work
from workflows.figure_tables import CaseFigure, FigureCell, FigureSlice

ROW = "figures"
AT_ONCE = 400  # cases in one transaction: it takes the write lock of SQLite for a moment
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
        done, is_rest = 0, False
        while done < MOST_A_LOOK:
            number = bring_up(database, occasion)
            done += number
            if number < AT_ONCE:
                break
        else:
            is_rest = True
        with database.unit_of_work() as session:
            due_at = occasion.now if is_rest else occasion.now + EVERY
            self.settle(session, claim, due_at=due_at, round_ended_at=occasion.now)
        return done > 0


WORK = FiguresWork()


def bring_up(database: Database, occasion: Occasion) -> int:
    """Count the next cases that changed; return how many these were."""
    with database.reading() as session:
        ids = list(session.scalars(_changed().limit(AT_ONCE)))
        if not ids:
            return 0
    with database.unit_of_work() as session:
        count(session, ids, working_time.of(occasion.calendar))
    return len(ids)


def count(session: Session, ids: Sequence[int], time: working_time.WorkingTime) -> None:
    """Let the figures say of some cases what these are now."""
    known = session.execute(
        select(_figure).where(_figure.c.instance_id.in_(ids)).with_for_update()
    ).mappings()
    before = [dict(one) for one in known]
    after = [figure_reckoning.row(lived, time) for lived in lives(session, ids)]
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


def lives(session: Session, ids: Sequence[int]) -> list[Lived]:
    """Read what some cases tell, in a fixed number of statements."""
    cases = session.execute(
        select(
            Instance.id,
            Instance.last_seq,
            Instance.definition_key,
            Instance.definition_version,
            Instance.status,
            Instance.started_at,
            Instance.ended_at,
            Instance.data,
            Instance.active_elements,
            Instance.bundle_id,
            Bundle.bundle_hash,
        )
        .join(Bundle, Bundle.id == Instance.bundle_id)
        .where(Instance.id.in_(ids))
    ).all()
    facets = figure_facets.of_cases(session, {case.id: case.data for case in cases})
    stages = {
        case.bundle_hash: _stages(session, case.bundle_id, case.bundle_hash) for case in cases
    }
    work, incidents = _work(session, ids), _incidents(session, ids)
    passed = _passed(session, ids, stages={case.id: stages[case.bundle_hash] for case in cases})
    return [
        Lived(
            instance_id=case.id,
            last_seq=case.last_seq,
            definition_key=case.definition_key,
            definition_version=case.definition_version,
            outcome=case.status if case.ended_at else figure_reckoning.OPEN,
            started_at=case.started_at,
            ended_at=case.ended_at,
            work=work[case.id],
            incidents=incidents[case.id],
            passed=passed[case.id],
            here=[each for each in case.active_elements if each in stages[case.bundle_hash]],
            pool=facets[case.id].pool,
            facets=facets[case.id].values,
        )
        for case in cases
    ]


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


def _stages(session: Session, bundle_id: int, bundle_hash: str) -> frozenset[str]:
    """Return the elements of the outermost process by which people tell how far a case is."""
    nodes = compiled.load(session, bundle_id, bundle_hash).executable.process.nodes
    kinds = (UserTaskNode, CallActivity, ReceiveTask)
    return frozenset(node.id for node in nodes.values() if isinstance(node, kinds))


def _work(session: Session, ids: Sequence[int]) -> defaultdict[int, list[Work]]:
    """Return the user tasks of cases."""
    found: defaultdict[int, list[Work]] = defaultdict(list)
    rows = session.execute(
        select(
            UserTask.instance_id,
            UserTask.element_id,
            UserTask.state,
            UserTask.created_at,
            UserTask.completed_at,
            UserTask.completed_by,
        )
        .where(UserTask.instance_id.in_(ids))
        .order_by(UserTask.id)
    )
    for row in rows:
        found[row.instance_id].append(Work(*row[1:]))
    return found


def _incidents(session: Session, ids: Sequence[int]) -> defaultdict[int, list[Span]]:
    """Return the times in which cases could not go on."""
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for row in session.execute(
        select(Incident.instance_id, Incident.opened_at, Incident.resolved_at).where(
            Incident.instance_id.in_(ids)
        )
    ):
        found[row.instance_id].append(Span(row.opened_at, row.resolved_at))
    return found


def _passed(
    session: Session, ids: Sequence[int], *, stages: Mapping[int, frozenset[str]]
) -> defaultdict[int, dict[str, Any]]:
    """Return when each stage of cases was done first."""
    found: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    elements = frozenset().union(*stages.values())
    rows = session.execute(
        select(HistoryEvent.instance_id, HistoryEvent.element_id, HistoryEvent.at)
        .add_columns(HistoryEvent.data["process"].as_string().label("process"))
        .where(
            HistoryEvent.instance_id.in_(ids),
            HistoryEvent.type == "activity_completed",
            HistoryEvent.element_id.in_(elements),
        )
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    for row in rows:
        if row.process is None and row.element_id in stages[row.instance_id]:
            found[row.instance_id].setdefault(row.element_id, row.at)
    return found


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
