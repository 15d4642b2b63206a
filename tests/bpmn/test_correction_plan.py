"""Plans for improvement: notice, agreement, checkpoints, and everything that can be late."""

import pytest

from tests.workflows.correction_case import REASON, CorrectionPlay
from tests.workflows.member_case import make_member, make_organisation
from workflows.correction_states import Level, Outcome, SignState, Step
from workflows.correction_tables import (
    Checkpoint,
    CorrectionAction,
    CorrectionReceipt,
    MemberEvidence,
)
from workflows.database import Database


@pytest.fixture
def play(database: Database) -> CorrectionPlay:
    """An active member about whom nothing is known."""
    make_organisation(database)
    return CorrectionPlay(database, make_member(database))


def reach(play: CorrectionPlay, number: int) -> CorrectionPlay:
    """Come to a checkpoint of a plan of level 2, with good reports before."""
    play.to_plan("L2")
    for _ in range(number - 1):
        play.wait("P15D").hold(80, "CONTINUE")
    return play.wait("P15D")


def test_checkpoint_h1_closes(play: CorrectionPlay) -> None:
    reach(play, 4).hold(95, "CLOSE")

    assert (play.checkpoint.expected, play.checkpoint.proposal) == (100, "CLOSE")
    assert play.case.outcome is Outcome.CORRECTED


def test_checkpoints_h2_and_h3_extend_once_then_escalate(play: CorrectionPlay) -> None:
    reach(play, 4).hold(70, "EXTEND_30D")
    assert (play.checkpoint.proposal, play.checkpoint.is_last) == ("EXTEND_30D", True)
    assert (play.case.plan_days, play.case.extensions) == (90, 1)
    play.wait("P15D").hold(70, "CONTINUE")
    assert (play.checkpoint.expected, play.checkpoint.is_last) == (83, False)

    play.wait("P15D").hold(70, "ESCALATE")

    assert (play.checkpoint.expected, play.checkpoint.extensions) == (100, 1)
    assert play.checkpoint.proposal == "ESCALATE"
    assert play.case.proposal == "L3"


@pytest.mark.parametrize(
    ("progress", "proposal", "is_told"),
    [(20, "INTENSIFY", True), (30, "CONTINUE", False)],
    ids=["H-4", "H-5"],
)
def test_a_checkpoint_half_way(
    play: CorrectionPlay, progress: int, proposal: str, is_told: bool
) -> None:
    reach(play, 2).hold(progress, proposal)

    assert (play.checkpoint.expected, play.checkpoint.proposal) == (50, proposal)
    assert any("more effort" in text for text in play.told("nora")) is is_told
    play.wait("P15D")
    assert play.open == ["hold_checkpoint"]


def test_checkpoint_h6_without_evidence_extends(play: CorrectionPlay) -> None:
    reach(play, 4).hold(95, "EXTEND_30D", evidence=False)

    assert play.checkpoint.proposal == "EXTEND_30D"


def test_checkpoint_h7_escalates_for_a_serious_sign(play: CorrectionPlay) -> None:
    reach(play, 2).hold(80, "CONTINUE").signal("complaint_serious_upheld")
    play.triage().verify("serious")

    checkpoint = play.checkpoint
    assert (checkpoint.progress, checkpoint.expected, checkpoint.is_last) == (80, 50, False)
    assert checkpoint.proposal == "ESCALATE"


def test_a_person_may_decide_otherwise_with_a_reason(play: CorrectionPlay) -> None:
    reach(play, 2).hold(30, "CLOSE")

    checkpoint = play.checkpoint
    assert (checkpoint.proposal, checkpoint.decision) == ("CONTINUE", Step.CLOSE)
    assert (checkpoint.decided_by, checkpoint.reason) == ("nora", REASON)
    assert play.case.outcome is Outcome.CORRECTED


@pytest.mark.parametrize(
    ("number", "outcome", "sentence"),
    [(2, "EXTEND_30D", "Only the last"), (4, "CONTINUE", "ends here"), (4, "INTENSIFY", "ends")],
)
def test_what_is_not_possible_is_said_on_the_form(
    play: CorrectionPlay, number: int, outcome: str, sentence: str
) -> None:
    reach(play, number).hold(70, outcome)

    assert play.open == ["decide_checkpoint"]
    assert play.checkpoint.decision is None
    assert sentence in str(play.shown("decide_checkpoint", "refusal_text"))
    play.settle("ESCALATE")
    assert play.checkpoint.decision is Step.ESCALATE


