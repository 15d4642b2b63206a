"""The appeal: admissible or not, an independent panel, a second instance, and what follows."""

import pytest
from sqlalchemy.exc import IntegrityError

from tests.bpmn.exit_case import SECRETARY, ExitPlay
from tests.workflows.member_case import make_member, make_organisation
from tests.workflows.nomination_case import REASON
from tests.workflows.review_case import ReviewCase
from workflows.appeal_tables import Appeal, AppealOutcome, AppealSeat, AppealState
from workflows.database import Database
from workflows.engine import instances
from workflows.errors import NotAllowed
from workflows.exit_tables import ExitState, OutcomeReceipt
from workflows.pool_tables import CoolingOff, PoolMember
from workflows.vocabulary import Lifecycle

WRONG = "The plans had results, all of them."


@pytest.fixture
def play(database: Database) -> ExitPlay:
    """Cara is an active member of the pool."""
    make_organisation(database)
    return ExitPlay(database, make_member(database))


def test_an_upheld_appeal_keeps_the_member(play: ExitPlay) -> None:
    play.to_window().contest().seat().judge("upheld", "upheld", "dismissed")

    assert (play.member.lifecycle, play.exit.state) == (Lifecycle.ACTIVE, ExitState.RETAINED)
    assert (play.appeal.outcome, play.appeal.state) == (AppealOutcome.UPHELD, AppealState.DECIDED)
    assert "These are the reasons of the panel." in play.appeal.reasons
    assert (play.open, play.running(), play.rows(CoolingOff)) == ([], [], [])


def test_a_dismissed_appeal_lets_the_exit_take_effect_when_the_window_is_over(
    play: ExitPlay,
) -> None:
    play.to_window().contest().seat().judge("dismissed", "dismissed", "upheld")
    assert (play.open, play.member.lifecycle) == (["second"], Lifecycle.EXIT_PROPOSED)

    play.wait("P10BD")

    assert play.member.exit_reason == "correction_failed"
    assert play.running() == []


def test_in_part_means_that_the_head_decides_again_and_no_second_appeal(play: ExitPlay) -> None:
    play.to_window().contest().seat().judge("upheld", "partly", "dismissed").wait("P10BD")
    assert play.appeal.outcome is AppealOutcome.PARTLY
    assert (play.open, play.exit.state) == (["decide"], ExitState.PROPOSED)

    play.remove().do("receipt", "cara", signature="signed")

    assert play.member.lifecycle is Lifecycle.EXITED
    assert len(play.rows(Appeal)) == 1


def test_an_appeal_that_is_not_admissible_is_dismissed_with_the_reason(play: ExitPlay) -> None:
    play.to_window().do("file_appeal", "cara", ground="facts", statement=WRONG)
    play.do("admit", SECRETARY, is_admissible=False, reason="It names no ground at all.")
    play.do("receipt", "cara", signature="signed").wait("P10BD")

    assert (play.appeal.is_admissible, play.appeal.outcome) == (False, AppealOutcome.DISMISSED)
    assert "It names no ground at all." in play.appeal.reasons
    assert play.member.lifecycle is Lifecycle.EXITED


def test_the_proposed_panel_had_no_part_and_others_are_refused(play: ExitPlay) -> None:
    play.to_window().contest()
    assert set(play.proposed).isdisjoint({"hana", "nora", "hedy", "pam", "cara", SECRETARY})
    assert len(play.proposed) == 3

    for name in ("nora", "pam", "hana", "cara", SECRETARY, "nobody"):
        play.do("confirm_panel", SECRETARY, people=["rex", "rita", name])
        assert play.open == ["confirm_panel"]

    play.do("confirm_panel", SECRETARY, people=["rex", "rita", "ron"])
    assert play.open == ["hearing"]


def test_those_who_decide_are_told_the_ground(play: ExitPlay) -> None:
    play.to_window().contest()

    with play.database.reading() as session:
        told = instances.get(session, play.appeal.instance_id or 0).data["appeal_ground"]
    assert (play.appeal.ground, told) == ("facts", "facts")


