"""What begins by itself and could not: told with the reason, and tried again by people."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import CALENDAR, publish
from workflows import start_timer_steering
from workflows.actors import Actor
from workflows.clock import FixedClock
from workflows.engine import services, start_timers
from workflows.engine.definitions import SourceFile
from workflows.engine.instances import ReasonMissing
from workflows.engine.tables import AuditEvent, Instance, StartTimer
from workflows.errors import NotAllowed, NotFound
from workflows.start_timer_steering import NothingToTryAgain

DAN = Actor("dan", "Dan", frozenset({"designer"}), frozenset({"designer"}))
ZOE = Actor("zoe", "Zoe", frozenset({"member"}), frozenset({"member"}))


def look(database, **later):
    return start_timers.fire_due(database, FixedClock(NOW + timedelta(**later)), CALENDAR)


@pytest.fixture
def mended(monkeypatch):
    """Break a service; what is returned mends it."""

    def work(_call, **_inputs):
        raise RuntimeError("a value of somebody")

    monkeypatch.setitem(services._handlers, "test.break", work)
    return lambda: monkeypatch.setitem(services._handlers, "test.break", lambda _c, **_i: {})


def failed(database, **time):
    """A process that begins by itself, and could not on the first day, five times."""
    process = Process("weekly").add("startEvent", "clock", timer(**time), name="Each day")
    process.service("work", "test.break").end().chain("clock", "work", "end")
    publish(database, SourceFile("weekly.bpmn", process.xml()))
    for hour in range(24, 44):
        assert look(database, hours=hour) == 0


def try_again(database, *, actor=DAN, reason="The bank is open", element="clock"):
    with database.unit_of_work() as session:
        start_timer_steering.try_again(
            session, "weekly", element, reason=reason, actor=actor, now=NOW + timedelta(hours=45)
        )


def line(database):
    with database.reading() as session:
        (found,) = start_timer_steering.of_process(session, "weekly")
    return found


def cases(database):
    with database.reading() as session:
        return session.query(Instance).count()


@pytest.mark.parametrize("time", [{"duration": "P1D"}, {"cycle": "R3/P1D"}, {"cycle": "R/P1D"}])
def test_a_case_that_could_not_begin_begins_when_it_is_tried_again(database, mended, time):
    failed(database, **time)
    told = line(database)
    mended()

    try_again(database)
    try_again(database)  # a second click changes nothing
    began = look(database, hours=45)

    assert "could not start" in told.problem
    assert "a value of somebody" not in told.problem
    assert told.since == NOW + timedelta(days=1)
    assert told.is_over is ("duration" in time)
    assert began == 1
    assert line(database).problem is None
    later = sum(look(database, days=day) for day in range(2, 9))
    assert later == {"P1D": 0, "R3/P1D": 2, "R/P1D": 7}[next(iter(time.values()))]


def test_what_begins_meanwhile_is_not_disturbed(database, mended):
    failed(database, cycle="R/P1D")
    mended()
    assert look(database, days=2) == 1

    with pytest.raises(NothingToTryAgain):
        try_again(database)

    assert cases(database) == 1


def test_one_that_waits_for_its_next_attempt_is_tried_at_once(database, mended):
    process = Process("weekly").add("startEvent", "clock", timer(duration="P1D"))
    process.service("work", "test.break").end().chain("clock", "work", "end")
    publish(database, SourceFile("weekly.bpmn", process.xml()))
    look(database)
    assert look(database, days=1) == 0
    told = line(database)
    mended()

    try_again(database)

    assert told.since == NOW + timedelta(days=1)
    assert told.next_at > NOW + timedelta(days=1)
    assert look(database, days=1) == 1


def test_trying_again_needs_a_reason_a_right_and_a_timer_and_is_audited(database, mended):
    failed(database, duration="P1D")

    for refusal, facts in [
        (ReasonMissing, {"reason": " "}),
        (NotAllowed, {"actor": ZOE}),
        (NotFound, {"element": "end"}),
    ]:
        with pytest.raises(refusal):
            try_again(database, **facts)
    assert line(database).is_over

    try_again(database)

    with database.reading() as session:
        query = session.query(AuditEvent).filter_by(action="start_timer.try_again")
        assert [(one.actor, one.object_id, one.data) for one in query] == [
            ("dan", "weekly", {"event": "clock", "reason": "The bank is open"})
        ]


def test_what_could_not_begin_is_listed_with_the_name_of_its_process(database, mended):
    failed(database, cycle="R/P1D")

    with database.reading() as session:
        (found,) = start_timer_steering.failed(session)

    assert (found.process_key, found.element_id, found.name) == ("weekly", "clock", "Each day")
    mended()
    look(database, days=2)
    with database.reading() as session:
        assert start_timer_steering.failed(session) == []
        assert session.query(StartTimer).one().missed_at is None
