"""The clock of a demonstration: buttons that skip time, and only there."""

import pytest
from flask import Flask

from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.organisation import make_organisation
from webapp import create_app
from webapp.settings import Settings
from workflows.clock import FixedClock
from workflows.database import Database


@pytest.fixture
def demo_app(database: Database, clock: FixedClock) -> Flask:
    with database.unit_of_work() as session:
        make_organisation(session, now=NOW)
    return create_app(Settings(demo=True, clock="movable"), database=database, clock=clock)


@pytest.fixture
def nora(demo_app: Flask) -> Person:
    somebody = Person(demo_app.test_client())
    somebody.sign_in("nora.lindqvist")
    return somebody


def test_the_present_moment_is_on_every_page(nora: Person) -> None:
    assert "Fri, 20 Nov 2026" in nora.get("/notices/").text


def test_skipping_working_days_passes_the_weekend(nora: Person, clock: FixedClock) -> None:
    answer = nora.post("/demo/clock", {"skip": "P5BD", "back": "/notices/"}, follow_redirects=True)

    assert "Fri, 27 Nov 2026" in answer.text
    assert "Nothing was due in that time." in answer.text
    assert clock.now().day == 27


def test_an_unknown_span_moves_nothing(nora: Person, clock: FixedClock) -> None:
    nora.post("/demo/clock", {"skip": "P9999D"})

    assert clock.now() == NOW


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "\\\\evil"])
def test_the_way_back_never_leaves_the_site(nora: Person, back: str) -> None:
    answer = nora.post("/demo/clock", {"skip": "P1D", "back": back})

    assert answer.headers["Location"] == "/"


def test_an_installation_with_a_real_clock_has_no_such_page(person: object, app: Flask) -> None:
    somebody = person("nora.lindqvist")

    answer = somebody.post("/demo/clock", {"skip": "P1D"})

    assert answer.status_code == 404
    assert "In this demonstration it is" not in somebody.get("/notices/").text
