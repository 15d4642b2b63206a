"""Timers fire once, in order, and one that fails never delays the others."""

import threading
from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
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
    waiting,
)
from workflows.clock import FixedClock, MovableClock, SystemClock
from workflows.engine import (
    background,
    backoff,
    clock_control,
    incidents,
    services,
    timers,
    transitions,
)
from workflows.engine.clock_control import ClockStands
from workflows.engine.definitions import SourceFile
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.tables import Timer
from workflows.errors import Invalid


def fire(database, **later):
    return timers.fire_due(database, FixedClock(NOW + timedelta(**later)), CALENDAR)


def armed(database):
    with database.reading() as session:
        return session.query(Timer).order_by(Timer.id).all()


def test_a_timer_fires_when_it_is_due_and_not_before(database):
    publish(database, waiting())
    case = start(database, "waiting")

    assert fire(database, days=2, hours=23) == 0
    assert fire(database, days=3) == 1

    assert set(open_tasks(database, case)) == {"after"}
    assert "timer_fired" in event_types(database, case.id)
    assert armed(database) == []


def test_only_cases_with_something_due_are_loaded(database):
    publish(database, waiting(duration="P3D"))
    for hours in range(5):
        start(database, "waiting", now=NOW + timedelta(hours=hours))

    with counted(database) as statements:
        assert fire(database, days=3, hours=1) == 2

    assert len([one for one in statements if "instance.state" in one]) == 2


def test_a_boundary_timer_goes_when_its_user_task_is_done(database):
    process = Process("watched")
    process.start().user("work").boundary("late", "work", timer(duration="P1D"))
    process.user("chase").end().chain("start", "work", "end").chain("late", "chase")
    process.flow("chase", "end")
    publish(database, SourceFile("watched.bpmn", process.xml()))
    done, late = start(database, "watched"), start(database, "watched")

    complete(database, open_tasks(database, done)["work"].id)
    assert fire(database, days=2) == 1

    assert set(open_tasks(database, late)) == {"chase"}
    assert find(database, done.id).status == "completed"


def test_a_cycle_is_armed_again(database):
    process = Process("nagging")
    process.start().user("work")
    process.boundary("nag", "work", timer(cycle="R2/P1D"), interrupting=False)
    process.task("remind").end().end("reminded").chain("start", "work", "end")
    process.chain("nag", "remind", "reminded")
    publish(database, SourceFile("nagging.bpmn", process.xml()))
    case = start(database, "nagging")

    assert [fire(database, days=day) for day in (1, 2, 3)] == [1, 1, 0]

    assert event_types(database, case.id).count("timer_fired") == 2
    assert set(open_tasks(database, case)) == {"work"}


def test_what_a_cycle_missed_while_nobody_looked_happens_once(database):
    process = Process("nagging")
    process.start().user("work")
    process.boundary("nag", "work", timer(cycle="R/P1D"), interrupting=False)
    process.task("remind").end().end("reminded").chain("start", "work", "end")
    process.chain("nag", "remind", "reminded")
    publish(database, SourceFile("nagging.bpmn", process.xml()))
    case = start(database, "nagging")

    assert [fire(database, days=10, hours=5) for _ in range(3)] == [1, 0, 0]

    assert event_types(database, case.id).count("timer_fired") == 1
    (next_one,) = armed(database)
    assert NOW + timedelta(days=10, hours=5) < next_one.due_at <= NOW + timedelta(days=11, hours=5)


@pytest.fixture
def broken(database, monkeypatch):
    """A case whose timer leads to a service that does not work."""

    def work(_call):
        raise RuntimeError("secret detail")

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("broken")
    process.start().catch("pause", timer(duration="P1D")).service("work", "test.break").end()
    process.chain("start", "pause", "work", "end")
    publish(database, SourceFile("broken.bpmn", process.xml()), waiting(duration="P1D"))
    return start(database, "broken")


def test_a_timer_that_fails_is_tried_five_times_and_delays_nothing(database, broken, monkeypatch):
    other = start(database, "waiting")

    assert fire(database, days=1) == 1
    assert set(open_tasks(database, other)) == {"after"}
    assert find(database, broken.id).status == "running"
    assert fire(database, days=1) == 0
    for day in range(2, 8):
        assert fire(database, days=day) == 0

    (left,) = armed(database)
    assert left.attempts == 5
    assert find(database, broken.id).status == "incident"
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    assert incident.kind == "service_failed"
    assert incident.element_id == "work"
    assert "RuntimeError" in incident.message
    assert "secret" not in incident.message
    assert event_types(database, broken.id)[-1] == "incident_opened"

    monkeypatch.setitem(services._handlers, "test.break", lambda _call: {})
    with database.unit_of_work() as session:
        incidents.retry(
            session,
            incident.id,
            reason="mended",
            actor=ADA,
            now=NOW + timedelta(days=8),
            calendar=CALENDAR,
        )
    assert find(database, broken.id).status == "completed"
    assert armed(database) == []


