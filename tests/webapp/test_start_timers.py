"""What begins by itself, on pages: when, why it could not, and trying it again with a reason."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import CALENDAR, publish
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.engine import services, start_timers
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import AuditEvent, Instance, StartTimer

DESIGNER = "mateo.navarro"
HR = "helena.carvalho"
ADDRESS = "/processes/weekly/start-timers/clock/try-again"


def _look(database: Database, **later: int) -> int:
    return start_timers.fire_due(database, FixedClock(NOW + timedelta(**later)), CALENDAR)


def _publish(database: Database) -> None:
    process = Process("weekly").add("startEvent", "clock", timer(cycle="R/P1D"), name="Each day")
    process.service("work", "test.break").end().chain("clock", "work", "end")
    publish(database, SourceFile("weekly.bpmn", process.xml()))


@pytest.fixture
def failed(app: Flask, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that should have begun by itself yesterday, and could not."""

    def work(_call: object, **_inputs: object) -> None:
        raise RuntimeError("a value of somebody")

    monkeypatch.setitem(services._handlers, "test.break", work)
    _publish(database)
    for hour in range(24, 44):
        _look(database, hours=hour)


def _problem(database: Database) -> str:
    with database.reading() as session:
        return str(session.scalars(select(StartTimer.problem)).one())


def test_the_page_of_a_process_says_when_it_begins_next(
    app: Flask, person: Make, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(services._handlers, "test.break", lambda _call: {})
    _publish(database)
    _look(database)

    html = person("nora.lindqvist").get("/processes/weekly").text

    assert "Begins by itself" in html
    assert "<h3>Each day</h3>" in html
    assert "The next case begins on 21 Nov 2026, 09:00" in html
    assert "A case could not begin." not in html
    assert ADDRESS not in html


@pytest.mark.parametrize("username", [DESIGNER, HR])
def test_those_in_charge_see_why_since_when_and_try_it_again(
    failed: None,
    person: Make,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    username: str,
) -> None:
    somebody: Person = person(username)
    page = somebody.get("/processes/weekly").text
    monkeypatch.setitem(services._handlers, "test.break", lambda _call, **_inputs: {})

    done = somebody.post(ADDRESS, {"reason": "The bank is open"}, follow_redirects=True)
    began = _look(database, hours=45)
    again = somebody.post(ADDRESS, {"reason": "The bank is open"})

    assert "A case could not begin." in page
    assert _problem_sentence(page)
    assert "a value of somebody" not in page
    assert "since 21 Nov 2026, 09:00" in page
    assert ADDRESS in page
    assert "It is tried again now." in done.text
    assert began == 1
    assert again.status_code == 409
    assert "A case could not begin." not in somebody.get("/processes/weekly").text
    with database.reading() as session:
        audit = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "start_timer.try_again")
        ).one()
        assert session.scalars(select(Instance.started_by)).all() == ["system"]
    assert (audit.actor, audit.data["reason"]) == (username, "The bank is open")


def _problem_sentence(html: str) -> bool:
    return "The case could not start: " in html


def test_a_missing_reason_is_told_at_its_field(
    failed: None, person: Make, database: Database
) -> None:
    helena: Person = person(HR)
    helena.get("/processes/weekly")

    refused = helena.post(ADDRESS, {"reason": "  "})

    assert refused.status_code == 422
    assert "<title>Error: " in refused.text
    assert re.search(r'id="reason-clock-error"[^>]*>.*?<span>Enter the reason</span>', refused.text)
    assert re.search(r'<input[^>]*id="reason-clock"[^>]*aria-invalid="true"', refused.text)
    assert _problem(database)


@pytest.mark.parametrize("username", ["amara.okafor", "grace.thornton", "soo-jin.kwon"])
def test_others_try_nothing_again(
    failed: None, person: Make, database: Database, username: str
) -> None:
    somebody: Person = person(username)

    page = somebody.get("/processes/weekly").text
    refused = somebody.post(ADDRESS, {"reason": "Why not"})

    assert "A case could not begin." in page
    assert ADDRESS not in page
    assert _problem_sentence(page) is (username == "grace.thornton")
    assert ("Designers and HR can see why." in page) is (username != "grace.thornton")
    assert refused.status_code == 403
    assert _problem(database) != "None"


def test_the_page_of_stalled_cases_leads_to_what_could_not_begin(
    failed: None, person: Make
) -> None:
    shown = person(HR).get("/stalled/").text
    watched = person("grace.thornton").get("/stalled/").text
    narrowed = person(HR).get("/stalled/?reason=left").text

    assert "Cases that could not begin by themselves" in shown
    assert _problem_sentence(shown)
    assert 'href="/processes/weekly#start-timers"' in shown
    assert "Try again" in shown
    assert "Look at the process" in watched
    assert "could not begin by themselves" not in narrowed


def test_the_pages_speak_german(failed: None, person: Make) -> None:
    helena: Person = person(HR)

    html = helena.get("/processes/weekly", headers={"Accept-Language": "de"}).text

    assert "Ein Fall konnte nicht beginnen." in html
