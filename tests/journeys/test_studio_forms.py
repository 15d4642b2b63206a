"""A designer changes a form of the nomination in the browser; a new case asks the new one."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Site, serve
from tests.journeys.nomination_script import CANDIDATE, NOMINATOR, POOL, STATEMENT
from workflows import accounts, nomination, studio
from workflows.calendar import OrganisationCalendar
from workflows.engine import definitions
from workflows.engine.tables import UserTask
from workflows.form_changes import compare
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER, HR = "mateo.navarro", "helena.carvalho"
CONSENT = Subject(DraftKind.FORM, "consent")


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """The pools, the people and the packaged forms."""
    with serve(demonstration, tmp_path) as site:
        yield site


def _saved(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("[data-builder][data-saved=true]")).to_be_visible()


def _in_force(site: Site) -> bytes:
    with site.database.reading() as session:
        return definitions.latest(session, "form", "consent").source


def _draft(site: Site) -> bytes:
    with site.database.reading() as session:
        draft = studio.find(session, CONSENT)
        assert draft is not None
        return draft.source


def _nominate(site: Site) -> int:
    """Let a case begin; return the task that asks for the consent."""
    with site.database.unit_of_work() as session:
        entry = nomination.submit(
            session,
            candidate=CANDIDATE,
            pool=POOL,
            channel="unit",
            statement=STATEMENT,
            actor=accounts.actor_of(session, NOMINATOR),
            now=site.clock.now(),
            calendar=OrganisationCalendar(),
        )
        tasks = session.query(UserTask).filter_by(instance_id=entry.instance_id)
        return tasks.filter_by(form_key="consent").one().id


def _item(page: Page, name: str) -> Locator:
    return page.locator(".form-item", has_text=name)


def test_a_form_of_the_nomination_gets_a_question_that_a_new_case_asks(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    before = _in_force(site)
    page.goto("/processes/nomination")
    page.get_by_role("link", name="Your agreement").click()
    expect(page.get_by_role("heading", name="As people see it")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-builder]")).to_be_visible()
    accessible(page)

    # A choice behind the question, by keyboard, faster than anything is saved.
    page.get_by_role("link", name="I want to be considered").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Yes or no")).to_be_visible()
    page.get_by_label("Add below what is chosen").select_option("one")
    page.get_by_role("button", name="Add", exact=True).press("Enter")
    label = page.get_by_label("Label", exact=True)
    expect(label).to_be_focused()
    page.keyboard.type("How soon could you begin?", delay=2)
    page.get_by_label("Label (Deutsch)").fill("Wann könnten Sie anfangen?")
    page.get_by_label("Name in the data").fill("begins")
    page.get_by_label("Must be answered").check()
    for number, (value, text, german) in enumerate(
        [("now", "At once", "Sofort"), ("later", "Next year", "Nächstes Jahr")], start=1
    ):
        page.get_by_label(f"Text of answer {number}").fill(text)
        page.get_by_label("Deutsch", exact=True).nth(number - 1).fill(german)
        page.get_by_label("Value that is kept").nth(number - 1).fill(value)
    condition = page.get_by_label("Shown only if (FEEL)")
    condition.fill("agree =")
    _saved(page)
    problem = page.locator("#prop-condition-problem")
    expect(problem).to_contain_text("Line 1, column 8")
    condition.fill("agree = true")
    _saved(page)
    expect(problem).to_contain_text("Did you mean “agrees”?")
    expect(label).to_have_value("How soon could you begin?")
    page.evaluate("scrollTo(0, 0)")  # nothing lies half below the bar at the top
    accessible(page)
    picture(page, "studio-form-problem", full=True)
    condition.fill("agrees = true")
    _saved(page)
    expect(page.get_by_text("Nothing to mend.")).to_be_visible()

    # The preview asks it only of those who agree, in German and on a phone, too.
    preview = page.locator("[data-tried]")
    expect(preview.get_by_text("How soon could you begin?")).to_be_hidden()
    preview.get_by_label("Yes", exact=True).check()
    expect(preview.get_by_text("How soon could you begin?")).to_be_visible()
    picture(page, "studio-form", full=True)
    page.get_by_role("link", name="Deutsch").click()
    expect(preview.get_by_text("Wann könnten Sie anfangen?")).to_be_visible()
    expect(preview.get_by_label("Ja", exact=True)).to_be_checked()
    page.get_by_role("link", name="Phone").click()
    expect(page.locator(".form-preview-stage.is-phone")).to_be_visible()
    expect(preview.get_by_label("Nächstes Jahr")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    accessible(page)
    picture(page, "studio-form-german", full=True)

    # Items move by keyboard, and every step can be taken back.
    page.get_by_role("button", name="Move “How soon could you begin?” up").press("Enter")
    expect(page.locator("[data-told]")).to_have_text(
        "“How soon could you begin?” stands at place 5 now."
    )
    expect(page.get_by_role("button", name="Move “How soon could you begin?” up")).to_be_focused()
    page.get_by_role("button", name="Remove “Anything you want to add”").click()
    expect(_item(page, "Anything you want to add")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(_item(page, "Anything you want to add")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".form-item").nth(4)).to_contain_text("I want to be considered")
    page.locator("[data-place='2']").drag_to(page.locator("[data-place='0']"))
    expect(page.locator(".form-item").first).to_contain_text("Privacy notice")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".form-item").first).to_contain_text("Pool")
    (changed,) = compare(before, _draft(site)).items
    assert (changed.item.name, changed.changes[0].kind) == ("begins", "added")

    page.get_by_role("link", name="Look at the changes and propose").click()
    expect(page.get_by_role("heading", name="What changes", exact=True)).to_be_visible()
    expect(page.locator(".change-list")).to_contain_text("How soon could you begin?")
    expect(page.get_by_text("asks for more than before")).to_be_visible()
    accessible(page)
    page.get_by_label("What changes, and why").fill("The head plans with the answer.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    earlier = _nominate(site)
    other = new_page()
    sign_in(other, HR)
    other.goto("/studio/forms/consent/proposal")
    accessible(other)
    picture(other, "studio-form-proposal", full=True)
    other.get_by_role("button", name="Approve").click()
    other.get_by_role("button", name="Put into force").click()
    expect(other.get_by_text("Version 2 is in force")).to_be_visible()
    other.get_by_role("link", name="Where used").click()
    expect(other.get_by_role("row", name="1 Nomination")).to_contain_text("1")
    accessible(other)
    picture(other, "where-used", full=True)

    # The case that ran keeps its form; a new one asks the new question.
    candidate = new_page()
    sign_in(candidate, CANDIDATE)
    candidate.goto(f"/user-tasks/{earlier}")
    expect(candidate.get_by_text("I want to be considered for this pool")).to_be_visible()
    expect(candidate.get_by_text("How soon could you begin?")).to_have_count(0)
    candidate.get_by_label("No", exact=True).check()
    candidate.get_by_role("button", name="Complete", exact=True).click()
    expect(candidate.get_by_role("heading", name="My tasks")).to_be_visible()
    candidate.goto(f"/user-tasks/{_nominate(site)}")
    expect(candidate.get_by_text("How soon could you begin?")).to_be_hidden()
    candidate.get_by_label("Yes", exact=True).check()
    expect(candidate.get_by_text("How soon could you begin?")).to_be_visible()
    candidate.get_by_label("I have read the privacy notice").check()
    candidate.get_by_role("button", name="Complete", exact=True).click()
    expect(candidate.locator(".error-summary")).to_contain_text("How soon could you begin?")
    candidate.get_by_label("At once").check()
    candidate.get_by_role("button", name="Complete", exact=True).click()
    expect(candidate.get_by_role("heading", name="My tasks")).to_be_visible()


def test_a_form_is_changed_on_a_phone_and_without_scripts(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page((390, 844), scripts=False)
    sign_in(page, DESIGNER)
    page.goto("/forms/consent")
    page.get_by_role("button", name="Change").click()
    page.get_by_role("button", name="Move “Pool” down").click()
    expect(page.locator(".form-item").nth(1)).to_contain_text("Pool")
    page.get_by_role("link", name="Anything you want to add").click()
    page.get_by_label("Label", exact=True).fill("Remark")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(_item(page, "Remark")).to_be_visible()
    picture(page, "studio-form-phone", full=True)
    page.get_by_role("button", name="Try to complete it").click()
    expect(page.locator(".error-summary")).to_be_visible()

    # Somebody else takes the draft over; a step that comes too late lies aside.
    page.goto("/studio/forms/consent?item=0")
    with site.database.unit_of_work() as session:
        accounts.create(session, "ana.designer", roles=["designer"], now=site.clock.now())
        actor = accounts.actor_of(session, "ana.designer")
        studio.take_over(session, CONSENT, actor=actor, now=site.clock.now())
    page.get_by_label("Label", exact=True).fill("Who proposes")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("your text is kept aside")).to_be_visible()
    page.get_by_role("button", name="Take over").click()
    page.get_by_text("Who saved this draft").click()
    page.get_by_role("button", name="Go on with this text").first.click()
    expect(_item(page, "Who proposes")).to_be_visible()

    scripted = new_page((390, 844))
    sign_in(scripted, DESIGNER)
    scripted.goto("/studio/forms/consent")
    expect(scripted.locator("[data-builder][data-saved=true]")).to_be_visible()
    assert scripted.evaluate("document.documentElement.scrollWidth") <= 390
    accessible(scripted)
