"""What is learned in hours: courses, self-study and projects, and when the hours count."""

import pytest
from sqlalchemy import select

from tests.workflows.training_case import REASON, TrainingCase
from workflows.course_tables import CourseEnrolment, StudyEntry
from workflows.engine.tables import DecisionRecord
from workflows.training_states import EnrolmentState, HoursKind, ItemState
from workflows.training_tables import HoursLedger

COURSE = {"course_code": "LAW", "starts_on": "2026-12-01", "ends_on": "2026-12-05"}
REPORT = {"report": "We now answer citizens within a week."}


def enrolled(case: TrainingCase) -> TrainingCase:
    """Go as far as a course that is over."""
    return case.planned("THEORY_COURSE").do("choose_course", "ron", **COURSE).wait("P16D")


def test_a_course_waits_until_it_is_over(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE").do("choose_course", "ron", **COURSE)
    assert training.open == []

    training.wait("P16D")

    assert training.open == ["attendance"]
    assert training.rows(CourseEnrolment)[0].state is EnrolmentState.ENROLLED


@pytest.mark.parametrize(
    "wrong", [{"course_code": "ART"}, {"ends_on": "2026-11-30"}], ids=["unknown", "disorder"]
)
def test_a_course_that_nobody_offers_is_asked_for_again(
    training: TrainingCase, wrong: dict[str, str]
) -> None:
    training.planned("THEORY_COURSE").do("choose_course", "ron", **{**COURSE, **wrong})

    assert training.open == ["choose_course"]
    assert training.rows(CourseEnrolment) == []


def test_the_hours_are_booked_with_the_report_from_work(training: TrainingCase) -> None:
    enrolled(training).do("attendance", "ron", outcome="held", leave_hours=2)
    assert training.rows(HoursLedger) == []

    training.do("apply_at_work", "cara", **REPORT)

    (entry,) = training.rows(HoursLedger)
    assert (entry.hours, entry.kind, entry.approved_by) == (40, HoursKind.ORGANISED, "ron")
    assert entry.counts_toward_year == training.plan.year
    assert training.item("THEORY_COURSE").state is ItemState.COMPLETED
    assert training.rows(CourseEnrolment)[0].application == REPORT["report"]


@pytest.mark.parametrize(("leave", "waits"), [(7, "judge_course"), (6, "apply_at_work")])
def test_the_worked_examples_of_leave(training: TrainingCase, leave: int, waits: str) -> None:
    enrolled(training).do("attendance", "ron", outcome="held", leave_hours=leave)

    # L-5 and L-6: a seventh of 42 hours passes, more than that fails.
    assert training.open == [waits]
    with training.database.reading() as session:
        outputs = session.scalars(
            select(DecisionRecord.output).where(
                DecisionRecord.decision_key == "training_compliance"
            )
        ).all()
    assert (outputs == ["COURSE_FAILED"]) is (leave == 7)


def test_a_course_fails_only_when_a_person_says_so(training: TrainingCase) -> None:
    enrolled(training).do("attendance", "ron", outcome="held", leave_hours=7)

    training.do("judge_course", "ron", is_failed=True, reason=REASON)

    (enrolment,) = training.rows(CourseEnrolment)
    assert (enrolment.state, enrolment.decided_by) == (EnrolmentState.FAILED, "ron")
    assert enrolment.decision_reason == REASON
    assert training.item("THEORY_COURSE").state is ItemState.FAILED
    assert training.rows(HoursLedger) == []


def test_a_course_may_count_in_spite_of_much_leave(training: TrainingCase) -> None:
    enrolled(training).do("attendance", "ron", outcome="held", leave_hours=7)
    training.do("judge_course", "ron", is_failed=False, reason=REASON)

    training.do("apply_at_work", "cara", **REPORT)

    assert [entry.hours for entry in training.rows(HoursLedger)] == [35]


def test_after_a_cancelled_course_another_one_is_chosen(training: TrainingCase) -> None:
    enrolled(training).do("attendance", "ron", outcome="cancelled")
    assert training.open == ["choose_course"]

    training.do("choose_course", "ron", **COURSE)

    states = [each.state for each in training.rows(CourseEnrolment)]
    assert states == [EnrolmentState.CANCELLED, EnrolmentState.ENROLLED]


def test_a_unit_that_withholds_the_member_answers_to_the_head(training: TrainingCase) -> None:
    enrolled(training).do("attendance", "ron", outcome="withheld").wait("P5BD")

    training.do("release", "max", reason=REASON)  # after five days the pool manager as well

    assert training.open == ["choose_course"]
    assert training.rows(CourseEnrolment)[0].decided_by == "max"


def studying(case: TrainingCase, **more: object) -> TrainingCase:
    """Go as far as self-study that was logged."""
    case.start().draft(self_study_hours=30)
    case.shape(hours=30).approve()
    study = {"hours": 8, "evidence": "A summary of ten pages.", **more}
    return case.do("log_study", "cara", **study)


def test_self_study_counts_when_the_mentor_verified_it(training: TrainingCase) -> None:
    studying(training)
    assert training.rows(HoursLedger) == []

    training.do("verify_study", "rita", agrees=True)

    (entry,) = training.rows(HoursLedger)
    assert (entry.hours, entry.kind, entry.approved_by) == (8, HoursKind.SELF, "rita")
    assert entry.evidence == "A summary of ten pages."
    assert training.open == ["log_study"]


def test_evidence_that_does_not_hold_books_nothing(training: TrainingCase) -> None:
    studying(training).do("verify_study", "rita", agrees=False, reason="I see two pages.")

    (entry,) = training.rows(StudyEntry)
    assert (entry.is_accepted, entry.verified_by, entry.comment) == (
        False,
        "rita",
        "I see two pages.",
    )
    assert training.rows(HoursLedger) == []


def test_the_last_entry_ends_self_study(training: TrainingCase) -> None:
    studying(training, is_last=True).do("verify_study", "rita", agrees=True)

    assert training.item("SELF_STUDY").state is ItemState.COMPLETED


def test_self_study_is_nudged_each_month(training: TrainingCase) -> None:
    studying(training).do("verify_study", "rita", agrees=True)
    training.wait("P31D").wait("P31D")

    assert training.told("cara").count("Log what you studied waits for you.") == 2


def test_self_study_ends_when_its_time_is_up(training: TrainingCase) -> None:
    training.start().draft(self_study_hours=30)
    training.shape(to_on="2026-12-31").approve().wait("P45D")

    assert training.open == []
    assert training.item("SELF_STUDY").state is ItemState.COMPLETED


def test_late_verification_is_escalated(training: TrainingCase) -> None:
    studying(training).wait("P5BD")

    assert any("Verify self-study is overdue" in text for text in training.told("nora"))


def test_a_project_is_confirmed_by_its_sponsor(training: TrainingCase) -> None:
    training.planned("COORDINATION_PROJECT", sponsor="bob", to_on="2027-01-15")
    assert training.open == []
    training.wait("P57D").do("report_project", "cara", report="We merged two registries.")

    training.do("confirm_project", "bob", agrees=True, hours=20, reason=REASON)

    (entry,) = training.rows(HoursLedger)
    assert (entry.hours, entry.approved_by) == (20, "bob")
    assert training.item("COORDINATION_PROJECT").state is ItemState.COMPLETED


def test_a_project_that_failed_books_nothing(training: TrainingCase) -> None:
    training.planned("ACTING_ROLE", to_on="2027-01-15").wait("P57D")
    training.do("report_project", "cara", report="I stood in for the head.")

    training.do("confirm_project", "nora", agrees=False, hours=20, reason=REASON)

    item = training.item("ACTING_ROLE")
    assert item.state is ItemState.FAILED
    assert REASON in item.result
    assert training.rows(HoursLedger) == []


def test_nobody_confirms_the_own_project(training: TrainingCase) -> None:
    training.planned("ACTING_ROLE", sponsor="cara", to_on="2027-01-15").wait("P57D")
    training.do("report_project", "cara", report="I stood in for the head.")

    assert training.assignees("confirm_project") == ["nora"]
