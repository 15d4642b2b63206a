"""A training year of one member: mentor, plan, measures, hours, and what became of the duty."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy.orm import Session

from tests.journeys import training_script as script
from tests.journeys.conftest import Site, serve
from tests.journeys.stage import Check, SignIn, Stage, Waiting
from workflows import groups, memberships, people, pools
from workflows.actors import SYSTEM
from workflows.calendar import OrganisationCalendar
from workflows.engine import clock_control, messages

pytestmark = pytest.mark.browser

CALENDAR = OrganisationCalendar()
MOST_MONTHS = 13
Picture = Callable[..., None]
# Short forms, of which the others say enough.
WITHOUT_A_BROWSER = {
    "choose_course",
    "attendance",
    "apply_at_work",
    "verify_study",
    "call_out",
    "clear",
    "consent_task",
    "report_project",
    "confirm_project",
}


@pytest.fixture
def number() -> list[str]:
    """The number of the membership, once there is one."""
    return []


@pytest.fixture
def site(demonstration: Path, tmp_path: Path, number: list[str]) -> Iterator[Site]:
    """Serve the demonstration; the well-known candidate is an active member since today."""

    def fill(session: Session, now: datetime) -> None:
        groups.join(session, script.OFFICER, "training-officer")
        person = people.by_username(session, script.MEMBER)
        pool = pools.by_code(session, script.POOL)
        member = memberships.create(session, person, pool, actor=SYSTEM, now=now)
        memberships.activate(session, member, actor=SYSTEM, now=now)
        _tell(session, "member.activated", "x", now, member_id=member.id)
        number.append(member.number)

    with serve(demonstration, tmp_path, fill) as site:
        yield site


@pytest.fixture
def stage(site: Site, new_page: Callable[..., Page], sign_in: SignIn, accessible: Check) -> Stage:
    answers = script.answers(site.clock.now().date())
    return Stage(site, new_page, sign_in, accessible, answers)


def test_a_year_of_training_from_the_plan_to_its_result(
    stage: Stage, number: list[str], picture: Picture
) -> None:
    mentor = _find_a_mentor(stage)
    _make_the_plan(stage, number[0], picture)
    _work(stage)
    _wait(stage, "P12D")
    _call_out(stage, number[0])
    _work(stage)
    _note_a_contact(stage, mentor, number[0])
    _look_at_the_year_under_way(stage, number[0], picture)
    _live_through_the_year(stage)
    _look_at_the_end(stage, number[0], picture)


def _tell(session: Session, name: str, correlation: str, now: datetime, **payload: object) -> None:
    """Send a message to the processes."""
    messages.send(
        session,
        name,
        correlation=correlation,
        payload=payload,
        actor=SYSTEM,
        now=now,
        calendar=CALENDAR,
    )


def _wait(stage: Stage, duration: str) -> None:
    """Let time pass."""
    clock_control.advance(stage.site.database, stage.site.clock, duration, CALENDAR)


def _waiting(stage: Stage, *elements: str) -> list[Waiting]:
    """What waits about the member, of some elements."""
    return [one for one in stage.waiting(about=script.NAME) if one.element in elements]


def _card(page: Page, title: str) -> Locator:
    """Return the card with a heading."""
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def _work(stage: Stage) -> None:
    """Let everybody do what waits about the member, until nothing waits."""
    while work := stage.waiting(about=script.NAME):
        for one in work:
            if not stage.is_open(one.id):
                continue
            if one.element in WITHOUT_A_BROWSER:
                stage.complete(one)
            else:
                stage.do(one)


def _find_a_mentor(stage: Stage) -> str:
    """Let the member choose among those whom the rules propose; the first one agrees."""
    (wish,) = _waiting(stage, "choose")
    page = stage.open(wish)
    proposed = page.locator(".form-fact", has_text="Who could mentor you").locator("dd")
    assert script.HEAD_NAME not in proposed.inner_text()  # who is above the member may not
    stage.fill_in(wish, {"first": proposed.inner_text().partition(",")[0]})
    (question,) = _waiting(stage, "accept")
    for element in ("accept", "agree", "confirm", "first_meeting"):
        (one,) = _waiting(stage, element)
        stage.complete(one)
    return question.username


def _make_the_plan(stage: Stage, number: str, picture: Picture) -> None:
    """Let the member draft what the rules recommend, the mentor shape it, the head approve it."""
    (draft,) = _waiting(stage, "draft")
    page = stage.open(draft)
    for measure in script.RECOMMENDED:
        expect(page.get_by_label(measure, exact=True)).to_be_checked()
    picture(page, "journey-training-year-draft")
    stage.fill_in(draft)
    first, *others = _waiting(stage, "shape_measure")
    stage.fill_in(first)
    for one, about in zip(others, script.OTHER_MEASURES, strict=True):
        stage.complete(one, {**stage.answers["shape_measure"], **script.HARMLESS, **about})
    for element in ("feasible", "approve"):
        (one,) = _waiting(stage, element)
        stage.complete(one)
    page.goto(f"/training/{number}")
    expect(page.get_by_text("In force", exact=True).first).to_be_visible()
    for measure in script.AGREED:
        expect(
            _card(page, "Measures").get_by_role("listitem").filter(has_text=measure)
        ).to_be_visible()
    expect(_card(page, "Recommended").get_by_text("There is no mentor.")).to_be_visible()
    stage.look(page, "training of a member")


def _call_out(stage: Stage, number: str) -> None:
    """Let an urgent need call for the member, as another system would tell."""
    with stage.site.database.unit_of_work() as session:
        member = memberships.by_number(session, number)
        _tell(session, "urgent.called", str(member.id), stage.site.clock.now())


def _note_a_contact(stage: Stage, mentor: str, number: str) -> None:
    """Let the mentor note a talk that only the mentor may read."""
    page = stage.at(mentor)
    page.goto(f"/mentoring/{number}")
    stage.look(page, "mentoring of a member")
    page.get_by_label("Day of the meeting").fill(stage.site.clock.now().date().isoformat())
    page.get_by_label("What you talked about").fill(script.CONTACT)
    page.get_by_label("The member may read it").uncheck()
    page.get_by_role("button", name="Note the meeting").click()
    expect(page.get_by_text(script.CONTACT)).to_be_visible()
    own = stage.at(script.MEMBER)
    own.goto(f"/mentoring/{number}")
    assert script.CONTACT not in own.locator("main").inner_html()


def _look_at_the_year_under_way(stage: Stage, number: str, picture: Picture) -> None:
    """See the hours on the page of the member, and the member on the board of the officer."""
    page = stage.at(script.MEMBER)
    page.goto(f"/training/{number}")
    ledger = _card(page, "Hours")
    expect(ledger.get_by_role("listitem").filter(has_text=script.COURSE)).to_be_visible()
    expect(ledger.get_by_text("34", exact=True)).to_be_visible()
    expect(ledger.get_by_text("36", exact=True)).to_be_visible()
    picture(page, "journey-training-year-plan")
    board = stage.at(script.OFFICER)
    board.goto(f"/training/?q={number}")
    row = board.get_by_role("row", name=re.compile(script.NAME))
    expect(row.get_by_text("On track")).to_be_visible()
    expect(row.get_by_text("70 of 90")).to_be_visible()
    stage.look(board, "training board")
    board.goto("/training/?q=amara")
    picture(board, "journey-training-year-board")


def _live_through_the_year(stage: Stage) -> None:
    """Let month after month pass with its talks, until the year is looked back on."""
    for _ in range(MOST_MONTHS):
        _wait(stage, "P30D")
        if _waiting(stage, "rate_year"):
            break
        _work(stage)
    (look_back,) = _waiting(stage, "rate_year")
    board = stage.at(script.OFFICER)
    board.goto("/training/?state=met")
    row = board.get_by_role("row", name=re.compile(script.NAME))
    expect(row.get_by_text("90 of 90")).to_be_visible()
    stage.fill_in(look_back)


def _look_at_the_end(stage: Stage, number: str, picture: Picture) -> None:
    """See what became of the year, the next one, and the story of the member."""
    page = stage.at(script.POOL_MANAGER)
    page.goto(f"/training/{number}")
    before = _card(page, "Years before")
    expect(before.get_by_text("Hours met")).to_be_visible()
    expect(before.get_by_text("54 hours organised, 36 of self-study")).to_be_visible()
    expect(page.get_by_text("In the making")).to_be_visible()
    stage.look(page, "training, next year")
    picture(page, "journey-training-year-result")
    page.goto(f"/members/{number}")
    story = _card(page, "The story so far")
    for event in (r"Mentor: ", r"Training plan \d+ in force", r"Training plan \d+ closed"):
        expect(story.get_by_text(re.compile(event)).first).to_be_visible()
    stage.look(page, "member")
    picture(page, "journey-training-year-story", bare=True)
