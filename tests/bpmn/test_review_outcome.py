"""From the provisional to the final grade: decisions, panel, talk, receipt, dispute, outputs."""

import json

import pytest
from sqlalchemy import select, update

from tests.bpmn import packaged_models
from tests.workflows.review_case import REASON, ReviewCase, make_review_case
from workflows import review_reports
from workflows.database import Database
from workflows.engine.tables import HistoryEvent
from workflows.errors import Invalid
from workflows.people_tables import GradeHistory
from workflows.pool_tables import PoolMember
from workflows.review_states import ReviewState
from workflows.review_tables import ReviewGrade
from workflows.vocabulary import Horizon, Readiness


@pytest.fixture
def graded(database: Database) -> ReviewCase:
    """A member whose provisional grade is calibrated: the head decides now."""
    return _calibrated(make_review_case(database))


def _calibrated(case: ReviewCase, mark: int = 4, grade: str | None = None) -> ReviewCase:
    case.to_calibration(mark).begun("review_cycle")
    if grade:
        case.change(grade)
    case.calibrate().begun("review")
    return case


def _thrown(case: ReviewCase) -> set[str]:
    """Return the messages that the review has sent."""
    with case.database.reading() as session:
        events = session.scalars(
            select(HistoryEvent).where(HistoryEvent.instance_id == case.instance_id)
        )
        return {event.data["message"] for event in events if "message" in event.data}


def _before(case: ReviewCase, grade: str) -> None:
    with case.database.unit_of_work() as session:
        session.execute(update(PoolMember).values(last_grade=grade))


# The decision of the head.


def test_a_good_grade_as_proposed_needs_no_reason(graded: ReviewCase) -> None:
    graded.confirm("B")

    (kept,) = graded.rows(ReviewGrade)
    assert (kept.proposal, kept.decision, kept.is_followed, kept.decided_by) == (
        "B",
        "B",
        True,
        "nora",
    )
    assert graded.open == ["feedback_talk"]


@pytest.mark.parametrize("grade", ["A", "C", "D"])
def test_another_grade_and_a_bad_one_need_a_reason(graded: ReviewCase, grade: str) -> None:
    with pytest.raises(Invalid):
        graded.confirm(grade)

    assert graded.open == ["confirm_grade"]


def test_following_a_bad_proposal_needs_a_reason_too(database: Database) -> None:
    case = _calibrated(make_review_case(database), grade="C")
    with pytest.raises(Invalid):
        case.confirm("C")

    case.confirm("C", reason=REASON)

    (kept,) = case.rows(ReviewGrade)
    assert (kept.is_followed, kept.reason) == (True, REASON)
    assert REASON not in json.dumps(case.instance.data)


def test_a_late_decision_comes_to_the_pool_manager(graded: ReviewCase) -> None:
    graded.wait("P5BD")

    assert graded.offered_to("confirm_grade") == ["pool-manager"]
    assert any("Decide about the grade is due" in text for text in graded.told("nora"))


# The panel.


def test_a_d_needs_two_voices_of_the_panel(graded: ReviewCase) -> None:
    graded.confirm("D", reason=REASON)
    assert graded.offered_to("panel_confirms") == ["panel:leaders"]

    graded.do("panel_confirms", "pam", grade="D", reason=REASON)
    with pytest.raises(Exception, match=r"(?i)already|panel"):
        graded.do("panel_confirms", "pam", grade="D", reason=REASON)
    graded.do("panel_confirms", "paul", grade="D", reason=REASON)

    assert graded.open == ["feedback_talk"]
    assert [one.decided_by for one in graded.rows(ReviewGrade)] == ["nora", "pam", "paul"]
    assert (
        graded.instance.data["letter"] == "Grade D." if "letter" in graded.instance.data else True
    )


def test_the_milder_voice_counts(graded: ReviewCase) -> None:
    graded.confirm("D", reason=REASON)
    graded.do("panel_confirms", "pam", grade="D", reason=REASON)
    graded.do("panel_confirms", "paul", grade="C", reason=REASON)
    graded.talk().sign()

    assert (graded.review.final_grade, graded.member.last_grade) == ("C", "C")


def test_a_provisional_d_goes_to_the_panel_even_when_the_head_is_milder(
    database: Database,
) -> None:
    case = make_review_case(database).to_ratings()
    for number, name in enumerate(("nora", "hana", "bob", "ben", "rex", "rita")):
        case.rate(name, 4, fails=number < 3)
    case.count().judge().begun("review_cycle").calibrate()
    case.begun("review")
    assert case.review.provisional_grade == "D*"

    case.confirm("B", reason=REASON)

    assert case.open == ["panel_confirms"]


def test_a_silent_panel_is_escalated(graded: ReviewCase) -> None:
    graded.confirm("D", reason=REASON).wait("P5BD")

    assert graded.offered_to("panel_confirms") == ["panel:leaders", "pool-manager"]


# Talk and receipt.


def test_the_talk_and_the_comment_are_kept(graded: ReviewCase) -> None:
    graded.confirm("B").talk().sign(comment="I see it in the same way.")

    found = graded.review
    assert (found.receipt, found.member_comment) == ("signed", "I see it in the same way.")
    assert found.talk_held_on is not None
    assert found.talk_notes == "We agreed on two steps."


def test_a_late_talk_comes_to_the_pool_manager(graded: ReviewCase) -> None:
    graded.confirm("B").wait("P10BD")

    assert graded.offered_to("feedback_talk") == ["pool-manager"]


def test_a_good_grade_that_nobody_signs_stands(graded: ReviewCase) -> None:
    graded.confirm("B").talk().wait("P10BD")

    assert (graded.review.state, graded.review.receipt) == (ReviewState.FINAL, "silent")