def test_who_had_a_part_in_the_correction_before_a_removal_does_not_judge_it(
    play: ExitPlay,
) -> None:
    facts = {"code": "grade_drop", "source": "hr", "evidence": "The grade fell within a year."}
    play.begin("correction", "hugo", **facts)
    first = {"outcome": "verify", "office": "hr", "reason": "Two systems say the same."}
    play.do("triage", "max", **first)
    play.do("answer", "hana", result="confirmed", severity="ordinary", statement="It is so.")

    play.propose("correction_failed", by="mia")
    play.do("statement", "cara", statement="I was ill.").poll().remove()
    play.do("receipt", "cara", signature="signed").contest()

    # Hugo reported the sign and Hana confirmed it; nobody else of HR is here.
    assert set(play.proposed).isdisjoint({"hugo", "hana"})
    play.do("confirm_panel", SECRETARY, people=["rex", "rita", "hugo"])
    assert "confirm_panel" in play.open


def test_raters_do_not_judge_an_appeal_about_the_grade(play: ExitPlay) -> None:
    reviewed = ReviewCase(play.database, play.member_id)
    reviewed.clock = play.clock
    reviewed.to_ratings(peers=["ben", "rex", "rita"])
    key, review_id = str(play.member_id), reviewed.review.id

    play.tell("appeal.filed", key, member_id=play.member_id, matter="grade", matter_id=review_id)
    play.do("state_grounds", "cara", ground="evidence", statement=WRONG)
    play.do("admit", SECRETARY, is_admissible=True, reason="In time and with a ground.")

    assert set(play.proposed).isdisjoint({"nora", "hana", "rex", "rita", "hugo"})


def test_a_seat_that_is_bound_is_filled_again_and_the_others_keep_their_votes(
    play: ExitPlay,
) -> None:
    play.to_window().contest().seat("rex", "rita", "ron")
    play.do("vote", "rex", vote="upheld", reason=REASON).do("vote", "rita", vote="bound")
    play.do("vote", "ron", vote="upheld", reason=REASON)
    assert set(play.proposed) > {"rex", "ron"}
    assert "rita" not in play.proposed

    play.do("confirm_panel", SECRETARY, people=["rex", "ron", "ruth"])
    play.do("hearing", SECRETARY, was_heard=True, heard_on="2027-01-11", notes="She was heard.")
    assert play.assignees("vote") == ["ruth"]
    play.do("vote", "ruth", vote="dismissed", reason=REASON)

    assert play.open == ["reasons"]
    assert play.appeal.hearing_notes == "She was heard."
    assert sorted(each.vote for each in play.rows(AppealSeat)) == [
        "bound",
        "dismissed",
        "upheld",
        "upheld",
    ]


def test_the_time_is_extended_once_then_the_superior_decides(play: ExitPlay) -> None:
    play.to_window().contest().seat().wait("P20BD")
    assert (play.appeal.is_extended, play.open) == (True, ["vote"] * 3)
    play.wait("P10BD")
    assert (play.open, play.assignees("superior")) == (["superior"], ["hedy"])

    play.do("superior", "hedy", outcome="upheld", reason=REASON)
    play.do("receipt", "cara", signature="signed")

    assert (play.appeal.decided_by, play.member.lifecycle) == ("hedy", Lifecycle.ACTIVE)


def test_the_second_instance_is_the_superior_of_the_head_and_the_last(play: ExitPlay) -> None:
    play.to_window().contest().seat().judge("dismissed", "dismissed", "dismissed")
    play.do("second", "cara", statement="The panel did not read my report.")
    play.do("superior", "hedy", outcome="upheld", reason=REASON)
    play.do("receipt", "cara", signature="signed")

    first, second = play.rows(Appeal)
    assert (first.outcome, second.outcome) == (AppealOutcome.DISMISSED, AppealOutcome.UPHELD)
    assert (second.second_instance_of, second.decided_by) == (first.id, "hedy")
    assert (play.member.lifecycle, play.running()) == (Lifecycle.ACTIVE, [])


