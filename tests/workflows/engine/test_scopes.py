"""Event sub-processes, transactions and compensation in stored cases."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import (
    ADA,
    CALENDAR,
    complete,
    event_types,
    find,
    open_tasks,
    publish,
    start,
)
from workflows.clock import FixedClock
from workflows.engine import incidents, instances, messages, services, timers, verification
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import TransitionFailed
from workflows.engine.services import BusinessError
from workflows.engine.tables import Subscription, Timer, UserTask


def order() -> SourceFile:
    """Reserve, pay, deliver; a payment that fails undoes the reservation, a message stops all."""
    process = Process("order").start().user("reserve").user("deliver").service("pay", "test.pay")
    process.user("release", isForCompensation=True).undone_by("reserve", "release").end()
    process.chain("start", "reserve", "pay", "deliver", "end")
    broke = process.event_sub("broke").event_start("on_error", error="BROKE")
    broke.undo("undo").chain("on_error", "undo")
    stop = process.event_sub("stop").event_start("on_stop", message="stop", correlation="=number")
    stop.user("explain").end("stopped").chain("on_stop", "explain", "stopped")
    nag = process.event_sub("nag")
    nag.event_start("daily", timer(cycle="R/P1D"), interrupting=False)
    nag.user("hurry").end("hurried").chain("daily", "hurry", "hurried")
    return SourceFile("order.bpmn", process.xml())


@pytest.fixture
def case(database, monkeypatch):
    """A case of an order; its payment works."""
    monkeypatch.setitem(services._handlers, "test.pay", lambda _call: None)
    publish(database, order())
    return start(database, "order", {"number": "7"})


def rows(database, kind):
    with database.reading() as session:
        return session.query(kind).all()


def agrees(database, case):
    """Check the rows of a case against its state and its log."""
    with database.reading() as session:
        assert list(verification.differences_of(session, case.id)) == []


def stop(database):
    with database.unit_of_work() as session:
        messages.send(session, "stop", correlation="7", actor=ADA, now=NOW, calendar=CALENDAR)


def test_a_case_listens_for_its_event_sub_processes_as_long_as_it_runs(database, case):
    assert [row.element_id for row in rows(database, Subscription)] == ["on_stop"]
    assert [row.element_id for row in rows(database, Timer)] == ["daily"]

    complete(database, open_tasks(database, case)["reserve"].id)
    complete(database, open_tasks(database, case)["deliver"].id)

    assert find(database, case.id).status == "completed"
    assert rows(database, Subscription) == rows(database, Timer) == []


def test_a_message_withdraws_the_user_tasks_of_the_case_in_the_same_transaction(database, case):
    stop(database)

    states = {row.element_id: row.state for row in rows(database, UserTask)}
    assert states == {"reserve": "cancelled", "explain": "open"}
    assert rows(database, Subscription) == rows(database, Timer) == []
    agrees(database, case)
    complete(database, open_tasks(database, case)["explain"].id)
    assert find(database, case.id).status == "completed"


def test_a_repeated_timer_opens_a_user_task_each_time_and_stays_armed(database, case):
    for days in (1, 2):
        timers.fire_due(database, FixedClock(NOW + timedelta(days=days)), CALENDAR)

    assert [row.element_id for row in rows(database, UserTask)].count("hurry") == 2
    assert [row.element_id for row in rows(database, Timer)] == ["daily"]
    agrees(database, case)


def test_a_business_error_begins_the_undoing_and_the_case_ends_behind_it(
    database, case, monkeypatch
):
    def broke(_call):
        raise BusinessError("BROKE")

    monkeypatch.setitem(services._handlers, "test.pay", broke)

    complete(database, open_tasks(database, case)["reserve"].id)
    assert set(open_tasks(database, case)) == {"release"}
    agrees(database, case)

    complete(database, open_tasks(database, case)["release"].id)
    assert find(database, case.id).status == "completed"
    assert "activity_cancelled" in event_types(database, case.id)


def test_an_error_that_nothing_catches_is_an_incident_and_undoes_nothing(
    database, case, monkeypatch
):
    def other(_call):
        raise BusinessError("OTHER")

    monkeypatch.setitem(services._handlers, "test.pay", other)

    with pytest.raises(TransitionFailed, match="no event sub-process"):
        complete(database, open_tasks(database, case)["reserve"].id)

    with database.reading() as session:
        assert [one.kind for one in incidents.open_list(session).items] == ["uncaught_error"]
    assert set(open_tasks(database, case)) == {"reserve"}


def test_a_cancelled_case_listens_no_more(database, case):
    with database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="Over", actor=ADA, now=NOW)

    assert rows(database, Subscription) == rows(database, Timer) == []


def test_a_cancelled_transaction_leaves_by_its_border(database):
    process = Process("trip").start().user("lost").end()
    inner = process.transaction("book").start("s").user("hotel").user("flight")
    inner.user("free", isForCompensation=True).undone_by("hotel", "free")
    inner.end_with("stop", cancel=True).chain("s", "hotel", "flight", "stop")
    process.boundary("cancelled", "book", cancel=True).chain("cancelled", "lost", "end")
    process.chain("start", "book").flow("book", "end", id="booked")
    publish(database, SourceFile("trip.bpmn", process.xml()))
    trip = start(database, "trip")

    for name in ("hotel", "flight", "free", "lost"):
        assert set(open_tasks(database, trip)) == {name}
        complete(database, open_tasks(database, trip)[name].id)

    assert find(database, trip.id).status == "completed"


def test_an_escalation_that_nobody_catches_stands_in_the_history(database):
    process = Process("told").start().throw("tell", escalation="LATE").user("work").end()
    publish(database, SourceFile("told.bpmn", process.chain("start", "tell", "work", "end").xml()))

    told = start(database, "told")

    assert "escalation_uncaught" in event_types(database, told.id)
    assert set(open_tasks(database, told)) == {"work"}
