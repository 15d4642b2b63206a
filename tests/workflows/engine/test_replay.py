"""The log of a case gives its state again, bit for bit, and tells when the stored one is wrong."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text, update

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    CALENDAR,
    HANA,
    SCORE,
    calling,
    complete,
    find,
    form,
    listening,
    open_tasks,
    publish,
    start,
    two_steps,
    waiting,
)
from workflows.clock import FixedClock
from workflows.database import table_of
from workflows.engine import incidents, instances, messages, replay, services, timers, verification
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import CaseNotFound, TransitionFailed
from workflows.engine.replay import NotReplayable
from workflows.engine.services import BusinessError
from workflows.engine.tables import HistoryEvent, Instance, Timer


@pytest.fixture
def offer(monkeypatch):
    """Let a handler be the service of this name."""
    handlers = {}
    monkeypatch.setattr(services, "_handlers", handlers)
    return handlers.__setitem__


def assert_replays(database, case_id):
    """Replay a case and compare every byte, then look for any difference at all."""
    with database.reading() as session:
        stored = instances.get(session, case_id)
        found = replay.replayed(session, case_id)
        assert found.state == stored.state
        assert found.data == stored.data
        assert replay.replay(session, case_id) == stored.state
        assert list(verification.differences(session)) == []


def findings(database):
    with database.reading() as session:
        return list(verification.differences(session))


def test_every_step_of_a_case_replays_to_the_stored_bytes(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "Planning", "weights": [1, 2.5, None]})
    assert_replays(database, case.id)

    complete(database, open_tasks(database, case)["prepare"].id)
    assert_replays(database, case.id)

    complete(database, open_tasks(database, case)["score"].id, {"score": 80}, actor=BEN)
    assert find(database, case.id).status == "completed"
    assert_replays(database, case.id)


def test_timers_and_messages_replay(database):
    publish(database, waiting(), listening())
    slow = start(database, "waiting")
    timers.fire_due(database, FixedClock(NOW + timedelta(days=3)), CALENDAR)
    asked = start(database, "listening", {"ticket": "7"})
    with database.unit_of_work() as session:
        messages.send(
            session,
            "answer",
            correlation="7",
            payload={"text": "ja 😀"},
            actor=ADA,
            now=NOW,
            calendar=CALENDAR,
        )

    assert set(open_tasks(database, slow)) == set(open_tasks(database, asked)) == {"after"}
    assert_replays(database, slow.id)
    assert_replays(database, asked.id)


def test_what_services_gave_replays_without_calling_them_again(database, offer):
    calls = []

    def work(_call):
        calls.append(1)
        return {"paid": Decimal("12.50"), "on": NOW.date(), "parts": (1, 2), "huge": 2**70}

    offer("pay", work)
    publish(database, calling("pay"))
    case = start(database, "calling", {"money": 1})
    complete(database, open_tasks(database, case)["ask"].id)

    assert_replays(database, case.id)
    assert find(database, case.id).data["on"] == "2026-11-20"
    assert len(calls) == 1


def test_a_business_error_of_a_service_replays(database, offer):
    def work(_call):
        raise BusinessError("no_money", "nothing left")

    offer("pay", work)
    publish(database, calling("pay"))
    case = start(database, "calling")
    complete(database, open_tasks(database, case)["ask"].id)

    assert set(open_tasks(database, case)) == {"mend"}
    assert_replays(database, case.id)


def test_a_case_with_an_incident_replays_before_and_after_it(database, offer):
    def fail(_call):
        raise RuntimeError

    offer("pay", fail)
    publish(database, calling("pay"))
    case = start(database, "calling")
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id)
    assert_replays(database, case.id)

    offer("pay", lambda _call: {"paid": True})
    with database.unit_of_work() as session:
        incident = incidents.open_list(session).items[0]
        incidents.retry(
            session, incident.id, reason="mended", actor=HANA, now=NOW, calendar=CALENDAR
        )
    assert find(database, case.id).status == "completed"
    assert_replays(database, case.id)


def test_a_cancelled_case_replays_to_nothing(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "x"})
    with database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="no need", actor=HANA, now=NOW)

    assert_replays(database, case.id)
    with database.reading() as session:
        assert replay.replayed(session, case.id).status == "cancelled"


class Moody:
    """A calendar whose answers change all the time, as when a holiday is added."""

    def __init__(self):
        self.chance = random.Random(1)

    def add_working_days(self, start, days):
        return start + timedelta(days=self.chance.randint(1, 90))


def test_a_calendar_that_changed_since_changes_no_replay(database):
    process = Process("slow").start().user("a", dueIn="P5BD").user("b", dueIn="P2BD").end()
    process.boundary("late", "b", timer(duration="P3BD"), interrupting=False).user("chase")
    process.chain("start", "a", "b", "end").flow("late", "chase")
    publish(database, SourceFile("slow.bpmn", process.xml()))
    moody = Moody()
    with database.unit_of_work() as session:
        case = instances.start(session, "slow", {}, actor=ADA, now=NOW, calendar=moody)
    assert_replays(database, case.id)


def test_a_newer_table_in_force_changes_no_replay(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "x"})
    other = Process("two_steps").start().user("entirely").end().chain("start", "entirely", "end")
    publish(database, SourceFile("two_steps.bpmn", other.xml()))

    complete(database, open_tasks(database, case)["prepare"].id)

    assert_replays(database, case.id)


def test_a_state_that_was_tampered_with_is_found(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "honest"})
    whole = find(database, case.id).state
    with database.unit_of_work() as session:
        session.execute(
            update(table_of(Instance)).values(state=whole.replace(b"honest", b"forged"))
        )

    assert findings(database) == [f"Case {case.id}: Its state is not what replaying its log gives."]


def test_data_that_were_tampered_with_are_found(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "honest"})
    with database.unit_of_work() as session:
        session.execute(update(table_of(Instance)).values(data={"topic": "forged"}))

    assert findings(database) == [f"Case {case.id}: Its data are not what replaying its log gives."]


def test_a_timer_that_was_moved_by_hand_is_found(database):
    publish(database, waiting())
    start(database, "waiting")
    with database.unit_of_work() as session:
        session.execute(update(table_of(Timer)).values(due_at=NOW))

    (sentence,) = findings(database)
    assert "Its timer “pause” is due at 2026-11-20" in sentence


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (b"1o[", "cannot be read: The log of this case is damaged"),
        (b"1Oxyz", "cannot be read: The log of this case is damaged"),
        (b"9o[]", "install the newer release"),
        (b'1o[[["dance",1]]]', "cannot be read"),
        (b'1o[[["complete_user_task",99,{}]],[],1]', "does not begin with its start"),
    ],
)
def test_a_damaged_log_is_told_in_one_sentence(database, damage, sentence):
    publish(database, waiting())
    case = start(database, "waiting")
    with database.unit_of_work() as session:
        session.execute(
            update(table_of(HistoryEvent)).where(HistoryEvent.seq == 1).values(log=damage)
        )

    (found,) = findings(database)
    assert sentence in found
    with database.reading() as session, pytest.raises(NotReplayable):
        replay.replay(session, case.id)


def test_a_case_of_an_older_release_has_no_log_and_is_no_difference(database):
    publish(database, waiting())
    case = start(database, "waiting")
    with database.unit_of_work() as session:
        session.execute(text("UPDATE history_event SET log = NULL"))

    assert findings(database) == []
    with database.reading() as session, pytest.raises(NotReplayable, match="older release"):
        replay.replay(session, case.id)


def test_a_case_that_is_not_there_is_refused(database):
    with database.reading() as session:
        with pytest.raises(CaseNotFound):
            replay.replay(session, 7)
        with pytest.raises(CaseNotFound):
            list(verification.differences_of(session, 7))


def test_reading_history_does_not_read_the_log(database):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "x"})

    with counted(database) as statements, database.reading() as session:
        instances.history(session, case.id)

    assert not any("history_event.log" in one for one in statements)


def test_a_log_costs_one_entry_a_transition_and_little_more_than_the_answers(database):
    loop = Process("loop").start().exclusive("m").user("a").exclusive("more", default="out")
    loop.end().chain("start", "m", "a", "more").flow("more", "m", "again")
    loop.flow("more", "end", id="out")
    publish(database, SourceFile("loop.bpmn", loop.xml()))
    case = start(database, "loop", {"again": True})
    sizes = []
    for _ in range(30):
        complete(database, open_tasks(database, case)["a"].id)
        with database.reading() as session:
            sizes.append(
                [len(log) for log in session.scalars(select(HistoryEvent.log)) if log is not None]
            )

    assert [len(size) for size in sizes] == list(range(2, 32))
    assert max(sizes[-1][1:]) < 40
    assert_replays(database, case.id)


def test_a_long_answer_takes_less_room_in_the_log(database):
    long = form("long", **{f"field{n}": {"type": "string", "maxLength": 200} for n in range(10)})
    process = Process("longs").start().user("a", form="long").end().chain("start", "a", "end")
    publish(database, SourceFile("longs.bpmn", process.xml()), long)
    case = start(database, "longs", {"text": "x" * 200})
    answer = {f"field{n}": "Did the work of the post well, with some support" for n in range(10)}

    complete(database, open_tasks(database, case)["a"].id, answer)

    assert_replays(database, case.id)
    with database.reading() as session:
        logs = [log for log in session.scalars(select(HistoryEvent.log)) if log is not None]
    assert [log[:2] for log in logs] == [b"1O", b"1O"]
    assert sum(map(len, logs)) < 300
