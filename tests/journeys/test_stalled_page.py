"""A new manager finds the ten stalled cases of the demonstration and sets each one moving."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.conftest import PHONE, Site, serve
from workflows import packaged
from workflows.calendar import OrganisationCalendar
from workflows.demo import organisation, stalls
from workflows.engine.tables import Instance
from workflows.people_tables import Person

pytestmark = pytest.mark.browser

MANAGER, OTHER = "priya.sharma", "helena.carvalho"
# By kind: what the page says, the button that is offered first, and what is told afterwards.
STEPS = {
    "request": ("Far overdue", "Remind", "Reminded:"),
    "advice": ("Much longer than usual", "Remind", "Reminded:"),
    "visa": ("Nothing happens", "Remind", "Reminded:"),
    "insurance": ("A group has nobody", "Reassign", "The task is now with"),
    "journey": ("Nobody sends the message", "Send the message", "The message is sent."),
    "host": ("A message does not come", "Send the message", "The message is sent."),
    "papers": ("A join cannot go on", "Cancel the case", "The case is cancelled."),
    "circle": ("Goes round in circles", "Reassign", "The task is now with"),
    "away": ("Everybody is away", "Hand to a substitute", "stands in until"),
    "failed": ("A step failed", "Try again", "It worked this time."),
}


def _fill(session: Session, now: datetime) -> None:
    """The organisation of the demonstration with its ten stalled cases, and no other ones."""
    packaged.publish(session, now=now)
    loaded = organisation.load(session, now=now, people=150)
    stalls.make(session, loaded, now=now, calendar=OrganisationCalendar())


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """A demonstration with ten stalled cases."""
    with serve(sqlite_template, tmp_path, _fill) as site:
        yield site


def _kinds(site: Site) -> dict[str, int]:
    """Return the numbers of the ten cases by kind."""
    with site.database.reading() as session:
        query = select(Instance).where(Instance.ended_at.is_(None))
        return {case.data["kind"]: case.id for case in session.scalars(query)}


def _somebody(site: Site) -> str:
    """Return somebody who has nothing to do with the cases."""
    with site.database.reading() as session:
        query = select(Person.username).where(Person.employment_status == "active")
        return session.scalars(query.order_by(Person.id.desc())).first() or ""


def test_a_new_manager_finds_ten_stalled_cases_and_unblocks_each(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, MANAGER)
    page.get_by_role("link", name="Stalled cases").first.click()
    expect(page.locator("tbody tr")).to_have_count(10)
    accessible(page)
    page.get_by_role("link", name="At risk").click()
    expect(page.get_by_role("heading", name="At risk", level=1)).to_be_visible()
    accessible(page)

    for number, (kind, case_id) in enumerate(_kinds(site).items()):
        reason, button, told = STEPS[kind]
        page.goto("/stalled/")
        row = page.get_by_role("row").filter(has_text=f"case {case_id}")
        expect(row).to_contain_text(reason)
        row.get_by_role("link", name=button).click()
        expect(page.get_by_role("heading", name=reason)).to_be_visible()
        if number == 0:
            accessible(page)
        form = page.locator("details[open] form").first
        if button in {"Reassign", "Hand to a substitute"}:
            form.get_by_label("To whom?").fill(_somebody(site))
        form.get_by_label("Reason").fill("It has waited long enough")
        form.get_by_role("button", name=button).click()
        expect(page.get_by_role("status").first).to_contain_text(told)
        expect(page.get_by_role("link", name="Next stalled case")).to_be_visible()
        if number == 0:
            accessible(page)

    page.goto("/stalled/")
    expect(page.locator("tbody tr")).to_have_count(4)  # those reminded, and the one in circles


def test_skipping_a_step_takes_two_people_on_a_phone(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    site: Site,
) -> None:
    address = f"/stalled/{_kinds(site)['failed']}/"
    page = new_page(PHONE)
    sign_in(page, MANAGER)
    page.goto("/stalled/")
    accessible(page)
    page.goto(address)
    page.locator("summary").filter(has_text="Ask to skip the step").click()
    form = page.locator("form[action$='/skip']")
    form.get_by_label("Reason").fill("The travel office has closed")
    form.get_by_role("button", name="Ask to skip the step").click()
    expect(page.get_by_role("status").first).to_contain_text("Somebody else must approve")
    expect(page.locator("form[action$='/approve']")).to_have_count(0)

    other = new_page()
    sign_in(other, OTHER)
    other.goto(address)
    expect(other.get_by_text("The travel office has closed")).to_be_visible()
    accessible(other)
    other.get_by_role("button", name="Approve the skip").click()
    expect(other.get_by_role("status").first).to_contain_text("The step is skipped")
