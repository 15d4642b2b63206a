"""A nomination from the first form to a member of the pool, by real people at real browsers."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import Site, serve
from tests.journeys.nomination_script import (
    ANSWERS,
    ASSESSORS,
    CANDIDATE,
    HEAD,
    HR,
    NOMINATOR,
    POOL,
    POOL_MANAGER,
    POOL_NAME,
    STATEMENT,
)
from tests.journeys.stage import Check, SignIn, Stage
from workflows import packaged
from workflows.demo import organisation

pytestmark = pytest.mark.browser

PEOPLE = 600
MOST_ROUNDS = 40


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve the organisation of the demonstration with the packaged processes."""

    def fill(session: Session, now: datetime) -> None:
        organisation.load(session, now=now, people=PEOPLE)
        packaged.publish(session, now=now)

    with serve(sqlite_template, tmp_path, fill) as site:
        yield site


@pytest.fixture
def stage(site: Site, new_page: Callable[..., Page], sign_in: SignIn, accessible: Check) -> Stage:
    return Stage(site, new_page, sign_in, accessible, ANSWERS)


def nominate(stage: Stage) -> int:
    """Let the nominator nominate the candidate; answer with the number of the case."""
    page = stage.at(NOMINATOR)
    page.goto("/nominations/new")
    stage.look(page, "nominate")
    page.get_by_label("Pool", exact=True).select_option(label=POOL_NAME)
    page.get_by_label("Whom do you nominate?").fill("Amara Okafor")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("No membership and no open nomination")).to_be_visible()
    stage.look(page, "nominate, looked up")
    page.get_by_label("The unit proposes").check()
    page.get_by_label("Why this person?").fill(STATEMENT)
    page.get_by_role("button", name="Submit the nomination").last.click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def test_a_nomination_ends_as_an_active_member_of_the_pool(
    stage: Stage, picture: Callable[..., None]
) -> None:
    case_id = nominate(stage)
    expect(stage.at(NOMINATOR).get_by_text("Waits for Amara Okafor")).to_be_visible()
    seen: set[str] = set()

    for _ in range(MOST_ROUNDS):
        # What the membership begins is played elsewhere.
        work = stage.waiting()
        if stage.is_over(case_id):
            break
        for one in work:
            if not stage.is_open(one.id):
                continue
            if one.element == "assess" and "assess" not in seen:
                _look_while_assessing(stage, case_id, picture)
            seen.add(one.element)
            stage.do(one)
        if not work:
            _skip_days(stage)

    assert {"consent", "completeness", "assess", "vote", "close_meeting", "welcome_talk"} <= seen
    _look_at_the_end(stage, case_id, picture)


def _look_while_assessing(stage: Stage, case_id: int, picture: Callable[..., None]) -> None:
    """See what each reader sees while three people assess independently."""
    manager, candidate, assessor = stage.at(POOL_MANAGER), stage.at(CANDIDATE), stage.at(HR)
    for page in (manager, candidate, assessor):
        page.goto(f"/cases/{case_id}")
        expect(page.locator(".case-diagram[data-drawn=true]")).to_be_visible()
    expect(manager.get_by_text("Waits for 3 of 3 people: “Assess the candidate”")).to_be_visible()
    expect(candidate.get_by_text("The stage “Vetting” is under way.")).to_be_visible()
    for name in ("Nakamura", "Haddad", "Nowak", *ASSESSORS):
        assert name not in candidate.locator("main").inner_html()
    stage.look(manager, "case, whole")
    stage.look(candidate, "case, own")
    picture(manager, "case")
    manager.goto(f"/cases/{case_id}?diagram=assessment&events=all")
    expect(manager.locator(".case-diagram[data-drawn=true]")).to_be_visible()
    stage.look(manager, "case, stage")
    picture(manager, "case-stage")
    for path in ("/cases/", "/stalled/", "/processes/", "/processes/nomination", "/notices/"):
        manager.goto(path)
        stage.look(manager, path)


def _skip_days(stage: Stage) -> None:
    """Let five working days pass with the clock of the demonstration."""
    page = stage.at(POOL_MANAGER)
    page.goto("/cases/")
    page.get_by_role("button", name="Skip 5 working days").locator("visible=true").click()
    expect(page.get_by_text("It is now").first).to_be_visible()


def _look_at_the_end(stage: Stage, case_id: int, picture: Callable[..., None]) -> None:
    """See the new member on the pages of the pool, and the story in the case."""
    page = stage.at(POOL_MANAGER)
    page.goto(f"/cases/{case_id}")
    expect(page.get_by_text("Completed on")).to_be_visible()
    stage.look(page, "case, over")
    picture(page, "case-over")
    page.goto(f"/pools/{POOL}?q=Amara&lifecycle=ACTIVE")
    row = page.get_by_role("row", name=re.compile("Amara Okafor"))
    expect(row.get_by_text("Active")).to_be_visible()
    stage.look(page, "pool")
    page.goto(f"/pools/{POOL}")
    picture(page, "pool")
    page.get_by_role("link", name="Amara Okafor").first.click()
    expect(page.get_by_role("heading", name="The story so far")).to_be_visible()
    expect(page.locator("main").get_by_text("Omar Darwish").first).to_be_visible()
    stage.look(page, "member")
    picture(page, "member")
    stage.at(HEAD).goto("/people/amara.okafor")
    stage.look(stage.at(HEAD), "person")
