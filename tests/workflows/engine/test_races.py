"""Whoever is faster wins, the others are told, and nothing happens twice."""

import os
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    CALENDAR,
    CLEO,
    HANA,
    SCORE,
    complete,
    event_types,
    find,
    listening,
    open_tasks,
    person,
    publish,
    start,
    two_steps,
)
from workflows.clock import FixedClock
from workflows.engine import definitions, instances, messages, timers, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import DefinitionVersion, Instance
from workflows.errors import Conflict, NotFound

ROUNDS = int(os.environ.get("UNDERSTUDY_RACE_ROUNDS", "20"))


def race(*runners: Callable[[], object]) -> list[object]:
    """Run everybody at once; return what each got: a result or an error."""
    results: list[object] = [None] * len(runners)
    begin = threading.Barrier(len(runners))

    def run(place: int) -> None:
        begin.wait()
        try:
            results[place] = runners[place]()
        except Exception as error:  # noqa: BLE001  (the judge looks at it)
            results[place] = error

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def winners(results: list[object]) -> list[object]:
    """Return the results that are no refusal; anything else than a refusal is a fault."""
    refused = (Conflict, NotFound)
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, refused):
            raise result
    return [result for result in results if not isinstance(result, refused)]


def scoring(database):
    case = start(database, "two_steps")
    complete(database, open_tasks(database, case)["prepare"].id)
    return open_tasks(database, case)["score"]


def consistent(database, instance_id: int) -> None:
    """Every event has its own number, without a gap."""
    with database.reading() as session:
        events = instances.history(session, instance_id, limit=1000)
        case = instances.get(session, instance_id)
    assert [one.seq for one in events] == list(range(1, case.last_seq + 1))


def test_two_people_complete_the_same_user_task(database):
    publish(database, two_steps(), SCORE)
    for _ in range(ROUNDS):
        score = scoring(database)

        results = race(
            partial(complete, database, score.id, {"score": 80}, actor=BEN),
            partial(complete, database, score.id, {"score": 20}, actor=CLEO),
            partial(complete, database, score.id, {"score": 30}, actor=CLEO),
        )

        assert len(winners(results)) == 1
        counted = Counter(event_types(database, score.instance_id))
        assert counted["instance_completed"] == 1
        consistent(database, score.instance_id)


def test_many_people_claim_the_same_user_task(database):
    publish(database, two_steps(), SCORE)
    people = [person(f"rater{number}", "reviewer") for number in range(4)]

    def claim(number, actor):
        with database.unit_of_work() as session:
            return user_tasks.claim(session, number, actor=actor, now=NOW).assignee

    for _ in range(ROUNDS):
        score = scoring(database)

        results = race(*(partial(claim, score.id, who) for who in people))

        (winner,) = winners(results)
        assert open_tasks(database, score.instance_id)["score"].assignee == winner


def test_a_timer_races_the_completion(database):
    process = Process("watched")
    process.start().user("work").boundary("late", "work", timer(duration="P1D"))
    process.user("chase").end().chain("start", "work", "end").chain("late", "chase")
    process.flow("chase", "end")
    publish(database, SourceFile("watched.bpmn", process.xml()))
    clock = FixedClock(NOW + timedelta(days=1))

    for _ in range(ROUNDS):
        case = start(database, "watched")
        work = open_tasks(database, case)["work"]

        completed, fired = race(
            partial(complete, database, work.id),
            partial(timers.fire_due, database, clock, CALENDAR),
        )

        winners([completed])
        is_done = find(database, case.id).status == "completed"
        assert is_done != isinstance(completed, Conflict)
        assert fired == (0 if is_done else 1)
        assert set(open_tasks(database, case)) == (set() if is_done else {"chase"})
        consistent(database, case.id)


def test_a_cancellation_races_the_completion(database):
    publish(database, two_steps(), SCORE)

    def cancel(number):
        with database.unit_of_work() as session:
            return instances.cancel(session, number, reason="race", actor=HANA, now=NOW)

    for _ in range(ROUNDS):
        score = scoring(database)

        results = race(
            partial(complete, database, score.id, {"score": 80}, actor=BEN),
            partial(cancel, score.instance_id),
        )

        assert len(winners(results)) == 1
        case = find(database, score.instance_id)
        types = Counter(event_types(database, case.id))
        assert types["instance_completed"] + types["instance_cancelled"] == 1
        consistent(database, case.id)


def test_the_same_message_is_sent_twice_at_once(database):
    publish(database, listening())

    def send(number):
        with database.unit_of_work() as session:
            return messages.send(
                session,
                "answer",
                correlation=str(number),
                actor=ADA,
                now=NOW,
                calendar=CALENDAR,
            )

    for number in range(ROUNDS):
        case = start(database, "listening", {"ticket": str(number)})

        results = race(*(partial(send, number) for _ in range(3)))

        assert len(winners(results)) == 1
        assert event_types(database, case.id).count("message_received") == 1


def test_two_designers_publish_at_once(database):
    def put(text):
        process = Process("same")
        process.start().user("ask", name=text).end().chain("start", "ask", "end")
        with database.unit_of_work() as session:
            file = SourceFile("same.bpmn", process.xml())
            return definitions.publish(session, [file], actor=HANA, now=NOW).versions[0].version

    for number in range(ROUNDS // 4):
        race(*(partial(put, f"{number} {who}") for who in range(3)))

    with database.reading() as session:
        numbers = session.scalars(
            select(DefinitionVersion.version).order_by(DefinitionVersion.version)
        ).all()
        latest = select(func.count()).where(DefinitionVersion.is_latest)
        assert session.scalar(latest) == 1
    assert numbers == list(range(1, 3 * (ROUNDS // 4) + 1))


def test_parallel_user_tasks_of_one_case_are_completed_at_once(database):
    process = Process("wide")
    process.start().parallel("split").parallel("join").end()
    names = [f"part{number}" for number in range(4)]
    for name in names:
        process.user(name, assignee="ada").chain("split", name, "join")
    process.chain("start", "split").chain("join", "end")
    publish(database, SourceFile("wide.bpmn", process.xml()))

    for _ in range(ROUNDS):
        case = start(database, "wide")
        parts = open_tasks(database, case)

        results = race(*(partial(complete, database, one.id) for one in parts.values()))

        assert len(winners(results)) == 4
        assert find(database, case.id).status == "completed"
        consistent(database, case.id)


@pytest.mark.parametrize("count", [2])
def test_starting_many_cases_at_once_loses_none(database, count):
    publish(database, two_steps(), SCORE)

    for _ in range(ROUNDS):
        race(*(partial(start, database, "two_steps") for _ in range(count)))

    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == ROUNDS * count
