"""Correcting the data of a step that failed, with a real browser and without scripts."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.journeys.conftest import PHONE, Site, serve
from tests.webapp.organisation import make_organisation
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import CALENDAR, form
from workflows import accounts
from workflows.engine import definitions, instances, services, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.failures import TransitionFailed
from workflows.engine.tables import UserTask

pytestmark = pytest.mark.browser

HR, STARTER = "helena.carvalho", "nora.lindqvist"


def _pay(_call: object, amount: int) -> dict[str, object]:
    if amount < 50:
        raise ValueError("too little")
    return {}


def _fill(session: Session, now: datetime) -> None:
    """A process that pays what somebody enters."""
    make_organisation(session, now=now)
    process = Process("paying")
    process.start().user("ask", form="prices", name="Enter the bonus")
    process.service("pay", "test.pay", name="Pay the bonus").user("after").end()
    process.chain("start", "ask", "pay", "after", "end")
    prices = form("prices", amount={"type": "integer", "title": "The amount"})
    files = [SourceFile("paying.bpmn", process.xml()), prices]
    definitions.publish(session, files, actor=accounts.actor_of(session, HR), now=now)


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A case whose service does not like what was entered in the form before."""
    monkeypatch.setitem(services._handlers, "test.pay", _pay)
    with serve(sqlite_template, tmp_path, _fill) as site:
        now = site.clock.now()
        with site.database.unit_of_work() as session:
            nora = accounts.actor_of(session, STARTER)
            data = {"note": "as before", "lines": [{"sum": 7}], "deadline": "2027-05-01"}
            instances.start(session, "paying", data, actor=nora, now=now, calendar=CALENDAR)
        with pytest.raises(TransitionFailed), site.database.unit_of_work() as session:
            number = session.scalars(select(UserTask.id)).one()
            user_tasks.complete(
                session, number, {"amount": 5}, actor=nora, now=now, calendar=CALENDAR
            )
        yield site


@pytest.mark.parametrize("scripts", [True, False])
def test_data_are_corrected_on_a_phone_with_and_without_scripts(
    new_page: Callable[..., Page],
    sign_in: Callable[[Page, str], None],
    accessible: Callable[[Page], None],
    scripts: bool,
) -> None:
    page = new_page(PHONE, scripts=scripts)
    sign_in(page, HR)
    page.goto("/cases/1")
    seen = [accessible] if scripts else []
    for check in seen:
        check(page)

    page.get_by_role("link", name="Correct the data and try again").click()
    page.get_by_label("The amount").fill("much")
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("alert")).to_contain_text("“The amount” must be a number")
    for check in seen:
        check(page)
    page.get_by_label("The amount").fill("70")
    page.get_by_label("Reason").fill("A slip of the pen")
    page.get_by_label("Reason").press("Enter")
    expect(page.get_by_role("heading", name="What changes")).to_be_visible()
    for check in seen:
        check(page)
    page.get_by_role("button", name="Change and try again").click()

    expect(page.get_by_role("status").first).to_contain_text("One value is changed.")
    expect(page.get_by_text("A slip of the pen")).to_be_visible()
