"""The plan of a year: recommendations from the record, draft, consent, feasibility, approval."""

from datetime import date
from typing import Any

import pytest

from tests.workflows.staff import declare_mentor
from tests.workflows.training_case import MEASURE, NO, REASON, YES, TrainingCase
from workflows import people, training_records
from workflows.engine.tables import DecisionRecord
from workflows.nomination_states import NominationState
from workflows.nomination_tables import Assessment, Nomination
from workflows.people_tables import Relationship
from workflows.pool_tables import Pool, PoolMember
from workflows.posting_tables import UrgentTask
from workflows.training_states import Consent, ItemState, RiskClass, Track, TrainingPlanState
from workflows.training_tables import (
    TrainingItem,
    TrainingPlanStep,
    TrainingRecommendation,
)
from workflows.vocabulary import Horizon, Standing

_NAMES = ("values_conduct", "professional", "leadership", "results", "diligence", "integrity")
_INDICATORS = dict(zip("VPLRDI", _NAMES, strict=True))


def recommended(case: TrainingCase, round_number: int = 1) -> list[str]:
    """Return what was recommended."""
    return [row.code for row in case.rows(TrainingRecommendation) if row.round == round_number]


def judged(case: TrainingCase, weakest: str, box: str | None = None) -> None:
    """Let assessments find a weakest indicator, and a review a box of the grid."""
    now = case.clock.now()
    with case.database.unit_of_work() as session:
        cara, pool = people.by_username(session, "cara"), session.query(Pool).one()
        entry = Nomination(
            pool_id=pool.id,
            candidate_id=cara.id,
            nominator="nora",
            channel="unit",
            statement="x",
            state=NominationState.CONFIRMED,
            nominated_at=now,
            state_since=now,
        )
        session.add(entry)
        session.flush()
        scores = dict.fromkeys(_NAMES, 4) | {_INDICATORS[weakest]: 2}
        session.add(
            Assessment(
                nomination_id=entry.id,
                reviewer="rex",
                scores=scores,
                score=70,
                comment="x",
                submitted_at=now,
                released_at=now,
            )
        )
        if box is not None:
            instance_id = session.query(DecisionRecord.instance_id).limit(1).scalar()
            assert instance_id is not None
            session.add(
                DecisionRecord(
                    instance_id=instance_id,
                    seq=1,
                    decision_key="nine_box",
                    content_hash="x",
                    inputs={},
                    output=box,
                    matched_rules=[],
                    decided_at=now,
                )
            )


def set_member(case: TrainingCase, **columns: Any) -> None:
    """Change the membership."""
    with case.database.unit_of_work() as session:
        member = session.get_one(PoolMember, case.member_id)
        for name, value in columns.items():
            setattr(member, name, value)


def without_mentor(case: TrainingCase) -> None:
    """Take the mentor away."""
    with case.database.unit_of_work() as session:
        for tie in session.query(Relationship):
            session.delete(tie)


def with_mentor(case: TrainingCase) -> None:
    """Let Rita become the mentor after a day in which somebody stood in."""
    case.wait("P1D")
    with case.database.unit_of_work() as session:
        declare_mentor(session, "rita", "cara", now=case.clock.now())


def had_urgent_task(case: TrainingCase) -> None:
    """Let the member have done an urgent task last year, in an item of the plan before."""
    with case.database.unit_of_work() as session:
        item = session.query(TrainingItem).first()
        assert item is not None
        day = case.clock.now().date()
        session.add(
            UrgentTask(
                item_id=item.id,
                member_id=case.member_id,
                title="Flood",
                risk_class=RiskClass.HIGH,
                days=2,
                is_cleared=True,
                cleared_by="hana",
                has_consent=True,
                called_at=case.clock.now(),
                began_on=day,
                ended_on=day,
            )
        )


def again(case: TrainingCase) -> list[str]:
    """Let a finding ask the decision once more; return what it recommends now."""
    case.signal("training.revise", case.member_id, cause="review", finding="x")
    return recommended(case, max(row.round for row in case.rows(TrainingRecommendation)))


def test_example_t_1(training: TrainingCase) -> None:
    training.worked(
        ("frontline", "normal", "2026-05-10", "2026-11-20"),
        ("headquarters", "normal", "2023-07-01", "2026-11-01"),
    )
    judged(training, "L")

    training.planned("MENTOR_PAIRING").book(organised=90)

    assert again(training) == ["POSTING_DOWN", "URGENT_TASK", "COORDINATION_PROJECT"]


