"""Skipping: the step that failed is left out, and all that led to it is kept."""

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.shop import (
    CALENDAR,
    HANA,
    SCORE,
    complete,
    find,
    open_tasks,
    publish,
    start,
)
from workflows.clock import FixedClock
from workflows.engine import clock_control, incidents, instances, replay, services, verification
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import TransitionFailed
from workflows.engine.tables import Incident, UserTask
from workflows.errors import Invalid

LONG = "sum(for i in 1..1000000 return i)"


@pytest.fixture(autouse=True)
def broken(monkeypatch):
    """Offer a service that never works; answer with how often it was called."""
    calls = []

    def work(_call):
        calls.append(1)
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.work", work)
    return calls


def published(database, process, *others):
    publish(database, SourceFile("p.bpmn", process.xml(*others)), SCORE)


def asking(*between: str) -> Process:
    """Ask for a score, do what stands between, then ask again."""
    process = Process("p").start().user("ask", form="score").user("after").end()
    return process.chain("start", "ask", *between, "after", "end")


def failing(database, case, element="ask", data=None):
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)[element].id, data)


def skip(database, now=NOW):
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    with database.unit_of_work() as session:
        return incidents.skip(
            session, incident.id, reason="done by hand", actor=HANA, now=now, calendar=CALENDAR
        )


def must_agree(database, case):
    """Rows, state and log of a case tell the same."""
    with database.reading() as session:
        assert list(verification.differences(session)) == []
        assert replay.replay(session, case.id) == instances.get(session, case.id).state


def told(database, case):
    with database.reading() as session:
        return {
            (one.type, one.element_id): one.actor for one in instances.history(session, case.id)
        }


