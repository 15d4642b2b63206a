"""The desk for leavers: where the work of those who left goes, and what has no owner."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.build import Process
from tests.workflows.engine.shop import open_tasks, publish
from tests.workflows.errands import away, begin, do, furnish, holder, occasion, sweep
from tests.workflows.member_case import make_member
from tests.workflows.nomination_case import CALENDAR, Case
from workflows import absences, accounts, delegations, leavers, questions, units
from workflows.account_tables import Notification
from workflows.engine import instances, stalled, user_tasks
from workflows.engine.definitions import SourceFile
from workflows.engine.tables import Instance
from workflows.nomination_states import NominationState
from workflows.people import UnknownPerson, by_username
from workflows.people_tables import OrgUnit
from workflows.pool_tables import PoolMember
from workflows.presence import PRESENCE
from workflows.vocabulary import EmploymentStatus, MoveCause


@pytest.fixture
def house(organisation):
    """The organisation and its errand."""
    furnish(organisation)
    return organisation


def leave(database, name):
    hana = occasion("hana", database=database)
    with database.unit_of_work() as session:
        return leavers.leave(session, name, occasion=hana)


def owner_left(database):
    """Return the cases that stand still because nobody can act."""
    with database.reading() as session:
        return stalled.find(session, now=NOW, people=PRESENCE, calendar=CALENDAR).items


def test_what_a_leaver_held_goes_to_the_substitute_in_the_same_transaction(house):
    case = begin(house)
    away(house, "ben", "hugo")

    (move,) = leave(house, "ben")

    assert holder(house, case) == ("hugo", [])
    assert (move.receiver, move.cause) == ("hugo", MoveCause.SUBSTITUTE)
    assert owner_left(house) == []
    with house.reading() as session:
        assert by_username(session, "ben").employment_status is EmploymentStatus.LEFT
        with pytest.raises(accounts.UnknownAccount):
            accounts.actor_of(session, "ben")


def test_members_whom_a_leaver_answered_for_get_the_next_superior(organisation):
    member_id = make_member(organisation)
    with organisation.unit_of_work() as session:
        session.get_one(PoolMember, member_id).accountable_head = "ben"

    leave(organisation, "ben")

    with organisation.reading() as session:
        member = session.get_one(PoolMember, member_id)
        heir = units.head_of(session, by_username(session, "cara"))
        assert member.accountable_head == heir
        assert heir not in {None, "ben"}
        told = session.scalars(
            select(Notification.text).where(Notification.recipient == heir)
        ).all()
        assert any("You answer for" in text for text in told)


def test_whoever_notes_the_own_leaving_is_heard_as_well(organisation):
    leave(organisation, "hana")

    with organisation.reading() as session:
        begun = session.scalars(select(Instance.definition_key)).all()
    assert begun == ["person_leaves"]


def test_without_a_substitute_it_goes_to_the_superior(house):
    case = begin(house)

    (move,) = leave(house, "ben")

    assert (move.receiver, move.cause) == ("hedy", MoveCause.SUPERIOR)
    assert holder(house, case) == ("hedy", [])


def test_a_superior_whom_a_duty_excludes_is_passed_over(house):
    case = begin(house, writer="hedy", approver="ben")
    do(house, case, "write", "hedy")

    (move,) = leave(house, "ben")

    assert move.cause is MoveCause.HR
    assert open_tasks(house, case)["approve"].candidate_groups == ["hr"]
    assert owner_left(house) == []


def test_what_was_claimed_goes_back_to_its_group_when_there_is_no_superior(house):
    with house.unit_of_work() as session:
        session.query(OrgUnit).update({"head_username": None})
    player = Case(house).to_screening()
    with house.unit_of_work() as session:
        number = player.find(session, "completeness").id
        user_tasks.claim(session, number, actor=accounts.actor_of(session, "hana"), now=NOW)

    mine = occasion("hugo", database=house)
    with house.unit_of_work() as session:
        (move,) = leavers.leave(session, "hana", occasion=mine)

    assert (move.cause, move.candidate_groups) == (MoveCause.GROUPS, ["hr"])
    assert player.offered_to("completeness") == ["hr"]
    player.do("completeness", "hugo", is_complete=True)


def test_the_subject_s_own_work_goes_to_hr_and_to_no_other_person(house):
    case = begin(house, writer="cara")

    (move,) = leave(house, "cara")

    assert (move.cause, move.receiver) == (MoveCause.HR, None)
    assert open_tasks(house, case)["write"].candidate_groups == ["hr"]


def test_a_judgement_goes_to_no_other_person(house):
    player = Case(house).to_vetting().choose_reviewers()
    player.declare_free("rex", "rita", "ron")

    moved = leave(house, "rex")

    assert {move.receiver for move in moved} == {None}
    assert "rex" not in player.assignees("assess")
    assert owner_left(house) == []


def test_what_a_leaver_did_for_somebody_goes_back_to_that_person(house):
    case = begin(house)
    away(house, "ben", "hugo")
    sweep(house)
    assert holder(house, case) == ("hugo", ["ben"])
    with house.unit_of_work() as session:
        (mine,) = absences.planned(session, "ben")
        absences.end(session, mine, actor=accounts.actor_of(session, "ben"), now=NOW)

    (move,) = leave(house, "hugo")

    assert (move.receiver, move.cause) == ("ben", MoveCause.GIVER)


def test_whoever_is_stopped_or_leaves_by_any_way_is_found_within_the_minute(house):
    stopped, left = begin(house), begin(house, writer="bob")
    with house.unit_of_work() as session:
        accounts.set_active(session, accounts.get(session, "ben"), active=False)
        by_username(session, "bob").employment_status = EmploymentStatus.LEFT
    assert len(owner_left(house)) == 1

    sweep(house)

    assert holder(house, stopped) == ("hedy", [])
    assert holder(house, left) == ("hedy", [])
    assert owner_left(house) == []
    with house.reading() as session:
        assert sorted(move.username for move in leavers.moves(session).items) == ["ben", "bob"]
        assert leavers.held(session) == []


def test_questions_to_a_leaver_are_taken_back(house):
    case = begin(house)
    ben = occasion("ben", database=house)
    with house.unit_of_work() as session:
        questions.ask(
            session, open_tasks(house, case)["write"].id, "max", "Which year?", occasion=ben
        )

    leave(house, "max")

    assert open_tasks(house, case)["write"].paused_at is None


def test_delegations_to_and_from_a_leaver_end(house):
    begin(house)
    with house.unit_of_work() as session:
        delegations.delegate_kind(
            session,
            "errand",
            "hugo",
            since=NOW,
            until=NOW + timedelta(days=9),
            reason="He knows more of it.",
            actor=accounts.actor_of(session, "ben"),
            now=NOW,
        )

    leave(house, "hugo")

    with house.reading() as session:
        assert delegations.of_giver(session, "ben") == []


def test_the_units_that_a_leaver_led_are_vacant(house):
    leave(house, "nora")

    with house.reading() as session:
        assert units.by_code(session, "IN").head_username is None


def test_somebody_unknown_cannot_leave(house):
    with pytest.raises(UnknownPerson):
        leave(house, "nobody")


def test_what_has_no_owner_is_listed(house):
    process = Process("lonely")
    process.start().user("wait", candidateGroups="nobodies").end().chain("start", "wait", "end")
    publish(house, SourceFile("lonely.bpmn", process.xml()))
    with house.unit_of_work() as session:
        hana = accounts.actor_of(session, "hana")
        instances.start(session, "lonely", {}, actor=hana, now=NOW, calendar=CALENDAR)
    begin(house)

    with house.reading() as session:
        assert [one.name for one in leavers.without_owner(session)] == ["wait"]


def test_a_leaver_cannot_be_settled_twice(house):
    case = begin(house)
    number = open_tasks(house, case)["write"].id
    leave(house, "ben")
    do(house, case, "write", "hedy")

    with house.unit_of_work() as session:
        assert leavers.settle(session, number, occasion=occasion()) is None


def test_cases_that_wait_for_it_hear_that_somebody_left(house):
    player = Case(house).to_screening()

    leave(house, "cara")

    assert player.instance.status == "completed"
    assert player.state is NominationState.WITHDRAWN
