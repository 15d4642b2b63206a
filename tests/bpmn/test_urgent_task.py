"""Urgent tasks: nobody goes without clearance and consent, and each one is debriefed."""

import pytest

from tests.workflows.training_case import NO, REASON, YES, TrainingCase
from workflows import training_facts, training_records
from workflows.posting_tables import UrgentTask
from workflows.training_states import ItemState

CALL = {"title": "Help after the flood", "risk_class": "high", "days": 10}
DEBRIEF = {"report": "We built a dam in one night.", "outcome": "commendation"}


def called(case: TrainingCase) -> TrainingCase:
    """Go as far as a described call-out."""
    case.planned("URGENT_TASK").signal("urgent.called", case.member_id)
    return case.do("call_out", "ron", **CALL)


def test_a_member_stands_ready_until_called(training: TrainingCase) -> None:
    training.planned("URGENT_TASK")
    assert training.open == []

    training.signal("urgent.called", training.member_id)

    assert training.open == ["call_out"]


def test_a_task_goes_from_clearance_to_the_debriefing(training: TrainingCase) -> None:
    called(training).do("clear", "hana", **YES).do("consent_task", "cara", agrees=True)
    assert training.open == []
    training.wait("P10D").do("debrief", "rita", **DEBRIEF)

    (task,) = training.rows(UrgentTask)
    assert (task.cleared_by, task.has_consent, task.outcome) == ("hana", True, "commendation")
    assert task.ended_on is not None
    assert task.began_on is not None
    assert (task.ended_on - task.began_on).days == 10
    assert training.item("URGENT_TASK").state is ItemState.COMPLETED


def test_a_finished_task_counts_for_the_next_recommendation(training: TrainingCase) -> None:
    called(training).do("clear", "hana", **YES).do("consent_task", "cara", agrees=True)
    training.wait("P10D").do("debrief", "rita", **DEBRIEF)

    with training.database.reading() as session:
        plan = training_records.plan(session, training.plan.id)
        facts = training_facts.of(session, plan, now=training.clock.now())
    assert facts["urgent_tasks_24m"] == 1


def test_without_clearance_nobody_is_asked(training: TrainingCase) -> None:
    called(training).do("clear", "hana", **NO)

    (task,) = training.rows(UrgentTask)
    assert (training.open, task.is_cleared, task.clearance_reason) == ([], False, REASON)
    assert training.signal("urgent.called", training.member_id) == 1  # still stands ready


def test_a_no_has_no_consequence(training: TrainingCase) -> None:
    called(training).do("clear", "hana", **YES).do("consent_task", "cara", agrees=False)

    assert training.rows(UrgentTask)[0].began_on is None
    assert training.item("URGENT_TASK").state is ItemState.RUNNING
    assert training.signal("urgent.called", training.member_id) == 1


def test_silence_is_a_no(training: TrainingCase) -> None:
    called(training).do("clear", "hana", **YES).wait("P3BD")

    assert training.open == []
    assert training.rows(UrgentTask)[0].has_consent is False


def test_a_late_clearance_goes_to_the_pool_manager_as_well(training: TrainingCase) -> None:
    called(training).wait("P2BD").do("clear", "max", **YES)

    assert training.rows(UrgentTask)[0].cleared_by == "max"


def test_a_debriefing_is_due_in_ten_days(training: TrainingCase) -> None:
    called(training).do("clear", "hana", **YES).do("consent_task", "cara", agrees=True)
    training.wait("P10D").wait("P10BD")

    assert any("Debrief after the urgent task is overdue" in text for text in training.told("nora"))


def test_readiness_ends_when_nobody_called(training: TrainingCase) -> None:
    training.planned("URGENT_TASK", to_on="2027-01-15").wait("P57D")

    item = training.item("URGENT_TASK")
    assert (item.state, item.result) == (ItemState.CANCELLED, "no_call")


@pytest.mark.parametrize("who", ["cara", "nora"])
def test_the_subject_and_the_head_do_not_clear(training: TrainingCase, who: str) -> None:
    called(training)

    with pytest.raises(AssertionError, match=f"{who} has no clear"):
        training.do("clear", who, **YES)