def test_a_timer_that_fails_outside_its_process_becomes_an_incident_too(database, monkeypatch):
    publish(database, waiting(duration="P1D"))
    case = start(database, "waiting")

    def move(*_arguments):
        raise RuntimeError("secret detail")

    with monkeypatch.context() as patched:
        patched.setattr(timers.transitions, "move", move)
        for day in range(1, 8):
            assert fire(database, days=day) == 0

    assert find(database, case.id).status == "incident"
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    assert (incident.kind, incident.element_id) == ("timer_failed", "pause")
    assert incident.message == "The timer “pause” could not fire: RuntimeError."
    with database.unit_of_work() as session:
        incidents.retry(
            session,
            incident.id,
            reason="mended",
            actor=ADA,
            now=NOW + timedelta(days=8),
            calendar=CALENDAR,
        )
    assert set(open_tasks(database, case)) == {"after"}
    assert find(database, case.id).status == "running"


def test_an_incident_can_be_skipped_or_the_case_cancelled(database, broken):
    for day in range(1, 9):
        fire(database, days=day)
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items

    with database.unit_of_work() as session:
        case = incidents.cancel(session, incident.id, reason="hopeless", actor=ADA, now=NOW)

    assert case.status == "cancelled"
    with database.reading() as session:
        assert incidents.open_list(session).items == []


def test_moving_the_clock_does_everything_that_becomes_due_in_order(database):
    process = Process("chain")
    process.start().catch("one", timer(duration="P1D")).catch("two", timer(duration="P2BD"))
    process.user("after").end().chain("start", "one", "two", "after", "end")
    publish(database, SourceFile("chain.bpmn", process.xml()))
    clock = FixedClock(NOW)
    case = start(database, "chain")

    assert clock_control.advance(database, clock, "P10D", CALENDAR) == 2

    assert clock.now() == NOW + timedelta(days=10)
    assert open_tasks(database, case)["after"].created_at == NOW + timedelta(days=3)
    assert clock_control.skip_working_days(database, clock, 5, CALENDAR) == 0
    assert clock.now() == NOW + timedelta(days=15)


def test_the_movable_clock_is_shared_and_only_goes_forward(database):
    publish(database, waiting())
    clock = MovableClock(database)
    begun = clock.now()
    case = start(database, "waiting", now=begun)

    assert clock_control.advance(database, clock, timedelta(days=4), CALENDAR) == 1

    assert set(open_tasks(database, case)) == {"after"}
    moved = MovableClock(database).now() - begun
    assert timedelta(days=4) <= moved < timedelta(days=4, minutes=2)


def test_the_clock_refuses_what_is_no_way_forward(database):
    clock = FixedClock(NOW)
    for text in ("yesterday", "-P1D", "P20000D", ""):
        with pytest.raises(Invalid):
            clock_control.advance(database, clock, text, CALENDAR)
    with pytest.raises(Invalid):
        clock_control.advance(database, clock, timedelta(days=-1), CALENDAR)
    with pytest.raises(ClockStands):
        clock_control.advance(database, SystemClock(), "P1D", CALENDAR)


def test_several_workers_fire_each_timer_once(database):
    publish(database, waiting())
    cases = [start(database, "waiting") for _ in range(12)]
    clock = FixedClock(NOW + timedelta(days=3))
    fired: list[int] = []
    begin = threading.Barrier(4)

    def work():
        begin.wait()
        fired.append(sum(timers.fire_due(database, clock, CALENDAR, limit=3) for _ in range(8)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(fired) == 12
    for case in cases:
        assert event_types(database, case.id).count("timer_fired") == 1
        assert set(open_tasks(database, case)) == {"after"}


def test_the_worker_fires_timers_until_it_is_stopped(database):
    publish(database, waiting())
    case = start(database, "waiting")
    clock = FixedClock(NOW + timedelta(days=3))
    worker = jobs_for(database, clock, CALENDAR, background.KINDS, poll_seconds=0.02)
    worker.start()
    worker.start()

    waited = threading.Event()
    for _ in range(500):
        if open_tasks(database, case):
            break
        waited.wait(0.02)
    worker.stop()

    assert set(open_tasks(database, case)) == {"after"}
    assert not worker.is_alive


def test_a_timer_in_the_hands_of_a_worker_that_died_is_late_by_a_lease_only(database):
    publish(database, waiting())
    case = start(database, "waiting")
    (timer_row,) = armed(database)
    with database.unit_of_work() as session:
        assert timers.WORK.claim(session, str(timer_row.id), NOW + timedelta(days=3))

    lease = backoff.short_lease()
    assert fire(database, days=3, microseconds=(lease / 2).microseconds) == 0
    assert fire(database, days=3, microseconds=lease.microseconds) == 1

    assert event_types(database, case.id).count("timer_fired") == 1


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_timer_whose_case_is_at_work_is_neither_waited_for_nor_counted(database):
    publish(database, waiting())
    case = start(database, "waiting")

    with database.unit_of_work() as session:
        transitions.lock(session, case.id)
        assert fire(database, days=3) == 0
        assert [row.attempts for row in armed(database)] == [0]

    assert fire(database, days=3) == 1
