"""Messages reach the cases that wait for them, start cases, and never undo their sender."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.workflows.engine.build import Process, many, timer
from tests.workflows.engine.shop import (
    ADA,
    CALENDAR,
    SCORE,
    complete,
    event_types,
    find,
    listening,
    open_tasks,
    publish,
    start,
)
from workflows.engine import (
    incidents,
    instances,
    messages,
    outbox,
    services,
    stalled,
    verification,
)
from workflows.engine.definitions import SourceFile
from workflows.engine.forms import FormRefused
from workflows.engine.json_data import DataRefused
from workflows.engine.messages import NobodyWaits
from workflows.engine.tables import Instance, Outbox


def send(database, name, **facts):
    with database.unit_of_work() as session:
        return messages.send(
            session, name, **{"actor": ADA, "now": NOW, "calendar": CALENDAR, **facts}
        )


def test_a_message_reaches_the_case_with_its_correlation(database):
    publish(database, listening())
    first = start(database, "listening", {"ticket": "a"})
    second = start(database, "listening", {"ticket": "b"})

    reached = send(database, "answer", correlation="b", payload={"text": "yes"})

    assert [case.id for case in reached] == [second.id]
    assert find(database, second.id).data == {"ticket": "b", "text": "yes"}
    assert set(open_tasks(database, second)) == {"after"}
    assert open_tasks(database, first) == {}
    assert "message_received" in event_types(database, second.id)


def test_without_a_correlation_in_the_model_the_business_key_counts(database):
    publish(database, listening(correlation=None))
    first = start(database, "listening", business_key="K-1")
    start(database, "listening", business_key="K-2")

    assert [case.id for case in send(database, "answer", correlation="K-1")] == [first.id]


def test_a_message_that_nobody_waits_for_is_answered_clearly(database):
    with pytest.raises(NobodyWaits, match="waits for the message “answer” with correlation “x”"):
        send(database, "answer", correlation="x")


@pytest.mark.parametrize("number", [5, 5.0, "5", 5e0])
def test_a_number_is_the_same_key_however_it_is_written(database, number):
    publish(database, listening(correlation="=ticket"))
    case = start(database, "listening", {"ticket": number})

    assert [one.id for one in send(database, "answer", correlation="5")] == [case.id]


def test_a_moment_is_the_key_that_it_is_in_data(database):
    publish(database, listening(correlation="=date and time(ticket)"))
    start(database, "listening", {"ticket": "2026-12-24T10:00:00Z"})

    assert len(send(database, "answer", correlation="2026-12-24T10:00:00Z")) == 1


def test_a_message_is_taken_once(database):
    publish(database, listening())
    start(database, "listening", {"ticket": "a"})
    send(database, "answer", correlation="a")

    with pytest.raises(NobodyWaits):
        send(database, "answer", correlation="a")


def test_a_payload_must_be_storable(database):
    with pytest.raises(DataRefused, match="cannot be stored"):
        send(database, "answer", payload={"text": "\x00"})


def starter() -> SourceFile:
    process = Process("started")
    process.message_start("begin", "order").user("pack", assignee="ada")
    process.end().chain("begin", "pack", "end")
    return SourceFile("started.bpmn", process.xml())


def test_a_message_starts_a_case(database):
    publish(database, starter())

    (case,) = send(database, "order", correlation="O-7", payload={"weight": 3})

    assert case.definition_key == "started"
    assert case.business_key == "O-7"
    assert case.data == {"weight": 3}
    assert case.started_by == "ada"


def sender(key: str = "sender") -> SourceFile:
    process = Process(key)
    process.start().user("ask")
    process.throw("tell", message="answer", correlation="=ticket", inputs={"text": '"hello"'})
    process.user("rest").end().chain("start", "ask", "tell", "rest", "end")
    return SourceFile(f"{key}.bpmn", process.xml())


def test_the_form_of_a_message_start_says_what_the_message_may_bring(database):
    process = Process("scoring").message_start("begin", "scored", form="score")
    process.user("after", assignee="ada").end().chain("begin", "after", "end")
    publish(database, SourceFile("scoring.bpmn", process.xml()), SCORE)

    with pytest.raises(FormRefused, match="no field “approved”"):
        send(database, "scored", payload={"score": 5, "approved": True})
    with pytest.raises(FormRefused, match="Score"):
        send(database, "scored", payload={"score": "many"})
    (case,) = send(database, "scored", payload={"score": 5})

    assert case.data == {"score": 5}


def test_a_case_sends_a_message_to_another_case(database):
    publish(database, listening(), sender())
    receiver = start(database, "listening", {"ticket": "a"})
    case = start(database, "sender", {"ticket": "a"})

    complete(database, open_tasks(database, case)["ask"].id)

    assert find(database, receiver.id).data["text"] == "hello"
    with database.reading() as session:
        letters = session.query(Outbox).filter_by(kind="message").all()
        assert [letter.sent_at for letter in letters] == [NOW]
        events = instances.history(session, case.id)
    thrown = next(one for one in events if one.element_id == "tell" and "receivers" in one.data)
    assert thrown.data["receivers"] == 1


def test_a_thrown_message_that_nobody_waits_for_is_recorded_and_no_error(database):
    publish(database, sender())
    case = start(database, "sender", {"ticket": "a"})

    assert complete(database, open_tasks(database, case)["ask"].id).status == "running"

    with database.reading() as session:
        events = instances.history(session, case.id)
    assert any(one.data.get("receivers") == 0 for one in events)


def test_each_of_several_messages_tells_whether_somebody_waited(database):
    publish(database, listening(correlation="=ticket"))
    process = Process("telling").start().user("ask").end()
    process.messages["answer"] = '<bpmn:message id="message_answer" name="answer"/>'
    facts = {"messageRef": "message_answer", "correlation": "=loopCounter"}
    process.add("sendTask", "tell", many(cardinality="3"), **facts)
    process.chain("start", "ask", "tell", "end")
    publish(database, SourceFile("telling.bpmn", process.xml()))
    start(database, "listening", {"ticket": 2})
    sender = start(database, "telling")

    complete(database, open_tasks(database, sender)["ask"].id)

    with database.reading() as session:
        events = instances.history(session, sender.id)
    told = [one.data for one in events if one.element_id == "tell" and "receivers" in one.data]
    assert [(data["instance"], data["receivers"]) for data in told] == [(1, 0), (2, 1), (3, 0)]


def echoing(key, hears, says):
    """A process that a message starts, and that says the next one at once."""
    process = Process(key).message_start("heard", hears).end_with("say", message=says)
    return SourceFile(f"{key}.bpmn", process.chain("heard", "say").xml())


def test_cases_that_start_each_other_without_end_are_stopped_by_an_incident(database, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_HOPS", 30)
    publish(database, echoing("echo", "shout", "call"), echoing("valley", "call", "shout"))

    send(database, "shout")
    for hours in range(60):
        outbox.deliver_due(database, NOW + timedelta(days=hours), CALENDAR)

    with database.reading() as session:
        assert session.query(Instance).count() == 32
        (stopped,) = session.query(Outbox).filter(Outbox.sent_at.is_(None)).all()
        (incident,) = incidents.open_list(session).items
    assert (stopped.attempts, stopped.retry_at) == (5, None)
    assert incident.kind == "message_undelivered"
    assert stopped.problem == "30 cases have passed it on without waiting for anything."


def test_a_receiver_that_fails_does_not_undo_the_sender(database, monkeypatch):
    def work(_call, **_inputs):
        raise RuntimeError("the receiver is broken")

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("fragile")
    process.start().catch("listen", message="answer", correlation="=ticket")
    process.service("work", "test.break").end().chain("start", "listen", "work", "end")
    publish(database, SourceFile("fragile.bpmn", process.xml()), sender())
    receiver = start(database, "fragile", {"ticket": "a"})
    case = start(database, "sender", {"ticket": "a"})

    complete(database, open_tasks(database, case)["ask"].id)

    assert set(open_tasks(database, case)) == {"rest"}
    assert find(database, receiver.id).status == "running"
    later = NOW
    for _ in range(6):
        later = later.replace(year=later.year + 1)
        outbox.deliver_due(database, later, CALENDAR)
    assert find(database, receiver.id).status == "incident"
    with database.reading() as session:
        (letter,) = session.query(Outbox).filter_by(kind="message").all()
        assert letter.attempts == 5
    monkeypatch.setitem(services._handlers, "test.break", lambda _call: {})
    with database.unit_of_work() as session:
        incidents.retry_all(
            session, receiver.id, reason="mended", actor=ADA, now=later, calendar=CALENDAR
        )
    assert find(database, receiver.id).status == "completed"


def test_a_message_that_cannot_start_its_case_is_an_incident_of_the_sender(database, monkeypatch):
    def work(_call, **_inputs):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("fragile")
    process.message_start("begin", "answer").service("work", "test.break").end()
    process.chain("begin", "work", "end")
    publish(database, SourceFile("fragile.bpmn", process.xml()), sender())
    case = start(database, "sender", {"ticket": "a"})
    complete(database, open_tasks(database, case)["ask"].id)
    later = NOW
    for _ in range(6):
        later = later.replace(year=later.year + 1)
        outbox.deliver_due(database, later, CALENDAR)

    assert find(database, case.id).status == "incident"
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    assert (incident.kind, incident.instance_id) == ("message_undelivered", case.id)
    assert "“answer” could not be delivered: The case could not start" in incident.message

    monkeypatch.setitem(services._handlers, "test.break", lambda _call: {})
    with database.unit_of_work() as session:
        incidents.retry(
            session, incident.id, reason="mended", actor=ADA, now=later, calendar=CALENDAR
        )

    assert find(database, case.id).status == "running"
    assert set(open_tasks(database, case)) == {"rest"}
    with database.reading() as session:
        assert [one.definition_key for one in session.query(Instance).all()] == [
            "sender",
            "fragile",
        ]
        assert list(verification.differences(session)) == []


@pytest.fixture
def undelivered(database, monkeypatch):
    """A case whose last deed was a message, and the incident that it starts nothing."""

    def work(_call, **_inputs):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.break", work)
    receiver = Process("fragile").message_start("begin", "answer").service("work", "test.break")
    process = Process("parting").start().user("ask").end_with("bye", message="answer")
    process.chain("start", "ask", "bye")
    files = receiver.end().chain("begin", "work", "end"), process
    publish(database, *(SourceFile(f"{one.key}.bpmn", one.xml()) for one in files))
    case = start(database, "parting")
    complete(database, open_tasks(database, case)["ask"].id)
    for day in range(8):
        outbox.deliver_due(database, NOW + timedelta(days=day), CALENDAR)
    monkeypatch.setitem(services._handlers, "test.break", lambda _call: {})
    return case


@pytest.mark.parametrize("way", [incidents.retry, incidents.skip])
def test_a_message_of_a_case_that_has_ended_is_not_lost_in_silence(database, undelivered, way):
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
        (stalls,) = stalled.find(session, now=NOW).items
        assert list(verification.differences(session)) == []
    assert (incident.kind, incident.instance_id) == ("message_undelivered", undelivered.id)
    assert (stalls.instance.id, stalls.reason) == (undelivered.id, "incident")
    assert find(database, undelivered.id).status == "completed"
    assert event_types(database, undelivered.id)[-2:] == ["instance_completed", "incident_opened"]

    with database.unit_of_work() as session:
        way(session, incident.id, reason="why", actor=ADA, now=NOW, calendar=CALENDAR)

    assert find(database, undelivered.id).status == "completed"
    with database.reading() as session:
        assert incidents.open_list(session).items == []
        assert stalled.find(session, now=NOW).items == []
        letters = session.query(Outbox).filter_by(kind="message")
        assert [one for one in letters if one.sent_at is None] == []
        begun = [one.status for one in session.query(Instance) if one.definition_key == "fragile"]
        assert list(verification.differences(session)) == []
    assert begun == (["completed"] if way is incidents.retry else [])


def test_an_undelivered_message_stays_an_incident_when_its_case_ends(database, monkeypatch):
    def work(_call, **_inputs):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("fragile")
    process.message_start("begin", "answer").service("work", "test.break").end()
    process.chain("begin", "work", "end")
    publish(database, SourceFile("fragile.bpmn", process.xml()), sender())
    case = start(database, "sender", {"ticket": "a"})
    complete(database, open_tasks(database, case)["ask"].id)
    for day in range(8):
        outbox.deliver_due(database, NOW + timedelta(days=day), CALENDAR)

    ended = complete(database, open_tasks(database, case)["rest"].id)

    assert ended.status == "completed"
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    assert (incident.kind, incident.resolution) == ("message_undelivered", None)


def test_an_undelivered_message_stays_an_incident_when_its_case_goes_on(database, monkeypatch):
    def work(_call, **_inputs):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.break", work)
    process = Process("fragile")
    process.message_start("begin", "answer").service("work", "test.break").end()
    process.chain("begin", "work", "end")
    talker = Process("talker")
    talker.start().user("ask").throw("tell", message="answer")
    talker.user("rest").user("sleep").end().chain("start", "ask", "tell", "rest", "sleep", "end")
    publish(
        database,
        SourceFile("fragile.bpmn", process.xml()),
        SourceFile("talker.bpmn", talker.xml()),
    )
    case = start(database, "talker")
    complete(database, open_tasks(database, case)["ask"].id)
    later = NOW
    for _ in range(6):
        later = later.replace(year=later.year + 1)
        outbox.deliver_due(database, later, CALENDAR)

    complete(database, open_tasks(database, case)["rest"].id)

    assert find(database, case.id).status == "incident"
    with database.reading() as session:
        (incident,) = incidents.open_list(session).items
    assert incident.kind == "message_undelivered"


def test_a_new_assigned_user_task_is_told_by_a_notice(database, monkeypatch):
    publish(database, listening())
    case = start(database, "listening", {"ticket": "a"})
    told = []
    monkeypatch.setitem(
        outbox._deliverers,
        outbox.NOTICE,
        lambda _session, letter, _occasion: told.append((letter.recipient, letter.payload)),
    )

    send(database, "answer", correlation="a")
    outbox.deliver_due(database, NOW, CALENDAR)

    user_task = open_tasks(database, case)["after"]
    assert told == [
        (
            "ada",
            {
                "event": "user_task_assigned",
                "user_task_id": user_task.id,
                "instance_id": case.id,
                "name": "after",
            },
        )
    ]
    assert outbox.deliver_due(database, NOW, CALENDAR) == 0


def told(key: str, *, by_end: bool = False) -> SourceFile:
    """A case that sends the message about its ticket in the middle, or at its end."""
    process = Process(key).start().user("ask")
    add = process.end_with if by_end else process.throw
    add("tell", message="answer", correlation="=ticket", inputs={"text": '"hello"'})
    return SourceFile(f"{key}.bpmn", process.chain("start", "ask", "tell").xml())


def waiting_in(way: str) -> SourceFile:
    """A case that waits for the message at a border, behind a gateway, or in a sub-process."""
    process = Process("receiver").start().user("after").end().chain("after", "end")
    if way == "gateway":
        process.event_based("first").catch("late", timer(duration="P9D")).chain("first", "late")
        process.catch("hear", message="answer", correlation="=ticket").flow("late", "end")
        process.chain("start", "first", "hear", "after")
    elif way == "receive":
        process.receive("hear", "answer", correlation="=ticket")
        process.chain("start", "hear", "after")
    else:
        process.user("work").flow("start", "work").flow("work", "end")
        process.boundary("hear", "work", message="answer", correlation="=ticket")
        process.flow("hear", "after")
    return SourceFile("receiver.bpmn", process.xml())


@pytest.mark.parametrize("by_end", [False, True])
@pytest.mark.parametrize("way", ["gateway", "receive", "border"])
def test_a_message_finds_the_one_case_that_it_is_about(database, way, by_end):
    publish(database, waiting_in(way), told("teller", by_end=by_end))
    receivers = [start(database, "receiver", {"ticket": name}) for name in ("a", "b")]
    case = start(database, "teller", {"ticket": "b"})

    complete(database, open_tasks(database, case)["ask"].id)

    assert "after" not in open_tasks(database, receivers[0])
    assert set(open_tasks(database, receivers[1])) == {"after"}
    assert find(database, receivers[1].id).data["text"] == "hello"
    with database.reading() as session:
        assert list(verification.differences(session)) == []


def test_a_message_that_does_not_interrupt_comes_again_and_again(database):
    process = Process("receiver").start().user("work").user("note").end()
    process.boundary("hear", "work", message="answer", interrupting=False)
    process.chain("start", "work", "end").chain("hear", "note", "end")
    publish(database, SourceFile("receiver.bpmn", process.xml()))
    case = start(database, "receiver", business_key="K")

    for _ in range(2):
        send(database, "answer", correlation="K")

    assert event_types(database, case.id).count("message_received") == 2
    assert "work" in open_tasks(database, case)


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize(
    ("what", "name", "correlation"),
    [("The name of the message", "{}", "a"), ("The correlation", "answer", "{}")],
)
def test_a_message_with_a_character_that_cannot_be_stored_is_refused(
    database, bad, what, name, correlation
):
    publish(database, listening())
    case = start(database, "listening", {"ticket": "a"})
    refusal = f"^{what} contains a character that cannot be stored\\.$"

    with pytest.raises(DataRefused, match=refusal):
        send(database, name.format(bad), correlation=correlation.format(bad))

    assert open_tasks(database, case) == {}


@pytest.mark.parametrize("bad", ["a\0b", "a\ud800b"])
@pytest.mark.parametrize(
    ("what", "fact"), [("The business key", "business_key"), ("The name of the case", "name")]
)
def test_a_case_with_a_key_that_cannot_be_stored_does_not_start(database, bad, what, fact):
    publish(database, listening())

    with pytest.raises(DataRefused, match=f"^{what} contains a character that cannot be stored"):
        start(database, "listening", {"ticket": "a"}, **{fact: bad})

    with database.reading() as session:
        assert session.query(Instance).count() == 0
