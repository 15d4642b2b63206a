"""The data of a running case are changed: one person asks, and another approves on a phone."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import PHONE, Site, serve
from tests.webapp.organisation import make_organisation
from tests.webapp.reserve import make_reserve
from tests.workflows.engine.build import Process, many, when
from tests.workflows.engine.shop import CALENDAR
from workflows import accounts
from workflows.engine import definitions, instances
from workflows.engine.definitions import SourceFile

pytestmark = pytest.mark.browser

HR, POOL_MANAGER, STARTER = "helena.carvalho", "priya.sharma", "nora.lindqvist"


def _fill(session: Session, now: datetime) -> None:
    """A case in which two people vote, and whose score would begin a talk if it were low."""
    make_organisation(session, now=now)
    make_reserve(session, now=now)
    repeated = many(collection="people", elementVariable="voter")
    process = Process("voting", name="Voting").start().user("vote", repeated, name="Vote").end()
    process.user("talk", name="Talk about the score").end("talked")
    process.boundary("low", "vote", when("score < 3"), interrupting=False)
    process.chain("start", "vote", "end").chain("low", "talk", "talked")
    files = [SourceFile("voting.bpmn", process.xml())]
    definitions.publish(session, files, actor=accounts.actor_of(session, HR), now=now)
    nora = accounts.actor_of(session, STARTER)
    data = {"people": [HR, POOL_MANAGER], "score": 5, "note": "as before"}
    instances.start(session, "voting", data, actor=nora, now=now, calendar=CALENDAR)


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve that case."""
    with serve(sqlite_template, tmp_path, _fill) as site:
        yield site


def test_a_mistyped_value_is_changed_by_two_people(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
) -> None:
    helena, priya = new_page(), new_page(PHONE)
    sign_in(helena, HR)
    sign_in(priya, POOL_MANAGER)

    helena.goto("/cases/1")
    helena.get_by_role("link", name="Change the data").click()
    expect(helena.get_by_role("heading", name="Where the data are kept")).to_be_visible()
    expect(helena.get_by_text("Helena Carvalho · Vote · 2 values")).to_be_visible()
    accessible(helena)
    helena.get_by_role("link", name="Voting").first.click()
    helena.get_by_label("Score").fill("low")
    helena.get_by_role("button", name="See what changes").click()
    expect(helena.get_by_role("alert")).to_contain_text("“Score” must be a number")
    accessible(helena)
    helena.get_by_label("Score").fill("2")
    helena.get_by_label("Reason").fill("A slip of the pen")
    helena.get_by_label("Reason").press("Enter")
    expect(helena.get_by_text("Talk about the score")).to_be_visible()
    accessible(helena)
    picture(helena, "case-data")
    helena.get_by_role("button", name="Ask for it").click()
    expect(helena.get_by_role("status").first).to_contain_text("Somebody else must approve.")

    priya.goto("/stalled/1/")
    priya.get_by_role("link", name="Helena Carvalho asks to change the data").click()
    expect(priya.get_by_text("A slip of the pen")).to_be_visible()
    accessible(priya)
    priya.get_by_role("button", name="Approve the change").click()

    expect(priya.get_by_role("status").first).to_contain_text("The data are changed.")
    expect(priya.get_by_text("Talk about the score").first).to_be_visible()
