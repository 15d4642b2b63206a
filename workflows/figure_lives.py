"""What cases tell of themselves, read for the figures in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import figure_facets, figure_reckoning, nomination_milestones
from workflows.engine import compiled, renamings
from workflows.engine.nodes import CallActivity, ReceiveTask
from workflows.engine.nodes import UserTask as UserTaskNode
from workflows.engine.renamings import Renamings
from workflows.engine.tables import Bundle, HistoryEvent, Incident, Instance, UserTask
from workflows.figure_reckoning import Lived, Span, Work
from workflows.nomination_milestones import Gone

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

    def note(self, event: Any, element: str, stages: Stages) -> None:
        """Take in that something was begun or done; the element has the id that it has now."""
        token = event.data.get("token")
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


def lives(session: Session, ids: Sequence[int]) -> list[Lived]:
    """Read what some cases tell, in a fixed number of statements."""
    cases = _cases(session, ids)
    facets = figure_facets.of_cases(session, {case.id: case.data for case in cases})
    stages = {case.id: _stages(session, case.bundle_id, case.bundle_hash) for case in cases}
    names = renamings.read(session, {case.id: case.definition_key for case in cases})
    work, incidents = _work(session, ids, names), _incidents(session, ids)
    passages = _passages(session, ids, stages=stages, names=names)
    gone = nomination_milestones.of_cases(session, ids)
    nowhere = Gone("")
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
            channel=gone.get(case.id, nowhere).channel,
            milestones={str(each): at for each, at in gone.get(case.id, nowhere).at.items()},
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


def _stages(session: Session, bundle_id: int, bundle_hash: str) -> Stages:
    """Return the stages of the outermost process of a bundle."""
    nodes = compiled.load(session, bundle_id, bundle_hash).executable.process.nodes.values()
    found = [node for node in nodes if isinstance(node, StageNode)]
    return Stages(
        all=frozenset(node.id for node in found),
        by_people=frozenset(node.id for node in found if isinstance(node, UserTaskNode)),
        repeated=frozenset(node.id for node in found if node.loop is not None),
    )


def _work(session: Session, ids: Sequence[int], names: Renamings) -> defaultdict[int, list[Work]]:
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
            UserTask.token_id,
        )
        .where(UserTask.instance_id.in_(ids))
        .order_by(UserTask.id)
    )
    for row in rows:
        element = names.of_closed(row.instance_id, row.element_id, row.token_id)
        facts = (row.state, row.created_at, row.completed_at, row.completed_by)
        found[row.instance_id].append(Work(element, *facts))
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
    session: Session, ids: Sequence[int], *, stages: Mapping[int, Stages], names: Renamings
) -> defaultdict[int, Passages]:
    """Return when each stage of cases was done first, and how long the stages of no person took."""
    found: defaultdict[int, Passages] = defaultdict(Passages)
    elements = names.older.union(*(each.all for each in stages.values()))
    rows = session.execute(
        select(
            HistoryEvent.instance_id,
            HistoryEvent.seq,
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
        process = row.data.get("process")
        element = names.now(row.instance_id, row.element_id, seq=row.seq, process=process)
        found[row.instance_id].note(row, element, stages[row.instance_id])
    return found
