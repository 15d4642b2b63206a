"""A member leaves by choice, and whoever waits longest for a seat takes it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from tests.journeys import exit_script as script
from tests.journeys.conftest import Site, serve
from tests.journeys.stage import Check, SignIn, Stage
from workflows import accounts, nomination, people, pools
from workflows.calendar import OrganisationCalendar
from workflows.engine import clock_control
from workflows.people_tables import Person
from workflows.pool_tables import PlanQuota, Pool, PoolMember
from workflows.vocabulary import Horizon, Lifecycle, Standing

pytestmark = pytest.mark.browser

CALENDAR = OrganisationCalendar()
MOST_ROUNDS = 12


@dataclass(frozen=True)
class Leaver:
    """Who leaves: the account, the name and the number of the membership."""

    username: str
    name: str
    number: str


@pytest.fixture
def site(demonstration: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve the demonstration, where the field of the candidate is full and one nominates."""

    def fill(session: Session, now: datetime) -> None:
        candidate = people.by_username(session, script.CANDIDATE)
        leaver = session.scalars(_in_the_same_field(candidate)).first()
        assert leaver is not None
        leaver.horizon = Horizon.MID
        session.flush()
        _fill_up(session, candidate, now)
        nomination.submit(
            session,
            candidate=script.CANDIDATE,
            pool=script.POOL,
            channel="unit",
            statement=script.STATEMENT,
            actor=accounts.actor_of(session, script.NOMINATOR),
            now=now,
            calendar=CALENDAR,
        )

    with serve(demonstration, tmp_path, fill) as site:
        yield site


@pytest.fixture
def stage(site: Site, new_page: Callable[..., Page], sign_in: SignIn, accessible: Check) -> Stage:
    answers = script.answers(site.clock.now().date())
    stage = Stage(site, new_page, sign_in, accessible, answers)
    for _ in range(MOST_ROUNDS):
        for one in stage.waiting(about=script.CANDIDATE_NAME):
            if stage.is_open(one.id):
                stage.complete(one)
    return stage


@pytest.fixture
def leaver(site: Site) -> Leaver:
    with site.database.reading() as session:
        candidate = people.by_username(session, script.CANDIDATE)
        wanted = _in_the_same_field(candidate).where(PoolMember.horizon == Horizon.MID)
        number = session.scalars(wanted.with_only_columns(PoolMember.number)).first()
        query = select(PoolMember, Person).join(Person).where(PoolMember.number == number)
        member, person = session.execute(query).one()
        return Leaver(person.username, person.display_name, member.number)


def test_a_member_leaves_and_the_next_on_the_waiting_list_takes_the_seat(
    stage: Stage, leaver: Leaver, picture: Callable[..., None]
) -> None:
    _see_who_waits(stage, picture)
    _ask_to_leave(stage, leaver, picture)
    (talk,) = [one for one in stage.waiting(about=leaver.name) if one.element == "talk"]
    stage.fill_in(talk)
    _see_that_nothing_has_happened_yet(stage, leaver)
    _wait(stage, 10)
    _see_the_exit(stage, leaver, picture)
    (interview,) = [one for one in stage.waiting(about=leaver.name) if one.element == "interview"]
    stage.fill_in(interview)
    _take_the_seat(stage)
    _see_the_new_member(stage, leaver, picture)


def _in_the_same_field(candidate: Person) -> Select[PoolMember]:
    """Find the members whose seat is of the kind that the candidate needs, by number."""
    return (
        select(PoolMember)
        .join(Pool)
        .where(
            Pool.code == script.POOL,
            PoolMember.lifecycle == Lifecycle.ACTIVE,
            PoolMember.standing == Standing.GOOD,
            PoolMember.level_rank == candidate.level_rank,
            PoolMember.category == candidate.category,
        )
        .order_by(PoolMember.number)
    )


def _fill_up(session: Session, candidate: Person, now: datetime) -> None:
    """Let the plan want no more people of this kind than there are."""
    pool = pools.by_code(session, script.POOL)
    cell = pools.plan_cell(session, pool, candidate, horizon="mid", now=now)
    assert cell is not None
    session.execute(
        update(PlanQuota)
        .where(
            PlanQuota.level_rank == candidate.level_rank,
            PlanQuota.category == candidate.category,
            PlanQuota.horizon == Horizon.MID,
        )
        .values(minimum=1, target=cell.members, maximum=cell.members)
    )


def _wait(stage: Stage, days: int) -> None:
    """Let working days pass."""
    site = stage.site
    clock_control.advance(site.database, site.clock, f"P{days}BD", CALENDAR)


