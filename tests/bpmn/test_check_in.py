"""Check-ins: when they are due, what follows from them, and whom a missed one counts against."""

from typing import Any

import pytest

from tests.workflows.mentoring_case import MentoringCase
from workflows import member_services, memberships, pairings, people
from workflows.actors import SYSTEM
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState, SupportAction
from workflows.check_in_tables import WellbeingNote as Note
from workflows.database import Database
from workflows.mentoring_tables import MentorChange, MentorContact
from workflows.vocabulary import Lifecycle

HELD: dict[str, Any] = {"result": "held", "motivation": 4, "workload": 3, "outcome": "nothing"}


@pytest.fixture
def case(database: Database) -> MentoringCase:
    """Cara with Mona as her mentor; her check-ins have begun on 20 November."""
    case = MentoringCase.make(database, "mona")
    with database.unit_of_work() as session:
        member = member_services.fetch(session, case.member_id)
        pairings.begin(session, member, "mona", now=case.clock.now())
    return case.begin("check_in")


def test_each_kind_is_asked_in_its_own_rhythm(case: MentoringCase) -> None:
    assert case.open == []

    case.wait("P14D")
    assert case.assignees("talk") == ["mona"]
    case.do("talk", "mona", **HELD).wait("P38D")

    # The first of January is a holiday of this calendar or not; all three are due by the eleventh.
    assert sorted(str(each) for each in case.assignees("talk")) == ["mona", "nora", "nora"]


def test_a_check_in_of_the_mentor_counts_as_a_contact(case: MentoringCase) -> None:
    case.wait("P14D").do("talk", "mona", **HELD, contact="values", work="All is well.")

    (row,) = case.rows(CheckIn)
    (contact,) = case.rows(MentorContact)
    assert (row.state, row.held_by, row.work) == (CheckInState.HELD, "mona", "All is well.")
    assert (contact.kind.value, contact.held_on) == ("values", case.clock.now().date())
    assert case.open == []


def test_the_talk_about_life_is_kept_apart_for_a_year(case: MentoringCase) -> None:
    case.wait("P14D").do("talk", "mona", **HELD, wellbeing="My child is ill.", work="Fine.")

    (note,) = case.rows(Note)
    assert (note.written_by, note.body) == ("mona", "My child is ill.")
    assert (note.expires_on.year, note.expires_on.month) == (2027, 12)
    assert "mona" in case.kept()
    assert "child" not in case.kept()

    case.wait("P340D")
    assert len(case.rows(Note)) == 1
    case.wait("P60D")
    assert case.rows(Note) == []


def test_a_late_check_in_is_told_to_the_superior(case: MentoringCase) -> None:
    case.wait("P14D").wait("P3BD")
    assert any("Check in with the member is due" in text for text in case.told("mona"))

    case.wait("P2BD")

    assert case.told("nora")[-1] == "Check in with the member is overdue."


def test_a_missed_check_in_counts_against_whoever_is_responsible(case: MentoringCase) -> None:
    case.wait("P14D").wait("P10BD")

    (row,) = case.rows(CheckIn)
    assert (row.state, row.responsible) == (CheckInState.MISSED, "mona")
    assert case.open == []
    assert case.rows(MentorChange) == []


def test_two_missed_contacts_of_the_mentor_lead_to_a_change(case: MentoringCase) -> None:
    _miss(case, CheckInKind.MENTOR, "mona")

    case.wait("P14D").wait("P10BD")

    (change,) = case.rows(MentorChange)
    assert change.cause == "missed_contacts"
    assert case.assignees("follow_up") == ["nora"]
    case.do("follow_up", "nora", is_done=True, result="There will be a new mentor.")
    (action,) = case.rows(SupportAction)
    assert (action.kind, action.state, action.owner) == ("follow_up", "done", "nora")


