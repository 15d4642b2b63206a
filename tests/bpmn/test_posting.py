"""Postings and rotations: match, agreement of three, reports, recall, and the experience."""

from typing import Any

import pytest

from tests.workflows.training_case import NO, REASON, TrainingCase
from workflows import people
from workflows.experience import months_by_kind
from workflows.people_tables import ExperienceSpell
from workflows.posting_tables import PostingAgreement
from workflows.training_states import Direction, ItemState, PostingState, Track
from workflows.training_tables import TrainingItem
from workflows.vocabulary import SpellKind, Temperature

HOST: dict[str, Any] = {
    "host_unit": "OUT",
    "host_supervisor": "ben",
    "kind": "frontline",
    "temperature": "hot",
    "months": 12,
    "from_on": "2027-01-04",
    "objectives": "Learn how the front line works.",
}
NOTE = {"report": "All goes well so far."}


def agreement(case: TrainingCase) -> PostingAgreement:
    """Return the newest agreement."""
    return case.rows(PostingAgreement)[-1]


def matched(case: TrainingCase, code: str = "POSTING_DOWN", **more: Any) -> TrainingCase:
    """Go as far as a match."""
    return case.planned(code).do("match_host", "ron", **{**HOST, **more})


def agree(case: TrainingCase) -> TrainingCase:
    """Let all three agree."""
    for element, who in (("agree_member", "cara"), ("agree_home", "nora"), ("agree_host", "ben")):
        case.do(element, who, agrees=True)
    return case


def running(case: TrainingCase, code: str = "POSTING_DOWN", **more: Any) -> TrainingCase:
    """Go as far as a posting that has begun."""
    return agree(matched(case, code, **more)).wait("P46D")


def finish(case: TrainingCase) -> TrainingCase:
    """Write the last report and debrief."""
    case.do("end_report", "ben", **NOTE)
    return case.do("debrief", "rita", handed_over=True, **NOTE)


def test_a_match_asks_all_three(training: TrainingCase) -> None:
    matched(training)

    assert training.open == ["agree_home", "agree_host", "agree_member"]
    found = agreement(training)
    assert (found.state, found.direction) == (PostingState.MATCHED, Direction.DOWN)
    assert (found.to_on.isoformat(), found.host_supervisor) == ("2028-01-04", "ben")


@pytest.mark.parametrize(
    "wrong",
    [
        {"host_unit": "IN"},
        {"host_unit": "NOWHERE"},
        {"months": 10},
        {"months": 25},
        {"host_supervisor": "cara"},
        {"host_supervisor": "nobody"},
    ],
    ids=lambda wrong: "-".join(map(str, wrong.values())),
)
def test_what_cannot_be_a_host_is_asked_for_again(
    training: TrainingCase, wrong: dict[str, Any]
) -> None:
    matched(training, **wrong)

    assert training.open == ["match_host"]
    assert training.rows(PostingAgreement) == []


def test_a_posting_up_lasts_six_to_twelve_months(training: TrainingCase) -> None:
    matched(training, "POSTING_UP", months=6, kind="headquarters", host_unit="TOP")

    assert agreement(training).direction is Direction.UP


def test_a_rotation_keeps_the_temperature_of_its_measure(training: TrainingCase) -> None:
    matched(training, "ROTATION_TO_COLD", temperature="hot", months=36)

    assert (agreement(training).direction, agreement(training).temperature) == (
        None,
        Temperature.COLD,
    )


def test_a_member_has_one_posting_at_a_time(training: TrainingCase) -> None:
    training.planned("POSTING_DOWN", "ROTATION")
    training.do("match_host", "ron", **HOST).do("match_host", "ron", **HOST)

    assert len(training.rows(PostingAgreement)) == 1
    assert "match_host" in training.open


def test_a_late_match_is_escalated(training: TrainingCase) -> None:
    training.planned("POSTING_DOWN").wait("P15BD")

    assert any("Find a host is overdue" in text for text in training.told("nora"))


@pytest.mark.parametrize(
    ("element", "who"), [("agree_member", "cara"), ("agree_home", "nora"), ("agree_host", "ben")]
)
def test_each_of_the_three_can_refuse(training: TrainingCase, element: str, who: str) -> None:
    matched(training)
    for other, name in (("agree_member", "cara"), ("agree_home", "nora"), ("agree_host", "ben")):
        training.do(other, name, **(NO if other == element else {"agrees": True}))

    assert training.open == ["match_host"]
    assert agreement(training).state is PostingState.CANCELLED
    assert REASON in agreement(training).refusal


def refused(case: TrainingCase, times: int) -> TrainingCase:
    """Let the host refuse again and again."""
    case.planned("POSTING_DOWN")
    for _ in range(times):
        case.do("match_host", "ron", **HOST)
        case.do("agree_member", "cara", agrees=True).do("agree_home", "nora", agrees=True)
        case.do("agree_host", "ben", agrees=False)
    return case


@pytest.mark.parametrize(
    ("kind", "waits"), [("self_study", ["log_study"]), ("project", [])], ids=["study", "project"]
)
def test_after_three_matches_something_else_takes_the_place(
    training: TrainingCase, kind: str, waits: list[str]
) -> None:
    refused(training, 3)
    assert training.open == ["substitute"]

    training.do(
        "substitute", "ron", kind=kind, title="Visit the front line", objective=REASON, hours=10
    )

    first, other = training.rows(TrainingItem)
    assert (first.state, first.result) == (ItemState.CANCELLED, "no_host")
    assert (other.state, other.track) == (ItemState.RUNNING, Track(kind))
    assert training.open == waits


