"""A review cycle of a small pool, from its opening to a signed grade, at real browsers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tests.journeys import review_script as script
from tests.journeys.acting import hand_in
from tests.journeys.conftest import Site, serve
from tests.journeys.review_script import HEAD, HR, LATE, MANAGER, OTHER, SUBJECT
from tests.journeys.stage import Check, SignIn, Stage, Waiting, fill
from workflows.calendar import OrganisationCalendar
from workflows.engine import clock_control, instances
from workflows.review_tables import Review

pytestmark = pytest.mark.browser

REVIEWS = ("review_cycle", "review", "review_rating", "review_outcome")
Picture = Callable[..., None]


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve the demonstration with a small pool of two members."""
    with serve(demonstration, tmp_path, script.prepare) as site:
        yield site


@pytest.fixture
def stage(site: Site, new_page: Callable[..., Page], sign_in: SignIn, accessible: Check) -> Stage:
    return Stage(site, new_page, sign_in, accessible, script.ANSWERS)


def test_a_cycle_ends_with_grades_that_heads_decided_and_members_signed(
    stage: Stage, picture: Picture
) -> None:
    open_cycle(stage)
    prepare_ratings(stage)
    rate_all_but_the_late_one(stage, picture)
    look_while_one_is_missing(stage, picture)
    let_the_late_one_rate(stage)
    calibrate(stage, picture)
    decide(stage)
    look_at_the_end(stage, picture)


# What people do.


def open_cycle(stage: Stage) -> None:
    """Let the pool manager look at what is rated, then open the yearly cycle of the pool."""
    page = stage.at(MANAGER)
    page.goto(f"/reviews/schemes/{script.POOL}")
    expect(page.get_by_role("heading", name="Indicators and weights")).to_be_visible()
    stage.look(page, "scheme")
    page.goto("/reviews/")
    stage.look(page, "reviews, none")
    page.get_by_role("link", name="Open a cycle").click()
    stage.look(page, "open a cycle")
    fill(page, {"pool": script.POOL, "kind": "annual"})
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))


def prepare_ratings(stage: Stage) -> None:
    """Let the members report, their superior choose raters, and HR approve the lists."""
    act(stage, "self_report", SUBJECT)
    others(stage, "self_report")
    first, second = waiting(stage, "edit_raters")
    page = stage.open(first)
    expect(page.get_by_label("Superior")).to_have_value(HEAD)
    hand_in(page, stage.answers["edit_raters"])
    stage.complete(second, script.RATERS[OTHER])
    act(stage, "approve_raters", HR)
    others(stage, "approve_raters")


def rate_all_but_the_late_one(stage: Stage, picture: Picture) -> None:
    """Let everybody declare conflicts of interest and rate, one of them at a browser."""
    act(stage, "declare_tie", script.RATER)
    others(stage, "declare_tie")
    (one,) = waiting(stage, "rate", script.RATER)
    page = stage.open(one)
    picture(page, "journey-review-cycle-rating")
    hand_in(page, stage.answers["rate"])
    for each in waiting(stage, "rate"):
        if each.username != LATE:
            marks = script.MARKS_OF[subject_of(stage, each)]
            stage.complete(each, {**stage.answers["rate"], **marks})


def let_the_late_one_rate(stage: Stage) -> None:
    """Let the last rating come in; the head judges the potential when the day is over."""
    others(stage, "rate")
    clock_control.advance(stage.site.database, stage.site.clock, "P1BD", OrganisationCalendar())
    act(stage, "judge_potential", HEAD)
    others(stage, "judge_potential")


def calibrate(stage: Stage, picture: Picture) -> None:
    """Change one provisional grade with a reason, then close the calibration."""
    (one,) = waiting(stage, "calibrate")
    assert one.username == MANAGER
    stage.fill_in(one, {"outcome": "change", **change(stage)})
    (one,) = waiting(stage, "calibrate")
    page = stage.open(one)
    picture(page, "journey-review-cycle-calibration")
    hand_in(page, stage.answers["calibrate"])


def decide(stage: Stage) -> None:
    """Let the head decide about the grades and talk with the members, who sign."""
    act(stage, "confirm_grade", HEAD)
    others(stage, "confirm_grade", grade="C", reason=script.HEADS_REASON)
    for element, username in (("feedback_talk", HEAD), ("read_grade", SUBJECT)):
        act(stage, element, username)
        others(stage, element)


# What people see.


