"""An accountable head looks after the members, and a pool manager follows the bars of charts."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from tests.journeys.conftest import LAPTOP, PHONE, Site, serve
from tests.webapp.organisation import make_organisation
from tests.webapp.reserve import make_reserve
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState
from workflows.exit_tables import ExitCase, ExitState
from workflows.people_tables import GradeHistory
from workflows.training_states import TrainingPlanState
from workflows.training_tables import TrainingPlan
from workflows.vocabulary import Lifecycle

pytestmark = pytest.mark.browser

HEAD, HR = "omar.darwish", "helena.carvalho"


def _fill(session: Session, now: datetime) -> None:
    """Five members of whom one has left, with plans, talks and grades."""
    make_organisation(session, now=now)
    members = make_reserve(session, now=now, members=5).members
    for number, member in enumerate(members):
        member.lifecycle, member.accountable_head = Lifecycle.ACTIVE, HEAD
        member.joined_on = (now - timedelta(days=40 * number)).date()
        session.add(GradeHistory(person_id=member.person_id, year=2024, grade="C"))
        session.add(_plan(member.id, number, now))
        session.add(_talk(member.id, number, now))
    gone = members[-1]
    gone.lifecycle, gone.exited_on = Lifecycle.EXITED, now.date()
    session.add(
        ExitCase(
            member_id=gone.id,
            cause="appointed",
            reason="appointed",
            state=ExitState.EFFECTIVE,
            opened_at=now,
            closed_at=now,
            effective_on=now.date(),
        )
    )


def _plan(member_id: int, number: int, now: datetime) -> TrainingPlan:
    """A plan that came into force in time but for one."""
    return TrainingPlan(
        member_id=member_id,
        year=now.year,
        state=TrainingPlanState.APPROVED,
        begins_on=now.date(),
        ends_on=(now + timedelta(days=365)).date(),
        opened_at=now - timedelta(days=60 if number == 1 else 5),
        approved_by=HEAD,
        approved_at=now,
    )


def _talk(member_id: int, number: int, now: datetime) -> CheckIn:
    """A talk that was held but for one."""
    is_held = number != 2
    return CheckIn(
        member_id=member_id,
        kind=CheckInKind.HEAD,
        responsible=HEAD,
        state=CheckInState.HELD if is_held else CheckInState.MISSED,
        opened_on=now.date(),
        closed_on=now.date(),
        outcome="nothing" if is_held else "",
    )


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """That organisation."""
    with serve(sqlite_template, tmp_path, _fill) as site:
        yield site


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_a_head_follows_a_figure_to_the_members_behind_it(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    size: tuple[int, int],
) -> None:
    page = new_page(size, scripts=size == LAPTOP)
    sign_in(page, HEAD)
    page.get_by_role("link", name="My members").locator("visible=true").click()
    expect(page.get_by_text("4 members whom you answer for")).to_be_visible()
    if size == LAPTOP:
        accessible(page)

    page.get_by_role("link", name="Training plans on time: 1 missing").click()

    expect(page.get_by_role("heading", name="Training plans on time: missing")).to_be_in_viewport()
    expect(page.get_by_role("link", name="Adler01")).to_be_visible()
    expect(page.get_by_role("link", name="Adler00")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_a_bar_leads_to_what_it_counts_and_its_numbers_stand_below(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    site: Site,
    size: tuple[int, int],
) -> None:
    page = new_page(size)
    sign_in(page, HR)
    member = f"/members/LEADERS-{site.clock.now().year}-0001"
    for address in ("/training/", "/exits/", member, "/pools/leaders"):
        page.goto(address)
        page.get_by_text("The numbers as a table").first.click()
        expect(page.locator(".chart-numbers table").first).to_be_visible()
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("link", name=re.compile(": 1 exit$")).first.click()

    expect(page.get_by_role("heading", name=re.compile("^Left in Q"))).to_be_in_viewport()
    expect(page.get_by_role("link", name="Adler04")).to_be_visible()
