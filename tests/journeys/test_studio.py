"""A designer changes a packaged process in the browser, and a second person puts it into force."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import Site, serve
from tests.webapp.organisation import make_organisation
from workflows import accounts, studio
from workflows.engine import definitions, model_changes
from workflows.engine.tables import DefinitionVersion
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER, HR = "mateo.navarro", "helena.carvalho"
EXAMPLE = Subject(DraftKind.PROCESS, "example")
LONG = "Decide on the request, with everything that was said about it before"


def _fill(session: Session, now: datetime) -> None:
    make_organisation(session, now=now)
    accounts.create(session, "ana.designer", roles=["designer"], now=now)


@pytest.fixture
def site(sqlite_published: Path, tmp_path: Path) -> Iterator[Site]:
    """The packaged processes, and people who change them."""
    with serve(sqlite_published, tmp_path, _fill) as site:
        yield site


def _begin(page: Page, key: str = "example") -> None:
    page.goto(f"/processes/{key}")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()


def _line(page: Page, element: str) -> Locator:
    return page.locator(f'[data-outline] [data-id="{element}"]')


def _in_force(site: Site, key: str = "example") -> DefinitionVersion:
    with site.database.reading() as session:
        return definitions.latest(session, "process", key)


def test_a_process_is_changed_proposed_approved_and_put_into_force(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    before = _in_force(site)
    _begin(page)
    accessible(page)
    saved = page.locator("[data-saved=true]")

    # By the outline and the keyboard alone: walk, rename, and go on.
    _line(page, "begin").click()
    page.keyboard.press("ArrowDown")
    expect(_line(page, "ask")).to_be_focused()
    page.keyboard.press("F2")
    page.keyboard.type("Describe what you want to study", delay=1)
    page.keyboard.press("Enter")
    expect(_line(page, "ask")).to_contain_text("Describe what you want to study")
    expect(_line(page, "begin")).to_contain_text("leads to Describe what you want to study")
    expect(saved).to_be_visible()
    expect(page.locator("[data-state]")).to_contain_text("Saved at")

    # By the canvas and the panel, faster than anything is saved.
    page.locator('.djs-element[data-element-id="decide"]').first.click()
    expect(page.get_by_role("heading", name="User task: Decide on the request")).to_be_visible()
    name = page.get_by_label("Name", exact=True)
    name.fill("")
    name.press_sequentially(LONG, delay=2)
    page.get_by_label("Due in").fill("=soon +")
    page.locator('.djs-element[data-element-id="granted"]').first.click()
    expect(_line(page, "decide")).to_contain_text(LONG)
    problem = page.locator(".studio-problem", has_text="is not a FEEL expression")
    expect(problem).to_contain_text("line 1, column 8")
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    picture(page, "studio-problem")

    # In the canvas itself, and saved in the middle of typing.
    page.locator('.djs-element[data-element-id="ask"]').first.dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Describe the studies", delay=1)
    page.keyboard.press("Control+s")
    expect(_line(page, "ask")).to_contain_text("Describe the studies")
    expect(saved).to_be_visible()

    # The mistake is found from its problem, and mended.
    problem.click()
    expect(page.get_by_label("Due in")).to_be_focused()
    page.get_by_label("Due in").fill("P4BD")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-problems]")).to_contain_text("Nothing to mend")
    expect(page.locator("[data-status]")).to_have_text("Checked, without errors")
    accessible(page)
    picture(page, "studio-editor")

    page.get_by_role("link", name="Look at the changes and propose").click()
    expect(page.locator(".change-list")).to_contain_text("P4BD")
    expect(page.locator(".change-table ins")).to_have_count(3)
    _sees_what_differs(page)
    accessible(page)
    page.get_by_label("What changes, and why").fill("Four days are enough.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Proposed. Somebody else looks at it now")).to_be_visible()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    other = new_page()
    sign_in(other, HR)
    other.goto("/studio/")
    other.get_by_role("link", name="Request for leave to study").click()
    expect(other.get_by_role("button", name="Approve")).to_be_visible()
    accessible(other)
    picture(other, "studio-proposal", full=True)
    other.get_by_role("button", name="Approve").click()
    other.get_by_role("button", name="Put into force").click()
    expect(other.get_by_text("Version 2 is in force")).to_be_visible()
    expect(other.get_by_text("Four days are enough.")).to_be_visible()
    after = _in_force(site)
    changes = model_changes.compare(before.source, after.source)
    assert {
        (each.element_id, change.name, change.after)
        for each in changes.elements
        for change in each.properties
    } == {
        ("ask", "name", "Describe the studies"),
        ("decide", "name", LONG),
        ("decide", "dueIn", "P4BD"),
    }
    other.get_by_role("link", name="Compare version 2").click()
    expect(other.get_by_role("heading", name="Both diagrams")).to_be_visible()
    _sees_what_differs(other)
    accessible(other)
    picture(other, "studio-comparison", full=True)
    other.goto("/studio/")
    accessible(other)


def _sees_what_differs(page: Page) -> None:
    """Find a changed step in both pictures from its words, and its words from its mark."""
    expect(page.locator("[data-comparison][data-drawn=true]")).to_be_visible()
    before, after = page.locator("[data-side=before]"), page.locator("[data-side=after]")
    for side in (before, after):
        expect(side.locator(".comparison-badge.is-changed")).to_have_text(["≠ Changed"] * 2)
        expect(side.locator(".bjs-powered-by")).to_be_visible()
    page.get_by_role("radio", name="Version 1").check()
    expect(after).to_be_hidden()
    page.get_by_role("button", name=f"Show in the diagram {LONG}").press("Enter")
    expect(after.locator(".djs-element.is-pointed-at")).to_have_attribute(
        "data-element-id", "decide"
    )
    expect(after.locator(".djs-container > svg")).to_be_focused()
    expect(page.locator("[data-said]")).to_contain_text("marked in the picture")
    after.locator('.comparison-badge[href="#change-decide"]').press("Enter")
    expect(page.locator("#change-decide")).to_be_in_viewport()
    page.get_by_role("radio", name="Both").check()
    expect(before).to_be_visible()


def test_whoever_is_taken_over_keeps_the_text(
    new_page: Callable[..., Page], sign_in: Callable[[Page, str], None], site: Site
) -> None:
    first = new_page()
    sign_in(first, DESIGNER)
    _begin(first)
    first.get_by_label("Help text").fill("Hers")
    expect(first.locator("[data-saved=true]")).to_be_visible()
    with site.database.unit_of_work() as session:
        actor = accounts.actor_of(session, "ana.designer")
        studio.take_over(session, EXAMPLE, actor=actor, now=site.clock.now())

    first.get_by_label("Help text").fill("Hers, and more")
    late = first.locator("[data-late]")
    expect(late).to_contain_text("your text is kept aside")
    first.on("dialog", lambda dialog: dialog.accept())
    late.get_by_role("button", name="Show the newest text").click()
    expect(first.get_by_text("edits this draft since")).to_be_visible()
    expect(first.locator("[data-ready]")).to_be_visible()
    expect(first.get_by_label("Help text")).to_be_disabled()
    first.get_by_text("Who saved this draft").click()
    expect(first.get_by_text("kept aside", exact=True)).to_be_visible()
    first.get_by_role("button", name="Take over").click()
    expect(first.get_by_label("Help text")).to_have_value("Hers")
    first.get_by_text("Who saved this draft").click()
    first.get_by_role("link", name="Go on with this text").first.click()
    expect(first.get_by_label("Help text")).to_have_value("Hers, and more")
    expect(first.locator("[data-saved=true]")).to_be_visible()
    with site.database.reading() as session:
        draft = studio.find(session, EXAMPLE)
        assert draft is not None
        assert b"Hers, and more" in draft.source
        assert len(studio.texts(session, draft)) == 3


@pytest.mark.parametrize("key", ["correction", "review", "posting"])
def test_nothing_that_the_editor_does_not_know_is_lost(
    page: Page, sign_in: Callable[[Page, str], None], site: Site, key: str
) -> None:
    sign_in(page, DESIGNER)
    _begin(page, key)

    page.get_by_label("Help text").fill("Another one")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved=true]")).to_be_visible()

    with site.database.reading() as session:
        draft = studio.find(session, Subject(DraftKind.PROCESS, key))
        assert draft is not None
        changes = model_changes.compare(_in_force(site, key).source, draft.source)
    changed = [(one.element_id, [each.name for each in one.properties]) for one in changes.elements]
    assert changed == [(key, ["documentation"])]


def test_a_click_that_ends_typing_still_selects_and_elements_are_added_by_keyboard(
    page: Page, sign_in: Callable[[Page, str], None], site: Site
) -> None:
    sign_in(page, DESIGNER)
    _begin(page)
    page.get_by_label("Help text").press_sequentially(" And so on.")
    _line(page, "ask").click()
    expect(page.get_by_role("heading", name="User task: Describe the leave")).to_be_visible()

    page.keyboard.press("Enter")
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    page.get_by_role("button", name="User task after it").press("Enter")
    page.keyboard.type("Forgotten")
    expect(_line(page, "ask")).to_contain_text("leads to Forgotten")
    for _ in range(2):  # the name, then the step itself
        page.get_by_role("button", name="Undo").click()
    expect(_line(page, "ask")).to_contain_text("leads to Decide on the request")
    for _ in range(2):
        page.get_by_role("button", name="Redo").click()
    expect(page.locator("[data-outline]")).to_contain_text("Forgotten leads to Decide")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved=true]")).to_be_visible()
    expect(page.locator("[data-problems]")).to_contain_text("Nothing to mend")

    with site.database.reading() as session:
        draft = studio.find(session, EXAMPLE)
        assert draft is not None
        changes = model_changes.compare(_in_force(site).source, draft.source)
    kinds = {(each.kind, each.type, each.name) for each in changes.elements}
    assert kinds == {
        ("added", "userTask", "Forgotten"),
        ("added", "sequenceFlow", ""),
        ("changed", "sequenceFlow", ""),
        ("changed", "lane", "Person who asks"),
        ("changed", "process", "Request for leave to study"),
    }


def test_an_escalation_is_added_in_one_step_and_taken_back_in_one(
    page: Page, sign_in: Callable[[Page, str], None], picture: Callable[..., None], site: Site
) -> None:
    sign_in(page, DESIGNER)
    _begin(page)
    _line(page, "decide").click()

    page.get_by_role("button", name="Escalate it when it is late").press("Enter")

    expect(page.get_by_label("After this time")).to_have_value("P3BD")
    expect(page.locator("[data-outline]")).to_contain_text("Late leads to Escalate")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved=true]")).to_be_visible()
    expect(page.locator("[data-problems]")).to_contain_text("Nothing to mend")
    picture(page, "studio-escalation")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-outline]")).not_to_contain_text("Escalate")
    page.get_by_role("button", name="Redo").click()
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved=true]")).to_be_visible()

    with site.database.reading() as session:
        draft = studio.find(session, EXAMPLE)
        assert draft is not None
        changes = model_changes.compare(_in_force(site).source, draft.source)
    added = [each for each in changes.elements if each.kind == "added"]
    assert sorted(each.type for each in added) == [
        "boundaryEvent",
        "endEvent",
        "sequenceFlow",
        "sequenceFlow",
        "serviceTask",
        "timerEventDefinition",
    ]
    escalation = next(each for each in added if each.type == "serviceTask")
    assert {change.name: change.after for change in escalation.properties}.items() >= {
        ("service", "case.escalate"),
        ("input element", '"decide"'),
    }


def test_whoever_was_signed_out_signs_in_elsewhere_and_loses_nothing(
    page: Page, sign_in: Callable[[Page, str], None]
) -> None:
    sign_in(page, DESIGNER)
    _begin(page)
    page.context.clear_cookies()
    page.get_by_label("Help text").fill("Written while signed out")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-state]")).to_contain_text("You are signed out")

    sign_in(page.context.new_page(), DESIGNER)
    page.keyboard.press("Control+s")

    expect(page.locator("[data-saved=true]")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Help text")).to_have_value("Written while signed out")
