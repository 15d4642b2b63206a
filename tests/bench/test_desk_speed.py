"""100,000 cases: each page that managers use takes less than 300 ms at the server."""

import os
from time import perf_counter

import pytest
from sqlalchemy import select

from tests.bench.many_cases import multiply
from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import SETTINGS, Person
from webapp import create_app
from workflows import demo, figure_keeping, kept_survey
from workflows.calendar import OrganisationCalendar
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.logins import PASSWORD
from workflows.engine.jobs.choice import jobs_for
from workflows.engine.tables import Instance

pytestmark = [
    pytest.mark.soak,
    pytest.mark.skipif("UNDERSTUDY_SOAK" not in os.environ, reason="a long run; see make soak"),
]

CASES = 100_000
MOST_SECONDS = 0.3
MOST_STATEMENTS = 45
MANAGER, HEAD, OFFICE = "priya.sharma", "omar.darwish", "helena.carvalho"
PAGES = (
    "/",
    "/cases/",
    "/cases/?status=running",
    "/cases/?q=nobody",
    "/stalled/",
    "/stalled/?age=over-20",
    "/stalled/?reason=left",
    "/stalled/at-risk",
    "/desk/",
    "/desk/?since=2022-Q1",
    "/desk/process/nomination",
    "/desk/process/short_assignment?since=2022-Q1",
    "/desk/cases?process=nomination&of=step&item=consent",
    "/desk/cases?of=waiting&age=11-20",
    "/desk/cases?process=nomination&of=channel&item=/approved",
    "/desk/nominations/?since=2022-Q1",
    "/desk/nominations/?since=2022-Q1&compare=category",
    "/desk/structure/",
    "/desk/structure/?slice=cohort:2026-Q1",
    "/views/",
)


@pytest.fixture
def many_cases(published: Database) -> Database:
    """The demonstration with very many copies of its cases, looked at by the worker."""
    calendar = OrganisationCalendar()
    with published.unit_of_work() as session:
        demo.load(session, now=NOW, calendar=calendar, people=200)
    assert multiply(published, CASES) > 0.99 * CASES
    worker = jobs_for(published, FixedClock(NOW), calendar, [kept_survey.WORK, figure_keeping.WORK])
    while worker.run_once():
        pass
    return published


def test_every_page_is_quick_over_very_many_cases(many_cases: Database) -> None:
    app = create_app(SETTINGS, database=many_cases, clock=FixedClock(NOW))
    with many_cases.reading() as session:
        stalled = session.scalar(
            select(Instance.id).where(Instance.ended_at.is_(None)).order_by(Instance.id.desc())
        )
    slow: dict[str, float] = {}
    many: dict[str, int] = {}
    for who in (MANAGER, HEAD, OFFICE):
        reader = Person(app.test_client())
        reader.sign_in(who, PASSWORD)
        for address in (*PAGES, f"/cases/{stalled}"):
            with counted(many_cases) as statements:
                reader.get(address)
            seconds = min(_seconds(reader, address) for _ in range(3))
            if seconds > MOST_SECONDS:
                slow[f"{who} {address}"] = round(seconds, 3)
            if len(statements) > MOST_STATEMENTS:
                many[f"{who} {address}"] = len(statements)

    assert (slow, many) == ({}, {})


def _seconds(reader: Person, address: str) -> float:
    """Return how long the server takes for a page."""
    begun = perf_counter()
    answer = reader.client.get(address)
    assert answer.status_code in {200, 404}
    return perf_counter() - begun
