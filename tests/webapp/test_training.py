"""The training board and the training of each member: who sees what, and in which order."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows import groups, memberships, packaged, people, permissions, training_list
from workflows.actors import SYSTEM, Actor
from workflows.database import Database
from workflows.engine.tables import Instance
from workflows.paging import CursorRefused
from workflows.permissions import Action, PersonFacts
from workflows.training_list import BoardFilter, BoardState
from workflows.training_states import Compliance, HoursKind, ItemState, Track, TrainingPlanState
from workflows.training_tables import (
    HoursLedger,
    TrainingCheck,
    TrainingItem,
    TrainingPlan,
    TrainingPlanStep,
)
from workflows.vocabulary import Lifecycle

OFFICER = Actor("toni", "Toni", frozenset({"member", "training-officer"}), frozenset({"member"}))
BEHIND = "Member02 Adler02"
ON_TRACK = "Member00 Adler00"


@pytest.fixture
def reserve(app: Flask, database: Database) -> Reserve:
    """Member00 is on track, member02 behind, member01 has no plan; all are active."""
    with database.unit_of_work() as session:
        reserve = make_reserve(session, now=NOW)
        second = reserve.members[1]
        memberships.change_state(
            session, second, Lifecycle.ACTIVE, reason="", actor=SYSTEM, now=NOW
        )
        for member, hours, outcome in (
            (reserve.members[0], 30, Compliance.ON_TRACK),
            (reserve.members[2], 5, Compliance.BEHIND),
        ):
            plan = TrainingPlan(
                member_id=member.id,
                year=2026,
                state=TrainingPlanState.APPROVED,
                begins_on=NOW.date() - timedelta(days=100),
                ends_on=NOW.date() + timedelta(days=265),
                opened_at=NOW,
                approved_by="omar.darwish",
                approved_at=NOW,
            )
            session.add(plan)
            session.flush()
            session.add_all(
                [
                    HoursLedger(
                        member_id=member.id,
                        kind=HoursKind.ORGANISED,
                        hours=hours,
                        source="Administrative law",
                        approved_by="omar.darwish",
                        counts_toward_year=2026,
                        booked_at=NOW,
                    ),
                    TrainingCheck(
                        plan_id=plan.id,
                        organised_hours=hours,
                        self_study_hours=0,
                        elapsed_percent=27,
                        outcome=outcome,
                        checked_at=NOW,
                    ),
                    TrainingItem(
                        plan_id=plan.id,
                        member_id=member.id,
                        code="THEORY_COURSE",
                        track=Track.THEORY,
                        title="Theory course",
                        objective="Know the law.",
                        state=ItemState.RUNNING,
                    ),
                    TrainingPlanStep(
                        plan_id=plan.id, version=1, kind="approved", actor="omar.darwish", at=NOW
                    ),
                ]
            )
        return reserve


def test_who_is_behind_comes_first(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get("/training/").text

    places = [html.index(name) for name in (BEHIND, "Member01 Adler01", ON_TRACK)]
    assert places == sorted(places)
    assert "30 of 90" in html


def test_the_board_can_be_narrowed(person: Make, reserve: Reserve) -> None:
    browser = person("helena.carvalho")

    assert ON_TRACK not in browser.get("/training/?state=behind").text
    assert ON_TRACK in browser.get("/training/?q=Adler00&pool=leaders&unit=T").text
    assert ON_TRACK not in browser.get("/training/?unit=D").text
    assert "Nobody matches" in browser.get("/training/?pool=secret").text
    assert "Nobody matches" in browser.get("/training/?posting=now").text


def test_a_head_sees_the_own_unit(person: Make, reserve: Reserve) -> None:
    assert BEHIND in person("omar.darwish").get("/training/").text


def test_a_colleague_sees_nobody(person: Make, reserve: Reserve) -> None:
    browser = person("nora.lindqvist")

    assert "Nobody matches" in browser.get("/training/").text
    assert browser.get(f"/training/{reserve.members[0].number}").status_code == 403


def test_who_sees_no_people_sees_no_board(person: Make, reserve: Reserve) -> None:
    assert person("mateo.navarro").get("/training/").status_code == 403


def test_pages_follow_each_other_without_gaps(database: Database, reserve: Reserve) -> None:
    seen, cursor = [], None
    with database.reading() as session:
        while True:
            page = training_list.board(session, OFFICER, BoardFilter(), limit=1, cursor=cursor)
            seen += [(row.state, row.member.id) for row in page.items]
            cursor = page.next
            if cursor is None:
                break

    states = [state for state, _ in seen]
    assert states == [BoardState.BEHIND, BoardState.NO_PLAN, BoardState.ON_TRACK]


def test_a_cursor_of_another_list_is_refused(database: Database, reserve: Reserve) -> None:
    with database.reading() as session, pytest.raises(CursorRefused):
        training_list.board(session, OFFICER, BoardFilter(), cursor="x")


def test_self_study_counts_up_to_its_share(database: Database, reserve: Reserve) -> None:
    member = reserve.members[0]
    with database.unit_of_work() as session:
        session.add(
            HoursLedger(
                member_id=member.id,
                kind=HoursKind.SELF,
                hours=50,
                source="Books",
                approved_by="omar.darwish",
                counts_toward_year=2026,
                booked_at=NOW,
            )
        )
    with database.reading() as session:
        page = training_list.board(session, OFFICER, BoardFilter(text="Adler00"))

    assert [row.counted for row in page.items] == [66]  # 30 and 36 of 50
    assert page.items[0].state is BoardState.ON_TRACK


def test_met_hours_leave_the_front_of_the_board(database: Database, reserve: Reserve) -> None:
    with database.unit_of_work() as session:
        session.add(
            HoursLedger(
                member_id=reserve.members[2].id,
                kind=HoursKind.ORGANISED,
                hours=85,
                source="Books",
                approved_by="omar.darwish",
                counts_toward_year=2026,
                booked_at=NOW,
            )
        )
    with database.reading() as session:
        page = training_list.board(session, OFFICER, BoardFilter(text="Adler02"))

    assert page.items[0].state is BoardState.MET


def test_the_board_leaves_as_a_spreadsheet_without_formulas(
    person: Make, database: Database, reserve: Reserve
) -> None:
    with database.unit_of_work() as session:
        people.by_username(session, "member02").display_name = "=cmd()"

    answer = person("helena.carvalho").get("/training/board.csv?state=behind")

    lines = answer.text.splitlines()
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert len(lines) == 2
    assert lines[1].split(",")[1] == "'=cmd()"
    assert lines[1].split(",")[6:11] == ["behind", "5", "0", "5", "90"]


def test_the_spreadsheet_holds_what_the_reader_may_see(person: Make, reserve: Reserve) -> None:
    answer = person("nora.lindqvist").get("/training/board.csv")

    assert len(answer.text.splitlines()) == 1


def test_the_page_of_a_member_shows_plan_hours_and_story(person: Make, reserve: Reserve) -> None:
    html = person("omar.darwish").get(f"/training/{reserve.members[0].number}").text

    for text in (
        "Theory course",
        "Know the law.",
        "Administrative law",
        "In force",
        "Plan approved",
    ):
        assert text in html


def test_the_page_of_a_member_keeps_the_years_before(
    database: Database, person: Make, reserve: Reserve
) -> None:
    member = reserve.members[0]
    with database.unit_of_work() as session:
        begun = NOW.date() - timedelta(days=465)
        session.add(
            TrainingPlan(
                member_id=member.id,
                year=2025,
                state=TrainingPlanState.CLOSED,
                begins_on=begun,
                ends_on=begun + timedelta(days=365),
                opened_at=NOW,
                closed_at=NOW,
                closing_cause="year_over",
                result=Compliance.NOT_MET,
                result_by="omar.darwish",
                result_reason="The course was given up twice.",
            )
        )

    html = person("omar.darwish").get(f"/training/{member.number}").text

    for text in ("Years before", "Hours not met", "The course was given up twice."):
        assert text in html
    assert "Quarter by quarter" in html
    assert "30 hours organised, 0 of self-study" in html


def test_more_years_before_cost_no_more_statements(
    database: Database, person: Make, reserve: Reserve
) -> None:
    omar, member = person("omar.darwish"), reserve.members[0]
    asked = []
    for year in (2025, 2024, 2023):
        with database.unit_of_work() as session:
            begun = date(year, 1, 1)
            session.add(
                TrainingPlan(
                    member_id=member.id,
                    year=year,
                    state=TrainingPlanState.CLOSED,
                    begins_on=begun,
                    ends_on=begun + timedelta(days=365),
                    opened_at=NOW,
                    closed_at=NOW,
                    closing_cause="year_over",
                )
            )
        with counted(database) as statements:
            assert omar.get(f"/training/{member.number}").status_code == 200
        asked.append(len(statements))

    assert asked[1] == asked[2]


def test_an_unknown_member_is_not_found(person: Make, reserve: Reserve) -> None:
    assert person("helena.carvalho").get("/training/LEADERS-1999-0001").status_code == 404


@pytest.mark.parametrize(
    ("actor", "sees", "begins"),
    [
        (OFFICER, True, True),
        (Actor("member00", "M", frozenset({"member"}), frozenset({"member"})), True, False),
        (Actor("omar", "O", frozenset({"manager"}), frozenset({"manager"})), True, False),
        (Actor("hana", "H", frozenset({"hr"}), frozenset({"hr"})), True, True),
        (Actor("otto", "X", frozenset({"auditor"}), frozenset({"auditor"})), True, False),
        (Actor("nora", "N", frozenset({"member"}), frozenset({"member"})), False, False),
        (Actor("dora", "D", frozenset({"designer"}), frozenset({"designer"})), False, False),
    ],
    ids=lambda value: value.username if isinstance(value, Actor) else None,
)
def test_the_policy(actor: Actor, sees: bool, begins: bool) -> None:
    facts = PersonFacts("member00", frozenset({"omar"}))

    assert permissions.allows(actor, Action.SEE_TRAINING, facts) is sees
    assert permissions.allows(actor, Action.BEGIN_TRAINING, facts) is begins


def test_nobody_begins_the_own_training() -> None:
    facts = PersonFacts(OFFICER.username)

    assert not permissions.allows(OFFICER, Action.BEGIN_TRAINING, facts)


def test_an_office_begins_a_training_that_is_missing(
    person: Make, database: Database, reserve: Reserve
) -> None:
    with database.unit_of_work() as session:
        packaged.publish(session, now=NOW)
        groups.join(session, "helena.carvalho", "training-officer")
    page = f"/training/{reserve.members[1].number}"
    browser = person("helena.carvalho")
    assert "Begin the training" in browser.get(page).text

    browser.post(page)

    with database.reading() as session:
        keys = session.scalars(select(Instance.definition_key)).all()
    assert list(keys) == ["training"]
    assert "In the making" in browser.get(page).text


def test_a_head_does_not_begin_it(person: Make, reserve: Reserve) -> None:
    page = f"/training/{reserve.members[1].number}"
    browser = person("omar.darwish")

    assert "Begin the training" not in browser.get(page).text
    assert browser.post(page).status_code == 403
