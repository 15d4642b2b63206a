"""A designer brings a model of another tool, mends what is open, and loses nothing by drawing."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, serve
from tests.webapp.organisation import make_organisation
from tests.workflows.engine.foreign.comparing import lost
from workflows import studio
from workflows.engine import archive_files
from workflows.engine.archive_files import ArchivedFile
from workflows.studio_states import DraftKind, Subject

pytestmark = pytest.mark.browser
DESIGNER = "mateo.navarro"
MODELS = Path(__file__).parents[1] / "workflows/engine/foreign"
PHONE = (390, 844)


@pytest.fixture
def site(sqlite_published: Path, tmp_path: Path) -> Iterator[Site]:
    """The packaged processes, and people who change them."""
    with serve(
        sqlite_published, tmp_path, lambda session, now: make_organisation(session, now=now)
    ) as site:
        yield site


def hand_in(page: Page, name: str) -> None:
    page.goto("/studio/")
    page.get_by_role("link", name="Import a file").click()
    page.get_by_label("File").set_input_files(MODELS / name)
    page.get_by_role("button", name="Hand in and look").click()
    expect(page.get_by_role("heading", name="Begin a draft")).to_be_visible()


def begin(page: Page, key: str) -> None:
    page.get_by_label("Id of the process").fill(key)
    page.get_by_role("button", name="Begin", exact=True).click()
    expect(page.get_by_role("link", name="Open the draft")).to_be_visible()


def source(site: Site, key: str) -> bytes:
    with site.database.reading() as session:
        draft = studio.find(session, Subject(DraftKind.PROCESS, key))
        assert draft is not None
        return draft.source


def test_a_model_of_camunda_is_mended_line_by_line(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    page.goto("/studio/imports/")
    expect(page.get_by_text("No file was handed in yet")).to_be_visible()
    accessible(page)

    page.get_by_role("button", name="Hand in and look").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a file")
    accessible(page)

    hand_in(page, "tools/camunda7.bpmn")
    expect(page.get_by_text("Made by Camunda Modeler (7)")).to_be_visible()
    accessible(page)
    begin(page, "loan")
    accessible(page)
    picture(page, "import-report")

    # What nobody needs is taken out by its line; what is needed is set where the line leads.
    page.locator("li", has=page.get_by_role("link", name="Prepare")).get_by_role(
        "button", name="Take it out of the draft"
    ).first.click()
    expect(page.get_by_role("status")).to_contain_text("Taken out of the draft")
    page.get_by_role("link", name="Book", exact=True).press("Enter")
    expect(page.get_by_role("heading", name="Service task: Book")).to_be_visible()
    page.get_by_label("Service", exact=True).fill("bank.book")
    expect(page.locator("[data-saved=true]")).to_be_visible()

    page.get_by_role("link", name="Report of the import").click()
    expect(page.get_by_text("It would run a program")).to_have_count(0)
    expect(page.get_by_text("bank.book").first).to_be_visible()
    assert b"bookDelegate" in source(site, "loan")


def test_an_archive_is_exported_changed_and_handed_in(
    page: Page,
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    picture: Callable[..., None],
    site: Site,
    tmp_path: Path,
) -> None:
    archive = tmp_path / "example.zip"
    sign_in(page, DESIGNER)
    hand_in(page, "tools/camunda8.bpmn")
    begin(page, "loan")
    page.goto("/studio/archives/")
    expect(page.get_by_text("No archive was handed in yet")).to_be_visible()
    accessible(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Export everything in force").click()
    everything = archive_files.read(Path(download.value.path()).read_bytes())
    kept = next(each for each in everything if each.key == "grade")
    loan = source(site, "loan")
    others = [ArchivedFile("process", key, "", "a.bpmn", loan) for key in ("loan", "lost")]
    changed = replace(kept, content=kept.content.replace(b"<text>60</text>", b"<text>61</text>"))
    archive.write_bytes(archive_files.write([changed, *others]))

    page.get_by_label("Archive", exact=True).set_input_files(archive)
    page.get_by_role("button", name="Hand in and look").click()
    expect(page.get_by_role("row", name="Grade")).to_contain_text("Another text than here")
    expect(page.get_by_role("row", name="lost")).to_contain_text("as the manifest says it does")
    expect(page.get_by_role("row", name="loan").first).to_contain_text("works on it")
    accessible(page)
    picture(page, "studio-archive", full=True)
    page.get_by_role("button", name="Begin the chosen drafts").click()
    expect(page.get_by_text("One draft is begun.")).to_be_visible()
    accessible(page)


def test_the_report_is_read_on_a_phone(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
) -> None:
    page = new_page(PHONE)
    sign_in(page, DESIGNER)
    hand_in(page, "miwg/C.1.0.bpmn")
    begin(page, "invoice")

    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("link", name="Kept, has no effect").click()
    page.get_by_role("link", name="Show more").click()
    expect(page.get_by_role("link", name="Show more")).to_have_count(0)


@pytest.mark.parametrize(
    "name",
    [
        "miwg/B.2.0.bpmn",
        "miwg/C.1.1.bpmn",
        "miwg/C.5.0.bpmn",
        "tools/camunda8.bpmn",
        "vendors/web_service.bpmn",  # with elements that the library of the editor cannot read
    ],
)
def test_drawing_loses_nothing_of_what_was_imported(
    name: str,
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    site: Site,
) -> None:
    page = new_page()
    sign_in(page, DESIGNER)
    hand_in(page, name)
    begin(page, "kept")
    before = source(site, "kept")

    page.get_by_role("link", name="Open the draft").click()
    expect(page.locator("[data-ready]")).to_be_visible()
    line = page.locator("[data-outline] [role=treeitem]", has_text="ask").last
    renamed = line.get_attribute("data-id")
    line.click()
    page.locator("[data-fields]").get_by_label("Name", exact=True).fill("A name that nothing had")
    expect(page.locator("[data-saved=true]")).to_be_visible()

    after = source(site, "kept")
    assert b"A name that nothing had" in after
    gone = lost(before, after)
    assert [(each[0], each[2].partition("=")[0]) for each in gone] == [(renamed, "name")]
