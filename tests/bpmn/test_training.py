"""The training year: when it begins, how it is watched, judged, repeated and ended."""

import pytest
from sqlalchemy import select

from tests.workflows.training_case import REASON, YES, TrainingCase
from workflows import memberships, people, pools
from workflows.actors import SYSTEM
from workflows.engine.messages import NobodyWaits
from workflows.engine.tables import DecisionRecord, HistoryEvent
from workflows.errors import NotAllowed
from workflows.pool_tables import PoolMember
from workflows.training_states import Compliance, ItemState, TrainingPlanState
from workflows.training_tables import TrainingCheck, TrainingItem, TrainingPlan, TrainingPlanStep
from workflows.vocabulary import Lifecycle

CATCH_UP = {"measures": "A free day each month for the course."}
JUDGED = {"result": "NOT_MET", "reason": REASON}


def heard(case: TrainingCase, element: str) -> list[str]:
    """Return the messages that an event sent, whether or not somebody listened."""
    with case.database.reading() as session:
        query = select(HistoryEvent.data).where(HistoryEvent.element_id == element)
        return [data["message"] for data in session.scalars(query) if "receivers" in data]


def test_the_training_begins_when_a_member_becomes_active(training: TrainingCase) -> None:
    training.start()

    assert training.open == ["draft"]
    assert (training.plan.state, training.plan.year) == (TrainingPlanState.DRAFT, 2026)
    assert training.plan.required_hours == 90


def test_the_officer_begins_it_by_hand_and_nobody_else(training: TrainingCase) -> None:
    with pytest.raises(NotAllowed, match="training-officer"):
        training.begin("training", "cara")
    training.begin("training", "ron")

    assert training.open == ["draft"]


def test_a_second_case_of_the_same_year_opens_no_second_plan(training: TrainingCase) -> None:
    training.start().begin("training", "max")

    assert len(training.rows(TrainingPlan)) == 1


def test_who_is_on_track_is_left_alone(training: TrainingCase) -> None:
    training.planned().book(organised=30).wait("P93D")

    (check,) = training.rows(TrainingCheck)
    assert check.outcome is Compliance.ON_TRACK
    assert training.open == []


def test_who_is_behind_gets_help_from_the_officer(training: TrainingCase) -> None:
    training.planned().wait("P93D")
    assert training.open == ["catch_up"]

    training.do("catch_up", "ron", **CATCH_UP)

    (check,) = training.rows(TrainingCheck)
    assert (check.outcome, check.decided_by) == (Compliance.BEHIND, "ron")
    assert check.measures == CATCH_UP["measures"]


def test_help_that_does_not_come_is_reminded_and_escalated(training: TrainingCase) -> None:
    training.planned().wait("P93D").wait("P5BD")
    assert any("Help a member who is behind is due" in text for text in training.told("ron"))

    training.wait("P5BD")

    assert any("Help a member who is behind is overdue" in text for text in training.told("nora"))


def test_the_second_quarter_behind_raises_a_sign(training: TrainingCase) -> None:
    training.planned().wait("P93D")
    assert heard(training, "sign") == []

    training.wait("P92D")

    assert heard(training, "sign") == ["sign.raised"]


def test_a_good_quarter_between_two_bad_ones_raises_none(training: TrainingCase) -> None:
    training.planned().wait("P93D").book(organised=45).wait("P92D").wait("P92D")

    outcomes = [check.outcome for check in training.rows(TrainingCheck)]
    assert outcomes == [Compliance.BEHIND, Compliance.ON_TRACK, Compliance.BEHIND]
    assert heard(training, "sign") == []


@pytest.mark.parametrize(
    ("organised", "own", "days", "outcome"),
    [
        (60, 40, 367, "MET"),
        (50, 50, 367, "NOT_MET"),
        (30, 5, 184, "ON_TRACK"),
        (10, 5, 184, "BEHIND"),
    ],
    ids=["L-1", "L-2", "L-3", "L-4"],
)
def test_the_worked_examples_of_the_duty(
    training: TrainingCase, organised: int, own: int, days: int, outcome: str
) -> None:
    training.planned().book(organised, own).wait(f"P{days}D")

    last = training.rows(TrainingCheck)[-1]
    assert last.outcome == outcome
    with training.database.reading() as session:
        records = session.query(DecisionRecord).filter_by(decision_key="training_compliance").all()
        assert records[-1].output == outcome