def test_a_plan_is_extended_only_once(play: CorrectionPlay) -> None:
    reach(play, 4).hold(70, "EXTEND_30D").wait("P15D").hold(70, "CONTINUE").wait("P15D")
    play.hold(70, "EXTEND_30D")

    assert play.open == ["decide_checkpoint"]
    assert "extended once" in str(play.shown("decide_checkpoint", "refusal_text"))


def test_a_reminder_is_extended_by_one_more_checkpoint(play: CorrectionPlay) -> None:
    play.to_plan("L1").wait("P30D").hold(70, "EXTEND_30D").wait("P30D").hold(95, "CLOSE")

    assert [(each.number, each.is_last) for each in play.rows(Checkpoint)] == [(1, True), (2, True)]


def test_the_same_level_again_has_a_plan_of_its_own(play: CorrectionPlay) -> None:
    reach(play, 4).hold(10, "ESCALATE").hear().decide("L2").speak("L2").sign_for().agree()
    play.wait("P15D").hold(30, "CONTINUE")

    checkpoint = play.checkpoint
    assert (checkpoint.number, checkpoint.expected, checkpoint.is_last) == (1, 25, False)


def test_a_checkpoint_that_was_interrupted_is_taken_up_again(play: CorrectionPlay) -> None:
    reach(play, 2).signal("complaint_serious_upheld")
    play.triage().verify("serious").settle("CONTINUE").wait("PT1M")

    assert play.open == ["hold_checkpoint"]
    play.hold(60, "CONTINUE")
    numbers = [(each.number, each.occasion.value) for each in play.rows(Checkpoint)]
    assert numbers == [(1, "scheduled"), (2, "scheduled"), (1, "sign")]


