"""
The one judge of every crash test: what was acknowledged is there, once, and all of it agrees.

It knows nothing of how a database was maltreated. It reads what is stored and
what clients were told, and yields a sentence for every thing that is wrong.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from workflows.database import Base, Database
from workflows.engine import verification
from workflows.engine.tables import (
    AuditEvent,
    HistoryEvent,
    IdempotencyAnswer,
    Incident,
    Instance,
    Timer,
    UserTask,
)

# What people did, by the user task that a case needs it for at most once.
_ONCE = ("score", "sign_off", "ask", "listen", "pause", "after", "rest")
_LEASES = {"attempts", "retry_at"}  # A try that died is counted; nothing else may differ.


@dataclass(frozen=True)
class Acknowledged:
    """A request whose answer arrived."""

    key: str
    status: int
    body: bytes


def faults(database: Database, acknowledged: Iterable[Acknowledged] = ()) -> list[str]:
    """Return everything that is wrong with what is stored."""
    with database.reading() as session:
        return [
            *_damaged(session),
            *verification.differences(session),
            *_lost(session, acknowledged),
            *_doubled(session),
            *_half_done(session),
        ]


def _damaged(session: Session) -> Iterator[str]:
    """Ask SQLite whether its file is whole."""
    if session.get_bind().dialect.name != "sqlite":
        return
    for sentence in session.scalars(text("PRAGMA integrity_check")):
        if sentence != "ok":
            yield f"integrity: {sentence}"
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield f"foreign key: {row}"


def _lost(session: Session, acknowledged: Iterable[Acknowledged]) -> Iterator[str]:
    """Look for answers that were given, but are not stored, or stored otherwise."""
    rows = session.execute(
        select(IdempotencyAnswer.key, IdempotencyAnswer.status, IdempotencyAnswer.body)
    )
    stored = {row.key: row for row in rows}
    cases = set(session.scalars(select(Instance.id)))
    for answer in acknowledged:
        row = stored.get(answer.key)
        if row is None:
            yield f"lost: {answer.key} was answered with {answer.status}, but is not stored."
            continue
        body = orjson.loads(answer.body)
        if (row.status, row.body) != (answer.status, body):
            yield f"lost: {answer.key} was answered otherwise than what is stored."
        if "id" in body and "business_key" in body and body["id"] not in cases:
            yield f"lost: the case {body['id']} was shown, but does not exist."


def _doubled(session: Session) -> Iterator[str]:
    """Look for what happened more than once."""
    same_key = (
        select(Instance.business_key)
        .where(Instance.business_key.is_not(None))
        .group_by(Instance.business_key, Instance.definition_key)
        .having(func.count() > 1)
    )
    yield from (f"twice: the case {key} was started twice." for key in session.scalars(same_key))
    events = session.execute(
        select(HistoryEvent.instance_id, HistoryEvent.element_id, func.count())
        .where(
            HistoryEvent.type.in_(("activity_completed", "timer_fired", "message_received")),
            HistoryEvent.element_id.in_(_ONCE),
        )
        .group_by(HistoryEvent.instance_id, HistoryEvent.type, HistoryEvent.element_id)
        .having(func.count() > 1)
    )
    for case, element, count in events:
        yield f"twice: {element} of case {case} happened {count} times."
    yield from (
        f"unanswered: the key {key} was claimed, but its work is not done."
        for key in session.scalars(
            select(IdempotencyAnswer.key).where(IdempotencyAnswer.status == 0)
        )
    )


def _half_done(session: Session) -> Iterator[str]:
    """Compare the number of transitions of each case with what was written down about them."""
    written: Counter[int] = Counter()
    audits = session.execute(
        select(AuditEvent.object_id, func.count())
        .where(AuditEvent.object_type == "instance")
        .group_by(AuditEvent.object_id)
    )
    written.update({int(case): count for case, count in audits})
    written.update(session.scalars(select(Incident.instance_id)))
    for row in session.execute(select(Instance.id, Instance.version)):
        if written[row.id] != row.version:
            yield (
                f"half done: case {row.id} was moved {row.version} times, "
                f"but the audit tells of {written[row.id]}."
            )
    done = _counts(session, UserTask.instance_id, UserTask.state == "completed")
    told = _counts(
        session,
        HistoryEvent.instance_id,
        HistoryEvent.type == "activity_completed",
        HistoryEvent.element_id.in_(select(UserTask.element_id).distinct()),
    )
    # What was skipped is over for the case, but nobody completed it.
    skipped = set(
        session.scalars(select(Incident.instance_id).where(Incident.resolution == "skipped"))
    )
    for case in (done.keys() | told.keys()) - skipped:
        if done[case] != told[case]:
            yield (
                f"half done: case {case} has {done[case]} completed user tasks, "
                f"but its history tells of {told[case]}."
            )


def _counts(session: Session, column: Any, *conditions: Any) -> Counter[int]:
    """Count rows by case."""
    found = session.execute(select(column, func.count()).where(*conditions).group_by(column))
    return Counter({int(case): int(count) for case, count in found})


def summary(database: Database) -> Counter[tuple[str, ...]]:
    """Count the rows of each table by what they say, whatever their numbers are."""
    counted: Counter[tuple[str, ...]] = Counter()
    told = {"status", "state", "resolution", "type", "action", "assignee", "key", "version"}
    with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            columns: list[Any] = [column for column in table.c if column.name in told]
            if table.name == "instance":
                columns = [column for column in columns if column.name != "state"]
            if table.name == "definition_version":
                columns = [column for column in columns if column.name != "version"]
            if table.name == "outbox":
                columns.append(table.c.sent_at.is_(None))
            if table.name in ("idempotency_answer", "draft"):
                columns = [column for column in columns if column.name != "key"]
            if not columns:
                columns = [text("1")]
            rows = session.execute(
                select(*columns, func.count()).select_from(table).group_by(*columns)
            )
            counted.update({(table.name, *map(str, row[:-1])): row[-1] for row in rows})
    return counted


def content(database: Database) -> dict[str, list[str]]:
    """Return everything that is stored, for a comparison to the letter."""
    with database.reading() as session:
        return {
            table.name: sorted(
                str([value for name, value in row.items() if name not in _LEASES])
                for row in session.execute(select(table)).mappings()
            )
            for table in Base.metadata.sorted_tables
        }


def late_timers(database: Database) -> list[int]:
    """Return the numbers of the cases with a timer that nobody has fired."""
    with database.reading() as session:
        return list(session.scalars(select(Timer.instance_id)))
