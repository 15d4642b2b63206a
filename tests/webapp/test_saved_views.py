"""Kept views: named, shared, opened first, and never more than a reader may see."""

import re

import pytest
from sqlalchemy import select, update

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import Person as Browser
from tests.webapp.reserve import Make
from tests.workflows.staff import add_person, add_units
from workflows.database import Database
from workflows.engine.tables import AuditEvent, Duty
from workflows.view_tables import SavedView


def keep(somebody: Browser, page: str, query: str, name: str = "Mine", audience: str = ""):
    """Keep a view as the form on its page does."""
    somebody.get("/views/")
    form = {"page": page, "query": query, "name": name, "audience": audience}
    return somebody.post("/views/", form)


def number(database: Database, name: str = "Mine") -> int:
    with database.reading() as session:
        return session.scalars(select(SavedView.id).where(SavedView.name == name)).one()


def test_a_view_opens_its_page_as_it_was_narrowed(
    person: Make, cases: list[int], database: Database
) -> None:
    helena = person("helena.carvalho")
    page = helena.get("/stalled/?age=over-20&reason=overdue").text
    query = re.search(r'name="query" value="([^"]*)"', page)[1].replace("&amp;", "&")

    kept = keep(helena, "stalled", query, "  Very   late ")

    assert kept.location == "/stalled/?reason=overdue&age=over-20"
    view = number(database, "Very late")
    assert helena.get(f"/views/{view}").location == kept.location
    assert "Very late" in helena.get("/stalled/").text
    assert "Very late" in helena.get("/views/").text
    with database.reading() as session:
        noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "view.keep")).one()
    assert noted.data == {"page": "stalled", "audience": ""}


@pytest.mark.parametrize(
    ("page", "query", "address"),
    [
        ("figures", "pool=leaders&since=2026-Q1&until=2026-Q3&evil=1", None),
        ("process", "key=nomination&heat=time", "/desk/process/nomination?heat=time"),
        ("channels", "compare=level&slice=", "/desk/nominations/?compare=level"),
        ("structure", "slice=unit:3&since=2026-Q1", "/desk/structure/?slice=unit:3"),
        ("cases", "status=running", "/cases/?process=&status=running"),
        ("stalled", "", "/stalled/?plain=1"),
        # The four quarters up to today go without saying: the view moves on with time.
        ("figures", "since=2026-Q1&until=2026-Q4", "/desk/?plain=1"),
    ],
)
def test_only_what_a_page_can_be_asked_is_kept(
    person: Make, page: str, query: str, address: str | None
) -> None:
    kept = keep(person("helena.carvalho"), page, query)

    expected = address or "/desk/?pool=leaders&since=2026-Q1&until=2026-Q3"
    assert kept.location == expected.replace("process=&", "")


def test_a_shared_view_shows_each_reader_the_own_cases_only(
    person: Make, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        units = add_units(session)
        add_person(session, "amina", units["T"])
        session.flush()
        session.add(Duty(instance_id=cases[0], duty="subject", username="amina"))
        units["T"].head_username = "omar.darwish"
    keep(person("helena.carvalho"), "cases", "status=running", "Young", "manager")
    view = number(database, "Young")
    omar = person("omar.darwish")

    opened = omar.get(omar.get(f"/views/{view}").location).text
    whole = person("helena.carvalho").get("/cases/?status=running").text

    assert "shared by Helena Carvalho" in omar.get("/views/").text
    case = re.compile(r'href="/cases/\d+"')
    assert len(set(case.findall(opened))) == 1
    assert len(set(case.findall(whole))) > 1
    assert omar.get(f"/views/{view}/change").status_code == 404
    assert omar.post(f"/views/{view}/delete").status_code == 404
    assert person("grace.thornton").get(f"/views/{view}").status_code == 404


def test_a_view_is_renamed_shared_and_deleted_by_its_owner(
    person: Make, database: Database
) -> None:
    helena = person("helena.carvalho")
    keep(helena, "structure", "pool=leaders")
    view = number(database)

    helena.get(f"/views/{view}/change")
    helena.post(f"/views/{view}/change", {"name": "Leaders", "audience": "pool-manager"})
    seen = person("priya.sharma").get("/views/").text
    helena.get("/views/")
    helena.post(f"/views/{view}/delete")

    assert "Leaders" in seen
    assert helena.get(f"/views/{view}").status_code == 404
    with database.reading() as session:
        done = session.scalars(
            select(AuditEvent.action).where(AuditEvent.object_type == "saved_view")
        )
        assert list(done) == ["view.keep", "view.change", "view.delete"]


def test_a_page_opens_with_the_view_that_was_chosen_until_it_is_taken_back(
    person: Make, database: Database
) -> None:
    helena = person("helena.carvalho")
    keep(helena, "stalled", "age=over-20")
    view = number(database)
    helena.get("/views/")

    helena.post(f"/views/{view}/default", {"opens": "view"})
    first, plain = helena.get("/stalled/"), helena.get("/stalled/?plain=1")
    listed = helena.get("/views/").text
    helena.post(f"/views/{view}/default", {"opens": "plain"})

    assert first.location == "/stalled/?age=over-20"
    assert plain.status_code == 200
    assert "opens first" in listed
    assert helena.get("/stalled/").status_code == 200


def test_a_view_that_is_no_longer_shared_no_longer_opens_a_page(
    person: Make, database: Database
) -> None:
    keep(person("helena.carvalho"), "stalled", "age=over-20", audience="pool-manager")
    priya = person("priya.sharma")
    priya.get("/views/")
    priya.post(f"/views/{number(database)}/default", {"opens": "view"})
    assert priya.get("/stalled/").location

    with database.unit_of_work() as session:
        session.execute(update(SavedView).values(audience=""))

    assert priya.get("/stalled/").status_code == 200


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": " "}, "Give the view a name."),
        ({"name": "x" * 81}, "up to 80 letters"),
        ({"audience": "panel:secret"}, "Choose one of the groups"),
        ({"query": "q=amina", "page": "cases", "audience": "hr"}, "keep it for yourself"),
        ({"page": "secrets"}, "Choose the page again."),
        ({"name": "Taken"}, "You already have a view"),
    ],
)
def test_what_cannot_be_kept_says_what_to_change(
    person: Make, form: dict[str, str], told: str
) -> None:
    helena = person("helena.carvalho")
    keep(helena, "stalled", "age=0-5", "Taken")
    helena.get("/views/")

    answer = helena.post("/views/", {"page": "stalled", "query": "age=0-5", "name": "New"} | form)

    assert answer.status_code in {409, 422}
    assert told in answer.text


def test_views_are_not_for_everybody(person: Make) -> None:
    assert person("amara.okafor").get("/views/").status_code == 403
    assert "Keep this view" not in person("amara.okafor").get("/cases/").text


def test_many_views_are_listed_page_by_page(person: Make, database: Database) -> None:
    helena = person("helena.carvalho")
    with database.unit_of_work() as session:
        for each in range(60):
            facts = {"page": "stalled", "arguments": {"age": "0-5"}, "created_at": NOW}
            session.add(SavedView(owner="helena.carvalho", name=f"View {each:02}", **facts))
    helena.get("/views/")

    with counted(database) as statements:
        first = helena.get("/views/").text
    following = helena.get(re.search(r'href="(/views/\?cursor=[^"]*)"', first)[1]).text

    assert "View 00" in first
    assert "View 59" in following
    assert len(statements) <= 9
