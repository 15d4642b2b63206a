"""A designer plays tokens through a draft by keyboard, and loses nothing that was being typed."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import PHONE, Site, serve
from tests.webapp.organisation import make_organisation
from workflows import studio
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER = "mateo.navarro"
EXAMPLE = Subject(DraftKind.PROCESS, "example")


def _fill(session: Session, now: datetime) -> None:
    make_organisation(session, now=now)


@pytest.fixture
def site(sqlite_published: Path, tmp_path: Path) -> Iterator[Site]:
    """The packaged processes, and people who change them."""
    with serve(sqlite_published, tmp_path, _fill) as site:
        yield site


def _press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    button.focus()
    page.keyboard.press("Enter")


def test_tokens_are_played_by_keyboard_and_what_was_typed_is_kept(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    page.goto("/processes/example")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    log = page.get_by_role("log")

    page.get_by_label("Help text").press_sequentially(" Typed last", delay=1)
    _press(page, "Simulate")
    expect(page.locator("[data-plays=true]")).to_be_visible()
    expect(page.get_by_role("heading", name="Simulation")).to_be_focused()
    _press(page, "Begin: Wish to study")
    expect(page.locator(".studio-token")).to_have_text("1")
    _press(page, "Complete: Describe the leave")
    _press(page, "Complete: Decide on the request")
    expect(log).to_contain_text("The case has ended")
    expect(log).to_contain_text("End event: Refused")
    expect(page.locator("[data-simulation] .bjs-powered-by")).to_be_visible()
    accessible(page)

    # Another way, after the first one was seen.
    page.get_by_label("Exclusive gateway: Decision?").select_option(
        label="send back → Describe the leave"
    )
    _press(page, "Begin again")
    expect(log.locator("li")).to_have_count(0)
    _press(page, "Begin: Wish to study")
    _press(page, "Complete: Describe the leave")
    _press(page, "Complete: Decide on the request")
    expect(page.get_by_role("button", name="Complete: Describe the leave")).to_be_visible()
    picture(page, "studio-simulation")

    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Simulate")).to_be_focused()
    expect(page.get_by_label("Help text")).to_have_value(re.compile(r"Typed last$"))
    expect(page.locator("[data-saved=true]")).to_be_visible()
    with site.database.reading() as session:
        draft = studio.find(session, EXAMPLE)
        assert draft is not None
        assert b"Typed last" in draft.source

    _press(page, "Overview map")
    expect(page.locator(".djs-minimap.open .map")).to_be_visible()
    expect(page.get_by_role("button", name="Overview map")).to_have_attribute(
        "aria-pressed", "true"
    )
    accessible(page)

    # A mark in the canvas says what the list of problems says, and leads to the same place.
    page.locator('.djs-element[data-element-id="decide"]').first.click()
    page.get_by_label("Due in").fill("=soon +")
    page.keyboard.press("Control+s")
    mark = page.get_by_role("button", name="Error: ").filter(has_text="!")
    expect(mark).to_be_visible()
    mark.press("Enter")
    expect(page.get_by_label("Due in")).to_be_focused()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    accessible(page)
    picture(page, "studio-map")


def test_tokens_are_played_on_a_phone(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None]
) -> None:
    page = new_page(PHONE)
    sign_in(page, DESIGNER)
    page.goto("/processes/check_in")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()

    page.get_by_role("button", name="Simulate").click()
    expect(page.locator("[data-plays=true]")).to_be_visible()

    page.locator("[data-simulation-waits] button").first.click()
    expect(page.get_by_role("log").locator("li")).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
