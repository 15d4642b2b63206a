"""Finding a mentor, agreeing with one, and going on together year after year."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.member_case import make_member
from tests.workflows.mentoring_case import AGREEMENT, MentoringCase, add_mentor
from workflows import member_services, pairings, people
from workflows.database import Database
from workflows.mentoring_tables import (
    ContactVisibility,
    MentorContact,
    MentorEvaluation,
    MentorPairing,
    MentorPreference,
    MentorProfile,
)
from workflows.people_tables import OrgUnit, Relationship
from workflows.pool_tables import PoolMember
from workflows.vocabulary import RelationKind, Standing


def test_the_first_wish_who_accepts_becomes_the_mentor(database: Database) -> None:
    case = MentoringCase.make(database, "mona", "milo").pair("milo")

    assert case.pairings == [("milo", "mentor", "")]
    assert case.told("nora")[-1] == "Cara Example has a mentor: Milo Example."
    with database.reading() as session:
        facts = member_services.of(session, member_services.fetch(session, case.member_id))
    assert (facts["mentor"], facts["mentor_name"]) == ("milo", "Milo Example")


def test_a_pairing_is_a_declared_tie_of_the_two(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair()

    with database.reading() as session:
        assert people.relation(session, "mona", "cara", now=NOW) == "mentor_24m"
    case.tell("member.left_pool", str(case.member_id), reason="end_of_term")
    (tie,) = case.rows(Relationship)
    assert tie.until == case.clock.now().date()


@pytest.mark.parametrize("how", ["refusal", "silence", "no room"])
def test_the_next_wish_is_asked_after(database: Database, how: str) -> None:
    case = MentoringCase.make(database, "mona", "milo").begin("mentoring")
    case.do("choose", "cara", first="mona", second="milo")
    if how == "refusal":
        case.do("accept", "mona", accepts=False, comment="No time.")
    elif how == "silence":
        case.wait("P5BD")
    else:
        _fill(database, "mona", 2)
        case.do("accept", "mona", accepts=True)

    assert case.assignees("accept") == ["milo"]
    answers = [row.answer for row in case.rows(MentorPreference)]
    assert answers == [{"refusal": "refused", "silence": "silent", "no room": "full"}[how], ""]


def test_a_mentor_is_reminded_before_the_next_one_is_asked(database: Database) -> None:
    case = MentoringCase.make(database, "mona").begin("mentoring")
    case.do("choose", "cara", first="mona").wait("P3BD")

    assert case.told("mona")[-1].startswith("Mentor this member? is due on")


def test_who_does_not_choose_gets_the_first_proposals(database: Database) -> None:
    case = MentoringCase.make(database, "mona", "milo", "mira", "moses").begin("mentoring")
    case.wait("P5BD")
    assert case.told("nora")[-1] == "Choose your mentor is overdue."

    case.wait("P5BD")

    wished = [row.mentor for row in case.rows(MentorPreference)]
    assert (wished, case.assignees("accept")) == (["milo", "mira", "mona"], ["milo"])


def test_a_mentor_who_has_left_meanwhile_is_not_asked(database: Database) -> None:
    case = MentoringCase.make(database, "mona", "milo").begin("mentoring")
    case.leave("mona")

    case.do("choose", "cara", first="mona", second="milo")

    assert case.assignees("accept") == ["milo"]


def test_nobody_accepts_for_a_mentor_who_leaves(database: Database) -> None:
    case = MentoringCase.make(database, "mona", "milo").begin("mentoring")
    case.do("choose", "cara", first="mona", second="milo")

    case.leave("mona")
    (heir,) = case.assignees("accept")
    case.do("accept", heir, accepts=True)

    assert heir != "mona"
    assert case.pairings == []
    assert case.assignees("accept") == ["milo"]


def test_a_wish_for_somebody_else_is_asked_again(database: Database) -> None:
    case = MentoringCase.make(database, "mona").begin("mentoring")

    case.do("choose", "cara", first="hedy")

    assert case.open == ["choose"]
    assert case.rows(MentorPreference) == []
    case.do("choose", "cara", first="hedy", second="mona")
    assert [row.mentor for row in case.rows(MentorPreference)] == ["mona"]


def test_without_a_candidate_the_head_stands_in_and_the_search_goes_on(database: Database) -> None:
    case = MentoringCase.make(database).begin("mentoring")
    assert case.pairings == [("nora", "interim", "")]
    assert case.judged()[-1][0]["allow_reporting_line"] is True
    add_mentor(database, "mona")

    case.wait("P60BD")

    case.do("choose", "cara", first="mona").do("accept", "mona", accepts=True)
    assert case.pairings == [("nora", "interim", "replaced"), ("mona", "mentor", "")]


def test_when_all_wishes_refuse_the_head_stands_in(database: Database) -> None:
    case = MentoringCase.make(database, "mona").begin("mentoring")

    case.do("choose", "cara", first="mona").do("accept", "mona", accepts=False)

    assert case.pairings == [("nora", "interim", "")]


def test_a_head_who_is_kin_does_not_stand_in(database: Database) -> None:
    case = MentoringCase.make(database)
    _declare_kin(database, "nora")
    add_mentor(database, "mona", rank=1)
    case.begin("mentoring")
    assert (case.open, case.offered_to("name_mentor")) == (["name_mentor"], ["pool-manager"])

    case.do("name_mentor", "max", person="cara")  # nobody mentors himself
    case.do("name_mentor", "max", person="mona")  # not far enough above
    assert case.open == ["name_mentor"]
    add_mentor(database, "milo")
    case.do("name_mentor", "max", person="milo")

    assert case.assignees("accept") == ["milo"]


def test_a_task_to_name_a_mentor_is_escalated_to_hr(database: Database) -> None:
    case = MentoringCase.make(database)
    _declare_kin(database, "nora")

    case.begin("mentoring").wait("P5BD")

    assert case.offered_to("name_mentor") == ["pool-manager", "hr"]


def test_the_head_and_then_the_pool_managers_hear_of_a_long_search(database: Database) -> None:
    case = MentoringCase.make(database)
    _declare_kin(database, "nora")
    case.begin("mentoring").wait("P15BD")
    assert "Cara Example still has no mentor." in case.told("nora")
    assert "Cara Example still has no mentor." not in case.told("max")

    case.wait("P15BD")

    assert "Cara Example still has no mentor." in case.told("max")


def test_nobody_hears_of_a_search_that_succeeded(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().agree().wait("P30BD")

    assert not any("still has no mentor" in text for text in case.told("nora"))


def test_an_agreement_that_the_member_does_not_want_goes_back(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().do("agree", "mona", **AGREEMENT)
    assert "Lead a first project." in case.kept()
    case.do("confirm", "cara", agrees=False, change="Twice a month, please.")
    assert case.rows(MentorPairing)[0].agreed_at is None

    case.do("agree", "mona", **{**AGREEMENT, "cadence": "fortnightly"})
    case.do("confirm", "cara", agrees=True)

    (pairing,) = case.rows(MentorPairing)
    assert (pairing.cadence, pairing.agreed_at) == ("fortnightly", case.clock.now())
    assert "Lead a first project." not in case.kept()


def test_late_steps_are_told_to_the_head(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().wait("P5BD")
    assert "Write the agreement is overdue." in case.told("nora")

    case.do("agree", "mona", **AGREEMENT).do("confirm", "cara", agrees=True).wait("P10BD")

    assert "Meet for the first time is overdue." in case.told("nora")


def test_what_the_mentor_notes_privately_stays_out_of_the_case(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair()
    case.do("agree", "mona", **AGREEMENT).do("confirm", "cara", agrees=True)
    said = {"held_on": "2026-12-20", "kind": "conduct", "summary": "She doubts herself."}

    case.do("first_meeting", "mona", **said, visibility="private")

    (contact,) = case.rows(MentorContact)
    assert (contact.visibility, contact.recorded_by) == (ContactVisibility.PRIVATE, "mona")
    assert "doubts" not in case.kept()


def test_every_year_both_look_back(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().agree()
    for _ in range(2):
        case.wait("P366D")
        case.do("member_looks_back", "cara", rating=5, goes_on=True)
        case.do("mentor_looks_back", "mona", rating=4, goes_on=True)
        assert case.open == []

    assert [row.side for row in case.rows(MentorEvaluation)] == ["member", "mentor"] * 2
    assert case.running() == ["mentoring"]


def test_a_year_on_which_nobody_looks_back_passes(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().agree().wait("P366D").wait("P20BD")

    assert (case.open, case.rows(MentorEvaluation)) == ([], [])
    assert case.instance.status != "completed"


def test_one_who_does_not_want_to_go_on_starts_a_change(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().agree().wait("P366D")
    case.do("mentor_looks_back", "mona", rating=3, goes_on=True)

    case.do("member_looks_back", "cara", rating=1, goes_on=False)

    assert case.running() == ["mentor_change", "mentoring"]


def test_a_member_who_leaves_ends_pairing_and_search(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair()

    case.tell("member.left_pool", str(case.member_id), reason="end_of_term")

    assert case.pairings == [("mona", "mentor", "end_of_term")]
    assert (case.instance.status, case.open) == ("completed", [])


def test_the_intake_of_a_member_begins_the_mentoring(database: Database) -> None:
    case = MentoringCase.make(database, "mona")

    case.tell("member.activated", str(case.member_id), member_id=case.member_id)

    assert case.begun("mentoring").open == ["choose"]


WORKED = {
    "M-1": ({"load": 1}, "OK"),
    "M-2": ({"line": True}, "BLOCKED:reporting_line"),
    "M-3": ({"line": True, "allowed": True}, "OK"),
    "M-4": ({"load": 2}, "BLOCKED:load"),
    "M-5": ({"kin": True}, "BLOCKED:coi"),
    "M-6": ({"rank": 1}, "BLOCKED:level"),
}


@pytest.mark.parametrize("example", WORKED)
def test_the_worked_examples_are_decided_for_each_candidate(
    database: Database, example: str
) -> None:
    given, expected = WORKED[example]
    case = MentoringCase.make(database)
    add_mentor(database, "mona", rank=given.get("rank", 2))
    case.allow(allow_chain=given.get("allowed", False))
    with database.unit_of_work() as session:
        session.add(MentorProfile(username="mona", capacity=2))
        if given.get("line"):
            inner = session.scalars(select(OrgUnit).where(OrgUnit.code == "IN")).one()
            inner.head_username = "mona"
    if given.get("kin"):
        _declare_kin(database, "mona")
    _fill(database, "mona", given.get("load", 0))

    case.begin("mentoring")

    inputs, output = case.judged()[0]
    assert (inputs["load"], inputs["capacity"]) == (given.get("load", 0), 2)
    assert output == expected
    assert (case.open == ["choose"]) is (expected == "OK")


def test_somebody_in_a_formal_correction_does_not_mentor(database: Database) -> None:
    case = MentoringCase.make(database, "mona")
    make_member(database, "bob")
    with database.unit_of_work() as session:
        mona = people.by_username(session, "mona")
        bob = session.scalars(select(PoolMember).where(PoolMember.id != case.member_id)).one()
        bob.person_id, bob.standing = mona.id, Standing.L1

    case.begin("mentoring")

    assert case.judged()[0][1] == "BLOCKED:standing"


def test_a_former_mentor_is_not_proposed_for_a_year(database: Database) -> None:
    case = MentoringCase.make(database, "mona", "milo")
    with database.unit_of_work() as session:
        member = member_services.fetch(session, case.member_id)
        old = pairings.begin(session, member, "mona", now=NOW)
        pairings.end(session, old, reason="request", now=NOW)

    case.begin("mentoring")

    assert len(case.judged()) == 1
    case.do("choose", "cara", first="mona")
    assert case.open == ["choose"]


def _fill(database: Database, mentor: str, number: int) -> None:
    """Give a mentor so many members."""
    for username in ("bob", "ben")[:number]:
        member_id = make_member(database, username)
        with database.unit_of_work() as session:
            session.add(
                MentorPairing(member_id=member_id, mentor=mentor, started_on=date(2026, 11, 1))
            )


def _declare_kin(database: Database, username: str) -> None:
    """Declare that somebody is kin of Cara."""
    with database.unit_of_work() as session:
        session.add(
            Relationship(
                person_id=people.by_username(session, username).id,
                other_id=people.by_username(session, "cara").id,
                kind=RelationKind.DIRECT_KIN,
                declared_at=NOW,
            )
        )
