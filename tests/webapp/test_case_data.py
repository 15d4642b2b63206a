"""Those in charge change the data of a running case: seen before, and approved by another one."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.german import read_german, refused
from tests.webapp.page_fields import filled
from tests.webapp.reserve import Make, make_reserve
from tests.workflows.engine.build import Process, many, when
from tests.workflows.engine.shop import CALENDAR
from workflows import accounts, case_data_changes
from workflows.account_tables import Notification
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.case_data_changes import DataChange
from workflows.database import Database
from workflows.desk_tables import DataRequest
from workflows.engine import data_changes, definitions, instances, outbox, replay
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import CaseChanged
from workflows.engine.occasion import Occasion
from workflows.engine.tables import AuditEvent, Duty, Instance, UserTask

HR, OTHER = "helena.carvalho", "priya.sharma"
STARTER, CANDIDATE = "nora.lindqvist", "amara.okafor"
DATA: dict[str, object] = {"score": 5, "note": "as before", "member_id": 7, "who": CANDIDATE}


def start(database: Database, process: Process, **data: object) -> int:
    """Start a case about somebody."""
    with database.unit_of_work() as session:
        make_reserve(session, now=NOW)
        helena, nora = (accounts.actor_of(session, name) for name in (HR, STARTER))
        files = [SourceFile("watching.bpmn", process.xml())]
        definitions.publish(session, files, actor=helena, now=NOW)
        case = instances.start(session, "watching", data, actor=nora, now=NOW, calendar=CALENDAR)
        session.add(Duty(instance_id=case.id, duty="subject", username=CANDIDATE))
    return case.id


def watching() -> Process:
    """A step with a condition at its border that begins another one."""
    process = Process("watching", name="Watching").start().user("work", name="Work")
    process.user("help", name="Help out").end().end("helped")
    condition = when("if score > 90 then note else score < 3")
    process.boundary("bad", "work", condition, interrupting=False)
    return process.chain("start", "work", "end").chain("bad", "help", "helped")


@pytest.fixture
def case_id(app: Flask, database: Database) -> int:
    return start(database, watching(), **DATA)


@pytest.fixture
def address(case_id: int) -> str:
    return f"/cases/{case_id}/data/"


@pytest.fixture
def send(person: Callable[[str], Person], address: str) -> Callable[..., str]:
    """Send the form with something typed, as somebody in charge; answer with the page."""

    def do(username: str = HR, step: str = "look", **typed: str) -> str:
        somebody = person(username)
        facts = {"reason": "It was mistyped", "_step": step, **typed}
        sent = filled(somebody.get(address).text, **facts)
        return somebody.post(address, sent, follow_redirects=True).text

    return do


def data_of(database: Database, case_id: int) -> dict[str, object]:
    with database.reading() as session:
        return dict(session.get_one(Instance, case_id).data)


def test_the_page_shows_each_value_with_its_kind_and_leaves_records_alone(
    person: Make, case_id: int, address: str
) -> None:
    helena = person(HR)

    html = helena.get(address).text

    assert address in helena.get(f"/cases/{case_id}").text
    assert 'name="value.score" value="5"' in html
    assert "This is Amara Okafor." in html
    assert 'name="value.member_id"' not in html
    assert "It leads to a record and stays as it is." in html


def test_a_change_is_foreseen_asked_for_and_approved_by_a_second_person(
    person: Make, send: Callable[..., str], case_id: int, address: str, database: Database
) -> None:
    foreseen = send(value__score="1")
    asked = send(step="save", value__score="1")
    with database.reading() as session:
        before = session.get_one(Instance, case_id).data["score"]
        kept = session.scalars(select(DataRequest)).one()
    outbox.deliver_due(database, NOW, OrganisationCalendar())
    helena, priya = person(HR), person(OTHER)
    shown, mine = priya.get(address).text, helena.get(address).text
    refusal = helena.post(f"{address}approve")
    link = priya.get(f"/stalled/{case_id}/").text
    priya.get(address)
    approved = priya.post(f"{address}approve", follow_redirects=True).text

    assert "<del>5</del>" in foreseen
    assert "<ins>1</ins>" in foreseen
    assert "Help out" in foreseen
    assert "Nothing happens until a second person approves." in foreseen
    assert "Somebody else must approve." in asked
    assert (before, kept.before, kept.after) == (5, {"score": 5}, {"score": 1})
    assert refusal.status_code == 403
    assert "Helena Carvalho asked on" in shown
    assert "It was mistyped" in shown
    assert "Take the request back" in mine
    assert "Helena Carvalho asks to change the data" in link
    assert "The data are changed." in approved
    assert data_of(database, case_id)["score"] == 1
    with database.reading() as session:
        names = set(session.scalars(select(UserTask.name)))
        told = session.scalars(select(Notification.recipient)).all()
        request = session.scalars(select(DataRequest)).one()
        entry = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "case.data_changed")
        ).one()
        assert replay.replayed(session, case_id).state == session.get_one(Instance, case_id).state
    assert names == {"Work", "Help out"}
    assert OTHER in told
    assert HR not in told
    assert (request.before, request.after, request.outcome) == ({}, {}, "changed")
    assert entry.data == {"asked_by": HR, "names": ["score"], "reason": "It was mistyped"}


def test_a_request_can_be_taken_back_and_only_one_waits(
    person: Make, send: Callable[..., str], case_id: int, address: str, database: Database
) -> None:
    helena = person(HR)
    form = filled(helena.get(address).text, value__score="1", reason="Why not", _step="save")
    helena.post(address, form)

    twice = helena.post(address, form)
    helena.get(address)
    back = helena.post(f"{address}decline", follow_redirects=True).text
    helena.get(address)
    late = helena.post(f"{address}decline")

    assert twice.status_code == 409
    assert "The data stay as they are." in back
    assert late.status_code == 404
    assert data_of(database, case_id) == DATA


def test_a_value_that_changed_meanwhile_is_not_replaced(
    person: Make, send: Callable[..., str], case_id: int, address: str, database: Database
) -> None:
    send(step="save", value__score="1")
    with database.unit_of_work() as session:
        kept = session.scalars(select(DataRequest)).one()
        occasion = Occasion(SYSTEM, NOW, CALENDAR)
        data_changes.change(session, case_id, kept.scope, {"score": 4}, occasion)
    priya = person(OTHER)

    shown = priya.get(address).text
    late = priya.post(f"{address}approve")

    assert "This can only be declined." in shown
    assert "Approve the change" not in shown
    assert late.status_code == 409
    assert data_of(database, case_id)["score"] == 4


def test_a_form_of_yesterday_changes_nothing(
    person: Make, case_id: int, address: str, database: Database
) -> None:
    helena = person(HR)
    old = filled(helena.get(address).text, value__score="1", reason="Why not", _step="save")
    with database.unit_of_work() as session:
        occasion = Occasion(SYSTEM, NOW, CALENDAR)
        data_changes.change(session, case_id, int(str(old["place"])), {"note": "new"}, occasion)

    assert helena.post(address, old).status_code == 409
    assert data_of(database, case_id) == {**DATA, "note": "new"}


def test_what_goes_on_between_looking_and_asking_is_noticed_under_the_lock(
    case_id: int, database: Database
) -> None:
    with database.unit_of_work() as session:
        helena, version = accounts.actor_of(session, HR), instances.get(session, case_id).version
        (store,) = case_data_changes.look(session, case_id, actor=helena, now=NOW)
        occasion = Occasion(helena, NOW, CALENDAR)
        data_changes.change(session, case_id, store.scope, {"score": 4}, occasion)
    change = DataChange(store.scope, {"score": 1}, "Why not", version)

    with pytest.raises(CaseChanged), database.unit_of_work() as session:
        case_data_changes.ask(session, case_id, change, four_eyes=True, occasion=occasion)

    with database.reading() as session:
        assert session.scalars(select(DataRequest)).all() == []


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"value__score": "many"}, "must be a number"),
        ({"reason": " ", "value__score": "1"}, "Enter the reason"),
        ({}, "Nothing is changed yet: correct a value"),
        ({"new_name": "case_id", "new_value": "1"}, "would lead to a record"),
        ({"new_name": "score", "new_value": "1"}, "There is a value “score” already"),
        ({"value__score": "95"}, "The data cannot be changed so"),
    ],
)
def test_an_unfit_change_is_refused_at_its_field_and_keeps_what_was_typed(
    send: Callable[..., str], database: Database, case_id: int, typed: dict[str, str], sentence: str
) -> None:
    html = send(**{"value__note": "as before", **typed})

    assert sentence in html
    assert 'id="error-title"' in html
    assert data_of(database, case_id) == DATA


def test_values_sent_past_the_form_do_not_change_records(
    person: Make, address: str, case_id: int, database: Database
) -> None:
    helena = person(HR)
    form = filled(helena.get(address).text, reason="Why not", _step="save")

    helena.post(address, {**form, "value.member_id": "8", "value.note": "new"})

    with database.reading() as session:
        assert session.scalars(select(DataRequest)).one().after == {"note": "new"}


@pytest.mark.usefixtures("alone")
def test_one_person_is_enough_where_the_installation_says_so(
    send: Callable[..., str], case_id: int, database: Database
) -> None:
    foreseen = send(value__note="new")
    done = send(step="save", value__note="new", new_name="grade", new_value="B")

    assert "The values before are kept nowhere." in foreseen
    assert "The data are changed." in done
    assert data_of(database, case_id) == {**DATA, "note": "new", "grade": "B"}


def test_what_many_keep_is_chosen_first(person: Make, app: Flask, database: Database) -> None:
    repeated = many(collection="people", elementVariable="who")
    process = Process("watching", name="Watching").start().user("vote", repeated, name="Vote")
    number = start(database, process.end().chain("start", "vote", "end"), people=["ann", "bob"])
    helena = person(HR)
    address = f"/cases/{number}/data/"

    html = helena.get(address).text
    place = html.partition("place=")[2].partition('"')[0]

    assert "Vote, number 2" in html
    assert "Whole" not in html
    assert 'name="place"' in helena.get(f"{address}?place={place}").text
    assert helena.get(f"{address}?place=99").status_code == 409


def test_a_case_that_is_over_has_nothing_to_change(
    person: Make, address: str, case_id: int, database: Database
) -> None:
    with database.unit_of_work() as session:
        helena = accounts.actor_of(session, HR)
        instances.cancel(session, case_id, reason="Over", actor=helena, now=NOW)

    assert "The case is over; what it ended with stays as it is." in person(HR).get(address).text


def test_whoever_judges_neither_sees_nor_changes_what_the_others_wrote(
    person: Make, send: Callable[..., str], address: str, case_id: int, database: Database
) -> None:
    send(step="save", value__note="new")
    with database.unit_of_work() as session:
        session.add(Duty(instance_id=case_id, duty="reviewer", username=OTHER))
    priya = person(OTHER)

    refused_page = priya.get(address)
    stalled = priya.get(f"/stalled/{case_id}/").text

    assert refused_page.status_code == 403
    assert "who do not judge in a case may change its data" in refused_page.text
    assert "asks to change the data" not in stalled
    assert "Change the data" not in priya.get(f"/cases/{case_id}").text
    assert priya.post(f"{address}approve").status_code == 403


@pytest.mark.parametrize(("username", "status"), [(STARTER, 403), (CANDIDATE, 403)])
def test_others_do_not_change_data(person: Make, address: str, username: str, status: int) -> None:
    somebody = person(username)

    assert somebody.get(address).status_code == status
    assert somebody.post(address, {"_step": "save"}).status_code == status
    assert somebody.post(f"{address}approve").status_code == status


def test_it_is_all_said_in_german(person: Make, address: str) -> None:
    helena = read_german(person(HR))

    html = helena.get(address).text
    form = filled(html, reason="", value__score="1")

    assert "Daten ändern" in html
    refused(helena.post(address, form), 422, "Geben Sie den Grund ein")