def test_an_early_serious_sign_interrupts_the_draft_of_the_plan(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1").sign_for()
    play.signal("complaint_serious_upheld")
    play.triage().verify("serious").settle("CONTINUE")

    assert play.open == ["draft_plan"]


# Who helps, and what is late.


def test_the_helper_holds_the_checkpoints(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1").sign_for()
    play.agree(helper="ben")
    assert any("You help with a plan" in text for text in play.told("ben"))

    play.wait("P30D")

    assert play.assignees("hold_checkpoint") == ["ben"]
    assert [action.action for action in play.rows(CorrectionAction)] == [
        "Hand in on time",
        "Talk weekly",
    ]


@pytest.mark.parametrize("helper", ["cara", "nobody.at.all"])
def test_not_everybody_can_help(play: CorrectionPlay, helper: str) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1").sign_for()
    draft = {"actions": ["Hand in on time"], "measures": "Nothing is late."}
    play.do("draft_plan", "nora", **draft, helper=helper)

    assert play.open == ["draft_plan"]
    assert play.rows(CorrectionAction) == []


def test_a_plan_begins_without_an_answer_and_with_a_no(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1").sign_for()
    draft = {"actions": ["Hand in on time"], "measures": "Nothing is late."}
    play.do("draft_plan", "nora", **draft)
    assert play.assignees("agree_plan") == ["cara"]

    play.wait("P5BD")

    assert play.open == []
    assert (play.case.agrees, play.case.plan_days) == (None, 30)


def test_a_no_to_the_plan_is_recorded(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1").sign_for()
    draft = {"actions": ["Hand in on time"], "measures": "Nothing is late."}
    play.do("draft_plan", "nora", **draft)
    play.do("agree_plan", "cara", agrees=False, remark="Two weeks are too short.")

    assert play.case.agrees is False
    assert play.case.next_checkpoint_at is not None


def test_late_checkpoints_are_reminded_and_escalated(play: CorrectionPlay) -> None:
    play.to_plan("L2").wait("P15D").wait("P3BD")
    assert any("Hold the checkpoint is due" in text for text in play.told("nora"))
    play.wait("P2BD")
    assert play.offered_to("hold_checkpoint") == ["pool-manager"]

    play.hold(70, "CONTINUE", who="max")

    assert play.checkpoint.held_by == "max"


def test_a_late_decision_about_a_checkpoint_goes_to_the_pool_managers(play: CorrectionPlay) -> None:
    play.to_plan("L2").wait("P15D")
    report = {"progress": 70, "evidence_complete": True, "findings": "We looked."}
    play.do("hold_checkpoint", "nora", **report).wait("P3BD")

    assert play.offered_to("decide_checkpoint") == ["pool-manager"]


def test_a_late_first_look_and_a_late_statement_are_escalated(play: CorrectionPlay) -> None:
    play.report("grade_drop").wait("P2BD")
    assert any("Look at the sign first is due" in text for text in play.told("mia"))
    play.wait("P1BD")
    assert play.offered_to("triage") == ["pool-manager", "hr"]
    assert any("overdue" in text for text in play.told("nora"))
    play.triage().wait("P5BD")
    assert any("Give the statement is due" in text for text in play.told("hugo"))

    play.wait("P5BD")

    assert play.offered_to("answer") == ["hr", "pool-manager"]
    play.wait("P30BD")
    assert play.open == ["answer"]  # there is no silent pass
    assert play.signs[0].state is SignState.RAISED


def test_the_conduct_office_is_not_stood_in_for(play: CorrectionPlay) -> None:
    play.report("complaint_serious_upheld")
    reason = "Only the conduct office has the file."
    play.do("triage", "max", outcome="verify", office="conduct-office", reason=reason)
    play.wait("P10BD")
    assert play.offered_to("answer") == ["conduct-office"]

    play.verify("serious", who="cora")

    (evidence,) = play.rows(MemberEvidence)
    assert (evidence.office, evidence.answered_by) == ("conduct-office", "cora")
    assert play.signs[0].verified_by == "cora"
    assert play.signs[0].evidence_id == evidence.id


def test_late_decisions_about_the_level_are_escalated(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3").wait("P3BD")
    assert play.offered_to("decide_level") == ["pool-manager", "hr"]
    play.decide("L2").hear().wait("P5BD")

    assert play.offered_to("head_decides_level") == ["pool-manager"]


def test_a_late_admonition_and_a_late_referral_go_to_the_pool_managers(
    play: CorrectionPlay,
) -> None:
    play.found("complaint_serious_upheld", "audit_integrity_flag").hear().decide("L3")
    play.wait("P5BD")
    assert play.offered_to("admonish") == ["pool-manager"]
    assert any("overdue" in text for text in play.told("nora"))


def test_a_late_draft_goes_to_the_pool_managers(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1").sign_for()
    play.wait("P5BD")

    assert play.offered_to("draft_plan") == ["pool-manager"]


def test_a_referral_that_nobody_decides_goes_to_the_pool_managers(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3", severity="misconduct").hear().decide("REFER")
    play.tell("discipline.recorded", str(play.member_id), outcome="cleared")
    play.wait("P5BD")

    assert play.offered_to("decide_referral") == ["pool-manager"]


# The notice.


def test_a_signature_is_recorded(play: CorrectionPlay) -> None:
    play.to_plan("L1")

    (receipt,) = play.rows(CorrectionReceipt)
    assert (receipt.answer, receipt.level, receipt.witnesses) == ("signed", Level.L1, [])


@pytest.mark.parametrize("answer", ["refused", "silent"])
def test_a_refusal_and_silence_are_witnessed_by_two(play: CorrectionPlay, answer: str) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1")
    assert REASON in str(play.shown("read_level", "letter"))
    if answer == "refused":
        play.do("read_level", "cara", signature="refused")
    else:
        play.wait("P3BD")
    assert play.open == ["witness", "witness"]

    play.do("witness", "hana", confirms=True).do("witness", "max", confirms=True)

    (receipt,) = play.rows(CorrectionReceipt)
    assert (receipt.answer, receipt.witnesses) == (answer, ["hana", "max"])
    assert play.open == ["draft_plan"]


def test_late_witnesses_are_reminded_and_escalated(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").speak("L1")
    play.wait("P3BD").wait("P2BD")
    assert any("Witness the notice" in text for text in play.told("hugo"))

    play.wait("P1BD")

    assert any(
        "Witness the notice of a correction is overdue" in text for text in play.told("nora")
    )
