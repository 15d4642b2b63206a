"""Signals reach everybody who waits, each in a transaction of their own, and each once."""

import pytest

from tests.conftest import NOW
from tests.workflows.engine.build import Process, when
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
from workflows.engine import background as _background  # noqa: F401  (registers deliverers)
from workflows.engine import case_view, instances, outbox, services, signals
from workflows.engine import verification as verify
from workflows.engine.definitions import SourceFile
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance, Outbox, Subscription
from workflows.errors import Invalid


def file(process: Process) -> SourceFile:
    return SourceFile(f"{process.key}.bpmn", process.xml())


def hearing(key: str = "hearing") -> SourceFile:
    process = Process(key).start().catch("listen", signal="alarm").user("after").end()
    return file(process.chain("start", "listen", "after", "end"))


def crying() -> SourceFile:
    process = Process("crying").start().user("ask")
    process.throw("cry", signal="alarm", inputs={"place": "found"}).user("rest").end()
    return file(process.chain("start", "ask", "cry", "rest", "end"))


def begun() -> SourceFile:
    process = Process("begun").start().user("by_hand").end().chain("start", "by_hand", "end")
    process.add("startEvent", "on", signal="alarm").user("flee", assignee="ada")
    return file(process.chain("on", "flee", "end"))


def broadcast(database, **facts):
    with database.unit_of_work() as session:
        return signals.broadcast(
            session,
            "alarm",
            **{"key": "k", "actor": ADA, "now": NOW, "calendar": CALENDAR, **facts},
        )


def cases(database, key):
    with database.reading() as session:
        return session.query(Instance).filter_by(definition_key=key).order_by(Instance.id).all()


def differences(database):
    with database.reading() as session:
        return list(verify.differences(session))


def test_a_signal_reaches_every_case_that_waits_and_starts_those_it_starts(database):
    publish(database, hearing(), hearing("also"), crying(), begun())
    heard = [start(database, "hearing"), start(database, "hearing"), start(database, "also")]
    case = start(database, "crying", {"found": "roof"})

    complete(database, open_tasks(database, case)["ask"].id)

    for each in heard:
        assert set(open_tasks(database, each)) == {"after"}
        assert find(database, each.id).data == {"place": "roof"}
        assert "signal_received" in event_types(database, each.id)
    (started,) = cases(database, "begun")
    assert set(open_tasks(database, started)) == {"flee"}
    assert started.data == {"place": "roof"}
    assert set(open_tasks(database, case)) == {"rest"}
    assert differences(database) == []
    with database.reading() as session:
        events = instances.history(session, case.id)
    assert next(one.data for one in events if "receivers" in one.data)["receivers"] == 4


@pytest.mark.parametrize("what", ["signal", "escalation"])
def test_an_event_that_ends_its_own_surroundings_is_told(database, what):
    process = Process("crying").start().end().end("gone")
    inner = process.sub("inner").start("s").user("ask").throw("cry", **{what: "alarm"}).end("e")
    inner.chain("s", "ask", "cry", "e")
    process.boundary("heard", "inner", **{what: "alarm"}).user("flee")
    process.chain("start", "inner", "end").chain("heard", "flee", "gone")
    publish(database, file(process))
    case = start(database, "crying")

    complete(database, open_tasks(database, case)["ask"].id)

    assert set(open_tasks(database, case)) == {"flee"}
    with database.reading() as session:
        told = [one for one in instances.history(session, case.id) if one.element_id == "cry"]
    assert [one.type for one in told] == ["activity_completed"]
    assert told[0].data.get("receivers") == (0 if what == "signal" else None)


def test_a_receiver_that_fails_undoes_neither_the_sender_nor_the_others(database, monkeypatch):
    def work(_call, **_inputs):
        raise RuntimeError("the receiver is broken")

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("fragile").start().catch("listen", signal="alarm")
    process.service("work", "test.break").end().chain("start", "listen", "work", "end")
    publish(database, file(process), hearing(), crying())
    broken, whole = start(database, "fragile"), start(database, "hearing")
    case = start(database, "crying", {"found": "roof"})

    complete(database, open_tasks(database, case)["ask"].id)

    assert set(open_tasks(database, case)) == {"rest"}
    assert set(open_tasks(database, whole)) == {"after"}
    assert find(database, broken.id).status == "running"
    assert differences(database) == []


def test_a_letter_that_is_delivered_twice_is_heard_once(database):
    publish(database, begun())
    broadcast(database)

    with database.unit_of_work() as session:
        letter = session.query(Outbox).filter_by(kind="signal").one().id
    outbox.deliver(database, [letter, letter], Occasion(ADA, NOW, CALENDAR))

    assert len(cases(database, "begun")) == 1


def test_a_signal_of_the_same_key_is_sent_once(database):
    publish(database, hearing(), begun())
    start(database, "hearing")

    assert [broadcast(database), broadcast(database)] == [2, 0]

    assert len(cases(database, "begun")) == 1
    with pytest.raises(Invalid, match="key of a signal"):
        broadcast(database, key="")


def test_more_receivers_than_are_served_at_once_are_left_to_the_worker(database, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_AT_ONCE", 2)
    publish(database, hearing(), crying())
    heard = [start(database, "hearing") for _ in range(5)]
    case = start(database, "crying", {"found": "roof"})

    complete(database, open_tasks(database, case)["ask"].id)
    assert [len(open_tasks(database, each)) for each in heard] == [1, 1, 0, 0, 0]
    outbox.deliver_due(database, NOW, CALENDAR)

    assert [len(open_tasks(database, each)) for each in heard] == [1, 1, 1, 1, 1]


def test_a_process_that_is_published_anew_without_the_start_is_not_begun(database):
    publish(database, begun())
    process = Process("begun").start().user("by_hand").end().chain("start", "by_hand", "end")
    publish(database, file(process))

    assert broadcast(database) == 0


def test_a_cancelled_case_hears_nothing_any_more(database):
    publish(database, hearing())
    case = start(database, "hearing")
    with database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="enough", actor=ADA, now=NOW)

    assert broadcast(database) == 0
    assert differences(database) == []


def test_a_message_of_the_same_name_is_no_signal(database):
    process = Process("reading").start().catch("listen", message="alarm").user("after").end()
    publish(database, file(process.chain("start", "listen", "after", "end")))
    start(database, "reading")

    assert broadcast(database) == 0


def test_a_case_shows_that_it_waits_for_a_signal_and_a_condition(database):
    process = Process("both").start().parallel("fork").user("write")
    process.catch("listen", signal="alarm").catch("met", when("x > 1")).user("after")
    process.chain("start", "fork", "write").chain("fork", "listen").chain("fork", "met", "after")
    publish(database, file(process))
    case = start(database, "both", {"x": 0})

    with database.reading() as session:
        waits = {(one.kind, one.name) for one in case_view.view(session, case.id).waits}
    assert {("signal", "alarm"), ("condition", "x > 1")} <= waits
    assert differences(database) == []
    with database.reading() as session:
        assert session.query(Subscription).count() == 2


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize("what", ["name", "key"])
def test_a_signal_with_a_character_that_cannot_be_stored_is_refused(database, bad, what):
    publish(database, hearing())
    start(database, "hearing")
    words = {"name": "alarm", "key": "k"} | {what: bad}

    with (
        pytest.raises(Invalid, match=f"The {what} of the signal contains a character"),
        database.unit_of_work() as session,
    ):
        signals.broadcast(session, **words, actor=ADA, now=NOW, calendar=CALENDAR)

    with database.reading() as session:
        assert session.query(Outbox).count() == 0