def test_two_missed_check_ins_of_the_manager_go_to_the_superior(case: MentoringCase) -> None:
    _miss(case, CheckInKind.MANAGER, "nora")
    case.wait("P52D")
    assert len(case.assignees("talk")) > 1

    case.wait("P10BD")

    assert "hedy" in case.assignees("follow_up")
    case.wait("P20BD")
    assert [row.state for row in case.rows(SupportAction) if row.owner == "hedy"] == ["not_done"]


def test_missed_by_two_different_people_is_not_twice_in_a_row(case: MentoringCase) -> None:
    _miss(case, CheckInKind.MENTOR, "milo")

    case.wait("P14D").wait("P10BD")

    assert (case.rows(MentorChange), case.open) == ([], [])


def test_a_member_who_refuses_twice_is_told_that_it_is_a_sign(case: MentoringCase) -> None:
    case.listen("sign.raised").wait("P14D").do("talk", "mona", result="refused")
    assert case.rows(CheckIn)[0].state is CheckInState.REFUSED
    assert not any("twice in a row" in text for text in case.told("cara"))

    _next_talk(case)
    case.do("talk", "mona", result="refused")

    assert any("twice in a row" in text for text in case.told("cara"))
    (sent,) = case.heard()
    assert sent["code"] == "missed_checkins_ge_2"
    assert case.rows(MentorChange) == []


def test_an_obstacle_is_removed_by_somebody(case: MentoringCase) -> None:
    said = {**HELD, "outcome": "obstacle", "obstacles": "No laptop.", "helper": "hedy"}
    case.wait("P14D").do("talk", "mona", **said)
    assert case.assignees("remove_obstacle") == ["hedy"]
    case.wait("P10BD")
    assert case.told("nora")[-1] == "Remove an obstacle is overdue."

    case.do("remove_obstacle", "hedy", is_done=True, result="She has one now.")

    (action,) = case.rows(SupportAction)
    assert (action.kind, action.description) == ("obstacle", "No laptop.")
    assert (action.state, action.result) == ("done", "She has one now.")


def test_an_obstacle_that_nobody_removes_is_closed_as_such(case: MentoringCase) -> None:
    case.wait("P14D").do("talk", "mona", **{**HELD, "outcome": "obstacle"})
    assert case.assignees("remove_obstacle") == ["mona"]

    case.wait("P20BD")

    (action,) = case.rows(SupportAction)
    assert (action.state, action.result) == ("not_done", "")


def test_care_is_offered_by_hr_and_scores_nothing(case: MentoringCase) -> None:
    case.listen("sign.raised").wait("P14D").do("talk", "mona", **{**HELD, "outcome": "care"})
    assert case.offered_to("care_contact") == ["hr"]

    case.do("care_contact", "hana", is_done=True, result="We talked.")

    assert case.rows(SupportAction)[0].state == "done"
    assert case.heard() == []


def test_care_that_nobody_offers_is_closed_as_such(case: MentoringCase) -> None:
    case.wait("P14D").do("talk", "mona", **{**HELD, "outcome": "care"}).wait("P20BD")

    assert case.rows(SupportAction)[0].state == "not_done"


def test_a_plan_that_should_change_is_told_to_the_training(case: MentoringCase) -> None:
    case.listen("training.revise").wait("P14D")
    case.do("talk", "mona", **{**HELD, "outcome": "plan", "change": "new_goal"})

    (sent,) = case.heard()
    assert (sent["cause"], sent["finding"]) == ("check_in", "new_goal")


def test_a_possible_sign_is_told_to_the_member(case: MentoringCase) -> None:
    seen = {"outcome": "sign", "sign": "overdue_tasks_ge_3", "finding": "Three tasks are overdue."}
    case.listen("sign.raised").wait("P14D").do("talk", "mona", **{**HELD, **seen})

    (sent,) = case.heard()
    assert (sent["code"], sent["source"]) == ("overdue_tasks_ge_3", "check_in")
    assert sent["evidence_id"] == case.rows(CheckIn)[0].id
    assert case.told("cara")[-1].startswith("A check-in names a possible sign")
    assert case.rows(CheckIn)[0].finding == "Three tasks are overdue."


