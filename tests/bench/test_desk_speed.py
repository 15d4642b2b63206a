"""100,000 cases: each page that managers use takes less than 300 ms at the server."""

import os
import re
from collections.abc import Iterator
from time import perf_counter

import pytest
from flask import Flask

from tests.bench import desk_pages, desk_world
from tests.bench.many_cases import multiply
from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.conftest import SETTINGS, Person
from webapp import create_app
from workflows import figure_keeping, kept_survey, planner_statistics
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo.logins import PASSWORD
from workflows.engine.bookkeeping_tables import Sweep
from workflows.engine.jobs.choice import jobs_for

FEWER_CASES, CASES = 12_500, 100_000
MOST_SECONDS = 0.3
MOST_STATEMENTS = 60
TRIES = 3
MANAGER, HEAD, OFFICE = "priya.sharma", "nora.lindqvist", "helena.carvalho"
READERS = (MANAGER, HEAD, "omar.darwish", OFFICE)


@pytest.fixture
def few_cases(published: Database) -> Database:
    """The demonstration with some thousands of cases, looked at by the worker."""
    desk_world.make(published)
    _fill(published, FEWER_CASES)
    return published


def _fill(database: Database, cases: int, *, lives: int | None = None) -> None:
    """Copy cases until there are so many, and let the worker look at all of them."""
    assert multiply(database, cases, lives=lives) > 0.99 * cases
    with database.unit_of_work() as session:
        for row in (kept_survey.ROW, planner_statistics.ROW, figure_keeping.ROW):
            if (sweep := session.get(Sweep, row)) is not None:
                sweep.due_at = NOW
    kinds = [kept_survey.WORK, planner_statistics.WORK, figure_keeping.WORK]
    worker = jobs_for(database, FixedClock(NOW), desk_world.CALENDAR, kinds)
    while worker.run_once():
        pass


@pytest.mark.soak
@pytest.mark.skipif("UNDERSTUDY_SOAK" not in os.environ, reason="a long run; see make soak")
def test_every_page_is_quick_over_very_many_cases(few_cases: Database) -> None:
    app = create_app(SETTINGS, database=few_cases, clock=FixedClock(NOW))
    before = dict(_statements(app, few_cases))
    _fill(few_cases, CASES, lives=CASES // FEWER_CASES - 1)
    after = dict(_statements(app, few_cases))
    slow = {page: seconds for page, seconds in _seconds(app, few_cases) if seconds > MOST_SECONDS}

    # A first look at some thousands of cases may ask more than one at very many, never less.
    growing = {
        page: (before[page], number)
        for page, number in after.items()
        if number > before[page] and page[1] not in desk_pages.IN_PARTS
    }
    many = {
        page: number
        for page, number in after.items()
        if number > MOST_STATEMENTS and page[1] in desk_pages.PAGES
    }
    assert (slow, growing, many) == ({}, {}, {})


def test_every_address_is_timed_or_left_out_for_a_reason() -> None:
    app = create_app(SETTINGS, database=Database("sqlite://"))
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    endpoints = {rule.endpoint for rule in rules if not rule.rule.startswith("/api/")}
    pages = (*desk_pages.PAGES, *desk_pages.FILES)
    timed = {_endpoint(app, page) for page in pages}

    assert endpoints - timed - desk_pages.LEFT_OUT.keys() == set()
    assert desk_pages.LEFT_OUT.keys() & timed == set()
    assert desk_pages.LEFT_OUT.keys() <= endpoints


def _endpoint(app: Flask, page: str) -> str:
    """Return the endpoint of a page whose numbers are not filled in yet."""
    path = re.sub(r"{\w+}", "1", page.partition("?")[0])
    endpoint, _values = app.url_map.bind("localhost").match(path)
    return str(endpoint)


def _readers(app: Flask) -> Iterator[tuple[str, Person]]:
    """Yield everybody who reads, signed in."""
    for who in READERS:
        reader = Person(app.test_client())
        reader.sign_in(who, PASSWORD)
        yield who, reader


def _addresses(database: Database) -> dict[str, str]:
    """Return the address of every page and file."""
    with database.reading() as session:
        named = desk_pages.examples(session)
    pages = (*desk_pages.PAGES, *desk_pages.FILES)
    return {page: page.format_map(named) for page in pages}


def _statements(app: Flask, database: Database) -> Iterator[tuple[tuple[str, str], int]]:
    """Yield how many statements each page takes for each reader, when it was seen before."""
    pages = _addresses(database)
    for who, reader in _readers(app):
        for page, address in pages.items():
            assert reader.get(address).status_code in {200, 403, 404}, address
            with counted(database) as statements:
                reader.get(address)
            yield (who, page), len(statements)


def _seconds(app: Flask, database: Database) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield how long the server takes for each page at best: anything else may be busy, too."""
    pages = _addresses(database)
    for who, reader in _readers(app):
        for page in desk_pages.PAGES:
            yield (who, page), round(min(_took(reader, pages[page]) for _ in range(TRIES)), 3)


def _took(reader: Person, address: str) -> float:
    """Return how long the server takes for a page."""
    begun = perf_counter()
    reader.client.get(address)
    return perf_counter() - begun
