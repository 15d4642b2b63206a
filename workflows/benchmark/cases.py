"""Cases run on one database, measured: what a step costs, and what it leaves behind."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, event, func, insert, select, text

import workflows.tables  # noqa: F401  (registers every table)
from workflows.actors import Actor
from workflows.benchmark import workload
from workflows.calendar import OrganisationCalendar
from workflows.database import Database, table_of
from workflows.engine import definitions, instances, user_tasks
from workflows.engine.tables import END_OF_TIME, Instance, UserTask, UserTaskCandidate

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
REVIEWER = Actor("reviewer", "Reviewer", groups=frozenset({"bench"}))
CALENDAR = OrganisationCalendar(None)
_COMMITS = 100
_BATCH = 10_000
_PAGES = 40


def prepare(database: Database) -> None:
    """Publish the workload."""
    with database.unit_of_work() as session:
        definitions.publish(session, workload.files(), actor=REVIEWER, now=NOW)


def start(database: Database, key: str, data: dict[str, Any] | None = None) -> tuple[int, float]:
    """Start a case; return its number and the seconds that it took."""
    begun = perf_counter()
    with database.unit_of_work() as session:
        case = instances.start(session, key, data or {}, actor=REVIEWER, now=NOW, calendar=CALENDAR)
    return case.id, perf_counter() - begun


def complete_all(database: Database, case: int) -> Iterator[float]:
    """Complete one user task after the other to the end; yield the seconds of each."""
    while (number := next_user_task(database, case)) is not None:
        begun = perf_counter()
        with database.unit_of_work() as session:
            user_tasks.complete(
                session, number, workload.ANSWER, actor=REVIEWER, now=NOW, calendar=CALENDAR
            )
        yield perf_counter() - begun


def next_user_task(database: Database, case: int) -> int | None:
    """Return an open user task of a case."""
    with database.reading() as session:
        return session.scalar(
            select(UserTask.id)
            .where(UserTask.instance_id == case, UserTask.state == "open")
            .order_by(UserTask.id)
            .limit(1)
        )


def open_user_tasks(database: Database, found: Sequence[int]) -> list[int]:
    """Return the open user tasks of cases."""
    with database.reading() as session:
        return list(
            session.scalars(
                select(UserTask.id)
                .where(UserTask.instance_id.in_(found), UserTask.state == "open")
                .order_by(UserTask.id)
            )
        )


def reviews(database: Database, count: int) -> list[float]:
    """Run reviews; return the seconds of each completion."""
    return [
        seconds
        for _ in range(count)
        for seconds in complete_all(database, start(database, "bench_review")[0])
    ]


def loop(database: Database, rounds: int) -> Iterator[float]:
    """Run the loop, as far as it is asked to; yield the seconds of each completion."""
    return complete_all(database, start(database, "bench_loop", {"rounds": rounds})[0])


def blocks(database: Database) -> tuple[float, int]:
    """Start a case with many parallel blocks; return the seconds and the bytes of its state."""
    case, seconds = start(database, "bench_blocks")
    with database.reading() as session:
        state = session.get_one(Instance, case).state
    return seconds, len(state or b"")


def statements(database: Database) -> list[int]:
    """Return how many statements each completion of a review asks; commits do not count."""
    counts: list[int] = []
    case, _ = start(database, "bench_review")
    while (number := next_user_task(database, case)) is not None:
        with _counted(database) as asked, database.unit_of_work() as session:
            user_tasks.complete(
                session, number, workload.ANSWER, actor=REVIEWER, now=NOW, calendar=CALENDAR
            )
        counts.append(len([one for one in asked if not one.startswith("BEGIN")]))
    return counts


def commits(database: Database) -> list[float]:
    """Return the seconds of transactions that insert one row each: the limit."""
    with database.unit_of_work() as session:
        session.execute(text("CREATE TABLE IF NOT EXISTS bench_limit (data TEXT)"))
    spent = []
    for _ in range(_COMMITS):
        begun = perf_counter()
        with database.engine.connect() as connection:
            if database.is_sqlite:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("INSERT INTO bench_limit VALUES ('0123456789')")
            connection.commit()
        spent.append(perf_counter() - begun)
    return spent


def stored_bytes(database: Database) -> int:
    """Return how large the database is, indexes included."""
    with without_transaction(database) as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql("VACUUM")
            size = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r'"
            return int(connection.exec_driver_sql(size).scalar_one())
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        unused = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        return int(pages - unused) * int(
            connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        )


def without_transaction(database: Database) -> Connection:
    """Open a connection for statements that no transaction can hold."""
    return database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def fill_inbox(database: Database, count: int) -> None:
    """Add open user tasks of a group until there are so many, due one after the other."""
    case, _ = start(database, "bench_blocks")
    user_task, candidate = table_of(UserTask), table_of(UserTaskCandidate)
    with database.unit_of_work() as session:
        there = session.scalar(select(func.count()).select_from(UserTaskCandidate)) or 0
        highest = session.scalar(select(func.max(UserTask.id))) or 0
        for first in range(there, count, _BATCH):
            numbers = range(first, min(first + _BATCH, count))
            rows = [_open_user_task(case, highest, number) for number in numbers]
            session.execute(insert(user_task), rows)
            offers = [
                {"group_name": "bench", "user_task_id": row["id"], "inbox_at": row["inbox_at"]}
                for row in rows
            ]
            session.execute(insert(candidate), offers)
    _settle(database)


def _settle(database: Database) -> None:
    """Let the database finish what many new rows give it to do; else that is measured, too."""
    with without_transaction(database) as connection:
        if database.is_sqlite:
            tidying = ["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"]
        else:
            highest = "SELECT setval('user_task_id_seq', (SELECT max(id) FROM user_task))"
            tidying = [highest, "VACUUM ANALYZE", "CHECKPOINT"]
        for statement in tidying:
            connection.exec_driver_sql(statement)


def pages(database: Database) -> list[float]:
    """Read the first page of a full inbox; return the seconds of each time."""
    spent = []
    for _ in range(_PAGES):
        begun = perf_counter()
        with database.reading() as session:
            user_tasks.inbox(session, REVIEWER, now=NOW, unclaimed=True, limit=50)
        spent.append(perf_counter() - begun)
    return spent


def _open_user_task(case: int, highest: int, number: int) -> dict[str, Any]:
    """Return the row of a user task that is offered to the group."""
    due_at = NOW + timedelta(minutes=number)
    return {
        "id": highest + 1 + number,
        "instance_id": case,
        "token_id": 1_000 + number,
        "definition_key": "bench_blocks",
        "element_id": "work",
        "name": "Work",
        "subject": "",
        "state": "open",
        "is_claimed": False,
        "candidate_groups": ["bench"],
        "excludes": [],
        "priority": 50,
        "created_at": NOW,
        "due_at": due_at,
        "inbox_at": min(due_at, END_OF_TIME),
    }


@contextmanager
def _counted(database: Database) -> Iterator[list[str]]:
    """Collect the statements that the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