def test_an_upheld_appeal_after_the_exit_makes_a_new_membership(play: ExitPlay) -> None:
    play.to_decision("discipline").remove().do("receipt", "cara", signature="signed")
    assert play.member.lifecycle is Lifecycle.EXITED

    play.contest().seat().judge("upheld", "upheld", "upheld")

    old, new = play.rows(PoolMember)
    assert (old.lifecycle, new.lifecycle) == (Lifecycle.EXITED, Lifecycle.ACTIVE)
    assert play.appeal.reinstated_member_id == new.id
    assert (new.term_end, new.person_id) == (old.term_end, old.person_id)
    assert play.rows(CoolingOff) == []
    assert play.exit.state is ExitState.EFFECTIVE


def test_an_answer_that_takes_too_long_is_told_and_still_counts(play: ExitPlay) -> None:
    play.to_window().contest().seat().wait("P60BD")
    assert any("has not been decided" in text for text in play.told("max"))

    play.do("superior", "hedy", outcome="upheld", reason=REASON)
    play.do("receipt", "cara", signature="signed")

    assert (play.member.lifecycle, play.running()) == (Lifecycle.ACTIVE, [])


def test_the_answer_in_another_matter_settles_nothing(play: ExitPlay) -> None:
    play.to_window().contest()
    facts = {"member_id": play.member_id, "matter": "grade", "matter_id": 1}
    play.tell("appeal.decided", str(play.member_id), **facts, outcome="upheld")

    assert play.member.lifecycle is Lifecycle.EXIT_PROPOSED
    play.seat().judge("upheld", "upheld", "upheld")
    assert play.member.lifecycle is Lifecycle.ACTIVE


def test_a_matter_is_appealed_once(play: ExitPlay) -> None:
    play.to_window().contest()
    form = {"number": play.member.number, "matter": "exit", "ground": "facts", "statement": WRONG}
    play.start("appeal", "cara", form)

    assert play.instance.status == "completed"
    assert len(play.rows(Appeal)) == 1


def test_an_appeal_without_grounds_asks_for_them(play: ExitPlay) -> None:
    key = str(play.member_id)
    play.tell("appeal.filed", key, member_id=play.member_id, matter="grade", matter_id=7)
    assert play.open == ["state_grounds"]
    play.do("state_grounds", "cara", ground="evidence", statement=WRONG)

    assert (play.appeal.ground, play.open) == ("evidence", ["admit"])


def test_silence_about_the_grounds_goes_to_the_secretary(play: ExitPlay) -> None:
    key = str(play.member_id)
    play.tell("appeal.filed", key, member_id=play.member_id, matter="correction", matter_id=7)

    play.wait("P5BD")

    assert (play.appeal.ground, play.open) == (None, ["admit"])


def test_the_member_alone_may_appeal(play: ExitPlay) -> None:
    form = {"number": play.member.number, "matter": "grade", "matter_id": 7, "ground": "facts"}

    with pytest.raises(NotAllowed):
        play.start("appeal", "nora", {**form, "statement": WRONG})


def test_the_secretary_is_escalated_to_the_pool_managers(play: ExitPlay) -> None:
    play.to_window().do("file_appeal", "cara", ground="facts", statement=WRONG).wait("P3BD")

    assert play.offered_to("admit") == ["appeals-secretary", "pool-manager"]


def test_the_database_keeps_one_open_appeal_and_no_outcome_without_reasons(
    play: ExitPlay,
) -> None:
    now = play.clock.now()
    facts = {"member_id": play.member_id, "matter": "grade", "matter_id": 7, "filed_by": "cara"}
    with play.database.unit_of_work() as session:
        session.add(Appeal(**facts, filed_at=now))
    closed = {"state": AppealState.DECIDED, "outcome": AppealOutcome.UPHELD, "closed_at": now}

    for columns in ({}, closed, {**closed, "outcome": None, "reasons": "Some."}):
        with pytest.raises(IntegrityError), play.database.unit_of_work() as session:
            session.add(Appeal(**facts, filed_at=now, **columns))


def test_what_was_signed_is_kept_for_both_matters(play: ExitPlay) -> None:
    play.to_window().contest().seat().judge("upheld", "upheld", "upheld")

    assert [(each.matter, each.answer) for each in play.rows(OutcomeReceipt)] == [
        ("exit", "signed"),
        ("appeal", "signed"),
    ]
