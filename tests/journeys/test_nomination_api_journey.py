"""The same nomination by programs alone: every person is a client of the HTTP API."""

from typing import Any

import pytest

from tests.conftest import NOW
from tests.journeys.nomination_script import (
    ANSWERS,
    ASSESSORS,
    CANDIDATE,
    CONDUCT,
    HEAD,
    HR,
    NOMINATOR,
    POOL,
    POOL_MANAGER,
    STATEMENT,
)
from tests.webapp.api.conftest import SETTINGS, Program
from webapp import create_app
from workflows import accounts, groups, memberships, people, pools
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.demo import organisation
from workflows.vocabulary import Lifecycle

PEOPLE = 200
MOST_ROUNDS = 40
OFFICES = (NOMINATOR, CANDIDATE, HEAD, HR, POOL_MANAGER, CONDUCT, *ASSESSORS)
START = {"pool": POOL, "candidate": CANDIDATE, "channel": "unit", "statement": STATEMENT}


class Cast:
    """Everybody in the journey, each a program with a token."""

    def __init__(self, programs: dict[str, Program]) -> None:
        self.programs = programs
        self.done: list[str] = []

    def work_through_inboxes(self) -> int:
        """Let everybody complete what their inbox offers; answer with how much it was."""
        before = len(self.done)
        for username in self.programs:
            for user_task in self.inbox(username):
                self._complete(username, user_task)
        return len(self.done) - before

    def inbox(self, username: str) -> list[dict[str, Any]]:
        """What waits for somebody."""
        answer = self.programs[username].get("/user-tasks", state="open", limit=50)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.get_json()["items"]
        # What begins with the membership is played elsewhere.
        return [each for each in items if each["element_id"] in ANSWERS]

    def _complete(self, username: str, user_task: dict[str, Any]) -> None:
        """Complete one user task; another program may have been faster, or a duty forbids it."""
        program, number = self.programs[username], user_task["id"]
        body = {"data": ANSWERS[user_task["element_id"]]}
        answer = program.post(f"/user-tasks/{number}/complete", body, key=f"{username}-{number}")
        if answer.status_code == 200:
            self.done.append(user_task["element_id"])
        else:
            assert answer.status_code in {403, 409}, answer.text


@pytest.fixture
def database(published: Database) -> Database:
    return published


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def cast(database: Database, clock: FixedClock) -> Cast:
    with database.unit_of_work() as session:
        organisation.load(session, now=NOW, people=PEOPLE)
        panel = groups.members_of(session, f"panel:{POOL}")
        names = dict.fromkeys((*OFFICES, *panel))
        tokens = {name: accounts.issue_token(session, name, NOW) for name in names}
    app = create_app(SETTINGS, database=database, clock=clock)
    return Cast({name: Program(app.test_client(), token) for name, token in tokens.items()})


def test_a_nomination_runs_to_its_end_by_api_alone(
    cast: Cast, database: Database, clock: FixedClock
) -> None:
    nominator = cast.programs[NOMINATOR]
    started = nominator.post(
        "/instances", {"definition": "nomination", "data": START}, key="nominate-amara"
    )
    assert started.status_code == 201, started.text
    number = started.get_json()["id"]

    for _ in range(MOST_ROUNDS):
        if _status(nominator, number) != "running":
            break
        if cast.work_through_inboxes() == 0:
            moved = nominator.post("/clock", {"advance": "P5BD"})
            assert moved.status_code == 200, moved.text

    assert _status(nominator, number) == "completed"
    assert cast.done.count("assess") == len(ASSESSORS)
    assert cast.done[-1] in {"welcome_talk", "set_horizon", "self_assessment"}
    with database.reading() as session:
        amara = people.by_username(session, CANDIDATE)
        member = memberships.current(session, amara, pools.by_code(session, POOL))
    assert member is not None
    assert member.lifecycle is Lifecycle.ACTIVE
    assert member.instance_id == number


def test_the_same_nomination_sent_twice_makes_one_case(cast: Cast) -> None:
    nominator = cast.programs[NOMINATOR]
    body = {"definition": "nomination", "data": START}

    first = nominator.post("/instances", body, key="once")
    again = nominator.post("/instances", body, key="once")
    other = nominator.post("/instances", body, key="twice")

    assert again.get_json()["id"] == first.get_json()["id"]
    assert other.status_code in {409, 422}
    assert "already nominated" in other.text


def test_the_candidate_reads_no_names_of_those_who_judge(cast: Cast) -> None:
    nominator = cast.programs[NOMINATOR]
    body = {"definition": "nomination", "data": START}
    number = nominator.post("/instances", body).get_json()["id"]
    for _ in range(MOST_ROUNDS):
        if any(each["element_id"] == "assess" for each in cast.inbox(ASSESSORS[0])):
            break
        cast.work_through_inboxes()

    seen = cast.programs[CANDIDATE].get(f"/instances/{number}").text
    history = cast.programs[CANDIDATE].get(f"/instances/{number}/history").text

    for name in ASSESSORS:
        assert name not in seen
        assert name not in history


def _status(program: Program, number: int) -> str:
    """The status of a case, as its starter sees it."""
    status: str = program.get(f"/instances/{number}").get_json()["status"]
    return status
