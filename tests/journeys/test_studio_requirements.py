"""A designer changes what decisions read: adds, connects, renames and removes, by keyboard."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from rules.dmn import check_model, read_model
from tests.journeys.conftest import Site, serve
from tests.webapp.organisation import make_organisation
from workflows import studio
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER = "mateo.navarro"


def _fill(session: Session, now: datetime) -> None:
    make_organisation(session, now=now)


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Nothing but people who begin something new."""
    with serve(sqlite_template, tmp_path, _fill) as site:
        yield site


def _save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved=true]")).to_be_visible()


def _draft(site: Site) -> bytes:
    with site.database.reading() as session:
        draft = studio.find(session, Subject(DraftKind.DECISION, "bonus"))
        assert draft is not None
        return draft.source


def test_a_graph_is_built_connected_renamed_and_cut_by_keyboard(
    page: Page,
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    sign_in(page, DESIGNER)
    page.goto("/studio/")
    page.get_by_label("Name").fill("Bonus")
    page.get_by_label("Id", exact=True).fill("bonus")
    page.get_by_role("button", name="Begin a decision table").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    new_name = page.get_by_label("Name of something new")
    lead = page.get_by_role("region", name="bonus", exact=True)

    page.get_by_role("button", name="New input").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="Enter the name first")).to_be_visible()
    expect(new_name).to_be_focused()
    page.keyboard.type("years", delay=1)
    page.get_by_role("button", name="New input").press("Enter")
    expect(page.locator('[data-rename="bonus_input_years"]')).to_be_focused()

    # A decision by expression that reads both inputs, and is read by the table.
    new_name.fill("points")
    page.get_by_role("button", name="New decision by expression").press("Enter")
    points = page.get_by_role("region", name="points", exact=True)
    expect(points.get_by_role("heading", name="points")).to_be_focused()
    points.get_by_label("Expression (FEEL)").fill("value + years * 2")
    _save(page)
    problem = page.locator(".studio-problem", has_text="does not require it").first
    expect(problem).to_be_visible()
    points.get_by_text("Name, type and what it reads").click()
    for name in ("value", "years"):
        points.get_by_role("checkbox", name=name).press("Space")
        expect(points.get_by_role("checkbox", name=name)).to_be_focused()
    points.get_by_label("Type", exact=True).fill("number")
    lead.get_by_text("Name, type and what it reads").click()
    lead.get_by_role("checkbox", name="points").press("Space")
    expect(points.get_by_role("checkbox", name="bonus")).to_be_disabled()
    lead.get_by_text("Columns and what they look at").click()
    lead.get_by_label("Looks at (FEEL)").fill("points")
    lead.get_by_label("Rule 1, Value").fill("> 10")
    _save(page)
    expect(page.locator("[data-problems]")).not_to_contain_text("does not require it")
    page.evaluate("scrollTo(0, 0)")  # the bar of the page must not lie over a button by chance
    accessible(page)
    picture(page, "studio-requirements", full=True)

    # Another name is followed by those who read it, even when saving comes before leaving.
    name = points.get_by_label("Name, as FEEL calls it")
    name.fill("")
    name.press_sequentially("weight", delay=1)
    _save(page)
    expect(page.get_by_role("region", name="weight", exact=True)).to_be_visible()
    expect(lead.get_by_label("Looks at (FEEL)")).to_have_value("weight")
    model = read_model(_draft(site), file_name="bonus.dmn")
    assert not [each for each in check_model(model) if each.is_error]
    assert model.evaluate("bonus_points", {"value": 3, "years": 4}).output == 11

    # Undone as one step, and done again.
    page.get_by_role("button", name="Undo").click()
    expect(lead.get_by_label("Looks at (FEEL)")).to_have_value("points")
    page.get_by_role("button", name="Redo").click()
    expect(lead.get_by_label("Looks at (FEEL)")).to_have_value("weight")

    page.get_by_text("What the decisions read, as a picture").click()
    shapes = page.locator(".table-stage .djs-shape")
    expect(shapes.filter(has_text="weight")).to_be_visible()
    expect(page.locator(".table-stage .djs-connection")).to_have_count(4)
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    picture(page, "studio-requirements-graph", full=True)

    weight = page.get_by_role("region", name="weight", exact=True)
    weight.get_by_role("button", name="Remove weight from the file").press("Enter")
    expect(page.locator(".table-stage .djs-connection")).to_have_count(1)
    expect(lead.get_by_role("button", name="Remove bonus from the file")).to_be_disabled()
    _save(page)
    assert b"bonus_points" not in _draft(site)


def test_a_new_table_looks_at_the_first_input_and_a_click_after_a_name_is_not_lost(
    page: Page, sign_in: Callable[[Page, str], None], site: Site
) -> None:
    sign_in(page, DESIGNER)
    page.goto("/studio/")
    page.get_by_label("Name").fill("Bonus")
    page.get_by_label("Id", exact=True).fill("bonus")
    page.get_by_role("button", name="Begin a decision table").click()
    expect(page.locator("[data-ready]")).to_be_visible()

    page.get_by_label("Name of something new").fill("level")
    page.get_by_text("Inputs of the file").click()
    page.get_by_role("button", name="New decision table").click()
    level = page.get_by_role("region", name="level", exact=True)
    expect(level.get_by_role("heading", name="level")).to_be_focused()
    page.get_by_label("Name, as FEEL calls it").last.fill("score")
    level.get_by_role("button", name="New rule", exact=True).click()
    expect(level.get_by_label("Rule 2, score")).to_be_visible()
    expect(page.get_by_label("Looks at (FEEL)").first).to_have_value("score")
    _save(page)

    source = _draft(site)
    assert source.count(b'name="score"') == 2
    assert b'<requiredInput href="#bonus_input"/>' in source
