"""Alerts tell once when a limit is crossed; the digest of the week tells what stands still."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.webapp.conftest import Person as Browser
from tests.webapp.reserve import Make
from tests.workflows.staff import add_person, add_units
from workflows import alert_work, figure_keeping, figure_texts, weekly_digest
from workflows.account_tables import Account, Notification
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.engine import letters
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Outbox, UserTask
from workflows.people_tables import Person
from workflows.view_tables import DigestState, SavedView, ViewAlert

CALENDAR = OrganisationCalendar()
HELENA = "helena.carvalho"
MONDAY = datetime(2026, 11, 30, 7, 5, tzinfo=UTC)


@pytest.fixture
def helena(person: Make, cases: list[int], database: Database) -> Browser:
    """Somebody of HR with a mail address, who reads German."""
    with database.unit_of_work() as session:
        units = add_units(session)
        reader = add_person(session, HELENA, units["T"])
        reader.email, reader.language = "helena@example.org", "de"
    return person(HELENA)


def stall(database: Database, number: int) -> None:
    """Let so many cases stand still, and no others: their tasks are far beyond their time."""
    with database.unit_of_work() as session:
        ids = session.scalars(select(UserTask.id).order_by(UserTask.id)).all()
        late, fine = NOW - timedelta(days=60), NOW + timedelta(days=365)
        for place, task_id in enumerate(ids):
            at = late if place < number else fine
            task = session.get_one(UserTask, task_id)
            task.due_at = task.inbox_at = task.stalls_at = at


def look(database: Database, at: datetime = NOW) -> None:
    """Do what the worker does every quarter of an hour."""
    worker = jobs_for(database, FixedClock(at), CALENDAR, [alert_work.WORK])
    while worker.run_once():
        pass


def told(database: Database, username: str = HELENA) -> list[tuple[str, str]]:
    with database.reading() as session:
        mine = Notification.recipient == username
        found = session.scalars(select(Notification).where(mine).order_by(Notification.id))
        return [(each.text, each.page) for each in found if each.page]


def mails(database: Database) -> list[dict[str, object]]:
    with database.reading() as session:
        found = session.scalars(
            select(Outbox).where(Outbox.kind == letters.MAIL).order_by(Outbox.id)
        ).all()
        return [each.payload for each in found if each.payload.get("event") in figure_texts.EVENTS]


def watch(somebody: Browser, database: Database, page: str, query: str, **form: str) -> int:
    """Keep a view and watch it; return the number of the view."""
    somebody.get("/views/")
    somebody.post("/views/", {"page": page, "query": query, "name": "Wachsam"})
    with database.reading() as session:
        view = session.scalars(select(SavedView.id)).one()
    somebody.get(f"/views/{view}/alerts")
    answer = somebody.post(f"/views/{view}/alerts", form)
    assert answer.status_code == 302, answer.text
    return view


def test_an_alert_tells_once_and_again_only_after_it_fell_back(
    helena: Browser, database: Database
) -> None:
    view = watch(helena, database, "stalled", "", watched="stalled", most="2")
    for number, at in enumerate((0, 3, 4, 4, 2, 3)):
        stall(database, at)
        look(database, NOW + timedelta(minutes=20 * number))

    assert told(database) == [
        ("Mehr als 2 stehende Fälle: jetzt 3 in „Wachsam“.", f"/views/{view}"),
        ("Mehr als 2 stehende Fälle: jetzt 3 in „Wachsam“.", f"/views/{view}"),
    ]
    (first, _second) = mails(database)
    assert "Wachsam" not in str(first)
    subject, text = figure_texts.mail("de", first, link="https://pool.example/views/1")
    assert subject == "Mehr als 2 stehende Fälle: jetzt 3"
    assert "https://pool.example/views/1" in text
    page = helena.get(f"/views/{view}/alerts").text
    assert "above the limit" in page


def test_an_alert_counts_what_its_reader_may_see(
    helena: Browser, person: Make, database: Database
) -> None:
    helena.get("/views/")
    form = {"page": "stalled", "query": "", "name": "All", "audience": "manager"}
    helena.post("/views/", form)
    omar = person("omar.darwish")
    with database.reading() as session:
        view = session.scalars(select(SavedView.id)).one()
    omar.get(f"/views/{view}/alerts")
    omar.post(f"/views/{view}/alerts", {"watched": "stalled", "most": "0"})
    stall(database, 5)

    look(database)

    assert told(database, "omar.darwish") == []
    with database.unit_of_work() as session:
        assert session.scalars(select(ViewAlert.last_value)).one() == 0
        session.execute(update(SavedView).values(audience=""))
    look(database, NOW + timedelta(hours=1))
    with database.reading() as session:
        assert session.scalars(select(ViewAlert.last_value)).one() is None
    assert omar.get(f"/views/{view}/alerts").status_code == 404


def test_open_cases_and_the_days_of_a_step_are_watched(helena: Browser, database: Database) -> None:
    with database.unit_of_work() as session:
        for place, task in enumerate(session.scalars(select(UserTask).order_by(UserTask.id))):
            task.state, task.completed_by = "completed", "kenji.nakamura"
            task.created_at, task.completed_at = NOW - timedelta(days=7), NOW
            element = task.element_id
            key = task.definition_key
            assert place < 20
    while figure_keeping.bring_up(database, Occasion(SYSTEM, NOW, CALENDAR)):
        pass
    view = watch(
        helena, database, "process", f"key={key}", watched="step", most="2,5", element=element
    )
    helena.post(f"/views/{view}/alerts", {"watched": "open", "most": "7"})

    look(database)

    assert [text.partition(" in ")[0] for text, _page in told(database)] == [
        "Die Hälfte eines Schritts braucht mehr als 2,5 Arbeitstage: jetzt 5",
        "Mehr als 7 offene Fälle: jetzt 8",
    ]


@pytest.mark.parametrize(
    ("form", "refused"),
    [
        ({"watched": "step", "most": "3", "element": "x"}, "Choose what to watch from"),
        ({"watched": "stalled", "most": "many"}, "Enter a number as the limit."),
        ({"watched": "stalled", "most": "-1"}, "Enter a limit of 0 or more."),
        ({"watched": "stalled", "most": "1e999"}, "Enter a number as the limit."),
        ({"watched": "weather", "most": "1"}, "Choose what to watch."),
        ({"watched": "stalled", "most": "2"}, "You have an alert about this already."),
    ],
)
def test_what_cannot_be_watched_says_what_to_change(
    helena: Browser, database: Database, form: dict[str, str], refused: str
) -> None:
    view = watch(helena, database, "stalled", "", watched="stalled", most="2")

    answer = helena.post(f"/views/{view}/alerts", form)

    assert answer.status_code == 422
    assert refused in answer.text


def test_an_alert_is_deleted_by_its_reader_and_with_its_view(
    helena: Browser, person: Make, database: Database
) -> None:
    view = watch(helena, database, "stalled", "", watched="stalled", most="2")
    with database.reading() as session:
        alert = session.scalars(select(ViewAlert.id)).one()
    priya = person("priya.sharma")
    priya.get("/views/")

    assert priya.post(f"/views/{view}/alerts/{alert}/delete").status_code == 404
    assert helena.post(f"/views/{view}/alerts/{alert}/delete").status_code == 302
    helena.post(f"/views/{view}/alerts", {"watched": "stalled", "most": "1"})
    helena.post(f"/views/{view}/delete")
    with database.reading() as session:
        assert session.scalars(select(ViewAlert)).all() == []
    look(database)


def digest(database: Database, at: datetime) -> None:
    """Send what is due, as the worker does."""
    worker = jobs_for(database, FixedClock(at), CALENDAR, [weekly_digest.WORK])
    while worker.run_once():
        pass


def test_the_digest_comes_on_monday_morning_once(helena: Browser, database: Database) -> None:
    stall(database, 3)
    digest(database, MONDAY - timedelta(minutes=10))
    assert mails(database) == []

    digest(database, MONDAY)
    digest(database, MONDAY + timedelta(hours=2))
    stall(database, 1)
    digest(database, MONDAY + timedelta(days=7))

    found = mails(database)
    assert [(each["stalled"], each["unblocked"]) for each in found] == [(3, 0), (1, 2)]
    assert not {"name", "instance_id"} & {key for each in found for key in each}
    assert told(database)[0] == (
        f"Ihre Woche: stehende Fälle. Stehen: 3 · gefährdet: {found[0]['at_risk']}"
        " · seit der letzten Woche gelöst: 0",
        "/stalled/",
    )


def test_the_digest_follows_the_time_of_its_reader(helena: Browser, database: Database) -> None:
    stall(database, 3)
    with database.unit_of_work() as session:
        mine = Person.username == HELENA
        session.execute(update(Person).where(mine).values(time_zone="America/New_York"))

    digest(database, MONDAY)
    early = mails(database)
    digest(database, MONDAY + timedelta(hours=5))

    assert (early, len(mails(database))) == ([], 1)


def test_the_digest_can_be_switched_off_and_on(helena: Browser, database: Database) -> None:
    stall(database, 3)
    assert "Switch it off" in helena.get("/account/").text
    helena.post("/preferences/digest", {"wanted": "no"})
    assert "Switch it on" in helena.get("/account/").text

    digest(database, MONDAY)
    assert mails(database) == []

    helena.get("/account/")
    helena.post("/preferences/digest", {"wanted": "yes"})
    digest(database, MONDAY + timedelta(hours=1))
    assert len(mails(database)) == 1


def test_the_digest_is_for_those_who_set_cases_moving(
    helena: Browser, person: Make, database: Database
) -> None:
    stall(database, 3)
    with database.unit_of_work() as session:
        stopped = Account.username == "priya.sharma"
        session.execute(update(Account).where(stopped).values(is_active=False))

    digest(database, MONDAY)

    with database.reading() as session:
        got = set(session.scalars(select(DigestState.username)))
    assert {HELENA, "omar.darwish"} <= got
    assert {"priya.sharma", "grace.thornton", "amara.okafor", "mateo.navarro"} & got == set()
    assert told(database, "omar.darwish") == []  # nothing of his stands still
    assert "Weekly digest" not in person("amara.okafor").get("/account/").text
    assert "Weekly digest" not in person("grace.thornton").get("/account/").text
