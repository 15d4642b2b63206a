"""Clock jumps, daylight saving and downtime: no early, lost or storming reminder."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import ADA, CALENDAR, event_types, find, publish, start, waiting
from workflows.clock import FixedClock, MovableClock
from workflows.engine import background, clock_control, timers
from workflows.engine.definitions import SourceFile
from workflows.engine.jobs import performing
from workflows.engine.tables import Outbox, Timer

DAY = timedelta(days=1)


@pytest.fixture
def reminding(database):
    """A process that reminds somebody every day until the work is done."""
    process = Process("reminding")
    process.start().user("work", assignee="=started_by")
    process.boundary("nag", "work", timer(cycle="R/P1D"), interrupting=False)
    process.user("look", assignee="=started_by").end().end("reminded")
    process.chain("start", "work", "end").chain("nag", "look", "reminded")
    publish(database, SourceFile("reminding.bpmn", process.xml()))
    return "reminding"


def work_off(database, clock):
    while any(
        performing.perform_due(database, kind, clock.now(), CALENDAR) for kind in background.KINDS
    ):
        pass


def reminders(database, case):
    with database.reading() as session:
        session.expire_all()
        notices = session.scalars(select(Outbox.payload).where(Outbox.kind == "notice")).all()
    told = [one for one in notices if one["name"] == "look"]
    assert len(told) == event_types(database, case.id).count("timer_fired")
    return len(told)


def test_a_worker_that_was_down_for_weeks_reminds_once_and_goes_on_in_step(database, reminding):
    case = start(database, reminding)
    clock = FixedClock(NOW + 40 * DAY + timedelta(hours=5))

    work_off(database, clock)
    assert reminders(database, case) == 1

    for hours, count in ((18, 1), (19, 2), (20, 2), (43, 3)):
        clock.moment = NOW + 40 * DAY + timedelta(hours=5 + hours)
        work_off(database, clock)
        assert reminders(database, case) == count


def test_a_clock_that_goes_back_fires_nothing_early_and_nothing_twice(database, reminding):
    case = start(database, reminding)
    clock = FixedClock(NOW + DAY)
    work_off(database, clock)
    assert reminders(database, case) == 1

    for hours in (-30, -10, 10, 20):
        clock.moment = NOW + DAY + timedelta(hours=hours)
        work_off(database, clock)
        assert reminders(database, case) == 1
    clock.moment = NOW + 2 * DAY
    work_off(database, clock)

    assert reminders(database, case) == 2


def test_a_clock_that_leaps_while_a_timer_fires_does_not_fire_it_twice(database, monkeypatch):
    publish(database, waiting())
    case = start(database, "waiting")
    clock = FixedClock(NOW + 3 * DAY)
    fire = timers._fire

    def slowly(session, claim, occasion):
        fired = fire(session, claim, occasion)
        clock.moment += timedelta(hours=6)  # the lease of this worker is long over
        return fired

    monkeypatch.setattr(timers, "_fire", slowly)
    assert timers.fire_due(database, clock, CALENDAR) == 1
    assert timers.fire_due(database, clock, CALENDAR) == 0

    assert event_types(database, case.id).count("timer_fired") == 1


def test_a_lease_that_ran_out_lets_two_workers_try_and_one_succeed(database):
    publish(database, waiting())
    case = start(database, "waiting")
    now = NOW + 3 * DAY
    with database.reading() as session:
        key = str(session.scalar(select(Timer.id)))
    with database.unit_of_work() as session:
        slow = timers.WORK.claim(session, key, now)

    assert performing.perform(database, timers.WORK, key, now + timedelta(minutes=1), CALENDAR)
    occasion = performing.Occasion(ADA, now, CALENDAR)
    assert timers.WORK.work(database, slow, occasion) is False

    assert event_types(database, case.id).count("timer_fired") == 1


@pytest.mark.parametrize(
    "night", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
)
def test_the_night_of_a_time_change_has_one_reminder_like_any_other(database, reminding, night):
    """Moments are kept in UTC: an hour that happens twice, or never, changes nothing."""
    begun = night - timedelta(hours=12)
    case = start(database, reminding, now=begun)
    clock = FixedClock(begun)

    fired = []
    for hours in (12, 23, 24, 25, 47, 48, 49, 71, 72):
        clock.moment = begun + timedelta(hours=hours)
        before = reminders(database, case)
        timers.fire_due(database, clock, CALENDAR)
        if reminders(database, case) > before:
            fired.append(clock.moment - begun)

    assert fired == [DAY, 2 * DAY, 3 * DAY]


def test_a_skip_of_the_movable_clock_does_each_day_and_a_downtime_does_one(database, reminding):
    clock = MovableClock(database)
    case = start(database, reminding, now=clock.now())

    # A skip passes every moment on the way; that is what a demonstration is for.
    clock_control.advance(database, clock, "P3D", CALENDAR)

    assert reminders(database, case) == 3
    assert find(database, case.id).status == "running"
