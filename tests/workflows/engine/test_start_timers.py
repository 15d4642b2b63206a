"""Processes that begin by themselves: when they should, once, and never by an old version."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import ADA, CALENDAR, open_tasks, publish
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.engine import clock_control, instances, services, start_timers, verification
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import AuditEvent, HistoryEvent, Instance, StartTimer


def beginning(key: str = "weekly", *, more: str = "", **time: str) -> SourceFile:
    """A process that begins by itself, and by hand."""
    process = Process(key).start("hand").user("by_hand").user("work", candidateGroups="hr").end()
    process.add("startEvent", "clock", timer(**time)).chain("hand", "by_hand", "end")
    process.chain("clock", "work", "end")
    return SourceFile(f"{key}.bpmn", process.xml(more=more))


def look(database, **later):
    """Let a worker look, so much later; return how many cases began."""
    return start_timers.fire_due(database, FixedClock(NOW + timedelta(**later)), CALENDAR)


def cases(database):
    with database.reading() as session:
        return session.query(Instance).order_by(Instance.id).all()


def row(database) -> StartTimer:
    with database.reading() as session:
        return session.query(StartTimer).one()


def test_a_case_begins_at_the_time_and_once(database):
    publish(database, beginning(duration="P2D"))

    assert [look(database, days=day) for day in (0, 1, 2, 3)] == [0, 0, 1, 0]

    (case,) = cases(database)
    assert set(open_tasks(database, case)) == {"work"}
    assert (case.started_by, case.started_at) == ("system", NOW + timedelta(days=2))
    assert row(database).is_over


def test_a_date_begins_one_case_and_one_that_is_over_none(database):
    publish(database, beginning(date="2026-11-21T09:00:00Z"), beginning("past", date="2026-11-01"))

    assert [look(database, days=day) for day in (0, 1, 2)] == [0, 1, 0]


def test_a_cycle_begins_as_many_cases_as_it_says(database):
    publish(database, beginning(cycle="R3/P1D"))

    assert [look(database, days=day) for day in range(6)] == [0, 1, 1, 1, 0, 0]


def test_what_was_missed_in_a_downtime_begins_one_case(database):
    publish(database, beginning(cycle="R/P1D"))

    assert look(database, days=10, hours=1) == 1
    assert look(database, days=10, hours=2) == 0
    assert look(database, days=11) == 1


def test_a_cron_pattern_begins_cases(database):
    publish(database, beginning(cycle="30 8 * * MON-FRI"))
    clock = FixedClock(NOW)

    clock_control.advance(database, clock, "P7D", CALENDAR)

    # NOW is a Friday morning, after half past eight.
    began = [f"{case.started_at:%a %H:%M}" for case in cases(database)]
    assert began == ["Mon 08:30", "Tue 08:30", "Wed 08:30", "Thu 08:30", "Fri 08:30"]


def test_a_version_that_says_the_same_keeps_the_schedule(database):
    publish(database, beginning(cycle="R/P7D"))
    look(database)
    publish(
        database,
        beginning(cycle="R/P7D", more='<bpmn:message id="m" name="m"/>'),
        now=NOW + timedelta(days=6),
    )

    assert [look(database, days=day) for day in (6, 7, 8)] == [0, 1, 0]


def test_another_version_replaces_the_schedule(database):
    publish(database, beginning(cycle="R/P1D"))
    look(database)
    publish(database, beginning(cycle="R/P2D"))

    assert [look(database, days=day) for day in (1, 2)] == [0, 1]

    process = Process("weekly").start().user("a").end().chain("start", "a", "end")
    publish(database, SourceFile("weekly.bpmn", process.xml()))
    assert look(database, days=9) == 0
    with database.reading() as session:
        assert session.query(StartTimer).count() == 0


def test_two_workers_begin_one_case(database):
    publish(database, beginning(duration="P1D"))
    look(database)
    now = NOW + timedelta(days=1)

    with database.unit_of_work() as session:
        claims = [start_timers.WORK.claim(session, "weekly/clock", now) for _ in range(2)]

    assert [claim is not None for claim in claims] == [True, False]


def test_a_case_that_cannot_begin_is_tried_again_then_left_out(database, monkeypatch):
    def work(_call, **_inputs):
        raise RuntimeError("broken")

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("weekly").add("startEvent", "clock", timer(cycle="R/P1D"))
    process.service("work", "test.break").end().chain("clock", "work", "end")
    publish(database, SourceFile("weekly.bpmn", process.xml()))

    for hour in range(24, 44):
        assert look(database, hours=hour) == 0

    assert cases(database) == []
    assert "“test.break”" in row(database).problem
    with database.reading() as session:
        assert session.query(AuditEvent).filter_by(action="start_timer.fail").count() == 1
    monkeypatch.setitem(services._handlers, "test.break", lambda _call, **_inputs: {})
    assert look(database, days=2) == 1
    assert row(database).problem is None


def test_what_the_calendar_said_of_a_pattern_is_replayed(database):
    process = Process("nagging").start().user("work").user("remind").end()
    nag = timer(cycle="30 8 * * MON-FRI P1BD")
    process.boundary("nag", "work", nag, interrupting=False).chain("start", "work", "end")
    publish(database, SourceFile("nagging.bpmn", process.chain("nag", "remind", "end").xml()))
    calendar = OrganisationCalendar(time_zone="Europe/Berlin")
    with database.unit_of_work() as session:
        instances.start(session, "nagging", {}, actor=ADA, now=NOW, calendar=calendar)

    clock_control.advance(database, FixedClock(NOW), "P5D", calendar)

    with database.reading() as session:
        assert session.query(HistoryEvent).filter_by(type="timer_fired").count() == 3
        assert list(verification.differences(session)) == []


@pytest.mark.parametrize("time", ["R3/2026-11-01T09:00:00Z/P7D"])
def test_a_cycle_with_a_first_time_that_is_over_goes_on_from_it(database, time):
    publish(database, beginning(cycle=time))

    # The first, eighth and fifteenth are over: all three are.
    assert look(database, days=30) == 0
    assert row(database).is_over