def _card(page: Page, title: str) -> Locator:
    """Return the card with a heading."""
    return page.locator("section.card", has=page.get_by_role("heading", name=title, exact=True))


def _see_who_waits(stage: Stage, picture: Callable[..., None]) -> None:
    """See the full plan and the candidate on the waiting list."""
    page = stage.at(script.POOL_MANAGER)
    page.goto(f"/pools/{script.POOL}")
    expect(page.get_by_text("Full: new people wait").first).to_be_visible()
    expect(_card(page, "Waiting list").get_by_text(script.CANDIDATE_NAME)).to_be_visible()
    stage.look(page, "pool")
    _card(page, "Waiting list").scroll_into_view_if_needed()
    picture(page, "journey-voluntary-exit-waiting", bare=True)


def _ask_to_leave(stage: Stage, leaver: Leaver, picture: Callable[..., None]) -> None:
    """Let the member ask on the own page; no reason has to be given."""
    page = stage.at(leaver.username)
    page.goto(f"/members/{leaver.number}")
    stage.look(page, "member, own")
    page.get_by_role("link", name="Leave this pool").click()
    expect(page.get_by_label("Member number")).to_have_value(leaver.number)
    stage.look(page, "leave")
    picture(page, "journey-voluntary-exit-ask")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"/cases/\d+$"))
    stage.look(page, "exit, case")


def _see_that_nothing_has_happened_yet(stage: Stage, leaver: Leaver) -> None:
    """See the member still in the pool, with the way back open for ten working days."""
    page = stage.at(leaver.username)
    page.goto("/?clear=1")
    expect(page.locator("a.row-link", has_text="Take the request back")).to_be_visible()
    page.goto(f"/members/{leaver.number}")
    expect(page.get_by_text("Active", exact=True).first).to_be_visible()
    expect(page.get_by_role("link", name="Leave this pool")).to_have_count(0)
    manager = stage.at(script.POOL_MANAGER)
    manager.goto(f"/pools/{script.POOL}")
    expect(_card(manager, "Waiting list").get_by_text(script.CANDIDATE_NAME)).to_be_visible()


def _see_the_exit(stage: Stage, leaver: Leaver, picture: Callable[..., None]) -> None:
    """See the exit as the pool manager, and as the member who was told of it."""
    page = stage.at(script.POOL_MANAGER)
    page.goto(f"/exits/?q={leaver.number}")
    row = page.get_by_role("row", name=re.compile(re.escape(leaver.name)))
    expect(row.get_by_text("No longer in the pool")).to_be_visible()
    stage.look(page, "exits")
    picture(page, "journey-voluntary-exit-list")
    row.get_by_role("link").first.click()
    expect(page.get_by_text(script.TALK)).to_be_visible()
    stage.look(page, "exit")
    picture(page, "journey-voluntary-exit-exit")
    own = stage.at(leaver.username)
    own.goto("/notices/")
    stage.look(own, "notices")
    expect(own.get_by_text("Future Leaders").first).to_be_visible()


def _take_the_seat(stage: Stage) -> None:
    """Let the candidate be admitted, published and taken in."""
    for _ in range(MOST_ROUNDS):
        work = stage.waiting(about=script.CANDIDATE_NAME)
        for one in work:
            if stage.is_open(one.id):
                stage.do(one)
        if any(one.element == "welcome_talk" for one in work):
            return
        if not work:
            _wait(stage, 4)


def _see_the_new_member(stage: Stage, leaver: Leaver, picture: Callable[..., None]) -> None:
    """See who came and who went on the pages of the pool."""
    page = stage.at(script.POOL_MANAGER)
    page.goto(f"/pools/{script.POOL}")
    expect(_card(page, "Waiting list").get_by_text(script.CANDIDATE_NAME)).to_have_count(0)
    expect(_card(page, "Recently confirmed").get_by_text(script.CANDIDATE_NAME)).to_be_visible()
    _card(page, "Waiting list").scroll_into_view_if_needed()
    picture(page, "journey-voluntary-exit-after", bare=True)
    page.goto(f"/members/{leaver.number}")
    expect(page.get_by_role("heading", name="The story so far")).to_be_visible()
    stage.look(page, "member, left")
    picture(page, "journey-voluntary-exit-story", bare=True)
    colleague = stage.at(script.COLLEAGUE)
    colleague.goto(f"/members/{leaver.number}")
    for hidden in (script.TALK, script.WISH, "voluntary"):
        assert hidden not in colleague.locator("main").inner_html()
