"""A designer changes a threshold in the browser, sees what follows, and a second person agrees."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.dmn import differences, read_model
from tests.journeys.conftest import Site, serve
from tests.webapp.organisation import make_organisation
from tests.workflows.past_grades import add_past_grade
from tests.workflows.staff import add_person, add_units
from workflows import accounts, studio
from workflows.engine import definitions
from workflows.engine.tables import Bundle, DefinitionVersion
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER, HR = "mateo.navarro", "helena.carvalho"
GRADE = Subject(DraftKind.DECISION, "grade")


def _fill(session: Session, now: datetime) -> None:
    make_organisation(session, now=now)
    accounts.create(session, "ana.designer", roles=["designer"], now=now)
    units = add_units(session)
    bundle = session.scalars(select(Bundle).where(Bundle.process_key == "review")).one()
    for number in range(20):
        name = f"person{number:02d}"
        category = "office" if number % 2 else "sales"
        add_person(session, name, units["T"], category=category)
        score, grade = (62, "C") if number % 4 == 0 else (74 + number % 10, "B")
        add_past_grade(session, bundle, name, now=now, score=score, grade=grade)


@pytest.fixture
def site(sqlite_published: Path, tmp_path: Path) -> Iterator[Site]:
    """The packaged tables, past grades, and people who change the rules."""
    with serve(sqlite_published, tmp_path, _fill) as site:
        yield site


def _begin(page: Page, key: str = "grade") -> None:
    page.goto(f"/decisions/{key}")
    page.get_by_role("button", name="Change").click()
    expect(page.locator("[data-ready]")).to_be_visible()


def _save(page: Page) -> None:
    page.keyboard.press("Control+s")
    expect(page.locator("[data-saved=true]")).to_be_visible()


def _in_force(site: Site, key: str = "grade") -> DefinitionVersion:
    with site.database.reading() as session:
        return definitions.latest(session, "decision", key)


def _draft(site: Site, key: str = "grade") -> bytes:
    with site.database.reading() as session:
        draft = studio.find(session, Subject(DraftKind.DECISION, key))
        assert draft is not None
        return draft.source


def _told(before: bytes, after: bytes) -> list[tuple[str, str, str | None, str | None]]:
    found = differences(read_model(before), read_model(after))
    return [(each.kind, each.rule, each.old, each.new) for each in found]


def test_a_threshold_is_changed_back_tested_approved_and_put_into_force(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    before = _in_force(site)
    page.goto("/decisions/")
    accessible(page)
    page.get_by_role("link", name="Grade", exact=True).click()
    expect(page.get_by_role("heading", name="Grade", level=1)).to_be_visible()
    accessible(page)
    _begin(page)
    accessible(page)

    # Faster than anything is saved, and wrong in the middle.
    threshold = page.get_by_label("basic", exact=True)
    threshold.fill("")
    threshold.press_sequentially("65", delay=2)
    last = page.get_by_label("Rule 8, Score")
    last.fill(">= grade_policy.")
    problem = page.locator(".studio-problem", has_text="cannot be read")
    expect(problem).to_contain_text("Line 1, column 17")
    expect(last).to_have_attribute("aria-invalid", "true")
    picture(page, "studio-table-problem")
    page.get_by_label("Rule 1, Score").focus()
    problem.click()
    expect(last).to_be_focused()

    # A rule that leaves a gap is named with an example of what falls into it.
    last.fill("<= 100")
    _save(page)
    gap = page.locator(".studio-problem", has_text="nothing matches").first
    expect(gap).to_contain_text("Score")
    expect(last).not_to_have_attribute("aria-invalid", "true")
    accessible(page)
    picture(page, "studio-table-gap")
    last.fill("-")
    _save(page)
    expect(page.locator("[data-problems]")).to_contain_text("Nothing to mend")

    page.get_by_role("link", name="Back-test").click()
    expect(page.get_by_text("5 would be different")).to_be_visible()
    page.get_by_label("Compare people by").select_option("category")
    page.get_by_label("C", exact=True).check()
    page.get_by_label("B", exact=True).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("row", name="sales 10 10 (100 %) 5 (50 %)")).to_be_visible()
    expect(page.get_by_text("5 cases are not named here")).to_be_visible()
    expect(page.get_by_text("Person00")).to_have_count(0)
    accessible(page)
    picture(page, "studio-back-test", full=True)

    page.get_by_role("link", name="Grade", exact=True).click()
    expect(page.locator(".change-table ins")).to_have_text("65")
    accessible(page)
    page.get_by_label("What changes, and why").fill("A C asks for 65 points.")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    other = new_page()
    sign_in(other, HR)
    other.goto("/studio/")
    other.get_by_role("link", name="Grade", exact=True).click()
    expect(other.get_by_role("link", name="Back-test")).to_be_visible()
    accessible(other)
    picture(other, "studio-table-proposal", full=True)
    other.get_by_role("link", name="Back-test").click()
    expect(other.get_by_text("Person00 Okafor")).to_be_visible()
    other.get_by_role("link", name="Grade", exact=True).click()
    other.get_by_role("button", name="Approve").click()
    other.get_by_role("button", name="Put into force").click()
    expect(other.get_by_text("Version 2 is in force")).to_be_visible()
    expect(other.get_by_text("A C asks for 65 points.")).to_be_visible()
    other.get_by_role("link", name="Compare with the one before").click()
    expect(other.locator(".change-table del")).to_have_text("60")
    accessible(other)
    assert _told(before.source, _in_force(site).source) == [("expression-changed", "", "60", "65")]


def test_rules_are_added_moved_and_removed_by_keyboard(
    page: Page, sign_in: Callable[[Page, str], None], site: Site
) -> None:
    sign_in(page, DESIGNER)
    _begin(page)
    before = _draft(site)

    page.get_by_label("Rule 2, Grade").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.get_by_label("Rule 1, Grade")).to_be_focused()
    expect(page.get_by_label("Rule 1, Grade")).to_have_value('"D"')
    page.get_by_role("button", name="Move rule 1 down").press("Enter")
    expect(page.get_by_label("Rule 1, Grade")).to_have_value('"NOT_RATED"')
    page.get_by_role("button", name="New rule below rule 7").press("Enter")
    expect(page.get_by_label("Rule 8, Score")).to_be_focused()
    page.keyboard.type("[85..90)")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Rule 9, Score")).to_be_focused()
    page.get_by_label("Rule 8, Grade").fill('"A"')
    page.get_by_label("Rule 8, Reason").fill("Nearly excellent.")
    page.get_by_role("button", name="Remove rule 6").press("Enter")
    _save(page)

    added = '[85..90) | - | - | - | - | - => "A"'
    told = _told(before, _draft(site))
    assert [(kind, old, new) for kind, _, old, new in told] == [
        ("rule-removed", '- | - | - | <= grade_policy.failing_integrity | - | - => "C"', None),
        ("rule-added", None, added),
    ]
    for _ in range(4):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Rule 8, Score")).to_have_value("-")
    page.get_by_role("button", name="Redo").click()
    _save(page)


def test_columns_are_changed_added_and_removed(
    page: Page, sign_in: Callable[[Page, str], None], site: Site
) -> None:
    sign_in(page, DESIGNER)
    _begin(page)
    before = _draft(site)
    page.get_by_text("Columns and what they look at").click()
    page.get_by_label("Heading").first.fill("Points")
    expect(page.get_by_label("Rule 1, Points")).to_be_visible()
    page.get_by_role("button", name="New condition").click()
    page.get_by_label("Looks at (FEEL)").last.fill("votes")
    page.get_by_label("Rule 7, votes").fill("> 3")
    page.get_by_role("button", name="Remove the column Hours ratio").click()
    page.get_by_label("Which rules count").select_option("UNIQUE")
    _save(page)

    kinds = {kind for kind, *_ in _told(before, _draft(site))}

    assert {"column-added", "column-removed", "column-renamed", "hit-policy-changed"} <= kinds
    expect(page.locator(".studio-problem", has_text="both match").first).to_be_visible()


@pytest.mark.parametrize("key", ["composite_score", "nine_box", "adverse_impact", "eligibility"])
def test_nothing_but_what_was_changed_differs_in_the_file(
    page: Page, sign_in: Callable[[Page, str], None], site: Site, key: str
) -> None:
    sign_in(page, DESIGNER)
    _begin(page, key)
    before = _draft(site, key)
    page.get_by_label("Question").first.fill("Really?")
    _save(page)

    after = _draft(site, key)

    assert b"<question>Really?</question>" in after
    assert _without_question(after, key) == _without_question(before, key)


def _without_question(source: bytes, key: str) -> str:
    """Return a file in its canonical form, without the question of one decision."""
    root = etree.fromstring(source)
    for question in root.findall(f"{{*}}decision[@id='{key}']/{{*}}question"):
        question.clear()
    return etree.tostring(root, method="c14n").decode().replace("<question></question>", "")


def test_whoever_is_taken_over_keeps_the_text(
    page: Page, sign_in: Callable[[Page, str], None], site: Site
) -> None:
    sign_in(page, DESIGNER)
    _begin(page)
    page.get_by_label("basic", exact=True).fill("61")
    _save(page)
    with site.database.unit_of_work() as session:
        actor = accounts.actor_of(session, "ana.designer")
        studio.take_over(session, GRADE, actor=actor, now=site.clock.now())

    page.get_by_label("basic", exact=True).fill("62")
    late = page.locator("[data-late]")
    expect(late).to_contain_text("your text is kept aside")
    page.on("dialog", lambda dialog: dialog.accept())
    late.get_by_role("button", name="Show the newest text").click()
    expect(page.get_by_text("edits this draft since")).to_be_visible()
    expect(page.get_by_label("basic", exact=True)).to_have_js_property("readOnly", True)
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_label("basic", exact=True)).to_have_value("61")


def test_the_graph_is_fetched_when_it_is_wanted_and_its_mark_is_free(
    page: Page, sign_in: Callable[[Page, str], None], accessible: Callable[[Page], None]
) -> None:
    sign_in(page, DESIGNER)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    _begin(page)
    assert not [each for each in fetched if "/graph-" in each]

    page.get_by_text("What the decisions read, as a picture").click()

    expect(page.locator(".table-stage .djs-element").first).to_be_visible()
    mark = page.locator(".bjs-powered-by")
    expect(mark).to_be_visible()
    mark.click(trial=True)
    accessible(page)


def test_a_table_is_edited_on_a_phone(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    site: Site,
) -> None:
    page = new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, DESIGNER)
    _begin(page)

    page.get_by_label("Rule 6, Integrity").fill("<= 3")
    _save(page)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert _told(_in_force(site).source, _draft(site)) == [
        ("cell-changed", "grade_06", "<= grade_policy.failing_integrity", "<= 3")
    ]
    accessible(page)
