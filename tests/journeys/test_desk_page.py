"""A manager looks where work waits, reaches the cases behind a number, and takes files along."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.flushing import without_flushing
from tests.journeys.conftest import PHONE, Site, serve
from workflows import alert_work, demo, figure_keeping, packaged, working_time
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.clock import MovableClock
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.occasion import Occasion
from workflows.engine.tables import Instance
from workflows.view_tables import ViewAlert

pytestmark = pytest.mark.browser

MANAGER, OFFICE = "priya.sharma", "helena.carvalho"


def _fill(session: Session, now: datetime) -> None:
    """The demonstration with all its cases, counted as the worker would."""
    packaged.publish(session, now=now)
    calendar = OrganisationCalendar()
    demo.load(session, now=now, calendar=calendar, people=200)
    session.flush()
    ids = session.scalars(select(Instance.id)).all()
    figure_keeping.count(session, ids, working_time.of(calendar))
    session.add(Sweep(name=figure_keeping.ROW, due_at=now, round_ended_at=now))


@pytest.fixture(scope="module")
def filled(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the demonstration, to be copied."""
    path = tmp_path_factory.mktemp("figures") / "demonstration.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    now = MovableClock(database).now()
    with database.unit_of_work() as session:
        _fill(session, now)
    database.close()
    return path


@pytest.fixture
def site(filled: Path, tmp_path: Path) -> Iterator[Site]:
    """The demonstration."""
    with serve(filled, tmp_path) as site:
        yield site


def test_a_manager_sees_where_work_waits_and_reaches_its_cases(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    page = new_page()
    sign_in(page, MANAGER)
    page.get_by_role("link", name="Figures", exact=True).first.click()
    expect(page.get_by_role("heading", name="Figures", level=1)).to_be_visible()
    accessible(page)
    picture(page, "journey-figures-overview")

    page.get_by_role("cell").get_by_role("link", name="Nomination", exact=True).click()
    figure = page.locator("[data-case-diagram]")
    expect(figure).to_have_attribute("data-drawn", "true")
    expect(page.locator(".diagram-badge.is-heat").first).to_be_visible()
    accessible(page)
    picture(page, "journey-figures-process")
    page.get_by_role("link", name="Days of work").click()
    expect(figure).to_have_attribute("data-drawn", "true")
    expect(page.get_by_role("heading", name="Where time goes")).to_be_visible()

    page.get_by_label("From").select_option(index=0)
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("link", name="Open cases").click()
    expect(page.get_by_text("Cases that are open now.")).to_be_visible()
    rows = page.locator("tbody tr")
    assert rows.count() > 0
    accessible(page)
    rows.first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/cases/\d+$"))


def test_the_figures_are_there_on_a_phone_and_without_scripts(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
) -> None:
    phone = new_page(PHONE)
    sign_in(phone, MANAGER)
    for address in (
        "/desk/",
        "/desk/process/nomination",
        "/desk/event-log/",
        "/desk/nominations/",
        "/desk/structure/",
    ):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
        accessible(phone)

    plain = new_page(scripts=False)
    sign_in(plain, MANAGER)
    plain.goto("/desk/process/nomination")
    expect(plain.get_by_role("table", name="Steps with their figures")).to_be_visible()
    expect(plain.get_by_role("cell", name="Vetting", exact=True)).to_be_visible()


def test_a_manager_finds_what_is_missing_and_lets_it_be_watched(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, OFFICE)
    page.goto("/desk/")
    page.get_by_role("link", name="Nominations by channel").click()
    expect(page.get_by_role("heading", name="Nominations by channel", level=1)).to_be_visible()
    expect(page.get_by_role("heading", name="How evenly each step selects")).to_be_visible()
    accessible(page)
    picture(page, "journey-figures-channels")
    page.get_by_role("link", name="All channels: nominations that got to “Confirmed”").click()
    expect(page.get_by_text("and got to “Confirmed”")).to_be_visible()

    page.goto("/desk/structure/")
    expect(page.get_by_role("heading", name="Structure against plan", level=1)).to_be_visible()
    accessible(page)
    picture(page, "journey-figures-structure")
    page.get_by_role("cell").get_by_role("link", name=re.compile("^Members: ")).first.click()
    expect(page.get_by_text("Narrowed from the figures to:")).to_be_visible()
    assert page.locator("tbody tr").count() > 0

    page.goto("/stalled/?process=short_assignment")
    page.get_by_text("Keep this view").click()
    page.get_by_label("Name of the view").fill("Short assignments that stand")
    page.get_by_label("Who sees it").select_option("pool-manager")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("The view “Short assignments that stand” is kept.")).to_be_visible()
    page.get_by_role("link", name="All views").click()
    expect(page.get_by_role("heading", name="Kept views", level=1)).to_be_visible()
    accessible(page)
    picture(page, "journey-figures-views")
    page.get_by_role("link", name=re.compile("^Alerts ?: Short assignments")).click()
    page.get_by_label("Tell me when it is more than").fill("2")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("You will be told once when the limit is crossed.")).to_be_visible()
    accessible(page)

    with site.database.reading() as session:
        (alert,) = session.scalars(select(ViewAlert.id))
    alert_work.look(
        site.database, alert, Occasion(SYSTEM, site.clock.now(), OrganisationCalendar())
    )
    page.goto("/notices/")
    page.get_by_role("link", name=re.compile("^More than 2 stalled cases: now ")).click()
    expect(page.get_by_role("heading", name="Stalled cases", level=1)).to_be_visible()
    expect(page.get_by_label("Process")).to_have_value("short_assignment")

    other = new_page(PHONE)
    sign_in(other, MANAGER)
    other.goto("/views/")
    expect(other.get_by_text("shared by Helena Carvalho")).to_be_visible()
    accessible(other)
    other.get_by_role("link", name="Short assignments that stand", exact=True).click()
    expect(other.get_by_role("heading", name="Stalled cases", level=1)).to_be_visible()
    assert other.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    picture(other, "journey-figures-views-phone")


def test_a_manager_takes_a_table_and_the_event_log_along(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
) -> None:
    page = new_page()
    sign_in(page, MANAGER)
    page.goto("/desk/process/nomination")
    with page.expect_download() as table:
        page.get_by_role("link", name=re.compile(r"XLSX ?: Steps")).click()
    assert table.value.suggested_filename == "steps.xlsx"

    page.goto("/desk/")
    page.get_by_role("link", name="Hand on the event log").click()
    expect(page).to_have_url(re.compile(r"/event-log/$"))
    accessible(page)
    page.get_by_label("Process").select_option("nomination")
    page.get_by_label("OCEL 2.0").check()
    with page.expect_download() as log:
        page.get_by_role("button", name="Download").click()
    assert log.value.suggested_filename == "event-log.ocel.json"
    assert '"type":"case"' in Path(log.value.path()).read_text(encoding="utf-8")