@pytest.mark.parametrize("answer", ["refused", None])
def test_a_bad_grade_that_is_not_signed_has_two_witnesses(
    graded: ReviewCase, answer: str | None
) -> None:
    graded.confirm("C", reason=REASON).talk()
    if answer:
        graded.sign(signature=answer)
    else:
        graded.wait("P10BD")
    assert graded.open == ["witness_grade", "witness_grade"]

    graded.do("witness_grade", "hana", confirms=True).do("witness_grade", "max", confirms=True)

    assert graded.review.final_grade == "C"


# Dispute.


def _disputed(case: ReviewCase) -> ReviewCase:
    case.confirm("C", reason=REASON).talk()
    return case.sign(disputes=True, grounds="The objectives were others.")


def test_a_dispute_files_an_appeal_and_waits(graded: ReviewCase) -> None:
    _disputed(graded)

    assert "appeal.filed" in _thrown(graded)
    assert (graded.review.state, graded.open) == (ReviewState.SCORED, [])
    assert graded.review.dispute_grounds == "The objectives were others."


def _decide(case: ReviewCase, outcome: str, matter: str = "grade") -> None:
    case.tell(
        "appeal.decided",
        str(case.member_id),
        member_id=case.member_id,
        matter=matter,
        matter_id=case.review.id,
        outcome=outcome,
    )


def test_a_dismissed_appeal_leaves_the_grade(graded: ReviewCase) -> None:
    _decide(_disputed(graded), "dismissed")

    assert (graded.review.final_grade, graded.review.appeal_outcome) == ("C", "dismissed")


def test_an_appeal_about_something_else_is_not_meant(graded: ReviewCase) -> None:
    _decide(_disputed(graded), "upheld", matter="exit")
    assert (graded.review.appeal_outcome, graded.open) == (None, [])

    _decide(graded, "dismissed")

    assert graded.review.final_grade == "C"


@pytest.mark.parametrize("outcome", ["upheld", "partly"])
def test_an_upheld_appeal_brings_a_new_decision_by_somebody_else(
    graded: ReviewCase, outcome: str
) -> None:
    _decide(_disputed(graded), outcome)
    assert graded.offered_to("regrade") == ["pool-manager"]

    graded.do("regrade", "mia", grade="B")

    assert (graded.review.final_grade, graded.member.last_grade) == ("B", "B")
    assert [one.stage for one in graded.rows(ReviewGrade)] == ["head", "appeal"]


def test_an_appeal_without_an_answer_ends_after_sixty_days(graded: ReviewCase) -> None:
    _disputed(graded).wait("P60BD")

    assert (graded.review.final_grade, graded.review.appeal_outcome) == ("C", "unanswered")


# What follows.


@pytest.mark.parametrize(
    ("element", "carried"),
    [
        ("revise_training", {"member_id", "cause", "finding"}),
        ("raise_sign", {"member_id", "code", "source", "evidence_id"}),
        ("propose_exit", {"member_id", "cause", "proposed_by"}),
    ],
)
def test_what_follows_is_told_in_the_words_of_the_others(element: str, carried: set[str]) -> None:
    node = packaged_models.processes()["review"].nodes[element]

    assert {one.name for one in node.inputs} == carried


def test_the_membership_carries_the_outcome(graded: ReviewCase) -> None:
    graded.confirm("B").talk().sign()

    member, year = graded.member, graded.cycle.year
    assert (member.last_grade, member.readiness, member.horizon) == (
        "B",
        Readiness.READY_1Y,
        Horizon.NEAR,
    )
    grades = {
        row.year: row.grade
        for row in graded.rows(GradeHistory)
        if row.person_id == member.person_id
    }
    assert grades[year] == "B"


def test_the_weakest_indicator_goes_to_the_training(graded: ReviewCase) -> None:
    graded.confirm("B").talk().sign()

    told = _thrown(graded)
    assert "training.revise" in told
    assert graded.instance.data["weakest"] == "V"
    assert "sign.raised" not in told
    assert "exit.proposed" not in told


def test_a_worse_grade_than_before_is_a_sign(database: Database) -> None:
    case = make_review_case(database)
    _before(case, "A")
    _calibrated(case).confirm("B").talk().sign()

    told = _thrown(case)
    assert "sign.raised" in told
    assert "exit.proposed" not in told


@pytest.mark.parametrize(("before", "grade", "cause"), [("C", "C", "two_C"), ("B", "D", "grade_D")])
def test_a_d_and_a_second_c_propose_the_exit(
    database: Database, before: str, grade: str, cause: str
) -> None:
    case = make_review_case(database)
    _before(case, before)
    _calibrated(case).confirm(grade, reason=REASON)
    if grade == "D":
        for who in ("pam", "paul"):
            case.do("panel_confirms", who, grade="D", reason=REASON)
    case.talk().sign()

    assert "exit.proposed" in _thrown(case)
    assert case.instance.data["exit_cause"] == cause
    assert case.instance.data["decided_by"] == ("paul" if grade == "D" else "nora")


def test_a_single_c_proposes_nothing(database: Database) -> None:
    case = make_review_case(database)
    _before(case, "B")
    _calibrated(case).confirm("C", reason=REASON).talk().sign()

    assert "exit.proposed" not in _thrown(case)


# The report for the subject.


def test_the_report_names_nobody_and_dates_nothing(graded: ReviewCase) -> None:
    graded.confirm("B").talk().sign()

    with graded.database.reading() as session:
        report = review_reports.for_subject(session, graded.review.id)
    text = repr(report)
    assert report.score == 75.0
    assert not [name for name in ("nora", "hana", "bob", "ben", "rex", "rita") if name in text]
    assert "datetime" not in text
    assert report.comments == []