def test_example_t_2(training: TrainingCase) -> None:
    training.worked(
        ("frontline", "normal", "2018-11-01", "2026-01-20"),
        ("frontline", "cold", "2026-01-20", None),
    )
    judged(training, "P")

    training.planned("MENTOR_PAIRING").book(organised=90)
    had_urgent_task(training)

    assert again(training) == ["POSTING_UP", "SPECIALIST_COURSE"]


def test_example_t_3(training: TrainingCase) -> None:
    training.worked(
        ("frontline", "normal", "2019-01-01", "2021-07-01"),
        ("headquarters", "hot", "2023-07-01", None),
    )
    with training.database.unit_of_work() as session:
        people.by_username(session, "cara").level_since = date(2021, 7, 1)
    judged(training, "I")
    without_mentor(training)
    set_member(training, standing=Standing.L2)
    # Not by the message of the intake: it begins the mentoring too, and the head stands in.
    training.begin("training", "ron")

    # The time in the post is that of the spell that lasts: 40 months, so no ROTATION here.
    assert recommended(training) == [
        "ROTATION_TO_COLD",
        "THEORY_COURSE",
        "INTEGRITY_EDUCATION",
        "MENTOR_PAIRING",
    ]


def test_a_long_time_in_the_same_post_calls_for_a_rotation(training: TrainingCase) -> None:
    training.worked(("headquarters", "normal", "2021-07-01", None))
    with training.database.unit_of_work() as session:
        people.by_username(session, "cara").level_since = date(2020, 7, 1)

    assert "ROTATION" in recommended(training.start())


def test_example_t_4(training: TrainingCase) -> None:
    training.worked(
        ("frontline", "normal", "2025-11-01", "2026-11-20"),
        ("headquarters", "normal", "2021-01-01", "2025-03-01"),
    )
    set_member(training, horizon=Horizon.NEAR)
    training.planned("MENTOR_PAIRING").book(organised=90)
    judged(training, "R", "Top talent")
    had_urgent_task(training)
    with training.database.unit_of_work() as session:
        training_records.plan(session, training.plan.id).hardship_limit = True

    assert again(training) == ["ACTING_ROLE"]


def test_each_recommendation_says_why(training: TrainingCase) -> None:
    training.worked(("frontline", "normal", "2026-05-10", None)).start()

    reasons = {row.code: row.reason for row in training.rows(TrainingRecommendation)}
    assert reasons["POSTING_DOWN"] == "6 months of work at the front line."
    assert reasons["THEORY_COURSE"] == "0 of 90 hours are done."
    with training.database.reading() as session:
        (record,) = session.query(DecisionRecord).filter_by(decision_key="training_recommendation")
        assert record.inputs["frontline_months"] == 6


def test_what_the_member_leaves_out_does_not_become_a_measure(training: TrainingCase) -> None:
    training.start().draft("THEORY_COURSE", self_study_hours=30)

    tracks = {item.track: item.hours for item in training.rows(TrainingItem)}
    assert tracks == {Track.THEORY: 40, Track.SELF_STUDY: 30}


def test_a_hardship_asks_the_decision_again_and_blocks_postings(training: TrainingCase) -> None:
    training.worked(("frontline", "normal", "2026-05-10", None)).start()
    assert {"POSTING_DOWN", "URGENT_TASK"} <= set(recommended(training))

    training.draft("POSTING_DOWN", hardship=True, hardship_reason="I care for my father.")

    assert training.open == ["draft"]
    assert {"POSTING_DOWN", "URGENT_TASK"}.isdisjoint(recommended(training, 2))
    assert [item for item in training.rows(TrainingItem) if item.state.is_open] == []
    assert "father" not in str(training.instance.data)


def test_a_draft_is_reminded_and_the_helper_told(training: TrainingCase) -> None:
    training.start().wait("P5BD")
    assert any("Draft your training plan is due" in text for text in training.told("cara"))

    training.wait("P5BD")
    assert any("Draft your training plan is overdue" in text for text in training.told("rita"))


def test_an_infeasible_plan_goes_back_with_the_reason(training: TrainingCase) -> None:
    training.start().draft("THEORY_COURSE").shape()

    training.do("feasible", "nora", **NO)

    assert training.open == ["draft"]
    assert training.instance.data.get("plan_notice") is None
    training.draft("THEORY_COURSE")
    assert training.open == ["feasible"]  # a measure that is shaped is not shaped again


