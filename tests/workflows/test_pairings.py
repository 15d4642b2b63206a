"""Pairings and check-ins: what the database never lets happen."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.workflows.mentoring_case import MentoringCase
from workflows import check_ins, member_services, pairings
from workflows.check_in_tables import CheckIn, CheckInKind, SupportAction, WellbeingNote
from workflows.database import Database
from workflows.mentoring_tables import MentorChange, MentorPairing, MentorProfile, PairingKind

TODAY = NOW.date()


@pytest.fixture
def database(organisation: Database) -> Database:
    """A copy of the organisation."""
    return organisation


@pytest.fixture
def case(database: Database) -> MentoringCase:
    return MentoringCase.make(database, "mona", "milo")


def _refused(case: MentoringCase, *rows: Any) -> None:
    """Check that the database refuses the last of some rows, and takes the ones before."""
    with case.database.unit_of_work() as session:
        session.add_all(rows[:-1])
    with pytest.raises(IntegrityError), case.database.unit_of_work() as session:
        session.add(rows[-1])


def test_a_member_has_one_running_primary_mentor(case: MentoringCase) -> None:
    of_cara: dict[str, Any] = {"member_id": case.member_id, "started_on": TODAY}

    _refused(case, MentorPairing(mentor="mona", **of_cara), MentorPairing(mentor="milo", **of_cara))


def test_helpers_and_former_mentors_do_not_count(case: MentoringCase) -> None:
    with case.database.unit_of_work() as session:
        member = member_services.fetch(session, case.member_id)
        pairings.begin(session, member, "mona", now=NOW)
        pairings.begin(session, member, "milo", kind=PairingKind.INTERIM, now=NOW)
        session.add(
            MentorPairing(
                member_id=member.id,
                mentor="hedy",
                is_primary=False,
                kind=PairingKind.HELPER,
                started_on=TODAY,
            )
        )
        session.flush()

        running = pairings.primary(session, member.id)
        assert running is not None
        assert running.mentor == "milo"
        assert pairings.load(session, "mona") == 0
        assert pairings.end_all(session, member.id, reason="left", now=NOW) == 2


def test_a_pairing_ends_with_a_reason_and_not_before_it_begins(case: MentoringCase) -> None:
    of_cara: dict[str, Any] = {"member_id": case.member_id, "mentor": "mona", "started_on": TODAY}

    _refused(case, MentorPairing(ended_on=TODAY, **of_cara))
    _refused(
        case, MentorPairing(ended_on=TODAY - timedelta(days=1), end_reason="request", **of_cara)
    )
    _refused(case, MentorPairing(is_primary=False, **of_cara))


def test_one_change_of_mentors_runs_for_a_member(case: MentoringCase) -> None:
    told: dict[str, Any] = {"member_id": case.member_id, "cause": "request", "opened_at": NOW}

    _refused(case, MentorChange(**told), MentorChange(**told))


def test_one_check_in_of_a_kind_is_open_for_a_member(case: MentoringCase) -> None:
    asked: dict[str, Any] = {
        "member_id": case.member_id,
        "kind": CheckInKind.HEAD,
        "opened_on": TODAY,
    }

    _refused(case, CheckIn(**asked), CheckIn(**asked))


@pytest.mark.parametrize(
    "wrong",
    [
        {"motivation": 6},
        {"workload": 0},
        {"outcome": "nothing"},  # only a talk that was held has one
        {"closed_on": TODAY},  # while it is open
    ],
)
def test_a_check_in_says_nothing_impossible(case: MentoringCase, wrong: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"member_id": case.member_id, "kind": CheckInKind.MENTOR}

    _refused(case, CheckIn(**{**asked, "opened_on": TODAY, **wrong}))


def test_what_is_said_about_life_always_expires(case: MentoringCase) -> None:
    with case.database.unit_of_work() as session:
        row = CheckIn(member_id=case.member_id, kind=CheckInKind.HEAD, opened_on=TODAY)
        session.add(row)
        session.flush()
        number = row.id

    _refused(
        case,
        WellbeingNote(
            check_in_id=number, body="x", written_by="nora", written_on=TODAY, expires_on=TODAY
        ),
    )
    _refused(
        case,
        SupportAction(
            member_id=case.member_id,
            check_in_id=number,
            kind="obstacle",
            state="done",
            opened_on=TODAY,
        ),
    )


def test_a_year_later_is_a_day_that_exists() -> None:
    assert check_ins.year_after(TODAY.replace(year=2028, month=2, day=29)).isoformat() == (
        "2029-02-28"
    )


@pytest.mark.parametrize(("capacity", "has_room"), [(None, True), (1, False), (0, False)])
def test_a_profile_says_how_many_members_somebody_takes(
    case: MentoringCase, capacity: int | None, has_room: bool
) -> None:
    with case.database.unit_of_work() as session:
        pairings.begin(session, member_services.fetch(session, case.member_id), "mona", now=NOW)
        if capacity is not None:
            session.add(MentorProfile(username="mona", capacity=capacity))
        session.flush()

        assert pairings.has_room(session, "mona") is has_room


def test_a_negative_capacity_is_refused(case: MentoringCase) -> None:
    _refused(case, MentorProfile(username="mona", capacity=-1))
