"""What the database refuses about training, whoever asks for it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.workflows.training_case import TrainingCase, make_training
from workflows import people, training_records
from workflows.actors import Actor
from workflows.calendar import OrganisationCalendar
from workflows.database import Database
from workflows.engine.services import ServiceContext
from workflows.people_tables import ExperienceSpell
from workflows.posting_tables import PostingAgreement, UrgentTask
from workflows.training_facts import months_in_a_row
from workflows.training_records import ItemIsOver, OwnHours, UnknownPlan
from workflows.training_states import (
    Consent,
    Direction,
    HoursKind,
    ItemState,
    PostingState,
    RiskClass,
    Track,
    TrainingPlanState,
)
from workflows.training_tables import HoursLedger, TrainingItem, TrainingPlan
from workflows.vocabulary import SpellKind, Temperature

DAY = date(2026, 11, 20)
Change = Callable[[Session, TrainingPlan, TrainingItem], Any]


@pytest.fixture
def database(organisation: Database) -> Database:
    """A copy of the organisation."""
    return organisation


@pytest.fixture
def training(database: Database) -> TrainingCase:
    case = make_training(database)
    with database.unit_of_work() as session:
        plan = _plan(case.member_id)
        session.add(plan)
        session.flush()
        session.add(_item(plan))
    return case


def _plan(member_id: int, **facts: Any) -> TrainingPlan:
    given = {
        "member_id": member_id,
        "year": 2026,
        "begins_on": DAY,
        "ends_on": date(2027, 11, 20),
        "opened_at": NOW,
    }
    return TrainingPlan(**{**given, **facts})


def _item(plan: TrainingPlan, **facts: Any) -> TrainingItem:
    given = {
        "plan_id": plan.id,
        "member_id": plan.member_id,
        "code": "THEORY_COURSE",
        "track": Track.THEORY,
        "title": "Course",
    }
    return TrainingItem(**{**given, **facts})


def _posting(item: TrainingItem, **facts: Any) -> PostingAgreement:
    given = {
        "item_id": item.id,
        "member_id": item.member_id,
        "home_unit_id": 2,
        "host_unit_id": 3,
        "host_supervisor": "ben",
        "direction": Direction.DOWN,
        "kind": SpellKind.FRONTLINE,
        "temperature": Temperature.HOT,
        "objectives": "x",
        "months": 12,
        "from_on": DAY,
        "to_on": date(2027, 11, 20),
        "matched_at": NOW,
    }
    return PostingAgreement(**{**given, **facts})


def _hours(item: TrainingItem, **facts: Any) -> HoursLedger:
    given = {
        "member_id": item.member_id,
        "item_id": item.id,
        "kind": HoursKind.ORGANISED,
        "hours": 8,
        "source": "Course",
        "approved_by": "ron",
        "counts_toward_year": 2026,
        "booked_at": NOW,
    }
    return HoursLedger(**{**given, **facts})


def _urgent(item: TrainingItem, **facts: Any) -> UrgentTask:
    given = {
        "item_id": item.id,
        "member_id": item.member_id,
        "title": "Flood",
        "risk_class": RiskClass.HIGH,
        "days": 3,
        "called_at": NOW,
    }
    return UrgentTask(**{**given, **facts})


REFUSED: dict[str, Change] = {
    "a second open plan of a year": lambda session, plan, item: session.add(
        _plan(plan.member_id, version=2)
    ),
    "a plan in force that nobody approved": lambda session, plan, item: setattr(
        plan, "state", TrainingPlanState.APPROVED
    ),
    "a closed plan without a date": lambda session, plan, item: setattr(
        plan, "state", TrainingPlanState.CLOSED
    ),
    "a result against the proposal without a reason": lambda session, plan, item: session.execute(
        update(TrainingPlan).values(proposal="NOT_MET", result="MET")
    ),
    "a rating of six": lambda session, plan, item: setattr(plan, "reaction", 6),
    "a posting without a direction": lambda session, plan, item: session.add(
        _item(plan, track=Track.POSTING)
    ),
    "a course with a direction": lambda session, plan, item: session.add(
        _item(plan, direction=Direction.UP)
    ),
    "a measure that runs without consent": lambda session, plan, item: session.add(
        _item(plan, state=ItemState.RUNNING, consent=Consent.REFUSED)
    ),
    "a measure that ended at no time": lambda session, plan, item: setattr(
        item, "state", ItemState.COMPLETED
    ),
    "no hours": lambda session, plan, item: session.add(_hours(item, hours=0)),
    "hours below zero": lambda session, plan, item: session.add(_hours(item, hours=-8)),
    "a posting at home": lambda session, plan, item: session.add(_posting(item, host_unit_id=2)),
    "a posting down of six months": lambda session, plan, item: session.add(
        _posting(item, months=6)
    ),
    "a posting up of two years": lambda session, plan, item: session.add(
        _posting(item, direction=Direction.UP, months=24)
    ),
    "a posting that two agreed to": lambda session, plan, item: session.add(
        _posting(item, state=PostingState.RUNNING, member_agreed_at=NOW, home_agreed_at=NOW)
    ),
    "credit for 119 days": lambda session, plan, item: session.add(
        _posting(item, is_credited=True, days_served=119)
    ),
    "a recall without a reason": lambda session, plan, item: session.add(
        _posting(
            item,
            state=PostingState.RECALLED,
            ended_on=DAY,
            member_agreed_at=NOW,
            home_agreed_at=NOW,
            host_agreed_at=NOW,
        )
    ),
    "two postings at a time": lambda session, plan, item: session.add_all(
        [_posting(item), _posting(item)]
    ),
    "an urgent task of 91 days": lambda session, plan, item: session.add(_urgent(item, days=91)),
    "an urgent task without clearance": lambda session, plan, item: session.add(
        _urgent(item, began_on=DAY, has_consent=True)
    ),
    "an urgent task without consent": lambda session, plan, item: session.add(
        _urgent(item, began_on=DAY, is_cleared=True, cleared_by="hana", has_consent=False)
    ),
    "an outcome without a debriefing": lambda session, plan, item: session.add(
        _urgent(item, outcome="lesson")
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(training: TrainingCase, what: str) -> None:
    with pytest.raises(IntegrityError), training.database.unit_of_work() as session:
        plan = session.scalars(select(TrainingPlan)).one()
        item = session.scalars(select(TrainingItem)).one()
        REFUSED[what](session, plan, item)


def _book(training: TrainingCase) -> None:
    """Book one entry."""
    with training.database.unit_of_work() as session:
        session.add(_hours(session.scalars(select(TrainingItem)).one()))


@pytest.mark.parametrize(
    "statement",
    [update(HoursLedger).values(hours=80), delete(HoursLedger)],
    ids=["update", "delete"],
)
def test_hours_that_were_booked_stay(training: TrainingCase, statement: Any) -> None:
    _book(training)

    refusal = pytest.raises(DatabaseError, match="Hours are only ever added")
    with refusal, training.database.unit_of_work() as session:
        session.execute(statement)

    assert [entry.hours for entry in training.rows(HoursLedger)] == [8]


def test_a_mistake_is_set_right_by_a_counter_entry_once(training: TrainingCase) -> None:
    _book(training)
    with training.database.unit_of_work() as session:
        item, first = session.scalars(select(TrainingItem)).one(), training.rows(HoursLedger)[0]
        session.add(_hours(item, hours=-8, corrects_id=first.id))

    with training.database.reading() as session:
        assert training_records.hours_of(session, training.member_id, 2026).organised == 0
    with pytest.raises(IntegrityError), training.database.unit_of_work() as session:
        item = session.scalars(select(TrainingItem)).one()
        session.add(_hours(item, hours=-8, corrects_id=first.id))


def _context(session: Session) -> ServiceContext:
    """Return what a service gets."""
    return ServiceContext(session, NOW, OrganisationCalendar(), 0, None, Actor("ron", "Ron"), "ron")


def test_nobody_approves_the_own_hours(training: TrainingCase) -> None:
    with training.database.reading() as session:
        item = session.scalars(select(TrainingItem)).one()

        with pytest.raises(OwnHours):
            training_records.book(_context(session), item, 8, HoursKind.SELF, approved_by="cara")


def test_a_measure_ends_once(training: TrainingCase) -> None:
    with training.database.unit_of_work() as session:
        item = session.scalars(select(TrainingItem)).one()
        training_records.end_item(item, ItemState.COMPLETED, now=NOW)

        with pytest.raises(ItemIsOver, match="Course"):
            training_records.end_item(item, ItemState.FAILED, now=NOW)


def test_an_unknown_plan_is_refused(training: TrainingCase) -> None:
    with training.database.reading() as session, pytest.raises(UnknownPlan):
        training_records.plan(session, 99)


def test_the_hours_of_another_year_do_not_count(training: TrainingCase) -> None:
    with training.database.unit_of_work() as session:
        session.add(_hours(session.scalars(select(TrainingItem)).one(), counts_toward_year=2025))

    with training.database.reading() as session:
        assert training_records.hours_of(session, training.member_id, 2026) == (0, 0)


@pytest.mark.parametrize(
    ("spells", "months"),
    [
        ([("hot", "2023-07-20", None)], 40),
        ([("hot", "2023-07-20", "2025-07-20"), ("hot", "2025-07-20", None)], 40),
        ([("hot", "2023-07-20", "2025-07-20"), ("cold", "2025-07-20", None)], 0),
        ([("hot", "2023-07-20", "2025-07-20")], 0),
        ([("cold", "2020-01-01", "2024-11-20"), ("hot", "2024-11-20", None)], 24),
        ([], 0),
    ],
    ids=["one", "two in a row", "cold now", "over", "since", "nothing"],
)
def test_months_in_a_row_end_today(
    training: TrainingCase, spells: list[tuple[str, str, str | None]], months: int
) -> None:
    with training.database.reading() as session:
        person = people.by_username(session, "cara")
    known = [
        ExperienceSpell(
            person_id=person.id,
            kind=SpellKind.FRONTLINE,
            temperature=Temperature(temperature),
            since=date.fromisoformat(since),
            until=date.fromisoformat(until) if until else None,
        )
        for temperature, since, until in spells
    ]

    assert months_in_a_row(known, Temperature.HOT, DAY) == months


def test_the_triggers_are_there(training: TrainingCase) -> None:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if training.database.is_sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with training.database.reading() as session:
        names = set(session.scalars(text(query)))
    assert {"hours_ledger_refuses_update", "hours_ledger_refuses_delete"} <= names