def test_a_plan_that_is_not_approved_goes_back(training: TrainingCase) -> None:
    training.start().draft().do("feasible", "nora", **YES).do("approve", "nora", **NO)

    assert training.open == ["draft"]
    assert training.rows(TrainingPlanStep)[-1].kind == "not_approved"
    assert training.plan.state is TrainingPlanState.DRAFT


def test_an_approved_plan_names_who_approved_it(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE")

    assert (training.plan.state, training.plan.approved_by) == (TrainingPlanState.APPROVED, "nora")
    assert training.item("THEORY_COURSE").state is ItemState.RUNNING


def test_approval_that_is_late_goes_to_the_pool_manager_as_well(training: TrainingCase) -> None:
    training.start().draft().do("feasible", "nora", **YES).wait("P5BD")

    training.do("approve", "mia", **YES)

    assert training.plan.approved_by == "mia"


def test_relocation_needs_the_consent_of_the_member(training: TrainingCase) -> None:
    training.start().draft("POSTING_UP").shape(relocates=True)
    assert training.open == ["consent_measure"]

    training.do("consent_measure", "cara", agrees=True).approve()

    assert training.item("POSTING_UP").consent is Consent.GIVEN
    assert training.open == ["match_host"]


def test_a_refusal_takes_the_measure_off_and_nothing_else(training: TrainingCase) -> None:
    training.start().draft("URGENT_TASK").shape(is_hazardous=True)

    training.do("consent_measure", "cara", agrees=False, reason="My health.").approve()

    item = training.item("URGENT_TASK")
    assert (item.state, item.consent) == (ItemState.CANCELLED, Consent.REFUSED)
    assert training.member.standing is Standing.GOOD
    assert "health" not in str(training.instance.data)


def test_silence_is_no_consent(training: TrainingCase) -> None:
    training.start().draft("URGENT_TASK").shape(is_hazardous=True).wait("P3BD")
    assert any("Agree to the measure?" in text for text in training.told("cara"))

    training.wait("P7BD")

    assert training.item("URGENT_TASK").consent is Consent.REFUSED
    assert training.open == ["feasible"]


def test_a_mentor_who_is_found_meanwhile_shapes_and_verifies(training: TrainingCase) -> None:
    without_mentor(training)
    training.start()
    with_mentor(training)

    training.draft("THEORY_COURSE", self_study_hours=30).shape().shape()
    training.approve().do("log_study", "cara", hours=8, evidence="A summary of ten pages.")

    assert training.assignees("verify_study") == ["rita"]


def test_a_mentor_who_is_found_after_the_draft_verifies(training: TrainingCase) -> None:
    without_mentor(training)
    training.start().draft(self_study_hours=30).do("shape_measure", "nora", **MEASURE)
    with_mentor(training)

    training.approve().do("log_study", "cara", hours=8, evidence="A summary of ten pages.")

    assert training.assignees("verify_study") == ["rita"]


def test_without_a_mentor_the_manager_shapes(training: TrainingCase) -> None:
    without_mentor(training)

    training.start().draft("MENTOR_PAIRING").do("shape_measure", "nora", **MEASURE)

    assert training.item("MENTOR_PAIRING").objective == MEASURE["objective"]


def test_the_head_is_told_after_thirty_days(training: TrainingCase) -> None:
    training.start().wait("P31D")

    assert any("is not approved after 30 days" in text for text in training.told("nora"))


def test_after_ninety_days_the_pool_manager_puts_the_draft_in_force(
    training: TrainingCase,
) -> None:
    training.start().draft("THEORY_COURSE", "URGENT_TASK")
    training.shape().shape(is_hazardous=True).wait("P91D")
    assert training.open == ["settle_late"]

    training.do("settle_late", "max", outcome="approve", reason=REASON)

    assert (training.plan.state, training.plan.approved_by) == (TrainingPlanState.APPROVED, "max")
    assert training.item("THEORY_COURSE").state is ItemState.RUNNING
    assert training.item("URGENT_TASK").state is ItemState.CANCELLED  # nobody consented


def test_a_pool_manager_may_do_without_a_plan(training: TrainingCase) -> None:
    training.start().wait("P91D").do("settle_late", "max", outcome="drop", reason=REASON)

    assert training.plan.state is TrainingPlanState.DRAFT
    assert training.rows(TrainingPlanStep)[-1].reason == REASON
    assert training.instance.status == "running"


@pytest.mark.parametrize("who", ["rita", "nora"])
def test_nobody_drafts_for_the_member(training: TrainingCase, who: str) -> None:
    training.start()

    with pytest.raises(AssertionError, match=f"{who} has no draft"):
        training.do("draft", who, measures=[], wishes="Something", hardship=False)