def test_it_begins_on_its_first_day(training: TrainingCase) -> None:
    agree(matched(training))
    assert (training.open, agreement(training).state) == ([], PostingState.AGREED)

    training.wait("P46D")

    assert agreement(training).state is PostingState.RUNNING


def test_a_host_may_cancel_before_it_begins(training: TrainingCase) -> None:
    agree(matched(training))

    training.signal("posting.cancelled", training.item("POSTING_DOWN").id)

    assert training.open == ["match_host"]
    assert agreement(training).state is PostingState.CANCELLED


def test_the_mentor_looks_after_thirty_days(training: TrainingCase) -> None:
    running(training).wait("P29D")
    assert "settling_in" in training.open

    training.do("settling_in", "rita", **NOTE)

    assert agreement(training).settling_in == NOTE["report"]


def test_the_host_reports_at_half_time(training: TrainingCase) -> None:
    running(training).wait("P30D").do("settling_in", "rita", **NOTE).wait("P155D")

    training.do("midpoint", "ben", **NOTE)

    assert agreement(training).midpoint_report == NOTE["report"]


def test_a_posting_that_ends_becomes_experience(training: TrainingCase) -> None:
    training.worked(("headquarters", "normal", "2020-01-01", None))
    running(training).wait("P366D")
    assert "end_report" in training.open

    finish(training)

    found = agreement(training)
    assert (found.state, found.days_served, found.is_credited) == (PostingState.ENDED, 365, True)
    assert training.item("POSTING_DOWN").state is ItemState.COMPLETED
    spell = training.rows(ExperienceSpell)[-1]
    assert (spell.kind, spell.temperature, spell.place) == (
        SpellKind.FRONTLINE,
        Temperature.HOT,
        "Outer",
    )
    with training.database.reading() as session:
        cara = people.by_username(session, "cara")
        months = months_by_kind(session, cara, training.clock.now().date())
        assert months[SpellKind.FRONTLINE] == 12


def test_the_last_report_is_due_in_ten_days(training: TrainingCase) -> None:
    running(training).wait("P366D").wait("P10BD")

    assert any("Write the last report is overdue" in text for text in training.told("nora"))


def test_a_recall_needs_a_decision_with_a_reason(training: TrainingCase) -> None:
    running(training).signal("posting.recall", training.item("POSTING_DOWN").id)
    assert training.assignees("decide_recall") == ["nora"]

    training.do("decide_recall", "nora", is_recalled=True, reason=REASON)

    found = agreement(training)
    assert (found.state, found.recalled_by) == (PostingState.RECALLED, "nora")
    assert found.recall_reason == REASON
    assert "end_report" in training.open


def test_a_head_may_keep_to_the_posting(training: TrainingCase) -> None:
    running(training).signal("posting.recall", training.item("POSTING_DOWN").id)

    training.do("decide_recall", "nora", is_recalled=False, reason=REASON)

    assert agreement(training).state is PostingState.RUNNING
    training.wait("P366D")
    assert "end_report" in training.open


@pytest.mark.parametrize(("days", "is_credited"), [(118, False), (120, True)])
def test_credit_begins_with_120_days(training: TrainingCase, days: int, is_credited: bool) -> None:
    running(training).wait(f"P{days}D")
    passed = (training.clock.now().date() - agreement(training).from_on).days
    training.signal("posting.recall", training.item("POSTING_DOWN").id)

    training.do("decide_recall", "nora", is_recalled=True, reason=REASON)
    finish(training)

    found = agreement(training)
    assert (found.days_served, found.is_credited) == (passed, is_credited)
    ends = {True: ItemState.COMPLETED, False: ItemState.CANCELLED}
    assert training.item("POSTING_DOWN").state is ends[is_credited]


@pytest.mark.parametrize(("days", "waits"), [(40, "substitute"), (130, "end_report")])
def test_a_host_that_cancels_on_the_way_leaves_the_days_served(
    training: TrainingCase, days: int, waits: str
) -> None:
    running(training).wait(f"P{days}D")
    training.signal("posting.cancelled", training.item("POSTING_DOWN").id)

    found = agreement(training)
    assert found.state is PostingState.CANCELLED
    assert found.days_served >= days
    assert training.rows(ExperienceSpell)[-1].place == "Outer"
    assert waits in training.open


def test_leaving_the_pool_hands_a_posting_back(training: TrainingCase) -> None:
    running(training).wait("P200D")

    training.signal("member.left_pool", training.member_id, reason="appointed")

    found = agreement(training)
    assert (found.state, found.recall_reason) == (PostingState.RECALLED, "appointed")
    assert training.rows(ExperienceSpell)[-1].until == training.clock.now().date()


def test_a_posting_outlasts_the_year(training: TrainingCase) -> None:
    running(training).book(organised=90).wait("P325D")
    training.do("rate_year", "cara", reaction=4, learning=4)

    assert agreement(training).state is PostingState.RUNNING
    assert training.item("POSTING_DOWN").times_carried == 1
