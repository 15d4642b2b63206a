"""The vetting: checks that never pass in silence, and assessments that are blind to each other."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.workflows.nomination_case import REASON, REVIEWERS, SCORES, Case
from workflows import vetting
from workflows.engine import definitions, places
from workflows.engine.tables import HistoryEvent, Instance
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import (
    Assessment,
    ConflictDeclaration,
    RecommendationBallot,
    VettingCheck,
)

FIRST, SECOND, THIRD, FOURTH = REVIEWERS


def readable(case: Case) -> list[Assessment]:
    """Return the assessments that may be read now."""
    with case.database.reading() as session:
        return vetting.assessments(session, case.entry)


def ready_to_assess(case: Case) -> Case:
    return case.to_vetting().answer_checks().choose_reviewers().declare_free(*REVIEWERS[:3])


def test_checks_assessments_and_no_ballot_run_side_by_side(case: Case) -> None:
    case.to_vetting()

    assert case.open == [*["answer_evidence"] * 3, "choose_reviewers"]


def test_a_ballot_is_recorded_where_the_channel_wants_one(case: Case) -> None:
    case.to_vetting(channel="ballot").do("record_ballot", "hana", issued=40, returned=36, yes=30)

    (ballot,) = case.rows(RecommendationBallot)
    assert (ballot.yes, ballot.is_void) == (30, False)


def test_a_ballot_with_more_papers_than_were_issued_is_void(case: Case) -> None:
    case.to_vetting(channel="ballot").do("record_ballot", "hana", issued=40, returned=41, yes=41)

    (ballot,) = case.rows(RecommendationBallot)
    assert ballot.is_void


def test_a_ballot_that_nobody_records_is_left_out_after_a_reminder(case: Case) -> None:
    case.to_vetting(channel="ballot").wait("P3BD")
    assert any(text.startswith("Record the recommendation") for text in case.told("hana"))

    case.wait("P2BD")

    assert "record_ballot" not in case.open


def test_the_conduct_office_must_answer_however_late(case: Case) -> None:
    case.to_vetting().wait("P5BD")
    assert any("Give the statement is due" in text for text in case.told("cora"))

    case.wait("P5BD")

    assert any("Give the statement is overdue" in text for text in case.told("hedy"))
    case.wait("P60BD")
    assert case.open.count("answer_evidence") == 3
    with pytest.raises(AssertionError, match="max has no"):
        for _ in range(3):
            case.do("answer_evidence", "max", result="clear", statement="Nothing is known.")
    assert sum(check.answered_at is None for check in case.rows(VettingCheck)) == 1


def test_other_offices_lose_the_sole_right_to_answer_when_they_are_late(case: Case) -> None:
    case.to_vetting().wait("P10BD")

    assert case.offered_to("answer_evidence") == ["hr", "pool-manager"]


def test_a_check_that_rules_the_candidate_out_is_not_recommended(case: Case) -> None:
    case.to_vetting().choose_reviewers().declare_free(*REVIEWERS[:3])
    case.do("answer_evidence", "cora", result="failed", statement="A grave finding.")
    for _ in range(2):
        case.do("answer_evidence", "hana", result="clear", statement="Nothing is known.")
    for name in REVIEWERS[:3]:
        case.assess(name)

    case.do("comment_facts", "cara", comment="I contest the finding.")

    assert case.entry.recommendation == "NOT_RECOMMEND"
    assert case.state is State.PANEL


def test_the_pool_manager_chooses_at_least_three(case: Case) -> None:
    case.to_vetting().choose_reviewers(FIRST, SECOND)

    assert "declare" not in case.open
    case.choose_reviewers()
    assert case.open.count("declare") == 3


@pytest.mark.parametrize("barred", ["nora", "cara", "nobody"])
def test_nominator_candidate_and_strangers_do_not_assess(case: Case, barred: str) -> None:
    case.to_vetting().choose_reviewers(FIRST, SECOND, barred)

    assert "declare" not in case.open
    case.choose_reviewers()
    assert case.open.count("declare") == 3


def test_assessments_are_blind_until_all_are_in(case: Case) -> None:
    ready_to_assess(case).assess(FIRST, 5).assess(SECOND, 4)

    assert readable(case) == []
    assert not set(SCORES) & set(str(case.instance.data).split("'"))

    case.assess(THIRD, 4)

    assert [one.score for one in readable(case)] == [100, 75, 75]


def test_the_history_holds_no_scores_while_assessments_are_sealed(case: Case) -> None:
    ready_to_assess(case).assess(FIRST, 5)

    with case.database.reading() as session:
        events: list[Any] = list(session.scalars(select(HistoryEvent.data)))
    assert not any("values_conduct" in str(data) for data in events)


def test_a_reviewer_assesses_in_the_own_name_only(case: Case) -> None:
    case.to_vetting().choose_reviewers()

    with pytest.raises(AssertionError, match="has no declare"):
        case.do("declare", FOURTH, relation="none", financial_tie=False, other_declared=False)


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ({"relation": "spouse"}, "RECUSE"),
        ({"financial_tie": True}, "RECUSE"),
        ({"relation": "direct_superior"}, "SPEAK_NO_VOTE"),
    ],
)
def test_whoever_is_bound_to_the_candidate_is_replaced(
    case: Case, answers: dict[str, Any], outcome: str
) -> None:
    case.to_vetting().choose_reviewers()
    given = {"relation": "none", "financial_tie": False, "other_declared": False, **answers}
    case.do("declare", FIRST, **given)

    assert "name_substitute" in case.open
    case.do("name_substitute", "max", person=FOURTH).declare_free(FOURTH)

    assert [one.outcome for one in case.rows(ConflictDeclaration)] == [outcome, "CLEAR"]
    assert case.assignees("assess") == [FOURTH]


def test_whoever_discloses_may_assess(case: Case) -> None:
    case.to_vetting().choose_reviewers()

    case.do("declare", FIRST, relation="same_team_12m", financial_tie=False, other_declared=False)

    assert case.assignees("assess") == [FIRST]


def test_the_records_speak_where_a_declaration_is_silent(case: Case) -> None:
    case.to_vetting().choose_reviewers("hedy", FIRST, SECOND).declare_free("hedy")

    (declaration,) = case.rows(ConflictDeclaration)
    assert (declaration.relation, declaration.outcome) == ("none", "CLEAR")


def test_an_unanswered_declaration_is_a_conflict(case: Case) -> None:
    case.to_vetting().choose_reviewers().declare_free(FIRST, SECOND).wait("P1BD")
    assert case.told(THIRD)[-1].startswith("Declare conflicts of interest is due on")

    case.wait("P1BD")

    assert case.open.count("name_substitute") == 1
    silent = case.rows(ConflictDeclaration)[-1]
    assert (silent.person, silent.is_answered, silent.outcome) == (THIRD, False, "RECUSE")


def test_a_substitute_who_cannot_assess_is_asked_for_again(case: Case) -> None:
    case.to_vetting().choose_reviewers()
    case.do("declare", FIRST, relation="spouse", financial_tie=False, other_declared=False)

    for unsuitable in (FIRST, SECOND, "cara"):
        case.do("name_substitute", "max", person=unsuitable)
        assert "name_substitute" in case.open


def test_an_overdue_assessment_is_reminded_then_decided_about(case: Case) -> None:
    ready_to_assess(case).assess(FIRST).assess(SECOND).wait("P5BD")
    assert case.told(THIRD)[-1].startswith("Assess the candidate is due on")

    case.wait("P2BD")
    assert case.open == ["late_assessment"]
    case.do("late_assessment", "max", choice="extend")

    case.assess(THIRD)
    assert case.open == ["comment_facts"]


def test_a_late_reviewer_can_be_replaced(case: Case) -> None:
    ready_to_assess(case).assess(FIRST).assess(SECOND).wait("P7BD")

    case.do("late_assessment", "max", choice="replace")
    case.do("name_substitute", "max", person=FOURTH).declare_free(FOURTH).assess(FOURTH)

    assert case.open == ["comment_facts"]


def test_a_late_reviewer_who_may_get_more_time_takes_no_other_seat(case: Case) -> None:
    ready_to_assess(case).assess(FIRST).wait("P7BD")
    assert case.open == ["late_assessment", "late_assessment"]

    case.do("late_assessment", "max", choice="replace")
    for late in (SECOND, THIRD):
        case.do("name_substitute", "max", person=late)
    assert "declare" not in case.open
    case.do("name_substitute", "max", person=FOURTH).declare_free(FOURTH).assess(FOURTH)
    case.do("late_assessment", "max", choice="extend").assess(THIRD)

    assert case.open == ["comment_facts"]


def test_a_reviewer_whose_seat_was_given_away_can_take_another(case: Case) -> None:
    ready_to_assess(case).assess(FIRST).wait("P7BD")
    case.do("late_assessment", "max", choice="replace")
    case.do("late_assessment", "max", choice="replace")

    case.do("name_substitute", "max", person=THIRD)

    assert "declare" in case.open


def test_fewer_than_three_assessments_ask_for_more(case: Case) -> None:
    ready_to_assess(case).assess(FIRST).assess(SECOND).wait("P7BD")

    case.do("late_assessment", "max", choice="drop")
    assert case.open == ["choose_reviewers"]
    assert readable(case) == []
    case.choose_reviewers(FOURTH, "bob", "ben").declare_free(FOURTH, "bob", "ben")
    for name in (FOURTH, "bob", "ben"):
        case.assess(name)

    assert case.open == ["comment_facts"]
    assert len(readable(case)) == 5


def test_an_undecided_late_assessment_goes_to_the_head(case: Case) -> None:
    ready_to_assess(case).assess(FIRST).assess(SECOND).wait("P7BD")

    case.wait("P2BD")

    assert case.assignees("late_assessment") == ["hedy"]


def test_reviewers_who_differ_are_discussed(case: Case) -> None:
    ready_to_assess(case).assess(FIRST, 5).assess(SECOND, 5).assess(THIRD, 3)
    assert case.open == ["discussion"]

    case.wait("P5BD")
    assert case.assignees("discussion") == ["hedy"]
    case.do("discussion", "hedy", recommendation="RECOMMEND", summary=REASON)

    case.do("comment_facts", "cara")
    assert case.entry.recommendation == "RECOMMEND"


def test_silence_about_the_findings_is_no_comment(case: Case) -> None:
    ready_to_assess(case)
    for name in REVIEWERS[:3]:
        case.assess(name)

    case.wait("P2BD")
    assert case.told("cara")[-1].startswith("Comment on the facts is due on")
    case.wait("P1BD")

    assert case.state is State.PANEL


def test_choosing_reviewers_too_slowly_moves_the_choice_to_the_head(case: Case) -> None:
    case.to_vetting().wait("P3BD")

    assert case.assignees("choose_reviewers") == ["hedy"]


def test_the_proposal_names_reviewers_from_other_units(case: Case) -> None:
    case.to_vetting()

    with case.database.reading() as session:
        instance = session.get_one(Instance, case.instance_id)
        user_task = case.find(session, "choose_reviewers")
        executable = definitions.executable(session, instance.bundle_id)
        seen = places.place_of(user_task, instance, executable).data
    assert seen["proposed"][0] == "Rex Example (rex)"
    assert len(seen["proposed"]) == 4
