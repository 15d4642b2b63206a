"""Reporting a sign from the page of the member whom it is about."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import NOW
from tests.webapp.conftest import SETTINGS, Person
from tests.workflows.member_case import MemberCase, make_member, make_organisation
from webapp import create_app
from webapp.rate_limits import limiter
from workflows.account_tables import Account
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.logins import PASSWORD_HASH

Make = Callable[[str], Person]


@pytest.fixture
def number(organisation: Database) -> str:
    """The number of an active member."""
    make_organisation(organisation)
    return MemberCase(organisation, make_member(organisation)).member.number


@pytest.fixture
def browser(organisation: Database, number: str) -> Iterator[Make]:
    """People of the organisation at a browser."""
    app = create_app(SETTINGS, database=organisation, clock=FixedClock(NOW))

    def make(username: str) -> Person:
        limiter.reset()
        with organisation.unit_of_work() as session:
            account = session.query(Account).where(Account.username == username).one()
            account.password_hash = PASSWORD_HASH
        somebody = Person(app.test_client())
        somebody.begin(username)
        return somebody

    yield make


def test_a_sign_is_reported_from_the_page_of_the_member(browser: Make, number: str) -> None:
    reporter = browser("hana")
    page = reporter.get(f"/members/{number}").text
    link = re.search(r'href="([^"]*/correction/start[^"]*)"', page)
    assert link
    assert "Report a sign" in page

    form = reporter.get(link[1]).text

    # Nobody knows by heart under which id a membership is stored.
    assert re.search(r'name="member_id"[^>]*value="1"|value="1"[^>]*name="member_id"', form)


def test_only_those_who_may_report_are_led_to_the_form(browser: Make, number: str) -> None:
    for username in ("nora", "cara"):
        assert "Report a sign" not in browser(username).get(f"/members/{number}").text
