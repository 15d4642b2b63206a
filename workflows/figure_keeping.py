"""Bringing the figures up to date: a little every minute, only what cases did meanwhile."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
AT_ONCE = 500  # cases in one transaction
MOST_A_LOOK = 10_000
_BACK = 10_000  # numbers that another transaction may still have been given before the highest
_figure = table_of(CaseFigure)
_cell = table_of(FigureCell)
_slice = table_of(FigureSlice)


StageNode = UserTaskNode | CallActivity | ReceiveTask


@dataclass(frozen=True)
class Stages:
    """The elements of a process by which people tell how far a case is."""

    all: frozenset[str]
    by_people: frozenset[str]
    repeated: frozenset[str]  # done for each of many


@dataclass
class Passages:
    """How a case went through its stages: when each was done first, and those of no person."""

    first: dict[str, datetime] = field(default_factory=dict)
    stages: list[Work] = field(default_factory=list)
    begun: dict[int, datetime] = field(default_factory=dict)  # by token

    def note(self, event: Any, stages: Stages) -> None:
        """Take in that something was begun or done."""
        element, token = event.element_id, event.data.get("token")
        if "process" in event.data or element not in stages.all:
            return  # of a process that it calls
        is_done = event.type == "activity_completed"
        if is_done:
            self.first.setdefault(element, event.at)
        only_counts = element in stages.repeated and "instance" not in event.data
        if element in stages.by_people or only_counts:
            return  # the first is told by its user tasks, the second by its instances
        if not is_done:
            self.begun.setdefault(token, event.at)
        elif token in self.begun:
            self.stages.append(Work(element, "completed", self.begun.pop(token), event.at, None))


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
    for first in range(0, len(ids), AT_ONCE):
        part = ids[first : first + AT_ONCE]
        with database.reading() as session:
            rows = [figure_reckoning.row(lived, time) for lived in lives(session, part)]
        with database.unit_of_work() as session:
            _keep(session, part, rows)
    return len(ids)


def count(session: Session, ids: Sequence[int], time: working_time.WorkingTime) -> None:
    """Let the figures say of some cases what these are now."""
    _keep(session, ids, [figure_reckoning.row(lived, time) for lived in lives(session, ids)])


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


def lives(session: Session, ids: Sequence[int]) -> list[Lived]:
    """Read what some cases tell, in a fixed number of statements."""
    cases = _cases(session, ids)
    facets = figure_facets.of_cases(session, {case.id: case.data for case in cases})
    stages = {case.id: _stages(session, case.bundle_id, case.bundle_hash) for case in cases}
    work, incidents = _work(session, ids), _incidents(session, ids)
    passages = _passages(session, ids, stages=stages)
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
            stages=passages[case.id].stages,
            passed=passages[case.id].first,
            here=[each for each in case.active_elements if each in stages[case.id].all],
            pool=facets[case.id].pool,
            facets=facets[case.id].values,
        )
        for case in cases
    ]


def _cases(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """Return cases with what names their processes."""
    return session.execute(
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


def _stages(session: Session, bundle_id: int, bundle_hash: str) -> Stages:
    """Return the stages of the outermost process of a bundle."""
    nodes = compiled.load(session, bundle_id, bundle_hash).executable.process.nodes.values()
    found = [node for node in nodes if isinstance(node, StageNode)]
    return Stages(
        all=frozenset(node.id for node in found),
        by_people=frozenset(node.id for node in found if isinstance(node, UserTaskNode)),
        repeated=frozenset(node.id for node in found if node.loop is not None),
    )


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


def _passages(
    session: Session, ids: Sequence[int], *, stages: Mapping[int, Stages]
) -> defaultdict[int, Passages]:
    """Return when each stage of cases was done first, and how long the stages of no person took."""
    found: defaultdict[int, Passages] = defaultdict(Passages)
    elements = frozenset().union(*(each.all for each in stages.values()))
    rows = session.execute(
        select(
            HistoryEvent.instance_id,
            HistoryEvent.type,
            HistoryEvent.element_id,
            HistoryEvent.at,
            HistoryEvent.data,
        )
        .where(
            HistoryEvent.instance_id.in_(ids),
            HistoryEvent.type.in_(("activity_started", "activity_completed")),
            HistoryEvent.element_id.in_(elements),
        )
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    for row in rows:
        found[row.instance_id].note(row, stages[row.instance_id])
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