def test_a_service_that_fails_for_ever_is_left_out_and_what_led_to_it_is_kept(database, broken):
    published(database, asking("work").service("work", "test.work"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    skipped = skip(database)

    assert (skipped.status, skipped.data) == ("running", {"score": 7})
    assert set(open_tasks(database, case)) == {"after"}
    assert len(broken) == 1
    with database.reading() as session:
        row = session.scalars(select(UserTask).where(UserTask.element_id == "ask")).one()
        incident = session.scalars(select(Incident)).one()
    assert (row.state, row.completed_by) == ("completed", "ada")
    assert (incident.resolution, incident.resolved_by) == ("skipped", "hana")
    events = told(database, case)
    assert events["activity_completed", "ask"] == "ada"
    assert ("activity_cancelled", "work") in events
    assert ("activity_completed", "work") not in events
    must_agree(database, case)


def test_a_step_behind_a_timer_is_left_out(database):
    process = asking("pause", "work").service("work", "test.work")
    published(database, process.catch("pause", timer(duration="P1D")))
    case = start(database, "p")
    complete(database, open_tasks(database, case)["ask"].id, {"score": 7})
    clock = FixedClock(NOW)
    clock_control.advance(database, clock, "P5D", CALENDAR)

    assert skip(database, clock.now()).status == "running"

    assert set(open_tasks(database, case)) == {"after"}
    assert ("timer_fired", "pause") in told(database, case)
    must_agree(database, case)


@pytest.mark.parametrize("repeated", ["", many(cardinality="=3")])
def test_a_user_task_for_nobody_is_left_out(database, repeated):
    published(database, asking("judge").user("judge", repeated, assignee="=judge"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    skip(database)

    assert set(open_tasks(database, case)) == {"after"}
    must_agree(database, case)


def test_a_step_of_a_called_process_is_left_out(database):
    inner = Process("inner").start("s").service("work", "test.work").user("look").end("e")
    published(database, asking("call").call("call", "inner"), inner.chain("s", "work", "look", "e"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    skip(database)

    assert set(open_tasks(database, case)) == {"look"}
    must_agree(database, case)


def test_two_steps_that_fail_are_left_out_one_after_the_other(database):
    process = asking("work", "again").service("work", "test.work").service("again", "test.work")
    published(database, process)
    case = start(database, "p")
    failing(database, case, data={"score": 7})
    with pytest.raises(TransitionFailed):
        skip(database)

    with database.reading() as session:
        assert [one.element_id for one in incidents.open_list(session).items] == ["again"]
    assert skip(database).status == "running"

    assert set(open_tasks(database, case)) == {"after"}
    must_agree(database, case)


def test_an_error_that_nothing_catches_is_left_out(database):
    process = asking("fork").parallel("fork").end_with("refuse", error="BAD")
    published(database, process.flow("fork", "refuse"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    skip(database)

    assert set(open_tasks(database, case)) == {"after"}
    must_agree(database, case)


def test_work_whose_timer_cannot_be_set_is_left_out(database):
    process = asking("look").user("look").boundary("late", "look", timer(duration="=hours"))
    published(database, process.end("gone").chain("late", "gone"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    skip(database)

    assert set(open_tasks(database, case)) == {"after"}
    must_agree(database, case)


def test_a_gateway_decides_and_cannot_be_left_out(database):
    process = Process("p").start().user("ask", form="score").exclusive("way").end("a").end("b")
    process.chain("start", "ask", "way").flow("way", "a", "score = 1").flow("way", "b", "score = 2")
    published(database, process)
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    with pytest.raises(Invalid, match="“way” decides where the case goes on"):
        skip(database)

    assert set(open_tasks(database, case)) == {"ask"}


def test_a_user_task_that_cannot_end_is_withdrawn_and_history_says_so(database):
    process = Process("p").start().user("ask", outputs={"n": LONG}, form="score")
    process.user("after").end().chain("start", "ask", "after", "end")
    published(database, process)
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    skip(database)

    assert set(open_tasks(database, case)) == {"after"}
    with database.reading() as session:
        row = session.scalars(select(UserTask).where(UserTask.element_id == "ask")).one()
    assert (row.state, row.completed_by) == ("cancelled", None)
    events = told(database, case)
    assert events["activity_cancelled", "ask"] == "hana"
    assert ("activity_completed", "ask") not in events
    assert find(database, case.id).data == {}
    must_agree(database, case)


def published_apart(database, process, inner):
    """Publish two processes in a file each: within one file no id is used twice."""
    files = [SourceFile(f"{one.key}.bpmn", one.xml()) for one in (process, inner)]
    publish(database, *files, SCORE)


def named_alike(*calls: str) -> tuple[Process, Process]:
    """A caller that does `work` in the end, and a callee that does its own `work` too."""
    inner = Process("inner").start("s").service("work", "test.work").end("e")
    outer = asking(*calls, "work").service("work", "test.other")
    for call in calls:
        outer.call(call, "inner")
    return outer, inner.chain("s", "work", "e")


@pytest.fixture
def others(monkeypatch):
    """Offer another service, which works; answer with how often it was called."""
    calls = []

    def work(_call):
        calls.append(1)
        return {}

    monkeypatch.setitem(services._handlers, "test.other", work)
    return calls


def test_a_step_of_the_same_id_in_the_caller_is_done(database, others):
    published_apart(database, *named_alike("call"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    assert skip(database).status == "running"

    assert set(open_tasks(database, case)) == {"after"}
    assert len(others) == 1
    must_agree(database, case)


def test_a_step_of_the_same_process_called_again_is_a_place_of_its_own(database, broken, others):
    published_apart(database, *named_alike("call", "again"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    with pytest.raises(TransitionFailed):
        skip(database)
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    skip(database)

    assert (incident.element_id, incident.command["place"]) == ("work", "/again/work")
    assert incident.command["skips"] == ["/call/work"]
    assert set(open_tasks(database, case)) == {"after"}
    assert (len(broken), len(others)) == (2, 1)
    must_agree(database, case)


def test_only_the_one_of_many_called_processes_that_failed_leaves_its_step_out(
    database, others, monkeypatch
):
    calls = []

    def work(_call, number):
        calls.append(number)
        if number == 2:
            raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.work", work)
    inner = Process("inner").start("s").service("work", "test.work", inputs={"number": "n"})
    process = asking("each").call(
        "each", "inner", many(collection="=[1, 2, 3]", elementVariable="n")
    )
    published(database, process, inner.end("e").chain("s", "work", "e"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})
    calls.clear()

    skip(database)

    assert calls == [1, 3]
    assert set(open_tasks(database, case)) == {"after"}
    must_agree(database, case)


def test_a_called_step_named_like_the_one_that_waits_is_the_one_left_out(database):
    inner = Process("inner").start("s").service("ask", "test.work").end("e")
    process = asking("call").call("call", "inner")
    published_apart(database, process, inner.chain("s", "ask", "e"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})

    assert skip(database).data == {"score": 7}

    with database.reading() as session:
        row = session.scalars(select(UserTask).where(UserTask.element_id == "ask")).one()
    assert (row.state, row.completed_by) == ("completed", "ada")
    must_agree(database, case)


def test_an_incident_that_does_not_say_where_is_skipped_only_if_that_is_clear(database, others):
    published_apart(database, *named_alike("call"))
    case = start(database, "p")
    failing(database, case, data={"score": 7})
    with database.unit_of_work() as session:
        incident = session.scalars(select(Incident)).one()
        incident.command = {k: v for k, v in incident.command.items() if k != "place"}

    with pytest.raises(Invalid, match="Several processes of this case have a step “work”"):
        skip(database)

    assert others == []
    assert set(open_tasks(database, case)) == {"ask"}
