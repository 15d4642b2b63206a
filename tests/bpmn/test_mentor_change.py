"""From one mentor to the next: cover, hand-over, private notes, a new search."""

import pytest

from tests.workflows.mentoring_case import MentoringCase
from workflows.database import Database
from workflows.mentoring_tables import MentorChange, MentorContact
from workflows.training_records import helper_of

NOTE = "She leads two projects well."


@pytest.fixture
def case(database: Database) -> MentoringCase:
    """Cara with Mona as her mentor, who has one private note; others could mentor as well."""
    case = MentoringCase.make(database, "mona", "milo").pair().agree()
    case.tell("mentor.change", str(case.member_id), member_id=case.member_id, cause="request")
    return case.begun("mentor_change")


def _finish(case: MentoringCase) -> MentoringCase:
    """Do what is asked of everybody in a change."""
    case.do("name_cover", "nora", person="hedy").do("hand_over", "mona", note=NOTE)
    return case.do("consent", "cara", agrees=False)


def test_the_cover_begins_in_the_moment_in_which_the_old_pairing_ends(case: MentoringCase) -> None:
    case.do("name_cover", "nora", person="hedy")

    assert case.pairings == [("mona", "mentor", "request"), ("hedy", "interim", "")]
    assert case.open == ["consent", "hand_over"]


def test_the_search_begins_anew_and_ends_the_cover(case: MentoringCase) -> None:
    _finish(case)
    assert case.running() == ["mentor_change", "mentoring"]

    case.do("choose", "cara", first="milo").do("accept", "milo", accepts=True)

    assert case.pairings[1:] == [("hedy", "interim", "replaced"), ("milo", "mentor", "")]
    assert case.running() == ["mentoring"]
    (change,) = case.rows(MentorChange)
    assert (change.outcome, change.handover_note) == ("changed", NOTE)
    assert "The last mentor of Cara Example left you a hand-over note." in case.told("milo")
    assert NOTE not in case.kept()


def test_without_a_running_search_the_change_begins_one(database: Database) -> None:
    case = MentoringCase.make(database, "mona").begin("mentor_change")

    case.do("name_cover", "nora", person="hedy")

    assert case.begun("mentoring").open == ["choose"]


def test_without_a_mentor_there_is_nothing_to_hand_over(database: Database) -> None:
    case = MentoringCase.make(database).begin("mentor_change")

    assert case.open == ["name_cover"]


def test_a_mentor_who_is_away_is_not_asked_for_a_note(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair()

    case.begin("mentor_change", cause="mentor_unavailable")

    assert case.open == ["name_cover"]


def test_a_mentor_who_leaves_the_organisation_is_replaced(database: Database) -> None:
    case = MentoringCase.make(database, "mona", "milo").pair().agree()

    case.leave("mona")

    case.begun("mentor_change").do("name_cover", "nora", person="hedy")
    assert case.pairings == [("mona", "mentor", "mentor_unavailable"), ("hedy", "interim", "")]
    assert case.running() == ["mentor_change", "mentoring"]


def test_whoever_has_left_helps_with_no_plan_of_training(database: Database) -> None:
    case = MentoringCase.make(database, "mona").pair().agree()
    assert _helper(case) == "mona"

    case.leave("mona")

    assert _helper(case) not in {"mona", None}


def _helper(case: MentoringCase) -> str | None:
    """Return who is asked to help with the training of the member now."""
    with case.database.reading() as session:
        return helper_of(session, case.member_id, case.clock.now().date())


@pytest.mark.parametrize("agrees", [True, False])
def test_private_notes_are_handed_over_only_with_consent(case: MentoringCase, agrees: bool) -> None:
    case.do("consent", "cara", agrees=agrees)

    (note,) = case.rows(MentorContact)
    assert note.is_handed_over is agrees


def test_silence_hands_nothing_over_and_makes_the_head_stand_in(case: MentoringCase) -> None:
    case.wait("P3BD")
    assert any("Name who stands in is due" in text for text in case.told("nora"))
    assert any("Decide about private notes is due" in text for text in case.told("cara"))

    case.wait("P2BD")
    (note,) = case.rows(MentorContact)
    assert not note.is_handed_over
    assert case.rows(MentorChange)[0].shares_notes is False
    assert case.pairings[-1] == ("nora", "interim", "")
    assert case.open == ["hand_over"]

    case.wait("P5BD")
    assert case.rows(MentorChange)[0].handover_note == ""
    assert case.begun("mentoring").open == ["choose"]


def test_the_mentor_who_goes_does_not_stand_in(case: MentoringCase) -> None:
    case.do("name_cover", "nora", person="mona")
    assert case.offered_to("name_other_cover") == ["pool-manager"]

    case.wait("P2BD")
    assert case.offered_to("name_other_cover") == ["pool-manager", "hr"]
    case.do("name_other_cover", "hana", person="hedy")

    assert case.pairings[-1] == ("hedy", "interim", "")


def test_only_one_change_runs_for_a_member(case: MentoringCase) -> None:
    first = case.instance_id

    case.begin("mentor_change")

    assert case.instance.status == "completed"
    assert len(case.rows(MentorChange)) == 1
    case.instance_id = first
    assert case.instance.status != "completed"


def test_after_twenty_days_the_head_hears_that_somebody_still_stands_in(
    case: MentoringCase,
) -> None:
    _finish(case).wait("P20BD")

    assert case.rows(MentorChange)[0].outcome == "covered"
    assert case.told("nora")[-1].startswith("After 20 working days Cara Example still")


def test_a_member_who_leaves_ends_the_change(case: MentoringCase) -> None:
    case.tell("member.left_pool", str(case.member_id), reason="end_of_term")

    assert (case.running(), case.open) == ([], [])
    assert case.rows(MentorChange)[0].outcome == "member_left"
    assert case.pairings == [("mona", "mentor", "end_of_term")]
