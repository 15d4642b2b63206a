"""Playing a process in the studio, without the scripts of a browser."""

import re
from html import unescape

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.webapp.played import publish_trip, trip
from tests.webapp.reserve import Make
from workflows import audit
from workflows.database import Database
from workflows.engine.tables import Instance, UserTask
from workflows.scenario_tables import ProcessScenario, ScenarioPlay
from workflows.studio_tables import DefinitionDraft

DESIGNER, HR = "mateo.navarro", "helena.carvalho"
EDITOR = "/studio/processes/trip"
PLAY, SCENARIOS = f"{EDITOR}/play", f"{EDITOR}/scenarios"
PROPOSAL = f"{EDITOR}/proposal"


@pytest.fixture
def designer(app, database: Database, person: Make):
    with database.unit_of_work() as session:
        publish_trip(session, now=NOW)
    mateo = person(DESIGNER)
    mateo.get(SCENARIOS)
    return mateo


def _step(somebody, doing: str, data: dict[str, object] | None = None, *, to: str = ""):
    """Press the button of a step on the page as it is now."""
    page = somebody.get(PLAY).text
    found = [unescape(each) for each in re.findall(r'action="([^"]*/play/step[^"]*)"', page)]
    address = next(each for each in found if f"do={doing}" in each and to in each)
    return somebody.post(address, data or {}, follow_redirects=True)


def _play_to_the_end(somebody) -> None:
    """Begin, be reminded once, grant the trip and pack."""
    somebody.post(f"{PLAY}/begin", {"source": "in_force"})
    _step(somebody, "start", {"_values": "days = 3"})
    _step(somebody, "answer", {"_values": 'head = "hedy"'})
    _step(somebody, "due")
    _step(somebody, "answer", {"always": "true"})
    _step(somebody, "complete", {"outcome": "grant", "question": "Fine with me"})
    _step(somebody, "complete")


def _keep(somebody, title: str = "Granted after a reminder", **more: object):
    return somebody.post(f"{PLAY}/keep", {"title": title, "expect": "outcome", **more})


def _change(somebody, database: Database, days: int) -> None:
    """Save a draft with another time until the reminder."""
    somebody.post(f"{EDITOR}/begin")
    with database.reading() as session:
        revision = session.scalar(select(func.max(DefinitionDraft.revision)))
    somebody.post(f"{EDITOR}/save", {"source": trip(days).decode(), "revision": revision})


def test_a_process_is_played_through_and_nothing_of_it_is_real(
    designer, database: Database
) -> None:
    designer.post(f"{PLAY}/begin", {"source": "in_force"})
    begun = _step(designer, "start", {"_values": "days = 3", "_as": "ada"}).text
    decides = _step(designer, "answer", {"_values": 'head = "hedy"'}).text
    reminds = _step(designer, "due").text
    _step(designer, "answer")
    packs = _step(designer, "complete", {"outcome": "grant", "question": "Fine with me"}).text
    ended = _step(designer, "complete").text

    assert "The service nomination.register is called" in begun
    assert "Send it back with a question" in decides
    assert "late" in decides
    assert "trip.left" in decides
    assert "The service case.remind is called" in reminds
    assert "The clock goes on by 5 days" in reminds
    assert "25 Nov 2026" in reminds
    assert "Pack" in packs
    assert "The case has ended" in ended
    assert "grant" in ended
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Instance)) == 0
        assert session.scalar(select(func.count()).select_from(UserTask)) == 0


def test_what_needs_mending_is_said_and_nothing_is_recorded(designer) -> None:
    designer.post(f"{PLAY}/begin", {"source": "in_force"})
    wrong = _step(designer, "start", {"_values": "days 3"})
    unquoted = _step(designer, "start", {"_values": "head = hedy"})
    broken = _step(designer, "start", {"_values": "\nhead = 3 +"})
    _step(designer, "start")
    uncaught = _step(designer, "answer", {"outcome": "error", "code": "no_budget"})
    nameless = _step(designer, "answer", {"outcome": "error"})
    _step(designer, "answer")
    unfilled = _step(designer, "complete", {"outcome": "return"})
    endless = _step(designer, "clock", {"amount": "0", "unit": "days"})

    assert wrong.status_code == 422
    assert "Line 1: write a name, “=” and a value" in wrong.text
    assert "days 3" in wrong.text
    assert "Write texts in quotes" in unquoted.text
    assert "Line 2: this is no value" in broken.text
    assert uncaught.status_code == 422
    assert "no_budget" in uncaught.text
    assert "Enter the code of the error" in nameless.text
    assert unfilled.status_code == 422
    assert "field-question" in unfilled.text
    assert 'value="return" checked' in unfilled.text
    assert "Enter a whole number from 1" in endless.text


