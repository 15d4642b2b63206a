"""Nominations as records: their states, their milestones, and what stays unique."""

from datetime import date
from itertools import product

import pytest
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.workflows.nomination_case import Case
from workflows import nomination, people, pools
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.engine import instances
from workflows.errors import NotAllowed
from workflows.nomination_records import WrongState, months_later, move
from workflows.nomination_states import FINAL
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import Nomination


@pytest.fixture
def case(organisation: Database) -> Case:
    return Case(organisation)


@pytest.mark.parametrize(("before", "after"), list(product(sorted(FINAL), State)))
def test_nothing_follows_a_final_state(before: State, after: State) -> None:
    assert not before.may_become(after)


@pytest.mark.parametrize("before", sorted(set(State) - FINAL))
def test_anything_unfinished_can_be_withdrawn(before: State) -> None:
    assert before.may_become(State.WITHDRAWN)


def test_every_state_can_be_reached_from_the_first() -> None:
    reached, ahead = {State.DRAFT}, [State.DRAFT]
    while ahead:
        before = ahead.pop()
        new = {after for after in State if before.may_become(after)} - reached
        reached |= new
        ahead.extend(new)

    assert reached == set(State)


def test_a_state_that_does_not_follow_is_refused(case: Case) -> None:
    case.submit()

    with (
        case.database.unit_of_work() as session,
        pytest.raises(WrongState, match="“Submitted” cannot become “Confirmed”"),
    ):
        entry = nomination.of_instance(session, case.instance_id)
        move(session, entry, State.CONFIRMED, actor=SYSTEM, now=NOW)


def test_the_database_keeps_one_open_nomination_per_person_and_pool(case: Case) -> None:
    case.submit()

    with pytest.raises(IntegrityError), case.database.unit_of_work() as session:
        first = nomination.of_instance(session, case.instance_id)
        session.add(
            Nomination(
                pool_id=first.pool_id,
                candidate_id=first.candidate_id,
                nominator="hana",
                channel="unit",
                statement="Again.",
                nominated_at=NOW,
                state_since=NOW,
            )
        )


def test_a_cancelled_case_blocks_no_new_nomination(case: Case) -> None:
    case.submit()
    with case.database.unit_of_work() as session:
        instances.cancel(session, case.instance_id, reason="A mistake.", actor=SYSTEM, now=NOW)

    cancelled = case.instance_id
    case.submit()

    assert [one.state for one in case.rows(Nomination)] == [State.WITHDRAWN, State.SUBMITTED]
    assert case.instance_id != cancelled


def test_lists_and_milestones_are_read_without_the_case(case: Case) -> None:
    case.to_screening()

    with case.database.reading() as session:
        pool = pools.by_code(session, "leaders")
        (listed,) = nomination.of_pool(session, pool)
        (own,) = nomination.of_candidate(session, "cara")
        steps = nomination.milestones(session, own)
    assert listed.candidate.display_name == "Cara Example"
    assert [(step.state, step.actor) for step in steps] == [
        (State.SUBMITTED, "nora"),
        (State.SCREENING, "cara"),
    ]


def test_people_who_left_are_not_nominated(case: Case) -> None:
    with case.database.unit_of_work() as session:
        people.by_username(session, "cara").employment_status = "left"

    with pytest.raises(nomination.NominationRefused, match="does not work here"):
        case.submit()


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
    ],
)
def test_months_later_ends_with_a_shorter_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later


def test_a_case_started_past_the_page_meets_the_same_policy(case: Case) -> None:
    with pytest.raises(NotAllowed, match="You may not nominate this person"):
        case.submit(by="bob")

    assert case.rows(Nomination) == []
