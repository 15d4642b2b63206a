"""A case that could not begin by itself, seen and tried again with a real browser."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import PHONE, Site, serve
from tests.webapp.organisation import make_organisation
from tests.workflows.engine.build import Process, timer
from tests.workflows.engine.shop import CALENDAR
from workflows import accounts
from workflows.clock import FixedClock
from workflows.engine import definitions, services, start_timers
from workflows.engine.definitions import SourceFile

pytestmark = pytest.mark.browser

HR = "helena.carvalho"


def _break(_call: object) -> dict[str, object]:
    raise RuntimeError


def _fill(session: Session, now: datetime) -> None:
    """A process that begins by itself each day."""
    make_organisation(session, now=now)
    process = Process("weekly").add("startEvent", "clock", timer(cycle="R/P1D"), name="Each day")
    process.service("work", "test.break", name="Ask the bank").user("after", name="Look").end()
    process.chain("clock", "work", "after", "end")
    file = SourceFile("weekly.bpmn", process.xml())
    definitions.publish(session, [file], actor=accounts.actor_of(session, HR), now=now)


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """That process, whose first case could not begin."""
    monkeypatch.setitem(services._handlers, "test.break", _break)
    with serve(sqlite_template, tmp_path, _fill) as site:
        now = site.clock.now()
        for hour in range(24, 44):
            clock = FixedClock(now + timedelta(hours=hour))
            start_timers.fire_due(site.database, clock, CALENDAR)
        yield site


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_a_start_that_failed_is_found_and_tried_again_with_a_reason(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
    size: tuple[int, int],
) -> None:
    page = new_page(size, scripts=size == PHONE)
    sign_in(page, HR)
    page.goto(f"{site.address}/stalled/")
    expect(page.get_by_text("Cases that could not begin by themselves")).to_be_visible()
    picture(page, f"stalled-start-{size[0]}", full=True)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_text("A case could not begin.")).to_be_visible()
    page.get_by_text("The case that was left out begins at once").click()
    page.get_by_label("What was mended").fill("   ")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Enter the reason")).to_be_visible()
    picture(page, f"start-timer-{size[0]}", full=True)
    if size == PHONE:
        accessible(page)
    page.get_by_label("What was mended").fill("The bank is open")
    page.get_by_role("button", name="Try again").click()

    expect(page.get_by_text("It is tried again now.")).to_be_visible()
