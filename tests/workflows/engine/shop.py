"""A small organisation of tests: its people, processes and forms, and short ways to use them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from workflows.actors import Actor
from workflows.database import Database
from workflows.engine import cron, definitions, instances, user_tasks
from workflows.engine.definitions import Published, SourceFile
from workflows.engine.tables import Instance, UserTask


class EveryDay:
    """A calendar in which every day is a working day."""

    def add_working_days(self, start: datetime, days: int) -> datetime:
        return start + timedelta(days=days)

    def next_by_cron(self, pattern: str, start: datetime) -> datetime:
        return cron.next_moment(pattern, start, UTC, self.add_working_days)


CALENDAR = EveryDay()


def person(name: str, *groups: str) -> Actor:
    return Actor(name, name.title(), frozenset(groups))


ADA = person("ada", "member")
BEN = person("ben", "reviewer")
CLEO = person("cleo", "reviewer")
HANA = person("hana", "hr")


def form(key: str, *, required: tuple[str, ...] = (), **properties: Any) -> SourceFile:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    return SourceFile(f"{key}.form.json", json.dumps({"id": key, "schema": schema}).encode())


SCORE = form(
    "score",
    required=("score",),
    score={"type": "integer", "minimum": 0, "maximum": 100},
    comment={"type": "string", "maxLength": 500},
)


def two_steps(key: str = "two_steps") -> SourceFile:
    """Ada prepares, a reviewer scores, and a low score comes back."""
    process = Process(key, subject="topic")
    process.start().user("prepare")
    process.user("score", form="score", candidateGroups="reviewer", dueIn="P5D", excludes="author")
    process.exclusive("good", default="redo").end("done").end("poor")
    process.chain("start", "prepare", "score", "good")
    process.flow("good", "done", "score >= 50").flow("good", "poor", id="redo")
    return SourceFile(f"{key}.bpmn", process.xml())


def with_duty() -> SourceFile:
    """Whoever writes may not approve."""
    process = Process("four_eyes")
    process.start()
    process.user("write", candidateGroups="reviewer", duty="author")
    process.user("approve", candidateGroups="reviewer", excludes="author", duty="approver")
    process.end().chain("start", "write", "approve", "end")
    return SourceFile("four_eyes.bpmn", process.xml())


def waiting(key: str = "waiting", duration: str = "P3D") -> SourceFile:
    """A case that waits for time, then for Ada."""
    process = Process(key)
    process.start().catch("pause", timer(duration=duration)).user("after").end()
    process.chain("start", "pause", "after", "end")
    return SourceFile(f"{key}.bpmn", process.xml())


def listening(
    key: str = "listening", message: str = "answer", correlation: str = "=ticket"
) -> SourceFile:
    """A case that waits for a message about its ticket."""
    process = Process(key)
    process.start().catch("listen", message=message, correlation=correlation)
    process.user("after").end().chain("start", "listen", "after", "end")
    return SourceFile(f"{key}.bpmn", process.xml())


def calling(service: str, key: str = "calling") -> SourceFile:
    """A user task, then a service whose business error leads to another end."""
    process = Process(key)
    process.start().user("ask").service("work", service)
    process.boundary("refused", "work", error="no_money")
    process.user("mend").end().chain("start", "ask", "work", "end")
    process.flow("refused", "mend").flow("mend", "end", id="mended")
    return SourceFile(f"{key}.bpmn", process.xml())


def publish(database: Database, *files: SourceFile, now: datetime = NOW) -> Published:
    with database.unit_of_work() as session:
        return definitions.publish(session, files, actor=HANA, now=now)


def start(
    database: Database,
    key: str,
    data: dict[str, Any] | None = None,
    *,
    actor: Actor = ADA,
    now: datetime = NOW,
    **facts: Any,
) -> Instance:
    with database.unit_of_work() as session:
        return instances.start(
            session, key, data or {}, actor=actor, now=now, calendar=CALENDAR, **facts
        )


def complete(
    database: Database,
    user_task_id: int,
    data: dict[str, Any] | None = None,
    *,
    actor: Actor = ADA,
    now: datetime = NOW,
) -> Instance:
    with database.unit_of_work() as session:
        return user_tasks.complete(
            session, user_task_id, data or {}, actor=actor, now=now, calendar=CALENDAR
        )


def open_tasks(database: Database, instance: Instance | int) -> dict[str, UserTask]:
    """Return the open user tasks of a case by element."""
    number = instance if isinstance(instance, int) else instance.id
    with database.reading() as session:
        rows = session.scalars(
            select(UserTask)
            .where(UserTask.instance_id == number, UserTask.state == "open")
            .order_by(UserTask.id)
        )
        return {row.element_id: row for row in rows}


def find(database: Database, instance_id: int) -> Instance:
    with database.reading() as session:
        return instances.get(session, instance_id)


def event_types(database: Database, instance_id: int) -> list[str]:
    with database.reading() as session:
        return [one.type for one in instances.history(session, instance_id)]
