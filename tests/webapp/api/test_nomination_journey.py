"""A nomination by API alone: every person acts with a token, up to the confirmed member."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.webapp.api.conftest import SETTINGS, Program
from tests.workflows.nomination_case import PANEL, REVIEWERS, SCORES, make_organisation
from webapp import create_app
from workflows import accounts
from workflows.clock import FixedClock
from workflows.database import Database
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Nomination
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

JUDGES = REVIEWERS[:3]
FREE = {"relation": "none", "financial_tie": False, "other_declared": False}
CLEAR = {"result": "clear", "statement": "Nothing is known."}


class Journey:
    """One nomination, seen through the API alone."""

    def __init__(self, database: Database) -> None:
        make_organisation(database)
        self._database = database
        self._app: Flask = create_app(SETTINGS, database=database, clock=FixedClock(NOW))
        self._programs: dict[str, Program] = {}
        self.case: dict[str, Any] = {}

    def of(self, username: str) -> Program:
        """The program that acts for somebody."""
        if username not in self._programs:
            with self._database.unit_of_work() as session:
                token = accounts.issue_token(session, username, NOW)
            self._programs[username] = Program(self._app.test_client(), token)
        return self._programs[username]

    def do(self, element: str, who: str, /, **data: Any) -> None:
        """Complete the user task of an element that stands in somebody's inbox."""
        inbox = self.of(who).get("/user-tasks").get_json()["items"]
        found = [each for each in inbox if each["element_id"] == element]
        assert found, f"{who} has no {element}: {inbox}"
        path = f"/user-tasks/{found[0]['id']}/complete"
        answer = self.of(who).post(path, {"data": data}, key=f"{element}-{who}-{found[0]['id']}")
        assert answer.status_code == 200, answer.text

    def show(self, who: str) -> dict[str, Any]:
        """The case as somebody sees it."""
        shown: dict[str, Any] = self.of(who).get(f"/instances/{self.case['id']}").get_json()
        return shown

    def history(self, who: str) -> list[dict[str, Any]]:
        """The history as somebody sees it."""
        path = f"/instances/{self.case['id']}/history"
        events: list[dict[str, Any]] = self.of(who).get(path, limit=200).get_json()["items"]
        return events

    def nominate(self) -> None:
        """Let Nora nominate Cara, and Cara agree."""
        self.case = self.of("nora").start(
            "nomination",
            data={
                "candidate": "cara",
                "pool": "leaders",
                "channel": "unit",
                "statement": "She leads by example, and people follow her.",
            },
        )
        self.do("consent", "cara", agrees=True, privacy_read=True)
        self.do("completeness", "hana", is_complete=True)

    def vet(self) -> None:
        """Answer the checks and choose the reviewers, who declare that nothing binds them."""
        for who in ("hana", "hana", "cora"):
            self.do("answer_evidence", who, **CLEAR)
        self.do("choose_reviewers", "max", reviewers=list(JUDGES))
        for name in JUDGES:
            self.do("declare", name, **FREE)

    def assess(self, name: str) -> None:
        """Let a reviewer assess the candidate."""
        self.do("assess", name, **dict.fromkeys(SCORES, 5), comment=f"Only {name} saw this.")

    def decide(self) -> None:
        """Let the panel vote and the notice pass without an objection."""
        self.do("comment_facts", "cara")
        for name in PANEL:
            self.do("declare", name, **FREE)
        for name in PANEL:
            self.do("vote", name, vote="yes")
        minutes = "It was discussed at length."
        self.do("close_meeting", "mia", minutes=minutes, open_question=False)
        assert self.of("hana").post("/clock", {"advance": "P7BD"}).status_code == 200

    def take_in(self) -> None:
        """Go through the intake."""
        text = "Something that is true."
        self.do("sign_agreement", "cara", signs=True, privacy_read=True)
        self.do("self_assessment", "cara", strengths=text, wishes=text, aspiration=text)
        self.do("set_horizon", "max", horizon="near")
        self.do("welcome_talk", "hedy", held_on="2026-12-20", notes="We talked.")


@pytest.fixture
def journey(database: Database) -> Journey:
    """A small organisation in which Cara may be nominated."""
    return Journey(database)


def test_a_nomination_ends_with_a_member_by_api_alone(journey: Journey, database: Database) -> None:
    journey.nominate()
    journey.vet()
    for name in JUDGES:
        journey.assess(name)
    journey.decide()
    journey.take_in()

    case = journey.show("hana")
    with database.reading() as session:
        nomination = session.scalars(select(Nomination)).one()
        member = session.scalars(select(PoolMember)).one()
    assert case["status"] == "completed"
    assert case["user_tasks"] == []
    assert nomination.state is NominationState.CONFIRMED
    assert member.lifecycle is Lifecycle.ACTIVE
    events = journey.history("hana")
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_assessments_are_blind_until_all_are_in(journey: Journey) -> None:
    journey.nominate()
    journey.vet()
    journey.assess(JUDGES[0])

    seen = f"{journey.show(JUDGES[1])} {journey.history(JUDGES[1])}"

    assert "saw this" not in seen
    assert f"'{JUDGES[0]}'" not in seen
    assert f"'{JUDGES[2]}'" not in seen


def test_the_candidate_sees_how_far_it_is_and_nothing_else(journey: Journey) -> None:
    journey.nominate()
    journey.vet()
    journey.assess(JUDGES[0])

    case, history = journey.show("cara"), journey.history("cara")

    assert case["status"] == "running"
    assert case["data"] == {}
    assert all(event["data"] == {} for event in history)
    everybody = {"hana", "max", "cora", *JUDGES}
    assert everybody.isdisjoint({event["actor"] for event in history})
    assert not any(f"'{name}'" in f"{case} {history}" for name in everybody)


def test_a_second_open_nomination_is_a_conflict(journey: Journey) -> None:
    journey.nominate()

    second = journey.of("hedy").post(
        "/instances",
        {
            "definition": "nomination",
            "data": {
                "candidate": "cara",
                "pool": "leaders",
                "channel": "unit",
                "statement": "She leads by example, and people follow her.",
            },
        },
    )

    assert second.status_code in {409, 422}
    assert "already nominated" in second.get_json()["detail"]
