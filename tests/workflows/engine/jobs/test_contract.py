"""One contract for the embedded adapter and for Procrastinate."""

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.jobs.errands import (
    Crash,
    Errands,
    effects,
    errands_of,
    post,
    row_of,
    workers,
)
from tests.workflows.engine.shop import BEN, CALENDAR, open_tasks, publish, start, waiting
from workflows.clock import FixedClock, SystemClock
from workflows.engine import backoff, instances, timers, writes
from workflows.engine.jobs import performing, planning, port
from workflows.engine.tables import Outbox


def wait_until(condition):
    for _ in range(1_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("It never happened.")


def answered(ask):
    """Return what the database answers; nothing where a pooled connection was cut as well."""
    try:
        return ask()
    except OperationalError:
        return None


def fail():
    raise RuntimeError("secret detail")


def test_what_a_transaction_posts_is_done_once_it_commits(database):
    jobs = workers(database, Errands())

    errands_of(database, "a", "b")
    assert jobs.run_once() == 2

    assert effects(database) == {"a": 1, "b": 1}
    assert jobs.run_once() == 0


def test_what_a_transaction_posts_and_rolls_back_never_happened(database):
    jobs = workers(database, Errands())

    with pytest.raises(RuntimeError), database.unit_of_work() as session:
        post(session, "a")
        raise RuntimeError

    assert jobs.run_once() == 0
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0
        if not database.is_sqlite:
            assert session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 0


def test_an_alarm_rides_with_the_writes_of_its_transaction(database):
    if database.is_sqlite:
        pytest.skip("The embedded adapter has no alarms.")

    with (
        counted(database) as statements,
        database.unit_of_work() as session,
        writes.together(session),
    ):
        post(session, "a")
        post(session, "b")

    assert len(statements) == 1
    with database.reading() as session:
        rung = session.scalars(text("SELECT queueing_lock FROM procrastinate_jobs"))
        assert set(rung) == {"letter:a", "letter:b"}


def test_the_oldest_work_is_begun_first(database):
    errands = Errands()
    clock = FixedClock(NOW)
    # The alarms of one lane ring in the order of their rows, too.
    errands_of(database, "e", "d", "c", "b", "a")

    assert performing.perform_due(database, errands, clock.now(), None) == 5

    assert errands.order == ["e", "d", "c", "b", "a"]


def test_what_fails_waits_longer_each_time_and_delays_nothing(database):
    errands = Errands(bad=fail)
    clock = FixedClock(NOW)
    jobs = workers(database, errands, clock=clock)
    errands_of(database, "bad", "good")

    assert jobs.run_once() == 1
    assert effects(database) == {"good": 1}
    pauses = []
    for attempt in range(1, 5):
        row = row_of(database, "bad")
        assert row.attempts == attempt
        pauses.append((row.retry_at - clock.now()).total_seconds())
        assert jobs.run_once() == 0
        assert errands.begun["bad"] == attempt
        clock.moment = row.retry_at
        errands_of(database, f"other{attempt}")
        assert jobs.run_once() == 1

    for pause, middle in zip(pauses, (10, 40, 160, 640), strict=True):
        assert middle * 0.75 <= pause <= middle * 1.25
    row = row_of(database, "bad")
    assert (row.attempts, row.retry_at, row.sent_at, row.problem) == (5, None, None, "RuntimeError")
    clock.moment += timedelta(days=400)
    assert jobs.run_once() == 0
    assert errands.begun["bad"] == 5
    with database.reading() as session:
        assert errands.backlog(session, clock.now()) == port.Backlog("letter", 0, None, 1)


def test_an_attempt_is_counted_before_the_work(database):
    seen = []
    errands = Errands(a=lambda: seen.append(row_of(database, "a").attempts))
    errands_of(database, "a")

    assert workers(database, errands).run_once() == 1

    assert seen == [1]


def test_work_whose_worker_died_is_done_by_the_next_one(database):
    def die():
        raise Crash

    errands = Errands(a=die)
    clock = FixedClock(NOW)
    errands_of(database, "a", "b")
    with pytest.raises(Crash):
        performing.perform(database, errands, "a", clock.now(), None)
    errands.behave.clear()
    jobs = workers(database, errands, clock=clock)

    assert jobs.run_once() == 1
    assert effects(database) == {"b": 1}
    clock.moment += timedelta(seconds=31)
    assert jobs.run_once() == 1

    assert effects(database) == {"a": 1, "b": 1}
    assert row_of(database, "a").attempts == 2


def test_work_that_kills_every_worker_is_given_up(database):
    def die():
        raise Crash

    errands = Errands(a=die)
    clock = FixedClock(NOW)
    errands_of(database, "a")
    for attempt in range(1, 6):
        with pytest.raises(Crash):
            performing.perform(database, errands, "a", clock.now(), None)
        assert row_of(database, "a").attempts == attempt
        clock.moment += timedelta(seconds=31)

    assert workers(database, errands, clock=clock).run_once() == 0

    assert errands.begun["a"] == 5
    row = row_of(database, "a")
    assert (row.problem, row.retry_at) == ("WorkerDied", None)
    assert effects(database) == {}


def test_a_crash_between_work_and_acknowledgement_repeats_nothing(database):
    errands = Errands()
    errands_of(database, "a")
    assert performing.perform(database, errands, "a", NOW, None)

    # Whoever was told, and whatever rings again: the row says that it is done.
    assert not performing.perform(database, errands, "a", NOW + timedelta(days=1), None)
    if not database.is_sqlite:
        assert workers(database, errands).run_once() == 0

    assert effects(database) == {"a": 1}


def test_several_workers_share_the_work(database):
    errands = Errands()
    keys = [f"errand{number}" for number in range(40)]
    errands_of(database, *keys)
    crew = [workers(database, errands) for _ in range(4)]

    threads = [threading.Thread(target=one.run_once) for one in crew]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert effects(database) == dict.fromkeys(keys, 1)


def test_a_worker_wakes_up_and_stops_between_two_rows(database):
    going, may_end = threading.Event(), threading.Event()

    def take_long():
        going.set()
        may_end.wait(10)

    errands = Errands(long=take_long)
    jobs = workers(database, errands, poll_seconds=0.05)
    jobs.start()
    jobs.start()
    assert jobs.is_alive
    try:
        errands_of(database, "first")
        wait_until(lambda: effects(database)["first"])
        errands_of(database, "long")
        assert going.wait(10)
        stopping = threading.Thread(target=jobs.stop)
        stopping.start()
        time.sleep(0.1)
        assert stopping.is_alive()
    finally:
        may_end.set()
        jobs.stop()
    stopping.join()

    assert not jobs.is_alive
    assert effects(database) == {"first": 1, "long": 1}


def test_an_alarm_that_got_lost_is_rung_again(database):
    errands = Errands()
    errands_of(database, "a", "b")
    if not database.is_sqlite:
        with database.unit_of_work() as session:
            session.execute(text("DELETE FROM procrastinate_jobs"))

    assert workers(database, errands).run_once() == 2


def test_a_heap_after_a_downtime_is_worked_off_once(database):
    errands = Errands(bad=fail)
    keys = [f"errand{number:03}" for number in range(60)]
    errands_of(database, "bad", *keys)
    if not database.is_sqlite:
        with database.unit_of_work() as session:
            session.execute(text("DELETE FROM procrastinate_jobs"))
        assert [planning.plan(database, [errands], NOW) for _ in range(2)] == [4, 0]

    assert workers(database, errands).run_once() == 60

    assert effects(database) == dict.fromkeys(keys, 1)
    assert errands.begun["bad"] == 1


def test_the_alarms_of_a_dead_worker_are_buried_and_rung_once(database):
    if database.is_sqlite:
        pytest.skip("The embedded adapter has no alarms.")
    errands = Errands()
    errands_of(database, "a")
    with database.unit_of_work() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing'"))

    assert [planning.plan(database, [errands], NOW) for _ in range(3)] == [1, 0, 0]
    with database.reading() as session:
        counted = session.execute(
            text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1")
        )
        assert [tuple(row) for row in counted] == [("todo", 1)]
    assert workers(database, errands).run_once() == 1


def test_a_slow_lane_does_not_hold_up_the_other(database):
    may_end = threading.Event()

    class Mails(Errands):
        name = "mail"
        lane = port.MAIL
        kinds = ("mail",)

    errands, mails = Errands(), Mails(slow=lambda: may_end.wait(10))
    jobs = workers(database, errands, mails, poll_seconds=0.05)
    if database.is_sqlite:
        # SQLite has one writer: mail is sent outside of transactions, and so is this.
        mails.work = lambda *_arguments: may_end.wait(10)
    with database.unit_of_work() as session:
        session.add(Outbox(id="slow", kind="mail", recipient="x", payload={}, created_at=NOW))
    jobs.start()
    try:
        wait_until(lambda: row_of(database, "slow").attempts)
        errands_of(database, "a")
        wait_until(lambda: effects(database)["a"])
    finally:
        may_end.set()
        jobs.stop()


def test_a_worker_survives_the_loss_of_its_connections(database):
    if database.is_sqlite:
        pytest.skip("A file has no connections to lose.")
    errands = Errands()
    jobs = workers(database, errands, poll_seconds=0.05)
    jobs.start()
    try:
        errands_of(database, "before")
        wait_until(lambda: effects(database)["before"])
        with database.engine.connect() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        wait_until(lambda: answered(lambda: errands_of(database, "after") or True))
        wait_until(lambda: answered(lambda: effects(database)["after"]))
        assert jobs.is_alive
    finally:
        jobs.stop()

    assert not jobs.is_alive


def test_a_timer_fires_when_it_is_due_and_not_a_poll_later(database):
    publish(database, waiting(duration="PT2S"))
    clock = SystemClock()
    with database.unit_of_work() as session:
        begun = clock.now()
        case = instances.start(session, "waiting", {}, actor=BEN, now=begun, calendar=CALENDAR)
    jobs = workers(database, timers.WORK, clock=clock, poll_seconds=3_600)
    jobs.start()
    try:
        wait_until(lambda: open_tasks(database, case))
    finally:
        jobs.stop()

    with database.reading() as session:
        history = instances.history(session, case.id)
    fired = next(one for one in history if one.type == "timer_fired")
    assert fired.at >= begun + timedelta(seconds=2)


def test_the_lease_of_a_dead_worker_is_waited_for_no_longer_than_it_lasts(database):
    publish(database, waiting(duration="PT1S"))
    start(database, "waiting")
    due = NOW + timedelta(seconds=5)
    with database.unit_of_work() as session:
        assert timers.WORK.next_due(session, NOW) == NOW + timedelta(seconds=1)
        (key,) = timers.WORK.due(session, due, 10)
        assert timers.WORK.claim(session, key, due)
        assert timers.WORK.next_due(session, due) == due + backoff.short_lease()

    pause = performing.pause(database, [timers.WORK], due, poll_seconds=60)

    assert pause == backoff.short_lease().total_seconds()


def test_a_timer_is_looked_at_again_soon_as_long_as_nobody_took_it(database):
    publish(database, waiting(duration="PT1S"))
    start(database, "waiting")
    due = NOW + timedelta(seconds=5)

    # Whoever was told of it may have died before claiming it.
    pause = performing.pause(database, [timers.WORK], due, poll_seconds=60)

    assert pause == backoff.short_lease().total_seconds()


def test_a_caller_with_an_event_loop_of_its_own_can_work_too(database):
    errands_of(database, "a")

    async def work():
        return workers(database, Errands()).run_once()

    # Where a browser is driven beside this test, this thread has a loop already.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(lambda: asyncio.run(work())).result() == 1
