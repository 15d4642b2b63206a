"""The calls beside cases: messages, decisions and the movable clock."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.webapp.api import samples
from tests.webapp.api.conftest import SETTINGS, Program
from tests.workflows.staff import add_person, add_units
from webapp import create_app
from workflows import accounts, sessions
from workflows.clock import MovableClock, SystemClock
from workflows.database import Database


@pytest.fixture
def movable(hr: Program, database: Database) -> Program:
    """The same program, at an installation whose clock can be moved."""
    clock = MovableClock(database)
    app: Flask = create_app(SETTINGS, database=database, clock=clock)
    hr._client = app.test_client()
    return hr


def test_a_message_continues_the_case_that_waits_for_it(hr: Program) -> None:
    hr.publish({"listen.bpmn": samples.LISTENING})
    started = hr.start("tiny_listen")

    answer = hr.post("/messages", {"name": "hurry", "payload": {"why": "late"}})

    assert answer.status_code == 200, answer.text
    [reached] = answer.get_json()["items"]
    assert reached["id"] == started["id"]
    assert reached["status"] == "completed"
    assert reached["data"] == {"why": "late"}


def test_a_message_that_nobody_waits_for_is_said_to_be_lost(hr: Program) -> None:
    answer = hr.post("/messages", {"name": "nobody_listens"})

    assert answer.status_code == 404
    assert "nobody_listens" in answer.get_json()["detail"]


def test_nobody_without_a_say_in_a_case_moves_it_by_message(
    hr: Program, program: Callable[..., Program]
) -> None:
    hr.publish({"listen.bpmn": samples.LISTENING})
    started = hr.start("tiny_listen")

    answer = program("sten", "mentor").post("/messages", {"name": "hurry"})
    unknown = program("sven", "mentor").post("/messages", {"name": "hurri"})

    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert answer.get_json()["detail"].replace("hurry", "hurri") == unknown.get_json()["detail"]
    assert hr.get(f"/instances/{started['id']}").get_json()["status"] == "running"


def test_a_decision_answers_with_output_rules_and_trace(hr: Program) -> None:
    published = hr.publish({"tiny.dmn": samples.DECISION})

    answer = hr.post("/decisions/tiny_age/evaluate", {"inputs": {"age": 17}})

    assert published.status_code == 201, published.text
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert set(body) == {"output", "matched_rules", "trace"}
    assert body["output"] == "young"
    assert body["matched_rules"]


def test_an_unknown_decision_is_not_found(hr: Program) -> None:
    answer = hr.post("/decisions/no_such_table/evaluate", {"inputs": {}})

    assert answer.status_code == 404


@pytest.mark.parametrize("advance", ["P3D", "P5BD", "PT80H"])
def test_moving_the_clock_does_everything_that_becomes_due(movable: Program, advance: str) -> None:
    movable.publish({"wait.bpmn": samples.WAITING})
    started = movable.start("tiny_wait")

    answer = movable.post("/clock", {"advance": advance})

    assert started["status"] == "running"
    assert answer.status_code == 200, answer.text
    case = movable.get(f"/instances/{started['id']}").get_json()
    assert case["status"] == "completed"
    events = movable.get(f"/instances/{started['id']}/history").get_json()["items"]
    assert "timer_fired" in {event["type"] for event in events}


def test_nobody_is_signed_out_by_time_that_a_program_skips(
    movable: Program, database: Database
) -> None:
    clock = MovableClock(database)
    with database.unit_of_work() as session:
        browser = sessions.create(session, "hanna", now=clock.now())

    movable.post("/clock", {"advance": "P5BD"})

    with database.reading() as session:
        live = sessions.load(session, browser.token, now=clock.now())
    assert live is not None
    assert live.username == "hanna"


def test_a_refused_advance_makes_no_session_longer(movable: Program, database: Database) -> None:
    clock = MovableClock(database)
    with database.unit_of_work() as session:
        browser = sessions.create(session, "hanna", now=clock.now())

    movable.post("/clock", {"advance": "P20Y"})

    with database.reading() as session:
        tomorrow = clock.now() + timedelta(days=1)
        assert sessions.load(session, browser.token, now=tomorrow) is None


def test_a_repeated_advance_moves_the_clock_once(movable: Program) -> None:
    first = movable.post("/clock", {"advance": "P3D"}, key="advance-1").get_json()
    again = movable.post("/clock", {"advance": "P3D"}, key="advance-1").get_json()

    assert again == first


@pytest.mark.parametrize("advance", ["3 days", "P0D", "-P1D", "P99999999Y", ""])
def test_a_wrong_advance_is_a_problem(movable: Program, advance: str) -> None:
    answer = movable.post("/clock", {"advance": advance})

    assert answer.status_code == 422
    assert answer.get_json()["detail"]


def test_the_real_clock_cannot_be_moved(hr: Program, database: Database) -> None:
    hr._client = create_app(SETTINGS, database=database, clock=SystemClock()).test_client()

    answer = hr.post("/clock", {"advance": "P3D"})

    assert answer.status_code == 409
    assert "cannot be moved" in answer.get_json()["detail"]


def test_nobody_without_a_token_moves_the_clock(
    movable: Program, program: Callable[..., Program]
) -> None:
    movable._headers = {}

    assert movable.post("/clock", {"advance": "P3D"}).status_code == 401


def test_hr_tells_by_message_that_a_person_has_left(
    hr: Program, program: Callable[..., Program], database: Database
) -> None:
    program("lea")
    with database.unit_of_work() as session:
        add_person(session, "lea", add_units(session)["T"])
    says = {"name": "person.left", "correlation": "lea"}

    assert program("sten", "mentor").post("/messages", says).status_code == 404
    with database.reading() as session:
        assert accounts.actor_of(session, "lea")
    assert hr.post("/messages", says).status_code == 200

    with database.reading() as session, pytest.raises(accounts.UnknownAccount):
        accounts.actor_of(session, "lea")
    assert hr.post("/messages", {**says, "correlation": "nobody"}).status_code == 404