def look_while_one_is_missing(stage: Stage, picture: Picture) -> None:
    """See on the cockpit who is missing; the subject sees neither names nor marks."""
    page = stage.at(MANAGER)
    page.goto("/reviews/")
    page.get_by_role("link", name=re.compile(script.POOL_NAME)).click()
    row = page.get_by_role("row", name=re.compile("Amara Okafor"))
    expect(row).to_contain_text("4 of 5")
    expect(row).to_contain_text("Bruno Barbieri")
    stage.look(page, "cockpit")
    picture(page, "journey-review-cycle-cockpit")
    subject = stage.at(SUBJECT)
    subject.goto(address(stage))
    expect(subject.get_by_role("heading", name="Review of Amara Okafor")).to_be_visible()
    stage.look(subject, "review, own")
    see_no_rater(stage)


def see_no_rater(stage: Stage) -> None:
    """See that no page of the subject names a rater or says what one wrote."""
    page = stage.at(SUBJECT)
    with stage.site.database.reading() as session:
        found = review_of(session, SUBJECT)
        paths = (f"/cases/{found.instance_id}", f"/members/{found.member.number}")
    for path in (address(stage), *paths, "/notices/", "/"):
        page.goto(path)
        shown = page.locator("main").inner_html()
        for name in script.RATER_NAMES:
            assert name not in shown, (path, name)


def look_at_the_end(stage: Stage, picture: Picture) -> None:
    """See the outcome as the pool manager, the head and the subject, who sees no names."""
    page = stage.at(MANAGER)
    page.goto("/reviews/")
    row = page.get_by_role("row", name=re.compile(script.POOL_NAME))
    expect(row).to_contain_text("2 of 2")
    stage.look(page, "reviews")
    row.get_by_role("link", name=re.compile(script.POOL_NAME)).click()
    expect(page.get_by_role("row", name=re.compile("Amara Okafor"))).to_contain_text("5 of 5")
    look_as_head(stage, picture)
    look_as_subject(stage, picture)
    page.goto(f"/members/{number(stage)}")
    expect(page.get_by_text("Grade A in the review")).to_be_visible()
    stage.look(page, "member")


def look_as_head(stage: Stage, picture: Picture) -> None:
    """See scores, raters, the changed grade and its reason."""
    page = stage.at(HEAD)
    page.goto(address(stage))
    raters = page.get_by_role("region", name="Raters")
    expect(raters.get_by_role("row", name=re.compile("Bruno Barbieri"))).to_be_visible()
    decisions = page.get_by_role("region", name="Decisions about the grade")
    expect(decisions).to_contain_text("A instead of B")
    expect(decisions).to_contain_text(script.RATIONALE)
    stage.look(page, "review, head")
    decisions.scroll_into_view_if_needed()
    picture(page, "journey-review-cycle-head")


def look_as_subject(stage: Stage, picture: Picture) -> None:
    """See means and the grade, and no name."""
    page = stage.at(SUBJECT)
    page.goto(address(stage))
    feedback = page.get_by_role("region", name="Feedback")
    expect(feedback).to_contain_text("A posting to the control centre")
    expect(page.get_by_text(script.RATIONALE)).to_have_count(0)
    stage.look(page, "review, own, done")
    picture(page, "journey-review-cycle-subject")
    see_no_rater(stage)


# How the journey finds what it needs.


def waiting(stage: Stage, element: str, username: str | None = None) -> list[Waiting]:
    """Return what waits of one kind, for somebody or for all."""
    found = [one for one in stage.waiting(REVIEWS) if one.element == element]
    assert found, element
    return [one for one in found if username in (None, one.username)]


def act(stage: Stage, element: str, username: str) -> None:
    """Let somebody fill in a form at the browser."""
    stage.fill_in(waiting(stage, element, username)[0])


def others(stage: Stage, element: str, **answers: Any) -> None:
    """Let everybody else who is asked for the same answer without a browser."""
    for one in waiting(stage, element):
        stage.complete(one, {**stage.answers[element], **answers})


def subject_of(stage: Stage, one: Waiting) -> str:
    """Return whom a rating is about."""
    with stage.site.database.reading() as session:
        member_id = instances.get(session, one.case_id).data["member_id"]
        return session.query(Review).where(Review.member_id == member_id).one().subject


def change(stage: Stage) -> dict[str, str]:
    """Return which grade the calibration changes, and why."""
    return {"member": number(stage), "grade": "A", "rationale": script.RATIONALE}


def number(stage: Stage) -> str:
    """Return the number of the member whom the journey follows."""
    return address(stage).rsplit("/", 1)[1]


def address(stage: Stage) -> str:
    """Return the address of the review that the journey follows."""
    with stage.site.database.reading() as session:
        found = review_of(session, SUBJECT)
        return f"/reviews/{found.cycle_id}/{found.member.number}"


def review_of(session: Session, username: str) -> Review:
    """Return the review of somebody with its member."""
    wanted = select(Review).where(Review.subject == username).options(joinedload(Review.member))
    return session.scalars(wanted).one()
