"""What a manager's desk asks of the database, on every kind of database."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.engine.shop import (
    SCORE,
    calling,
    complete,
    open_tasks,
    publish,
    start,
    two_steps,
)
from tests.workflows.staff import add_person, add_units
from workflows import accounts, audit, packaged, risks, skip_approvals, stalled_cases, unblocking
from workflows.actors import SYSTEM, Actor
from workflows.calendar import OrganisationCalendar
from workflows.case_requests import OwnRequest
from workflows.engine import compiled, definitions, services, stall_senders
from workflows.engine.failures import TransitionFailed
from workflows.engine.nodes import CatchEvent, ReceiveTask
from workflows.engine.stall_reasons import Reason
from workflows.engine.tables import Duty
from workflows.unblocking import ToldToday

CALENDAR = OrganisationCalendar()
MAX = Actor("max", "Max", frozenset({"pool-manager"}))
MIA = Actor("mia", "Mia", frozenset({"pool-manager"}))


@pytest.fixture
def people(database):
    """Accounts for those who have work."""
    with database.unit_of_work() as session:
        for name in ("ada", "ben", "max", "mia"):
            accounts.create(session, name, name=name.title(), roles=["reviewer"], now=NOW)


def look(database, *, days, what=stalled_cases.board):
    with database.reading() as session:
        return what(session, SYSTEM, now=NOW + timedelta(days=days), calendar=CALENDAR)


def test_a_step_is_at_risk_first_and_stalls_then(database, people):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "Bridge"})
    complete(database, open_tasks(database, case)["prepare"].id)

    assert look(database, days=3, what=risks.found_for) == []
    (risk,) = look(database, days=4.7, what=risks.found_for)
    assert (risk.step, risk.tier) == ("score", "WARN")
    (found,) = look(database, days=12).cases
    assert found.reason is Reason.OVERDUE


def test_the_desk_asks_as_much_for_many_cases_as_for_few(database, people):
    publish(database, two_steps(), SCORE)
    for _ in range(2):
        start(database, "two_steps", {"topic": "Bridge"})
    look(database, days=30)
    with counted(database) as few:
        assert len(look(database, days=30).cases) == 2
    for _ in range(8):
        start(database, "two_steps", {"topic": "Bridge"})

    with counted(database) as many:
        assert len(look(database, days=30).cases) == 10

    assert len(few) == len(many)


def test_very_many_cases_are_looked_up_in_parts(database, people, monkeypatch):
    with database.unit_of_work() as session:
        add_person(session, "mia", add_units(session)["T"])
    publish(database, two_steps(), SCORE)
    cases = [start(database, "two_steps", {"topic": "Bridge"}).id for _ in range(3)]
    with database.unit_of_work() as session:
        session.add_all(Duty(instance_id=case, duty="subject", username="mia") for case in cases)
    at_once = look(database, days=30)

    monkeypatch.setattr(stalled_cases, "_AT_ONCE", 2)

    assert look(database, days=30) == at_once
    assert set(at_once.units_of) == set(cases)


def test_nobody_is_reminded_twice_a_working_day(database, people):
    publish(database, two_steps(), SCORE)
    case = start(database, "two_steps", {"topic": "Bridge"})
    task = open_tasks(database, case)["prepare"].id

    def nudge(days):
        with database.unit_of_work() as session:
            return unblocking.nudge(
                session,
                case.id,
                task,
                reason="It waits.",
                actor=MAX,
                now=NOW + timedelta(days=days),
                calendar=CALENDAR,
            )

    assert nudge(0) == ["ada"]
    for days in (0, 1, 2):  # Friday and the week-end behind it
        with pytest.raises(ToldToday):
            nudge(days)
    assert nudge(3) == ["ada"]
    with database.reading() as session:
        entries = audit.entries(session, object_type="user_task", object_id=task).items
    assert [(one.action, one.data["to"]) for one in entries] == [("stalled.nudge", ["ada"])] * 2


def test_whoever_asks_to_skip_does_not_approve(database, people, monkeypatch):
    def work(_call):
        raise RuntimeError

    monkeypatch.setitem(services._handlers, "test.work", work)
    publish(database, calling("test.work"))
    case = start(database, "calling")
    with pytest.raises(TransitionFailed):
        complete(database, open_tasks(database, case)["ask"].id)
    (found,) = look(database, days=1).cases
    number = found.cause.object_id

    with database.unit_of_work() as session:
        skip_approvals.ask(session, case.id, number, reason="Why not", actor=MAX, now=NOW)
    with pytest.raises(OwnRequest), database.unit_of_work() as session:
        skip_approvals.approve(session, case.id, number, actor=MAX, now=NOW, calendar=CALENDAR)
    with database.unit_of_work() as session:
        skip_approvals.approve(session, case.id, number, actor=MIA, now=NOW, calendar=CALENDAR)

    assert look(database, days=1).cases == []


def test_somebody_sends_every_message_for_which_a_packaged_process_waits(database):
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
    with database.reading() as session:
        senders = stall_senders.thrown(session) | set(stalled_cases.SENT_ELSEWHERE)
        processes = [
            compiled.process(one.key, one.content_hash, one.source, one.file_name)
            for one in definitions.processes(session)
        ]

    awaited = {
        node.message.name
        for model in processes
        for node in model.nodes.values()
        if isinstance(node, CatchEvent | ReceiveTask) and node.message is not None
    }

    assert awaited
    assert awaited - senders == set()
