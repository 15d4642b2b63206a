"""The reckoning finds what is wrong: each kind of trouble is made once."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.workflows.member_case import MemberCase, make_member
from workflows import people
from workflows.actors import SYSTEM
from workflows.database import Database
from workflows.demo.reckoning import reckon
from workflows.engine.tables import Incident, Subscription, Timer, UserTask, UserTaskCandidate
from workflows.mentoring_tables import MentorPairing
from workflows.pool_tables import PoolMember, StateChange
from workflows.training_states import HoursKind, Track
from workflows.training_tables import HoursLedger, TrainingItem, TrainingPlan
from workflows.vocabulary import EmploymentStatus, Lifecycle

Trouble = Callable[[Session, MemberCase], None]


def _incident(session: Session, case: MemberCase) -> None:
    row = {"kind": "service_failed", "message": "It broke.", "opened_at": NOW}
    session.add(Incident(instance_id=case.instance_id, element_id="facts", **row))


def _orphan(session: Session, _case: MemberCase) -> None:
    session.execute(delete(UserTaskCandidate))
    session.execute(update(UserTask).values(assignee="gone"))


def _forgotten(session: Session, _case: MemberCase) -> None:
    session.execute(update(UserTask).values(due_at=NOW - timedelta(days=200)))


def _asleep(session: Session, case: MemberCase) -> None:
    for table in (Timer, Subscription):
        session.execute(delete(table).where(table.instance_id == case.instance_id))
    session.execute(update(UserTask).values(state="cancelled"))


def _unrecorded_entry(session: Session, case: MemberCase) -> None:
    session.execute(
        delete(StateChange).where(
            StateChange.member_id == case.member_id, StateChange.from_state.is_(None)
        )
    )


def _headless(session: Session, case: MemberCase) -> None:
    session.get_one(PoolMember, case.member_id).accountable_head = None


def _head_gone(session: Session, case: MemberCase) -> None:
    _gone(session, "max")
    session.get_one(PoolMember, case.member_id).accountable_head = "max"


def _mentor_gone(session: Session, case: MemberCase) -> None:
    _gone(session, "max")
    session.add(MentorPairing(member_id=case.member_id, mentor="max", started_on=NOW.date()))


def _gone(session: Session, username: str) -> None:
    people.by_username(session, username).employment_status = EmploymentStatus.LEFT


def _invented_hours(session: Session, case: MemberCase) -> None:
    plan = TrainingPlan(
        member_id=case.member_id,
        year=2,
        begins_on=date(2030, 1, 1),
        ends_on=date(2030, 12, 31),
        opened_at=NOW,
    )
    session.add(plan)
    session.flush()
    item = TrainingItem(
        plan_id=plan.id, member_id=case.member_id, code="X", track=Track.THEORY, title="A course"
    )
    session.add(item)
    session.flush()
    session.add(
        HoursLedger(
            member_id=case.member_id,
            item_id=item.id,
            kind=HoursKind.ORGANISED,
            hours=8,
            source="A course",
            approved_by="max",
            counts_toward_year=2,
            booked_at=NOW,
        )
    )


def _pairing_of_a_leaver(session: Session, case: MemberCase) -> None:
    session.add(MentorPairing(member_id=case.member_id, mentor="max", started_on=NOW.date()))
    member = session.get_one(PoolMember, case.member_id)
    member.lifecycle, member.exited_on = Lifecycle.EXITED, NOW.date()
    session.add(
        StateChange(
            member_id=member.id,
            from_state=Lifecycle.ACTIVE,
            to_state=Lifecycle.EXITED,
            actor=SYSTEM.username,
            at=NOW,
        )
    )


@pytest.fixture
def case(organisation: Database) -> MemberCase:
    """A member in training, whose case waits for somebody."""
    return MemberCase(organisation, make_member(organisation)).begin("training")


def test_what_is_in_order_has_no_problem(case: MemberCase) -> None:
    with case.database.reading() as session:
        assert reckon(session, case.clock.now()) == []


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (_incident, "It broke."),
        (_orphan, "waits for gone, who cannot do it."),
        (_forgotten, "was due on"),
        (_asleep, "waits for nothing at"),
        (_unrecorded_entry, "members, but"),
        (_headless, "Nobody answers for the member"),
        (_head_gone, "Whoever answers for the member"),
        (_mentor_gone, "has left, and nobody looks for another."),
        (_invented_hours, "8.0 hours are booked for measure"),
        (_pairing_of_a_leaver, "but a pairing with a mentor is still open."),
    ],
)
def test_each_trouble_is_found(case: MemberCase, trouble: Trouble, words: str) -> None:
    with case.database.unit_of_work() as session:
        trouble(session, case)

    with case.database.reading() as session:
        problems = reckon(session, case.clock.now())

    assert any(words in problem for problem in problems), problems