def test_a_year_that_is_met_is_looked_back_on_and_followed_by_the_next(
    training: TrainingCase,
) -> None:
    training.planned().book(organised=90).wait("P367D")
    assert training.open == ["rate_year"]

    training.do("rate_year", "cara", reaction=4, learning=5)

    first, second = training.rows(TrainingPlan)
    assert (first.state, first.result) == (TrainingPlanState.CLOSED, Compliance.MET)
    assert (first.reaction, first.learning) == (4, 5)
    assert (second.year, second.begins_on) == (first.year + 1, first.ends_on)
    assert training.open == ["draft"]


def test_what_changed_at_work_is_asked_three_months_later(training: TrainingCase) -> None:
    training.planned().book(organised=90).wait("P367D")
    training.do("rate_year", "cara", reaction=4, learning=5).wait("P80D")
    assert "rate_effect" not in training.open

    training.wait("P14D").do("rate_effect", "nora", behaviour=3, effect=4)

    first, _ = training.rows(TrainingPlan)
    assert (first.behaviour, first.effect) == (3, 4)


def test_a_year_that_nobody_rates_goes_on_all_the_same(training: TrainingCase) -> None:
    training.planned().book(organised=90).wait("P367D").wait("P20BD")

    assert len(training.rows(TrainingPlan)) == 2
    assert training.rows(TrainingPlan)[0].reaction is None


def test_a_year_that_is_not_met_is_judged_by_the_head(training: TrainingCase) -> None:
    training.planned().wait("P367D")
    assert training.assignees("judge_year") == ["nora"]

    training.do("judge_year", "nora", result="MET", reason=REASON)

    plan = training.plan
    assert (plan.proposal, plan.result) == (Compliance.NOT_MET, Compliance.MET)
    assert (plan.result_by, plan.result_reason) == ("nora", REASON)
    assert "rate_year" in training.open


def test_a_judgement_that_is_late_goes_to_the_pool_manager_as_well(training: TrainingCase) -> None:
    training.planned().wait("P367D").wait("P10BD")

    training.do("judge_year", "max", **JUDGED)
    assert training.plan.result_by == "max"


def fail_a_year(case: TrainingCase, days: int) -> None:
    """Let a year pass without any hours."""
    case.wait(f"P{days}D").do("judge_year", "nora", **JUDGED)
    case.do("rate_year", "cara", reaction=1, learning=1)


def test_two_failed_years_in_a_row_propose_the_exit(training: TrainingCase) -> None:
    training.planned()
    fail_a_year(training, 367)
    assert heard(training, "propose_exit") == []

    training.draft().approve()
    fail_a_year(training, 365)

    assert heard(training, "propose_exit") == ["exit.proposed"]


