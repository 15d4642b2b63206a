"""Two corrections at real browsers: one that helps, and one that ends before an appeal."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.journeys import correction_script as script
from tests.journeys.acting import Acting, hand_in
from tests.journeys.conftest import Site, serve
from tests.journeys.correction_script import CHECKER, HR, POOL_MANAGER, SECRETARY
from tests.journeys.stage import Check, SignIn, Stage, fill
from workflows.appeal_tables import Appeal, AppealSeat
from workflows.correction_tables import CorrectionCase
from workflows.exit_tables import ExitCase

pytestmark = pytest.mark.browser

Picture = Callable[..., None]


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve the demonstration."""
    with serve(demonstration, tmp_path) as site:
        yield site


@pytest.fixture
def stage(site: Site, new_page: Callable[..., Page], sign_in: SignIn, accessible: Check) -> Stage:
    return Stage(site, new_page, sign_in, accessible, script.ANSWERS)


def test_a_correction_that_helps_is_closed_and_the_standing_is_good_again(
    stage: Stage, picture: Picture
) -> None:
    play = Acting(stage, script.IMPROVING, script.IMPROVING_NAME)
    report(play)
    signal(play, "training_pace_lt_40", "missed_checkins_ge_2")
    check(play)
    hear_and_decide(play)
    agree_on_a_plan(play)
    look_at_the_tracker(play, picture)
    play.skip("P15D")
    play.act("hold_checkpoint")
    play.act("decide_checkpoint")
    play.skip("P15D")
    play.complete("hold_checkpoint", progress=95)
    play.complete("decide_checkpoint", outcome="CLOSE", reason=script.CLOSED)
    look_at_what_is_over(play, picture)


def test_a_removal_that_rests_on_a_wrong_fact_is_undone_by_an_appeal(
    stage: Stage, picture: Picture
) -> None:
    play = Acting(stage, script.CONTESTING, script.CONTESTING_NAME)
    fail(play)
    propose_removal(play, picture)
    appeal(play, picture)
    look_at_what_is_undone(play, picture)


# The correction.


def report(play: Acting) -> None:
    """Let HR report a sign from the page of the member."""
    page = play.stage.at(HR)
    page.goto(f"/members/{play.number}")
    page.get_by_role("link", name="Report a sign").click()
    expect(page.get_by_label("Number of the membership")).not_to_have_value("")
    play.stage.look(page, "report a sign")
    fill(page, {"code": "grade_drop", "source": "hr", "evidence": script.SEEN})
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))


def signal(play: Acting, *codes: str) -> None:
    """Let other processes raise signs about the member."""
    for code in codes:
        facts = {"member_id": play.member_id, "code": code, "source": "training"}
        play.tell("sign.raised", **facts, evidence_id=None)


def check(play: Acting) -> None:
    """Let the pool manager look first, and somebody of HR who did not report check the facts."""
    play.act("triage", POOL_MANAGER)
    play.complete("triage", POOL_MANAGER)
    refuse_the_reporter(play)
    play.act("answer", CHECKER)
    play.complete("answer", CHECKER)


def refuse_the_reporter(play: Acting) -> None:
    """See that whoever reported is not offered the check, and reads why by its address."""
    one = play.waiting("answer")[0]
    page = play.stage.at(HR)
    page.goto("/?clear=1")
    expect(page.locator(f'a.row-link[href="/user-tasks/{one.id}"]')).to_have_count(0)
    page.goto(f"/user-tasks/{one.id}")
    expect(page.get_by_text("In this case you reported the sign")).to_be_visible()
    expect(page.locator("#form")).to_have_count(0)


def hear_and_decide(play: Acting) -> None:
    """Let the member be heard, then the head decide on what the rules propose."""
    play.act("hear_member")
    page = play.open("head_decides_level")
    expect(page.locator("#form")).to_contain_text("Level 2")
    play.act("head_decides_level")


def agree_on_a_plan(play: Acting) -> None:
    """Let the member reply and acknowledge, and both agree on a plan."""
    for element in ("reply", "read_level", "draft_plan", "agree_plan"):
        play.act(element)


def fail(play: Acting) -> None:
    """Go quickly through a correction of the highest level that has no result."""
    facts = {"code": "complaint_serious_upheld", "source": "complaint", "evidence": script.SEEN}
    play.begin("correction", HR, **facts)
    signal(play, "audit_integrity_flag")
    play.complete("triage", POOL_MANAGER)
    play.complete("answer", CHECKER)
    play.complete("hear_member")
    play.complete("head_decides_level", level="L3")
    for element in ("admonish", "read_level", "draft_plan", "agree_plan"):
        play.complete(element)
    play.skip("P15D")
    play.complete("hold_checkpoint", progress=5, findings="Nothing has come in.")
    play.act("decide_checkpoint", outcome="ESCALATE", reason=script.REASON)


