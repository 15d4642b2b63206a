"""People in charge can mend the data of a case that failed, with a reason, and try again."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import (
    ADA,
    CALENDAR,
    HANA,
    SCORE,
    complete,
    event_types,
    find,
    open_tasks,
    publish,
    start,
)
from workflows.engine import (
    compiled,
    incident_data,
    incidents,
    outbox,
    services,
    verification,
)
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import TransitionFailed
from workflows.engine.forms import FormRefused
from workflows.engine.json_data import DataRefused
from workflows.engine.tables import AuditEvent, Incident, UserTask


@pytest.fixture
def failed(database, monkeypatch):
    """A case whose service does not like the data."""

    def work(_call, amount):
        if amount < 0:
            raise ValueError("a value of somebody")
        return {"paid": amount}

    monkeypatch.setitem(services._handlers, "test.pay", work)
    process = Process("paying")
    process.start().user("ask").service("work", "test.pay").end()
    process.chain("start", "ask", "work", "end")
    publish(database, SourceFile("paying.bpmn", process.xml()))
    case = start(database, "paying", {"amount": -5})
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id)
    return case


def incident_of(database):
    with database.reading() as session:
        return session.scalars(select(Incident)).one()


def mend(database, data, **facts):
    facts = {"reason": "a slip of the pen", "actor": HANA, "now": NOW, **facts}
    with database.unit_of_work() as session:
        return incidents.retry(
            session, incident_of(database).id, calendar=CALENDAR, data=data, **facts
        )


def test_a_retry_with_other_data_goes_on_and_tells_who_changed_what(database, failed):
    case = mend(database, {"amount": 7})

    assert (case.status, case.data) == ("completed", {"amount": 7, "paid": 7})
    assert event_types(database, failed.id)[-1] == "instance_completed"
    with database.reading() as session:
        audit = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "incident.edit")
        ).one()
        assert (audit.actor, audit.object_id) == ("hana", str(incident_of(database).id))
        assert audit.data == {"reason": "a slip of the pen", "names": ["amount"]}
        assert list(verification.differences(session)) == []
    assert incident_of(database).resolution == "retried"


def test_other_data_that_do_not_help_are_not_kept(database, failed):
    with pytest.raises(TransitionFailed):
        mend(database, {"amount": -7})

    case = find(database, failed.id)
    assert (case.status, case.data) == ("incident", {"amount": -5})
    assert incident_of(database).resolved_at is None


def test_data_need_a_reason_and_a_form_that_can_be_kept(database, failed):
    with pytest.raises(Exception, match="reason"):
        mend(database, {"amount": 7}, reason=" ")
    with pytest.raises(DataRefused):
        mend(database, {"amount": float("nan")})

    assert find(database, failed.id).data == {"amount": -5}


def test_an_incident_stays_open_when_only_its_data_were_changed(database, failed):
    """The edit of a case that fails again elsewhere is undone with it: all or nothing."""
    before = event_types(database, failed.id)

    with pytest.raises(TransitionFailed):
        mend(database, {"amount": -1}, actor=ADA)

    assert event_types(database, failed.id) == before


@pytest.fixture
def entered(database, monkeypatch):
    """A case whose service does not like what somebody has entered in the form before it."""

    def work(_call, score):
        if score < 50:
            raise ValueError("a value of somebody")
        return {"paid": score}

    monkeypatch.setitem(services._handlers, "test.pay", work)
    process = Process("entering")
    process.start().user("ask", form="score").service("work", "test.pay").end()
    process.chain("start", "ask", "work", "end")
    publish(database, SourceFile("entering.bpmn", process.xml()), SCORE)
    case = start(database, "entering", {"score": 1, "note": "as before"})
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id, {"score": 5})
    return case


def test_what_was_entered_is_corrected_where_it_was_entered(database, entered):
    case = mend(database, {"score": 70, "note": "corrected"})

    assert (case.status, case.data) == ("completed", {"score": 70, "note": "corrected", "paid": 70})
    with database.reading() as session:
        task = session.scalars(select(UserTask)).one()
        assert (task.completed_by, task.state) == ("ada", "completed")
        assert list(verification.differences(session)) == []


def test_the_form_judges_a_correction_as_it_judged_the_first_entry(database, entered):
    with pytest.raises(FormRefused, match="between 0 and 100"):
        mend(database, {"score": 700})

    assert incident_of(database).command["data"] == {"score": 5}
    assert find(database, entered.id).data == {"score": 1, "note": "as before"}


def test_a_correction_that_fails_leaves_the_first_entry_and_counts_the_attempt(database, entered):
    for attempt, score in enumerate((6, 7), start=2):
        with pytest.raises(TransitionFailed):
            mend(database, {"score": score}, now=NOW + timedelta(hours=attempt))

    incident = incident_of(database)
    assert incident.command["data"] == {"score": 5}
    assert (incident.attempts, incident.tried_at) == (3, NOW + timedelta(hours=3))
    assert incident.opened_at == NOW


def test_a_step_works_with_the_data_of_the_case_and_what_it_brought(database, entered):
    with database.reading() as session:
        instance, bundle = compiled.of_case(session, entered.id)
        material = incident_data.of_incident(session, incident_of(database), instance.state, bundle)

    assert material.seen == {"score": 1, "note": "as before"}
    assert material.brought == {"score": 5}
    assert material.values == {"score": 5, "note": "as before"}


def test_a_message_that_did_not_arrive_has_no_data_to_correct(database, entered):
    incident = incident_of(database)
    incident.command = {"kind": outbox.DELIVER_LETTER, "letter": "1:1:1"}

    with database.reading() as session:
        instance, bundle = compiled.of_case(session, entered.id)
        beside = incident_data.of_incident(session, incident, instance.state, bundle)
        gone = incident_data.of_incident(session, incident_of(database), None, bundle)

    assert beside is None
    assert gone is None
