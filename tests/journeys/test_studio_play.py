"""A designer plays the nomination past its deadline, keeps it as a test, and breaks it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, Site, serve
from tests.journeys.stage import fill
from tests.webapp.organisation import make_organisation
from workflows.engine.bookkeeping_tables import Outbox
from workflows.engine.tables import Instance, UserTask

pytestmark = pytest.mark.browser
DESIGNER, HR = "mateo.navarro", "helena.carvalho"
SCENARIOS = "/studio/processes/nomination/scenarios"
TITLE = "Who does not answer in three working days is not considered"
WISH = {
    "pool": "leaders",
    "candidate": "cara",
    "channel": "unit",
    "statement": "She leads by example, and people follow.",
}
REGISTERED = """nomination_id = 1
nominator = "nora"
candidate_name = "Cara"
head = "hedy"
pool_name = "Leaders"
notice_required = true"""


@pytest.fixture
def site(sqlite_published: Path, tmp_path: Path) -> Iterator[Site]:
    """The packaged processes, and people who change them."""
    with serve(
        sqlite_published, tmp_path, lambda session, now: make_organisation(session, now=now)
    ) as site:
        yield site


def test_a_process_is_played_kept_as_a_test_and_guarded_by_it(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    page.goto("/processes/nomination")
    page.get_by_role("link", name="Play and test").click()
    expect(page.get_by_text("No scenario yet")).to_be_visible()
    accessible(page)

    # On the real engine: the form, a service, and the clock past the reminder and the deadline.
    page.get_by_role("button", name="Play what is in force").click()
    expect(page.get_by_role("heading", name="Begin the case")).to_be_visible()
    fill(page, WISH)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("heading", name="nomination.register is called")).to_be_visible()
    accessible(page)
    answer = page.get_by_label("What it gives back")
    expect(answer).to_have_value(re.compile("^nomination_id = 1\n"))
    expect(page.get_by_text("This is an example. Change what matters.")).to_be_visible()
    answer.fill(REGISTERED)
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_role("heading", name="Agree to be considered")).to_be_visible()
    expect(page.locator("[data-drawn=true]")).to_be_attached()
    accessible(page)
    page.goto("/studio/processes/nomination/play")
    expect(page.locator("[data-drawn=true]")).to_be_attached()
    picture(page, "journey-studio-play", bare=True)
    _let_pass(page, answers="case.remind")
    expect(page.get_by_text("The clock goes on by 4 days")).to_be_visible()
    _let_pass(page, answers="nomination.withdraw")
    expect(page.get_by_role("heading", name="The case has ended")).to_be_attached()
    page.get_by_role("button", name="One step back").click()
    expect(page.get_by_role("heading", name="nomination.withdraw is called")).to_be_visible()
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_role("heading", name="The case has ended")).to_be_attached()
    page.get_by_label("Title", exact=True).fill(TITLE)
    page.get_by_label("candidate_name =").check()
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("It is a test from now on")).to_be_visible()
    expect(page.get_by_text("Passes", exact=True)).to_be_visible()
    with site.database.reading() as session:
        for table in (Instance, UserTask, Outbox):
            assert session.query(table).count() == 0

    # A way without scripts and on a phone leads through the same pages.
    phone = new_page(PHONE, scripts=False)
    sign_in(phone, DESIGNER)
    phone.goto(SCENARIOS)
    phone.get_by_role("button", name="Add the").click()
    expect(phone.get_by_text("2 scenarios are added")).to_be_visible()
    wide = "document.documentElement.scrollWidth"
    assert phone.evaluate(wide) <= PHONE[0]
    phone.get_by_role("link", name="A candidate who leaves").click()
    phone.get_by_role("button", name="Open it and play on").click()
    expect(phone.get_by_role("heading", name="The case has ended")).to_be_attached()
    phone.get_by_role("button", name="Back to here (2)").click()
    expect(phone.get_by_role("button", name="To what is due next")).to_be_visible()
    assert phone.evaluate(wide) <= PHONE[0]

    # The draft waits for five days: the test fails, and says where.
    page.goto("/processes/nomination")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    page.locator('[data-outline] [data-id="consent_lapsed"]').click()
    page.get_by_label("After this time").fill("P5BD")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-status]")).to_have_text("Checked, without errors")
    page.get_by_role("link", name="Play and test").click()
    row = page.get_by_role("row", name=TITLE)
    expect(row.get_by_text("Fails")).to_be_visible()
    expect(row.get_by_text("Passes")).to_be_visible()
    expect(page.get_by_role("heading", name="Never visited")).to_be_visible()
    expect(page.locator("[data-drawn=true]")).to_be_attached()
    accessible(page)
    picture(page, "journey-studio-scenarios", bare=True)
    row.get_by_role("link").click()
    expect(page.get_by_text("Goes differently")).to_be_visible()
    accessible(page)
    picture(page, "studio-scenario")

    # Who approves sees it, too, and has to say why it may come into force all the same.
    page.goto("/studio/processes/nomination/proposal")
    page.get_by_label("What changes, and why").fill("Five days are kinder.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Proposed. Somebody else looks at it now")).to_be_visible()
    other = new_page()
    sign_in(other, HR)
    other.goto("/studio/processes/nomination/proposal")
    other.get_by_role("button", name="Approve").click()
    expect(other.get_by_text("Say why it may come into force although this")).to_be_visible()
    accessible(other)
    picture(other, "studio-guarded", full=True)
    other.get_by_label("Scenarios fail. Why may it").fill("The test will be played anew.")
    other.get_by_role("button", name="Approve").click()
    expect(other.get_by_text("Approved although scenarios fail")).to_be_visible()
    other.get_by_role("button", name="Put into force").click()
    expect(other.get_by_text("Version 2 is in force")).to_be_visible()


def _let_pass(page: Page, *, answers: str) -> None:
    """Move the clock to what is due next, and let the service that is called then work."""
    page.get_by_role("button", name="To what is due next").click()
    expect(page.get_by_role("heading", name=f"{answers} is called")).to_be_visible()
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_role("heading", name=f"{answers} is called")).to_have_count(0)
