"""
What a new designer is asked to do in a quarter of an hour, all of it in a browser.

A second reviewer and an escalation for the nomination, a threshold of the grade table, what
follows from it, a play of the whole, the agreement of another person, and the running cases.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys import migrating
from tests.journeys.conftest import Site, serve
from tests.journeys.stage import fill
from tests.workflows.past_grades import add_past_grade
from workflows.engine import definitions
from workflows.engine.tables import Bundle, UserTask
from workflows.people_tables import Person

pytestmark = pytest.mark.browser
DESIGNER, HR = "mateo.navarro", "helena.carvalho"
CASES, GRADES = 5, 20
SECOND = "Look at the proposal a second time"
WISH = {
    "pool": "leaders",
    "candidate": "cara",
    "channel": "unit",
    "statement": "She leads by example, and people follow.",
}
REGISTERED = """nomination_id = 1
candidate_name = "Cara"
nominator = "nora"
head = "hedy"
pool_name = "Leaders"
notice_required = true"""


def _fill(session: Session, now: datetime) -> None:
    """Let nominations run, and grades have been given."""
    migrating.nominate(session, CASES, now=now)
    bundle = session.scalars(select(Bundle).where(Bundle.process_key == "review")).one()
    people = session.scalars(select(Person.username).order_by(Person.id).limit(GRADES)).all()
    for number, username in enumerate(people):
        score, grade = (62, "C") if number % 4 == 0 else (74 + number % 10, "B")
        add_past_grade(session, bundle, str(username), now=now, score=score, grade=grade)


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """The organisation of the demonstration with nominations under way and past grades."""
    with serve(demonstration, tmp_path, _fill) as site:
        yield site


def test_a_new_designer_changes_rules_and_process_and_reaches_the_running_cases(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page, other = new_page(), new_page()
    sign_in(page, DESIGNER)
    sign_in(other, HR)

    _draw(page, picture)
    _play(page, picture)
    _propose(page, "A second look before the screening, and an escalation for it.")
    _change_the_threshold(page, picture)
    _propose(page, "A C asks for 65 points.")
    _agree(other, "Nomination")
    _agree(other, "Grade")
    _migrate(page, other, picture, site)

    with site.database.reading() as session:
        assert definitions.latest(session, "decision", "grade").version == 2
        waiting = session.scalars(select(UserTask.element_id).where(UserTask.state == "open"))
        assert list(waiting) == ["consent"] * CASES
    assert migrating.versions(site) == {2}


def _draw(page: Page, picture: Callable[..., None]) -> None:
    """Add a second reviewer behind the consent, and what happens when that takes too long."""
    page.get_by_role("link", name="Processes").first.click()
    page.get_by_role("link", name="Nomination", exact=True).first.click()
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    page.locator('[data-outline] [data-id="consent"]').click()
    page.get_by_role("button", name="User task after it").click()
    page.keyboard.type(SECOND)
    page.get_by_label("Groups that are offered it").fill("hr")
    page.get_by_label("Due in").fill("P3BD")
    page.get_by_role("button", name="Escalate it when it is late").click()
    expect(page.get_by_label("After this time")).to_have_value("P3BD")
    expect(page.locator("[data-outline]")).to_contain_text("Late leads to Escalate")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-problems]")).to_contain_text("Nothing to mend")
    expect(page.locator("[data-status]")).to_have_text("Checked, without errors")
    picture(page, "journey-designer-drawn")


def _play(page: Page, picture: Callable[..., None]) -> None:
    """Play the draft past the new deadline, and keep it as a test."""
    page.get_by_role("link", name="Play and test").click()
    page.get_by_role("button", name="Play the draft").click()
    fill(page, WISH)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("heading", name="nomination.register is called")).to_be_visible()
    page.get_by_label("What it gives back").fill(REGISTERED)
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_role("heading", name="Agree to be considered")).to_be_visible()
    fill(page, {"agrees": True, "privacy_read": True})
    page.get_by_role("button", name="Complete", exact=True).click()
    expect(page.get_by_role("heading", name=SECOND)).to_be_visible()
    page.get_by_role("button", name="To what is due next").click()
    expect(page.get_by_role("heading", name="case.escalate is called")).to_be_visible()
    picture(page, "journey-designer-played")
    page.get_by_role("button", name="Give it back").click()
    expect(page.get_by_role("heading", name=SECOND)).to_be_visible()
    page.get_by_label("Title", exact=True).fill("A second look that takes too long is escalated")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("It is a test from now on")).to_be_visible()
    page.goto("/studio/processes/nomination/proposal")


def _change_the_threshold(page: Page, picture: Callable[..., None]) -> None:
    """Ask for more points; see the gap that a slip leaves, and who would be graded differently."""
    page.goto("/decisions/grade")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    page.get_by_label("basic", exact=True).fill("65")
    page.get_by_label("Rule 8, Score").fill("<= 100")
    page.keyboard.press("Control+s")
    gap = page.locator(".studio-problem", has_text="nothing matches").first
    gap.scroll_into_view_if_needed()
    picture(page, "journey-designer-gap")
    page.get_by_label("Rule 8, Score").fill("-")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-problems]")).to_contain_text("Nothing to mend")
    page.get_by_role("link", name="Back-test").click()
    expect(page.get_by_text("5 would be different")).to_be_visible()
    picture(page, "journey-designer-back-test")
    page.get_by_role("link", name="Grade", exact=True).click()


def _propose(page: Page, comment: str) -> None:
    page.get_by_label("What changes, and why").fill(comment)
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Proposed. Somebody else looks at it now")).to_be_visible()


def _agree(page: Page, name: str) -> None:
    """Let the second person approve a draft and put it into force."""
    page.goto("/studio/")
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Put into force").click()
    expect(page.get_by_text("Version 2 is in force")).to_be_visible()


def _migrate(page: Page, other: Page, picture: Callable[..., None], site: Site) -> None:
    """Let the running nominations go on in the new version."""
    page.goto("/processes/nomination")
    page.get_by_role("link", name="Migrate running cases").click()
    page.get_by_role("button", name=f"Look at {CASES} cases").click()
    expect(page.get_by_role("status")).to_contain_text(f"0 of {CASES} cases")
    migrating.do_what_waits(site)
    expect(page.get_by_role("link", name=f"{CASES} Can migrate")).to_be_visible()
    picture(page, "journey-designer-migration")
    page.get_by_label("Why do the cases migrate?").fill("Everybody gets the second look.")
    page.get_by_role("button", name=f"Let {CASES} cases migrate").click()
    expect(page.get_by_text("Proposed. Somebody else looks at it now")).to_be_visible()
    other.goto("/processes/nomination/migration")
    other.get_by_role("link", name="Look at it").click()
    other.get_by_role("button", name=f"Confirm: let {CASES} cases migrate").click()
    expect(other.get_by_role("status")).to_contain_text(f"0 of {CASES} cases")
    migrating.do_what_waits(site)
    expect(other.get_by_role("link", name=f"{CASES} Migrated")).to_be_visible()
