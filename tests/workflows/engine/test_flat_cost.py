"""The cost of a step does not grow with what lies behind it: work, statements and bytes."""

import os

import pytest
from sqlalchemy import func, select

from tests.statements import counted
from tests.workflows.engine.build import Process, many
from tests.workflows.engine.shop import complete, find, open_tasks, publish, start
from tests.workflows.engine.work import calls_counted
from workflows.database import Database
from workflows.engine import replay, verification
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import HistoryEvent

SOAK = "UNDERSTUDY_SOAK" in os.environ
ROUNDS = 10_000 if SOAK else 500


def review_loop() -> SourceFile:
    process = Process("rounds").start().exclusive("again").user("review").task("count")
    process.exclusive("ok", default="more").end().chain("start", "again", "review", "count", "ok")
    process.flow("ok", "again", id="more").flow("ok", "end", "done")
    return SourceFile("rounds.bpmn", process.xml())


def measured(database: Database, number: int) -> tuple[int, int]:
    """Complete a user task; answer with the functions that were called and the statements."""
    with counted(database) as statements, calls_counted() as calls:
        complete(database, number)
    return calls[0], len(statements)


def test_a_long_review_loop_costs_the_same_in_every_round(database):
    if not (SOAK or database.is_sqlite):
        pytest.skip("The long run is for both databases.")
    publish(database, review_loop())
    case = start(database, "rounds", {"done": False, "kept": "all the time"})
    work, sizes = {}, {}
    for number in range(ROUNDS):
        review = open_tasks(database, case)["review"].id
        if number in (10, 11, ROUNDS - 2, ROUNDS - 1):
            work[number] = measured(database, review)
            sizes[number] = len(find(database, case.id).state or b"")
        else:
            complete(database, review)

    early = min(work[10], work[11])
    late = min(work[ROUNDS - 2], work[ROUNDS - 1])
    assert late[0] <= 1.05 * early[0]
    assert late[1] <= early[1]
    assert sizes[ROUNDS - 1] <= sizes[10] + 12
    assert find(database, case.id).data == {"done": False, "kept": "all the time"}
    with database.reading() as session:
        assert replay.replay(session, case.id) == find(database, case.id).state
        assert list(verification.differences_of(session, case.id)) == []
        logged = session.scalar(select(func.sum(func.length(HistoryEvent.log))))
    assert logged < ROUNDS * 45 + 200


def test_a_thousand_instances_are_a_thousand_user_tasks(database):
    many_reviews = Process("wide").start().end()
    many_reviews.user("review", many(cardinality="1000"), candidateGroups="reviewer")
    many_reviews.chain("start", "review", "end")
    publish(database, SourceFile("wide.bpmn", many_reviews.xml()))

    case = start(database, "wide")

    with database.reading() as session:
        assert len(verification.replay.replayed(session, case.id).outcome.user_tasks) == 1_000
        assert list(verification.differences_of(session, case.id)) == []
