"""A new manager finds the ten stalled cases of the demonstration and sets each one moving."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.conftest import PHONE, Site, serve
from workflows import packaged, working_time
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.demo import organisation, stalls
from workflows.engine import instances, outbox
from workflows.engine.tables import Instance
from workflows.people_tables import Person

pytestmark = pytest.mark.browser

MANAGER, OTHER, AT_RISK = "priya.sharma", "helena.carvalho", "review"
# By kind: what the page says, the button that is offered first, and what is told afterwards.
STEPS = {
    "request": ("Far overdue", "Remind", "Reminded:"),
    "insurance": ("A group has nobody", "Reassign", "The task is now with"),
    "journey": ("Nobody sends the message", "Send the message", "The message is sent."),
    "host": ("A message does not come", "Send the message", "The message is sent."),
    "circle": ("Goes round in circles", "Reassign", "The task is now with"),
    "away": ("Everybody is away", "Hand to a substitute", "stands in until"),
    "failed": ("A step failed", "Try again", "It worked this time."),
}
ESCALATED = {"advice": "Much longer than usual", "visa": "Nothing happens"}
MOVED = ("papers", "A join cannot go on", "Move the case")


def _fill(session: Session, now: datetime) -> None:
    """The organisation of the demonstration with its ten stalled cases, and one at risk."""
    packaged.publish(session, now=now)
    calendar = OrganisationCalendar()
    loaded = organisation.load(session, now=now, people=150)
    stalls.make(session, loaded, now=now, calendar=calendar)
    cases = session.scalars(select(Instance).where(Instance.ended_at.is_(None)))
    data = next(case.data for case in cases if case.data["kind"] == "request")
    # Nine tenths of its five days: it is late, but not yet overdue.
    begun = working_time.of(calendar).ago(now, timedelta(days=4, hours=12))
    instances.start(
        session, stalls.KEY, {**data, "kind": AT_RISK}, actor=SYSTEM, now=begun, calendar=calendar
    )


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


@dataclass(frozen=True)
class Trial:
    """A new manager at the desk, and how a page is looked at."""

    page: Page
    accessible: Callable[[Page], None]
    picture: Callable[..., None]

    def find(self, case_id: int, reason: str) -> Locator:
        """Return the row of a case on the list, which says why it stands still."""
        self.page.goto("/stalled/")
        row = self.page.get_by_role("row").filter(has_text=f"case {case_id}")
        expect(row).to_contain_text(reason)
        return row


def test_a_new_manager_finds_ten_stalled_cases_and_unblocks_each(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    trial = Trial(new_page(), accessible, picture)
    kinds, page = _kinds(site), trial.page
    sign_in(page, MANAGER)
    _look_around(trial)
    for kind, (reason, button, told) in STEPS.items():
        _unblock(trial, kinds[kind], reason, button, told, _somebody(site))
    _escalate_two(trial, kinds)
    _ask_to_move(trial, kinds)

    outbox.deliver_due(site.database, site.clock.now(), OrganisationCalendar())
    other = new_page()
    sign_in(other, OTHER)
    _approve_the_move(Trial(other, accessible, picture))

    page.goto("/stalled/")
    expect(page.get_by_text("Everything flows")).to_be_visible()
    accessible(page)
    picture(page, "journey-stalled-cases-empty")
    page.get_by_role("link", name="What is in hand").click()
    expect(page.get_by_role("heading", name="In hand", level=1)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(4)
    accessible(page)
    picture(page, "journey-stalled-cases-in-hand")


def _look_around(trial: Trial) -> None:
    """Find the ten cases, what is at risk, and what failed."""
    page = trial.page
    page.get_by_role("link", name="Stalled cases").first.click()
    expect(page.locator("tbody tr")).to_have_count(10)
    trial.accessible(page)
    trial.picture(page, "journey-stalled-cases-list")
    page.get_by_role("link", name="At risk").click()
    expect(page.get_by_role("heading", name="At risk", level=1)).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Most of its time is over")
    trial.accessible(page)
    page.get_by_role("link", name="Problems by cause").click()
    expect(page.get_by_role("heading", name="Problems by cause", level=1)).to_be_visible()
    trial.accessible(page)
    page.get_by_role("link", name="Review the request").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    trial.accessible(page)
    trial.picture(page, "journey-stalled-cases-cause")


def _unblock(
    trial: Trial, case_id: int, reason: str, button: str, told: str, somebody: str
) -> None:
    """Open a case from the list, read what will happen, and do the next safe thing."""
    page = trial.page
    trial.find(case_id, reason).get_by_role("link", name=button).click()
    expect(page.get_by_role("heading", name=reason)).to_be_visible()
    form = page.locator("details[open] form").first
    if button in {"Reassign", "Hand to a substitute"}:
        form.get_by_label("To whom?").fill(somebody)
    form.get_by_label("Reason").fill("It has waited long enough")
    if button == "Remind":
        trial.accessible(page)
        trial.picture(page, "journey-stalled-cases-preview")
    form.get_by_role("button", name=button).click()
    expect(page.get_by_role("status").first).to_contain_text(told)
    expect(page.get_by_role("link", name="Next stalled case")).to_be_visible()
    if button == "Remind":
        trial.accessible(page)
    page.goto("/stalled/")
    expect(page.get_by_role("row").filter(has_text=f"case {case_id}")).to_have_count(0)


def _escalate_two(trial: Trial, kinds: dict[str, int]) -> None:
    """Choose two tasks on the list and escalate them at once."""
    page = trial.page
    for kind, reason in ESCALATED.items():
        expect(trial.find(kinds[kind], reason)).to_have_count(1)
    for kind in ESCALATED:
        row = page.get_by_role("row").filter(has_text=f"case {kinds[kind]}")
        row.get_by_role("checkbox").check()
    page.get_by_label("Reason", exact=True).last.fill("Nobody answers")
    page.get_by_role("button", name="Escalate").click()
    expect(page.get_by_text("Escalated to")).to_have_count(2)
    trial.accessible(page)
    trial.picture(page, "journey-stalled-cases-escalated")
    page.goto(f"/cases/{kinds['advice']}")
    expect(page.get_by_text("Next: the accountable head")).to_be_visible()
    trial.accessible(page)


def _ask_to_move(trial: Trial, kinds: dict[str, int]) -> None:
    """Let the case that waits at a join go on behind it, and see before what follows."""
    page, (kind, reason, button) = trial.page, MOVED
    trial.find(kinds[kind], reason).get_by_role("link", name=button).click()
    expect(page.get_by_role("heading", name=reason)).to_be_visible()
    trial.accessible(page)
    page.get_by_role("main").get_by_role("link", name=button).click()
    expect(page.get_by_role("heading", name=button, level=1)).to_be_visible()
    page.get_by_label("Papers and permit are there").check()
    page.get_by_label("Where it goes on").select_option(label="Prepared · End")
    page.get_by_label("Reason").fill("No permit is needed")
    trial.accessible(page)
    page.get_by_role("button", name="See what will happen").click()
    expect(page.get_by_text("Nothing happens until a second person approves.")).to_be_visible()
    trial.accessible(page)
    trial.picture(page, "journey-stalled-cases-move")
    page.get_by_role("button", name="Ask for it").click()
    expect(page.get_by_role("status").first).to_contain_text("Somebody else must approve.")


def _approve_the_move(trial: Trial) -> None:
    """Let a second person follow the notice, see the request and approve it."""
    page = trial.page
    page.goto("/notices/")
    page.get_by_role("link", name="Waits for your approval: let a case go on at Prepared.").click()
    page.get_by_role("link", name="Priya Sharma asks to move the case").click()
    expect(page.get_by_text("No permit is needed")).to_be_visible()
    trial.accessible(page)
    trial.picture(page, "journey-stalled-cases-approve")
    page.get_by_role("button", name="Approve the move").click()
    expect(page.get_by_role("status").first).to_contain_text("The case goes on")
    expect(page.get_by_text("The case was moved to “Prepared”")).to_be_visible()


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