# The removal and the appeal.


def propose_removal(play: Acting, picture: Picture) -> None:
    """Let the member speak, the panel vote, and somebody decide who did not propose it."""
    play.act("statement")
    page = play.stage.at(POOL_MANAGER)
    page.goto("/exits/")
    row = page.get_by_role("row", name=re.compile(script.CONTESTING_NAME))
    expect(row).to_contain_text("Being looked at")
    play.stage.look(page, "exits")
    play.act("vote")
    play.complete("vote")
    one = play.waiting("decide")[0]
    head = play.stage.at(script.HIS_HEAD)
    head.goto("/?clear=1")
    expect(head.locator(f'a.row-link[href="/user-tasks/{one.id}"]')).to_have_count(0)
    picture(play.open("decide"), "journey-correction-removal")
    play.act("decide")
    play.act("receipt")


def appeal(play: Acting, picture: Picture) -> None:
    """Let the member appeal, the secretary seat an independent panel, and the panel judge."""
    play.act("file_appeal")
    play.act("admit", SECRETARY)
    page = play.open("confirm_panel", SECRETARY)
    proposed = page.get_by_label("Panel", exact=True).input_value()
    assert not {HR, CHECKER, POOL_MANAGER, script.HIS_HEAD} & set(proposed.split())
    picture(page, "journey-correction-panel")
    hand_in(page, {})
    play.complete("hearing", SECRETARY)
    play.act("vote", **script.UPHELD)
    play.complete("vote", **script.UPHELD)
    play.act("reasons", SECRETARY)
    play.complete("receipt")


def look_at_what_is_undone(play: Acting, picture: Picture) -> None:
    """See that the member stays: on the lists, the page of the appeal, and the story."""
    page = play.stage.at(POOL_MANAGER)
    page.goto(play.address(ExitCase, "exits"))
    expect(page.get_by_text("Stays in the pool")).to_be_visible()
    play.stage.look(page, "exit")
    page.goto("/appeals/")
    expect(page.get_by_role("row", name=re.compile(script.CONTESTING_NAME))).to_contain_text(
        "Upheld"
    )
    play.stage.look(page, "appeals")
    own = play.stage.at(script.CONTESTING)
    own.goto(play.address(Appeal, "appeals"))
    expect(own.get_by_text(script.LETTER)).to_be_visible()
    for name in judges(play):
        assert name not in own.locator("main").inner_html()
    play.stage.look(own, "appeal, own")
    page.goto(f"/members/{play.number}")
    expect(page.get_by_role("region", name="Appeals")).to_contain_text("Upheld")
    expect(page.get_by_text("Active", exact=True).first).to_be_visible()
    play.stage.look(page, "member")
    picture(page, "journey-correction-kept")


def look_at_the_tracker(play: Acting, picture: Picture) -> None:
    """See the case on the tracker; colleagues see nothing of it."""
    page = play.stage.at(POOL_MANAGER)
    page.goto("/corrections/")
    row = page.get_by_role("row", name=re.compile(script.IMPROVING_NAME))
    expect(row).to_contain_text("level 2")
    play.stage.look(page, "tracker")
    picture(page, "journey-correction-tracker")
    colleague = play.stage.at(script.COLLEAGUE)
    answer = colleague.goto(play.address(CorrectionCase, "corrections"))
    assert answer is not None
    assert answer.status in {403, 404}


def look_at_what_is_over(play: Acting, picture: Picture) -> None:
    """See the closed case: its file, the own page of the member, and the story."""
    page = play.stage.at(POOL_MANAGER)
    page.goto("/corrections/?state=closed")
    row = page.get_by_role("row", name=re.compile(script.IMPROVING_NAME))
    expect(row).to_contain_text("The correction is over")
    page.goto(play.address(CorrectionCase, "corrections"))
    expect(page.get_by_text("reported by Helena Carvalho")).to_have_count(1)
    expect(page.get_by_text("verified by Rocío Herrera").first).to_be_visible()
    expect(page.get_by_role("region", name="Checkpoints")).to_contain_text(script.CLOSED)
    play.stage.look(page, "file")
    picture(page, "journey-correction-file")
    own = play.stage.at(script.IMPROVING)
    own.goto(play.address(CorrectionCase, "corrections"))
    expect(own.get_by_role("region", name="Plan for improvement")).to_contain_text("Fridays")
    assert "Helena Carvalho" not in own.locator("main").inner_text()
    play.stage.look(own, "file, own")
    page.goto(f"/members/{play.number}")
    expect(page.get_by_text("Case of care or correction closed")).to_be_visible()
    expect(page.get_by_role("region", name="The membership now")).to_contain_text("Good")


def judges(play: Acting) -> list[str]:
    """Return who judged the appeal, by user name."""
    with play.stage.site.database.reading() as session:
        return list(session.scalars(select(AppealSeat.person)))