def test_what_is_not_over_moves_to_the_next_year(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE").book(organised=90).wait("P367D")
    training.do("rate_year", "cara", reaction=4, learning=5)

    _, second = training.rows(TrainingPlan)
    item = training.item("THEORY_COURSE")
    assert (item.plan_id, item.times_carried) == (second.id, 1)
    assert item.state is ItemState.RUNNING
    assert "choose_course" in training.open


def test_self_study_that_is_not_over_is_no_choice_of_the_next_draft(training: TrainingCase) -> None:
    training.start().draft("THEORY_COURSE", self_study_hours=30).wait("P367D")
    training.do("judge_year", "nora", **JUDGED)
    training.do("rate_year", "cara", reaction=4, learning=5)

    _, second = training.rows(TrainingPlan)
    assert training.item("SELF_STUDY").plan_id == second.id
    proposed = training.prefilled("draft")["measures"]
    assert "THEORY_COURSE" in proposed
    training.draft(*proposed)


def test_leaving_the_pool_ends_the_training(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE")

    training.signal("member.left_pool", training.member_id, reason="appointed")

    assert (training.open, training.instance.status) == ([], "completed")
    (plan,) = training.rows(TrainingPlan)
    assert (plan.state, plan.closing_cause) == (TrainingPlanState.CLOSED, "appointed")
    assert [item.state for item in training.rows(TrainingItem)] == [ItemState.CANCELLED]


def test_leaving_another_member_does_not(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE")

    with pytest.raises(NobodyWaits):
        training.signal("member.left_pool", training.member_id + 1)
    assert training.instance.status == "running"


def test_no_year_follows_for_somebody_who_left_unheard(training: TrainingCase) -> None:
    training.planned().book(organised=90).wait("P367D")
    with training.database.unit_of_work() as session:
        member = session.get_one(PoolMember, training.member_id)
        memberships.change_state(
            session, member, Lifecycle.EXITED, reason="x", actor=SYSTEM, now=training.clock.now()
        )

    training.do("rate_year", "cara", reaction=4, learning=5)

    assert (training.instance.status, len(training.rows(TrainingPlan))) == ("completed", 1)


def test_a_pool_may_ask_for_more_hours(training: TrainingCase) -> None:
    training.change_pool(policy={"training_hours": 110})

    assert training.start().plan.required_hours == 110


def revise(case: TrainingCase, weight: str, *measures: str) -> None:
    """Let a review find something, and Rita weigh it."""
    case.signal("training.revise", case.member_id, cause="review", finding="leadership")
    more = {} if weight == "none" else {"measures": list(measures)}
    case.do("weigh", "rita", weight=weight, reason=REASON, **more)


def test_a_minor_change_is_settled_by_the_mentor(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE")

    revise(training, "minor", "THEORY_COURSE", "LEARNING_COACH")
    training.shape()

    assert training.plan.version == 2
    assert training.item("LEARNING_COACH").state is ItemState.RUNNING
    assert training.item("THEORY_COURSE").state is ItemState.RUNNING
    kinds = [step.kind for step in training.rows(TrainingPlanStep)]
    assert kinds[-3:] == ["finding", "revision_minor", "changed"]


def test_a_finding_keeps_when_and_where_it_was_made(training: TrainingCase) -> None:
    training.planned()
    revise(training, "none")

    (finding,) = [step for step in training.rows(TrainingPlanStep) if step.kind == "finding"]
    assert (finding.cause, finding.finding) == ("review", "leadership")
    assert finding.found_at == training.clock.now()
    assert training.plan.version == 1


def test_a_major_change_waits_for_the_head(training: TrainingCase) -> None:
    training.planned("THEORY_COURSE")
    revise(training, "major", "THEORY_COURSE", "ACTING_ROLE")
    assert training.plan.version == 1

    training.do("approve_change", "nora", **YES).shape()

    assert training.plan.version == 2
    assert training.item("ACTING_ROLE").state is ItemState.RUNNING


def test_a_head_may_refuse_a_major_change(training: TrainingCase) -> None:
    training.planned()
    revise(training, "major", "ACTING_ROLE")

    training.do("approve_change", "nora", agrees=False, reason=REASON)

    assert training.rows(TrainingItem) == []
    assert training.rows(TrainingPlanStep)[-1].kind == "revision_refused"


def test_a_second_finding_is_heard_while_the_first_is_weighed(training: TrainingCase) -> None:
    training.planned()
    for cause in ("review", "check_in"):
        training.signal("training.revise", training.member_id, cause=cause, finding="x")

    assert training.open == ["weigh", "weigh"]


def test_a_finding_about_a_plan_in_the_making_is_only_kept(training: TrainingCase) -> None:
    training.start().signal("training.revise", training.member_id, cause="review", finding="x")

    assert training.open == ["draft"]
    assert training.rows(TrainingPlanStep)[-1].kind == "finding"


def test_two_people_have_two_trainings(training: TrainingCase) -> None:
    training.start()
    with training.database.unit_of_work() as session:
        bob, pool = people.by_username(session, "bob"), pools.by_code(session, "leaders")
        now = training.clock.now()
        other = memberships.create(session, bob, pool, actor=SYSTEM, now=now)
        other_id = other.id
    training.tell("member.activated", "x", member_id=other_id)

    assert {plan.member_id for plan in training.rows(TrainingPlan)} == {
        training.member_id,
        other_id,
    }