def test_without_a_mentor_only_the_others_check_in(database: Database) -> None:
    case = MentoringCase.make(database).begin("check_in").wait("P52D")

    assert {row.kind for row in case.rows(CheckIn)} == {CheckInKind.MANAGER, CheckInKind.HEAD}


def test_while_a_membership_rests_nobody_checks_in(case: MentoringCase) -> None:
    with case.database.unit_of_work() as session:
        memberships.change_state(
            session,
            member_services.fetch(session, case.member_id),
            Lifecycle.SUSPENDED,
            reason="leave",
            actor=SYSTEM,
            now=case.clock.now(),
        )

    case.wait("P52D")

    assert (case.rows(CheckIn), case.instance.status) == ([], "running")


def test_a_pool_may_choose_another_rhythm(database: Database) -> None:
    case = MentoringCase.make(database).allow(check_in_rhythm={"manager": "0 9 * * MON"})

    case.begin("check_in").wait("P4D")

    assert [row.kind for row in case.rows(CheckIn)] == [CheckInKind.MANAGER]


def test_a_case_stays_as_small_as_it_was(case: MentoringCase) -> None:
    sizes = []
    for _ in range(6):
        _next_talk(case)
        case.do("talk", "mona", **HELD)
        sizes.append(len(case.instance.state or b""))

    assert max(sizes[1:]) < sizes[0] * 1.5


def test_a_member_who_leaves_ends_all_check_ins(case: MentoringCase) -> None:
    case.wait("P14D").do("talk", "mona", **{**HELD, "outcome": "obstacle"})
    case.wait("P38D")

    case.tell("member.left_pool", str(case.member_id), reason="end_of_term")

    assert (case.running(), case.open) == ([], [])
    assert CheckInState.OPEN not in {row.state for row in case.rows(CheckIn)}
    assert "open" not in {row.state for row in case.rows(SupportAction)}


def test_a_membership_that_ended_unheard_ends_the_check_ins_too(case: MentoringCase) -> None:
    with case.database.unit_of_work() as session:
        memberships.change_state(
            session,
            member_services.fetch(session, case.member_id),
            Lifecycle.EXITED,
            reason="end_of_term",
            actor=SYSTEM,
            now=case.clock.now(),
        )

    case.wait("P250D")

    assert (case.instance.status, case.rows(CheckIn)) == ("completed", [])


def test_the_intake_of_a_member_begins_the_check_ins(database: Database) -> None:
    case = MentoringCase.make(database)

    case.tell("member.activated", str(case.member_id), member_id=case.member_id)

    assert "check_in" in case.running()


def test_the_head_of_nobody_leaves_check_ins_to_the_pool_managers(database: Database) -> None:
    case = MentoringCase.make(database)
    with database.unit_of_work() as session:
        member = member_services.fetch(session, case.member_id)
        member.accountable_head = None
        cara = people.by_username(session, "cara")
        cara.unit.head_username = None
        cara.unit.parent_id = None

    case.begin("check_in").wait("P52D")

    assert case.offered_to("talk") == ["pool-manager"]


def _miss(case: MentoringCase, kind: CheckInKind, responsible: str) -> None:
    """Let one check-in be missed before."""
    with case.database.unit_of_work() as session:
        session.add(
            CheckIn(
                member_id=case.member_id,
                kind=kind,
                responsible=responsible,
                state=CheckInState.MISSED,
                opened_on=case.clock.now().date(),
                closed_on=case.clock.now().date(),
            )
        )


def _next_talk(case: MentoringCase) -> None:
    """Let time pass until the mentor is asked again; the others are held meanwhile."""
    for _ in range(40):
        case.wait("P1D")
        while "nora" in case.assignees("talk"):
            case.do("talk", "nora", **HELD)
        if "mona" in case.assignees("talk"):
            return
    raise AssertionError("The mentor is not asked any more.")
