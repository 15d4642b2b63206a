"""The notices of a person, and the bell that counts them."""

from datetime import timedelta

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.reserve import Make
from workflows import notifications
from workflows.database import Database


def _notify(database: Database, number: int, recipient: str = "nora.lindqvist") -> None:
    with database.unit_of_work() as session:
        for count in range(number):
            when = NOW + timedelta(seconds=count)
            notifications.notify(session, [recipient], f"News {count}", now=when)


def test_the_bell_counts_what_is_unread(person: Make, database: Database) -> None:
    nora: Person = person("nora.lindqvist")
    _notify(database, 3)

    html = nora.get("/notices/").text

    assert "Notices, 3 unread" in html
    assert html.index("News 2") < html.index("News 0")


def test_marking_as_read_stops_at_what_the_page_showed(person: Make, database: Database) -> None:
    nora: Person = person("nora.lindqvist")
    _notify(database, 2)
    page = nora.get("/notices/").text
    newest = page.split('name="up_to" value="')[1].split('"')[0]
    _notify(database, 1)

    html = nora.post("/notices/read", {"up_to": newest}, follow_redirects=True).text

    assert "Notices, 1 unread" in html


def test_nobody_reads_the_notices_of_others(person: Make, database: Database) -> None:
    _notify(database, 1, recipient="amara.okafor")

    html = person("nora.lindqvist").get("/notices/").text

    assert "Nothing new" in html
