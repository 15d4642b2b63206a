"""Service tasks: in the same transaction, with business errors, and incidents for the rest."""

from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.conftest import NOW
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import (
    ADA,
    BEN,
    CALENDAR,
    HANA,
    calling,
    complete,
    event_types,
    find,
    open_tasks,
    publish,
    start,
)
from workflows.clock import FixedClock
from workflows.engine import clock_control, incidents, instances, services, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import CaseEnded, IncidentResolved, StartRefused, TransitionFailed
from workflows.engine.services import BusinessError, ServiceContext
from workflows.engine.tables import AuditEvent, Incident
from workflows.errors import Conflict, Invalid


@pytest.fixture
def offer(monkeypatch):
    """Offer a handler as the service `test.work`."""

    def put(handler):
        monkeypatch.setitem(services._handlers, "test.work", handler)

    put(lambda _call: None)
    return put


def ask(database):
    publish(database, calling("test.work"))
    case = start(database, "calling", {"amount": 5}, business_key="B-1")
    return case, open_tasks(database, case)["ask"].id


def open_incidents(database):
    with database.reading() as session:
        return incidents.open_list(session).items


def fail_with(error):
    def work(_call):
        raise error

    return work


def test_a_service_gets_its_inputs_and_gives_data(database, offer):
    seen = []

    def work(call: ServiceContext, amount: int, currency: str = "EUR"):
        seen.append((call.business_key, call.actor.username, call.started_by, call.now))
        return {"total": amount * 2, "currency": currency}

    offer(work)
    _, number = ask(database)

    case = complete(database, number)

    assert case.status == "completed"
    assert case.data == {"amount": 5, "total": 10, "currency": "EUR"}
    assert seen == [("B-1", "ada", "ada", NOW)]


def test_a_business_error_takes_its_boundary_event(database, offer):
    offer(fail_with(BusinessError("no_money", "Nothing left")))
    case, number = ask(database)

    complete(database, number)

    assert set(open_tasks(database, case)) == {"mend"}


def test_a_business_error_that_nothing_catches_is_an_incident(database, offer):
    offer(fail_with(BusinessError("other")))
    case, number = ask(database)

    with pytest.raises(TransitionFailed):
        complete(database, number)

    assert open_incidents(database)[0].kind == "uncaught_error"
    assert set(open_tasks(database, case)) == {"ask"}


def test_a_failure_undoes_everything_and_opens_one_incident(database, offer):
    def work(call: ServiceContext):
        call.session.add(
            AuditEvent(at=NOW, actor="x", action="half", object_type="x", object_id="x", data={})
        )
        call.session.flush()
        raise RuntimeError("personal text")

    offer(work)
    case, number = ask(database)

    for _ in range(2):
        with pytest.raises(TransitionFailed, match=r"could not go on.*Nothing was changed"):
            complete(database, number)

    (incident,) = open_incidents(database)
    assert incident.kind == "service_failed"
    assert "RuntimeError" in incident.message
    assert "personal" not in incident.message
    assert find(database, case.id).status == "incident"
    assert set(open_tasks(database, case)) == {"ask"}
    with database.reading() as session:
        half = select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "half")
        assert session.scalar(half) == 0


def test_a_failure_that_is_caught_commits_nothing(database, offer):
    offer(fail_with(RuntimeError()))
    case, number = ask(database)

    with pytest.raises(TransitionFailed), database.unit_of_work() as session:
        with suppress(TransitionFailed):
            user_tasks.complete(session, number, {}, actor=ADA, now=NOW, calendar=CALENDAR)
        session.execute(update(instances.Instance).values(name="half"))

    assert find(database, case.id).name == ""
    assert len(open_incidents(database)) == 1


def test_a_refusal_in_plain_words_is_the_message_of_the_incident(database, offer):
    offer(fail_with(Invalid("The pool is closed.")))
    _, number = ask(database)

    with pytest.raises(TransitionFailed, match="The pool is closed"):
        complete(database, number)


def test_a_missing_input_is_named(database, offer):
    offer(lambda _call, weight: {"weight": weight})
    _, number = ask(database)

    with pytest.raises(TransitionFailed, match="needs the input “weight”"):
        complete(database, number)


def test_completing_again_after_mending_resolves_the_incident(database, offer):
    offer(fail_with(RuntimeError()))
    case, number = ask(database)
    with pytest.raises(TransitionFailed):
        complete(database, number)
    offer(lambda _call: {})

    assert complete(database, number).status == "completed"

    assert open_incidents(database) == []
    assert find(database, case.id).status == "completed"
    assert told_of_incidents(database, case) == ["retried"]


def told_of_incidents(database, case):
    """Return how the history says that incidents of a case were resolved."""
    with database.reading() as session:
        events = instances.history(session, case.id)
    return [one.data["resolution"] for one in events if one.type == "incident_resolved"]


