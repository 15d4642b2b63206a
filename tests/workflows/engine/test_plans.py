"""How the databases find what people ask for most: by an index, however much there is."""

import re

from sqlalchemy import func, select, text

from tests.conftest import NOW
from tests.statements import asked_with
from workflows import case_facts
from workflows.benchmark import cases
from workflows.benchmark.cases import REVIEWER
from workflows.engine import user_tasks, waits
from workflows.engine.tables import UserTask


def plan_of_inbox(database):
    """Explain the statement of a page with what it was asked."""
    with asked_with(database) as asked, database.reading() as session:
        user_tasks.inbox(session, REVIEWER, now=NOW, limit=20)
    return plan_of(database, *asked[-1])


def plan_of(database, statement, parameters, *, is_free=False):
    """Explain a statement: how it can be done, or how the database is free to do it."""
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    with database.engine.connect() as connection:
        if not database.is_sqlite:
            connection.execute(text("ANALYZE"))
            connection.execute(text(f"SET LOCAL enable_seqscan = {'on' if is_free else 'off'}"))
        return "\n".join(
            str(row) for row in connection.exec_driver_sql(explain + statement, parameters)
        )


def test_a_page_of_the_inbox_is_read_from_its_indexes(database):
    cases.prepare(database)
    cases.fill_inbox(database, 3_000)

    plan = plan_of_inbox(database)

    assert "ix_user_task_candidate_inbox" in plan, plan
    assert "ix_user_task_inbox" in plan, plan


def test_a_page_of_a_short_inbox_does_not_read_every_user_task(database):
    """PostgreSQL would, by what a step to another page costs on a disk that turns."""
    cases.prepare(database)
    cases.fill_inbox(database, 4_000)
    with asked_with(database) as asked, database.reading() as session:
        user_tasks.inbox(session, REVIEWER, now=NOW, unclaimed=True, limit=20)

    plan = plan_of(database, *asked[-1], is_free=True)

    assert "ix_user_task_candidate_inbox" in plan, plan
    assert not re.search(r"(Seq Scan on|SCAN) user_task\b", plan), plan


def first_user_task(database, case):
    with database.reading() as session:
        return session.scalar(select(func.min(UserTask.id)).where(UserTask.instance_id == case))


def test_what_a_step_reads_of_user_tasks_are_the_open_ones(database):
    cases.prepare(database)
    cases.fill_inbox(database, 3_000)
    case, _ = cases.start(database, "bench_loop", {"rounds": 120})
    list(cases.complete_all(database, case))
    number = {"number": first_user_task(database, case)}
    with asked_with(database) as asked, database.reading() as session:
        waits.LIVE_ROWS_BY_USER_TASK.rows(session, **number, username="reviewer")
        case_facts.PRESENT_FACTS.rows(session, **number)

    for statement, parameters in asked:
        if not statement.startswith("BEGIN"):
            assert "ix_user_task_open" in plan_of(database, statement, parameters)


def test_a_completion_of_the_review_takes_few_statements(database):
    cases.prepare(database)
    cases.statements(database)

    counts = cases.statements(database)

    assert len(counts) == 5
    assert max(counts) <= (13 if database.is_sqlite else 6), counts
