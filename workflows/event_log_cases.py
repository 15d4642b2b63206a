"""What an event log says of cases, read in small parts, with pseudonyms for people and cases."""

import hashlib
import hmac
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.actors import SYSTEM
from workflows.case_facts import SUBJECT
from workflows.engine import compiled, renamings
from workflows.engine.renamings import Renamings
from workflows.engine.tables import Bundle, DecisionRecord, Duty, HistoryEvent, Instance, UserTask

# What changed of the data tells nothing of the flow, and names fields.
LEFT_OUT = ("data_changed",)
LIFE_CYCLE = {
    "activity_started": "start",
    "activity_completed": "complete",
    "activity_cancelled": "withdraw",
}


class Pseudonyms:
    """Names that stand for people and cases in one export."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key or secrets.token_bytes(32)

    def of(self, kind: str, name: object) -> str:
        """Return what stands for somebody or something of a kind."""
        told = f"{kind}:{name}".encode()
        return f"{kind}-{hmac.new(self._key, told, hashlib.sha256).hexdigest()[:20]}"

    def of_person(self, username: str | None) -> str | None:
        """Return what stands for a person; the system is nobody."""
        if username is None or username == SYSTEM.username:
            return username
        return self.of("person", username)


@dataclass(frozen=True)
class LoggedEvent:
    """One event; `resource` is a pseudonym."""

    seq: int
    at: datetime
    type: str
    name: str
    element_id: str | None
    process: str
    resource: str | None
    token: int | None

    @property
    def transition(self) -> str:
        """Return where in the life of an activity this lies; any other event is complete."""
        return LIFE_CYCLE.get(self.type, "complete")


@dataclass(frozen=True)
class LoggedTask:
    """One user task."""

    id: str
    element_id: str
    name: str
    token: int
    created_at: datetime


@dataclass(frozen=True)
class LoggedDecision:
    """One evaluation of a decision, at the event with this number."""

    id: str
    key: str
    seq: int
    at: datetime


@dataclass(frozen=True)
class LoggedCase:
    """One case with all that happened in it."""

    id: str
    process: str
    version: int
    status: str
    started_at: datetime
    pool: str
    members: Sequence[str]
    events: Sequence[LoggedEvent] = ()
    tasks: Sequence[LoggedTask] = ()
    decisions: Sequence[LoggedDecision] = ()


@dataclass(frozen=True)
class _Called:
    """
    What the elements of cases are called now.

    Attributes:
        names: By case and id, the names of elements in the cases that have migrated.

    """

    ids: Renamings
    names: Mapping[tuple[int, str], str]

    def now(self, instance_id: int, before: str | None, after: str | None, name: str) -> str:
        """Return the name of an element; where it has another id now, the one of today."""
        if before == after or after is None:
            return name
        return self.names.get((instance_id, after), name)


def read(session: Session, last_of: Mapping[int, int], names: Pseudonyms) -> list[LoggedCase]:
    """
    Return some cases in six statements, and in two more where cases have migrated.

    What happened before a migration is told under the ids that elements have now.

    `last_of` says by the number of each up to which event it is told.
    """
    ids = list(last_of)
    rows = _rows(session, ids)
    called = _called(session, rows)
    events = _events(session, last_of, called, names)
    tasks, decisions = _tasks(session, ids, called, names), _decisions(session, last_of, names)
    members = _members(session, ids, names)
    return [
        LoggedCase(
            id=names.of("case", row.id),
            process=row.definition_key,
            version=row.definition_version,
            status=row.status,
            started_at=row.started_at,
            pool=row.pool or "",
            members=members[row.id],
            events=events[row.id],
            tasks=tasks[row.id],
            decisions=decisions[row.id],
        )
        for row in rows
    ]


def _rows(session: Session, ids: Sequence[int]) -> Sequence[Any]:
    """Return what is told of cases themselves."""
    return session.execute(
        select(
            Instance.id,
            Instance.definition_key,
            Instance.definition_version,
            Instance.status,
            Instance.started_at,
            Instance.data["pool"].as_string().label("pool"),
            Instance.bundle_id,
            Bundle.bundle_hash,
        )
        .join(Bundle, Bundle.id == Instance.bundle_id)
        .where(Instance.id.in_(ids))
        .order_by(Instance.id)
    ).all()


def _called(session: Session, rows: Sequence[Any]) -> _Called:
    """Return what the elements of cases are called now."""
    ids = renamings.read(session, {row.id: row.definition_key for row in rows})
    names = {}
    for row in rows:
        if row.id in ids.of:
            bundle = compiled.load(session, row.bundle_id, row.bundle_hash)
            for node in bundle.executable.process.nodes.values():
                names[row.id, node.id] = node.name or node.id
    return _Called(ids, names)


def _events(
    session: Session, last_of: Mapping[int, int], called: _Called, names: Pseudonyms
) -> defaultdict[int, list[LoggedEvent]]:
    """Return what happened in cases, in order."""
    found: defaultdict[int, list[LoggedEvent]] = defaultdict(list)
    rows = session.execute(
        select(
            HistoryEvent.instance_id,
            HistoryEvent.seq,
            HistoryEvent.at,
            HistoryEvent.type,
            HistoryEvent.element_id,
            HistoryEvent.name,
            HistoryEvent.actor,
            HistoryEvent.data,
            Instance.definition_key,
        )
        .join(Instance, Instance.id == HistoryEvent.instance_id)
        .where(HistoryEvent.instance_id.in_(last_of), HistoryEvent.type.not_in(LEFT_OUT))
        .order_by(HistoryEvent.instance_id, HistoryEvent.seq)
    )
    for row in rows:
        if row.seq <= last_of[row.instance_id]:
            found[row.instance_id].append(_event(row, called, names))
    return found


def _event(row: Any, called: _Called, names: Pseudonyms) -> LoggedEvent:
    """Return one event."""
    process, element = row.data.get("process"), row.element_id
    if element is not None:
        element = called.ids.now(row.instance_id, element, seq=row.seq, process=process)
    name = row.name or row.element_id or row.type.replace("_", " ")
    return LoggedEvent(
        seq=row.seq,
        at=row.at,
        type=row.type,
        name=called.now(row.instance_id, row.element_id, element, name),
        element_id=element,
        process=process or row.definition_key,
        resource=names.of_person(row.actor),
        token=row.data.get("token"),
    )


def _tasks(
    session: Session, ids: Sequence[int], called: _Called, names: Pseudonyms
) -> defaultdict[int, list[LoggedTask]]:
    """Return the user tasks of cases."""
    found: defaultdict[int, list[LoggedTask]] = defaultdict(list)
    rows = session.execute(
        select(
            UserTask.instance_id,
            UserTask.id,
            UserTask.element_id,
            UserTask.name,
            UserTask.token_id,
            UserTask.created_at,
        )
        .where(UserTask.instance_id.in_(ids))
        .order_by(UserTask.id)
    )
    for row in rows:
        number = row.instance_id
        element = called.ids.of_closed(number, row.element_id, row.token_id)
        name = called.now(number, row.element_id, element, row.name)
        task = LoggedTask(names.of("task", row.id), element, name, row.token_id, row.created_at)
        found[row.instance_id].append(task)
    return found


def _decisions(
    session: Session, last_of: Mapping[int, int], names: Pseudonyms
) -> defaultdict[int, list[LoggedDecision]]:
    """Return the decisions made in cases; neither what went in nor what came out."""
    found: defaultdict[int, list[LoggedDecision]] = defaultdict(list)
    rows = session.execute(
        select(
            DecisionRecord.instance_id,
            DecisionRecord.id,
            DecisionRecord.decision_key,
            DecisionRecord.seq,
            DecisionRecord.decided_at,
        )
        .where(DecisionRecord.instance_id.in_(last_of))
        .order_by(DecisionRecord.id)
    )
    for row in rows:
        if row.seq <= last_of[row.instance_id]:
            number = names.of("decision", row.id)
            found[row.instance_id].append(
                LoggedDecision(number, row.decision_key, row.seq, row.decided_at)
            )
    return found


def _members(
    session: Session, ids: Sequence[int], names: Pseudonyms
) -> defaultdict[int, list[str]]:
    """Return whom cases are about."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(Duty.instance_id, Duty.username)
        .where(Duty.instance_id.in_(ids), Duty.duty == SUBJECT)
        .order_by(Duty.instance_id, Duty.username)
    )
    for row in rows:
        found[row.instance_id].append(names.of("person", row.username))
    return found
