"""A real server and a real browser for the journeys."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FloatRect,
    Page,
    Playwright,
    sync_playwright,
)
from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from tests.flushing import without_flushing
from tests.journeys.accessibility import Accessibility
from tests.journeys.browsers import FLAGS, HOW_TO_GET_IT, find_chromium
from tests.journeys.whole_answers import whole_answers
from tests.webapp.organisation import PASSWORD, make_organisation
from tests.webapp.samples import publish_sample, start_cases
from webapp import create_app
from webapp.settings import Settings
from workflows import packaged
from workflows.clock import MovableClock
from workflows.database import Database
from workflows.demo import organisation
from workflows.engine.wait_tables import StartTimer

LAPTOP = (1360, 860)
PHONE = (390, 844)


@dataclass(frozen=True)
class Site:
    """A running application: where it is and what is behind it."""

    address: str
    database: Database
    clock: MovableClock


@contextmanager
def serve(
    template: Path, folder: Path, fill: Callable[[Session, datetime], None] | None = None
) -> Iterator[Site]:
    """Serve a copy of a database and what `fill` adds, with a clock that tests can move."""
    path = folder / "journey.sqlite"
    path.write_bytes(template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    clock = MovableClock(database)
    if fill is not None:
        with database.unit_of_work() as session:
            fill(session, clock.now())
    settings = Settings(demo=True, https=False, clock="movable", organisation="Northwind Health")
    app = create_app(settings, database=database, clock=clock)
    server = make_server("127.0.0.1", 0, whole_answers(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.server_port}", database, clock)
    finally:
        server.shutdown()
        thread.join(timeout=10)
        database.close()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A small organisation with some cases on a free port."""

    def fill(session: Session, now: datetime) -> None:
        make_organisation(session, now=now)
        publish_sample(session, now=now)
        start_cases(session, now=now)

    with serve(sqlite_template, tmp_path, fill) as site:
        yield site


@pytest.fixture(scope="session")
def demonstration(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A database file with 200 people, their pools and every process, to be copied.

    No case is under way, so that nothing happens in a journey but what it tells.
    """
    path = tmp_path_factory.mktemp("demonstration") / "demonstration.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    now = MovableClock(database).now()
    with database.unit_of_work() as session:
        organisation.load(session, now=now, people=200)
        packaged.publish(session, now=now)
        session.execute(delete(StartTimer))  # the nightly watch would begin exits of others
    database.close()
    return path


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Playwright]:
    """Start the driver once."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Playwright) -> Iterator[Browser]:
    """Start the installed Chromium once; skip aloud where there is none."""
    found = find_chromium()
    if found is None and "UNDERSTUDY_REQUIRE_BROWSER" in os.environ:
        pytest.fail(HOW_TO_GET_IT)
    if found is None:
        pytest.skip(HOW_TO_GET_IT)
    browser = playwright_driver.chromium.launch(executable_path=found, args=list(FLAGS))
    yield browser
    browser.close()


@pytest.fixture
def new_page(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Open pages of separate people; every error in their consoles fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(size: tuple[int, int] = LAPTOP, *, scripts: bool = True) -> Page:
        context = browser.new_context(
            base_url=site.address,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            locale="en-GB",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: _note(said.type, said.text, complaints))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page on a laptop."""
    return new_page()


@pytest.fixture
def sign_in() -> Callable[[Page, str], None]:
    """Sign somebody in on a page."""

    def do(page: Page, username: str) -> None:
        page.goto("/sign-in")
        page.get_by_label("User name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(r"^(?!.*/sign-in)"))

    return do


@pytest.fixture(scope="session")
def accessibility() -> Accessibility:
    """What every page of a run is checked with."""
    return Accessibility()


@pytest.fixture
def accessible(accessibility: Accessibility) -> Callable[[Page], None]:
    """Check a page against the accessibility rules of axe (WCAG 2.2 AA)."""
    return accessibility.check


@pytest.fixture
def picture() -> Callable[[Page, str], None]:
    """
    Take a picture of a page on a laptop and on a phone, where pictures are asked for.

    `bare` leaves out the navigation on the laptop, where much is on the page.
    """
    folder = os.environ.get("UNDERSTUDY_SCREENSHOTS")

    def take(page: Page, name: str, *, full: bool = False, bare: bool = False) -> None:
        if folder is None:
            return
        for suffix, (width, height) in (("", LAPTOP), ("-phone", PHONE)):
            page.set_viewport_size({"width": width, "height": height})
            clip = _beside_navigation(page) if bare and not suffix else None
            page.screenshot(path=f"{folder}/{name}{suffix}.png", full_page=full, clip=clip)
        page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})

    return take


def _beside_navigation(page: Page) -> FloatRect:
    """Return the part of the window that the navigation and the header leave free."""
    side, top = page.locator(".side").bounding_box(), page.locator(".top").bounding_box()
    assert side is not None and top is not None
    width, height = LAPTOP
    left, above = side["width"], top["height"]
    return {"x": left, "y": above, "width": width - left, "height": height - above}


def _note(kind: str, text: str, complaints: list[str]) -> None:
    """Keep what a console reports as an error; answers of 4xx are part of some journeys."""
    if kind == "error" and not re.search(r"status of 4\d\d", text):
        complaints.append(text)