def test_steps_are_taken_back_and_an_old_page_takes_none(designer, database: Database) -> None:
    designer.post(f"{PLAY}/begin", {"source": "in_force"})
    _step(designer, "start")
    _step(designer, "answer")
    page = designer.get(PLAY).text
    (hear,) = re.findall(r'action="([^"]*do=hear[^"]*)"', page)
    designer.post(unescape(hear), {"_values": 'why = "ill"'})
    old = designer.post(unescape(hear), {}, follow_redirects=True).text
    back = designer.post(f"{PLAY}/back?to=1", follow_redirects=True).text

    assert "You played on elsewhere" in old
    assert "Gone" in old
    assert "The service nomination.register is called" in back
    with database.reading() as session:
        assert len(session.scalars(select(ScenarioPlay)).one().document["steps"]) == 1


def test_what_is_kept_is_a_test_of_the_draft_and_of_what_is_in_force(
    designer, database: Database, person: Make
) -> None:
    _play_to_the_end(designer)
    nameless = _keep(designer, " ")
    kept = _keep(designer)
    passes = designer.get(SCENARIOS).text
    _change(designer, database, 4)
    fails = designer.get(SCENARIOS).text
    with database.reading() as session:
        scenario = session.scalars(select(ProcessScenario)).one()
        entries = audit.entries(session, limit=50).items
    steps = designer.get(f"{SCENARIOS}/{scenario.id}").text
    reader = person(HR).get(SCENARIOS).text

    assert nameless.status_code == 422
    assert "Give it a title" in nameless.text
    assert kept.headers["Location"] == SCENARIOS
    assert scenario.document["steps"][-1]["expect"] == {
        "waiting": [],
        "ended": True,
        "ends": ["done", "reminded"],
        "data": {"outcome": "grant"},
    }
    assert any(each.action == "scenario.keep" for each in entries)
    assert passes.count("Passes") == 1
    assert "Never visited" in passes
    assert "Gone" in passes
    assert (fails.count("Passes"), fails.count("Fails")) == (1, 1)
    assert "Step 4" in fails
    assert "Goes differently" in steps
    assert "Fails" in reader
    assert "play/begin" not in reader


def test_a_failing_scenario_asks_whoever_approves_for_a_reason(
    designer, database: Database, person: Make
) -> None:
    _play_to_the_end(designer)
    _keep(designer)
    _change(designer, database, 4)
    with database.reading() as session:
        draft = session.scalars(select(DefinitionDraft)).one()
    facts = {"revision": draft.revision, "seen": draft.base_id}
    designer.get(PROPOSAL)
    designer.post(PROPOSAL, {"revision": draft.revision, "comment": "Four days are kinder"})

    hr = person(HR)
    shown = hr.get(PROPOSAL).text
    silent = hr.post(f"{PROPOSAL}/approve", facts)
    hr.post(f"{PROPOSAL}/approve", {**facts, "failing_reason": "The test is to follow"})
    approved = hr.get(PROPOSAL).text
    published = hr.post(f"{PROPOSAL}/publish")

    assert "Scenarios fail. Why may it come into force all the same?" in shown
    assert "Granted after a reminder" in shown
    assert silent.status_code == 422
    assert "Say why it may come into force although this fails" in silent.text
    assert "The test is to follow" in approved
    assert published.status_code == 302


def test_a_kept_scenario_is_opened_changed_and_deleted(designer, database: Database) -> None:
    _play_to_the_end(designer)
    _keep(designer)
    _change(designer, database, 4)
    with database.reading() as session:
        number = session.scalars(select(ProcessScenario.id)).one()
    opened = designer.post(f"{SCENARIOS}/{number}/open", follow_redirects=True).text
    designer.post(f"{PLAY}/back?to=2")
    _step(designer, "due")
    taken = _keep(designer, "Granted after a reminder")
    again = designer.get(SCENARIOS).text
    designer.post(f"{SCENARIOS}/{number}/delete")
    gone = designer.get(SCENARIOS).text

    assert "It goes no further than here" in opened
    assert taken.status_code == 422  # the service waits for an answer
    assert "Fails" in again
    assert "No scenario yet" in gone


def test_a_draft_with_errors_says_so(designer, database: Database) -> None:
    designer.post(f"{EDITOR}/begin")
    broken = trip().decode().replace('calledElement="packing"', 'calledElement="nowhere"')
    designer.post(f"{EDITOR}/save", {"source": broken, "revision": 0})

    page = designer.get(SCENARIOS).text
    refused = designer.post(f"{PLAY}/begin", {"source": "draft"}, follow_redirects=True).text

    assert "nowhere" in page
    assert "Play the draft" not in page
    assert "Play what is in force" in page
    assert "has errors" in refused