def test_an_incident_that_the_case_has_left_behind_is_told_as_passed(database, offer):
    offer(fail_with(RuntimeError()))
    process = Process("beside").start().user("ask").end().end("chased")
    process.boundary("late", "ask", timer(duration="P1D"), interrupting=False)
    process.service("work", "test.work").chain("start", "ask", "end")
    publish(database, SourceFile("beside.bpmn", process.chain("late", "work", "chased").xml()))
    case = start(database, "beside")
    clock_control.advance(database, FixedClock(NOW), "P6D", CALENDAR)
    assert find(database, case.id).status == "incident"

    ended = complete(database, open_tasks(database, case)["ask"].id)

    assert ended.status == "completed"
    assert told_of_incidents(database, case) == ["passed"]
    with database.reading() as session:
        assert session.scalars(select(Incident.resolution)).all() == ["passed"]
        assert find(database, case.id).last_seq == len(instances.history(session, case.id))


def test_a_retry_keeps_who_completed_the_user_task(database, offer):
    offer(fail_with(RuntimeError()))
    case, number = ask(database)
    with pytest.raises(TransitionFailed):
        complete(database, number)
    (incident,) = open_incidents(database)
    offer(lambda _call: {})

    with database.unit_of_work() as session:
        incidents.retry(
            session, incident.id, reason="mended", actor=HANA, now=NOW, calendar=CALENDAR
        )

    with database.reading() as session:
        events = instances.history(session, case.id)
        row = session.get_one(Incident, incident.id)
    assert (row.resolved_by, row.resolution) == ("hana", "retried")
    assert [one.actor for one in events if one.type == "incident_resolved"] == ["hana"]
    completed = next(one for one in events if one.element_id == "ask" and "completed" in one.type)
    assert completed.actor == "ada"
    assert find(database, case.id).last_seq == len(events)
    with pytest.raises(IncidentResolved), database.unit_of_work() as session:
        incidents.retry(
            session, incident.id, reason="again", actor=HANA, now=NOW, calendar=CALENDAR
        )


def test_a_retry_that_fails_leaves_the_incident_open(database, offer):
    offer(fail_with(RuntimeError()))
    case, number = ask(database)
    with pytest.raises(TransitionFailed):
        complete(database, number)

    with pytest.raises(TransitionFailed), database.unit_of_work() as session:
        incidents.retry_all(session, case.id, reason="try", actor=HANA, now=NOW, calendar=CALENDAR)

    (incident,) = open_incidents(database)
    assert incident.resolved_at is None


def test_there_must_be_something_to_retry_and_a_reason(database, offer):
    case, _ = ask(database)

    with pytest.raises(Conflict, match="nothing to retry"), database.unit_of_work() as session:
        incidents.retry_all(session, case.id, reason="try", actor=HANA, now=NOW, calendar=CALENDAR)
    with pytest.raises(Invalid, match="reason"), database.unit_of_work() as session:
        instances.cancel(session, case.id, reason=" ", actor=HANA, now=NOW)


def test_skipping_lets_the_case_go_on_without_the_step(database, offer):
    offer(fail_with(RuntimeError()))
    _, number = ask(database)
    with pytest.raises(TransitionFailed):
        complete(database, number)
    (incident,) = open_incidents(database)
    offer(lambda _call: {})

    with database.unit_of_work() as session:
        skipped = incidents.skip(
            session, incident.id, reason="not needed", actor=HANA, now=NOW, calendar=CALENDAR
        )

    assert skipped.status == "completed"
    assert open_incidents(database) == []


def test_a_case_that_cannot_start_leaves_nothing(database, offer):
    offer(fail_with(RuntimeError()))
    process = Process("at_once")
    process.start().service("work", "test.work").end().chain("start", "work", "end")
    publish(database, SourceFile("at_once.bpmn", process.xml()))

    with pytest.raises(StartRefused, match="could not start"):
        start(database, "at_once")

    with database.reading() as session:
        assert session.query(instances.Instance).count() == 0
    assert open_incidents(database) == []


def test_a_cancelled_case_has_nothing_open(database, offer):
    case, number = ask(database)
    later = NOW + timedelta(hours=1)

    with database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="by mistake", actor=HANA, now=later)

    ended = find(database, case.id)
    assert (ended.status, ended.state, ended.ended_at) == ("cancelled", None, later)
    assert open_tasks(database, case) == {}
    assert event_types(database, case.id)[-1] == "instance_cancelled"
    with pytest.raises(Conflict, match="withdrawn"):
        complete(database, number)
    with pytest.raises(CaseEnded, match="is “cancelled”"), database.unit_of_work() as session:
        instances.cancel(session, case.id, reason="twice", actor=HANA, now=later)


def test_the_view_of_a_case_says_who_waits_for_whom(database, offer):
    case, _ = ask(database)

    with database.reading() as session:
        view = instances.view(session, case.id)

    assert view.status == "running"
    assert view.data == {"amount": 5}
    assert view.active_elements == {"ask"}
    assert [(wait.kind, wait.element_id, wait.who) for wait in view.waits] == [
        ("user_task", "ask", ("ada",))
    ]
    assert BEN.username not in view.waits[0].who
