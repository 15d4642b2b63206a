"""The panel: quorum, majorities, conflicts, questions, substitutes and expired checks."""

import pytest
from sqlalchemy import select

from tests.workflows.nomination_case import LETTER, PANEL, REASON, Case
from workflows.engine.tables import HistoryEvent
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import PanelMeeting, PanelVote


def without_quorum(case: Case) -> Case:
    """Hold a meeting for which all are free but only one comes."""
    case.declare_free(*PANEL).do("vote", PANEL[0], vote="yes").wait("P5BD")
    return case.close()


def test_more_than_half_of_those_entitled_approve(case: Case) -> None:
    case.to_panel().vote(pia="no").close()

    (meeting,) = case.rows(PanelMeeting)
    assert meeting.outcome == "APPROVE"
    assert meeting.counts["yes"] == 3
    assert case.state is State.NOTICE


def test_half_is_not_more_than_half(case: Case) -> None:
    case.to_panel().vote(pia="no", pete="no").close()

    assert case.state is State.REJECTED


def test_a_vote_leaves_no_trace_in_the_case(case: Case) -> None:
    case.to_panel().declare_free(*PANEL).do("vote", "pam", vote="no")

    with case.database.reading() as session:
        events = [str(data) for data in session.scalars(select(HistoryEvent.data))]
    assert not any("'vote': 'no'" in text for text in events)
    assert [one.vote for one in case.rows(PanelVote)] == ["no"]


def test_whoever_is_bound_to_the_candidate_does_not_vote(case: Case) -> None:
    case.to_panel().declare_free(*PANEL[1:])
    case.do("declare", PANEL[0], relation="spouse", financial_tie=False, other_declared=False)
    for name in PANEL[1:]:
        case.do("vote", name, vote="yes")

    case.close()

    (meeting,) = case.rows(PanelMeeting)
    assert (meeting.counts["recused"], meeting.outcome) == (1, "APPROVE")


def test_a_nominator_on_the_panel_has_no_seat(case: Case) -> None:
    case.to_panel(by="pam")

    (meeting,) = case.rows(PanelMeeting)
    assert meeting.seats == list(PANEL[1:])


def test_a_missing_vote_is_reminded_then_counts_as_absent(case: Case) -> None:
    case.to_panel().declare_free(*PANEL).wait("P3BD")
    assert case.told("pia")[-1].startswith("Vote is due on")

    case.wait("P2BD")

    assert case.open == ["close_meeting"]


def test_a_meeting_that_nobody_closes_goes_to_the_head(case: Case) -> None:
    case.to_panel().vote().wait("P3BD")

    assert case.assignees("close_meeting") == ["hedy"]


def test_without_a_quorum_the_panel_meets_again_after_five_days(case: Case) -> None:
    without_quorum(case.to_panel())

    assert case.open == []
    case.wait("P5BD")
    case.vote().close()

    assert [meeting.outcome for meeting in case.rows(PanelMeeting)] == ["NO_QUORUM", "APPROVE"]


@pytest.mark.parametrize(
    ("outcome", "state"), [("APPROVE", State.NOTICE), ("REJECT", State.REJECTED)]
)
def test_without_a_quorum_three_times_the_head_decides(
    case: Case, outcome: str, state: State
) -> None:
    case.to_panel()
    for _ in range(2):
        without_quorum(case).wait("P5BD")
    without_quorum(case)

    assert case.assignees("head_decides") == ["hedy"]
    case.do("head_decides", "hedy", outcome=outcome, reason=REASON)

    assert case.state is state


def test_a_head_who_does_not_decide_shares_it_with_the_pool_manager(case: Case) -> None:
    case.to_panel()
    for _ in range(2):
        without_quorum(case).wait("P5BD")
    without_quorum(case).wait("P3BD")
    assert case.told("hedy")[-1].startswith("Decide in place of the panel is due on")

    case.wait("P2BD")

    case.do("head_decides", "max", outcome="APPROVE", reason=REASON)
    assert case.state is State.NOTICE


def test_a_panel_without_three_free_members_gets_substitutes(case: Case) -> None:
    case.to_panel()
    for name in PANEL[:2]:
        case.do("declare", name, relation="spouse", financial_tie=False, other_declared=False)
    case.declare_free(*PANEL[2:])
    for name in PANEL[2:]:
        case.do("vote", name, vote="yes")
    case.close()

    assert case.assignees("appoint_substitutes") == ["hedy"]
    case.do("appoint_substitutes", "hedy", people=["bob", "ben"])
    everybody = [*PANEL[2:], "bob", "ben"]
    assert sorted(map(str, case.assignees("declare"))) == sorted(everybody)
    case.declare_free(*everybody)
    for name in everybody:
        case.do("vote", name, vote="yes")
    case.close()

    assert [one.outcome for one in case.rows(PanelMeeting)] == ["NO_PANEL", "APPROVE"]


def test_an_open_question_defers_and_comes_back_with_the_answer(case: Case) -> None:
    case.to_panel().vote().close(open_question=True, questions="What about 2024?")

    assert (case.state, case.open) == (State.DEFERRED, ["answer_questions"])
    case.do("answer_questions", "nora", answers="It was a good year.")

    assert case.state is State.PANEL
    case.vote().close()
    assert case.state is State.NOTICE


def test_whoever_proposed_herself_answers_the_questions_of_the_panel(case: Case) -> None:
    case.to_panel(by="cara", channel="self").vote()
    case.close(open_question=True, questions="What about 2024?")

    case.do("answer_questions", "cara", answers="It was a good year.")

    assert case.open.count("declare") == len(PANEL)


def test_questions_without_an_answer_go_back_after_fifteen_days(case: Case) -> None:
    case.to_panel().vote().close(open_question=True, questions="What about 2024?").wait("P10BD")
    assert case.told("nora")[-1].startswith("Answer the panel's questions is due on")

    case.wait("P5BD")

    assert case.state is State.PANEL


def test_checks_older_than_six_months_are_done_again_without_new_assessments(case: Case) -> None:
    case.to_panel()
    for _ in range(2):
        without_quorum(case).wait("P5BD")
    case.vote().close(open_question=True, questions="What about 2024?")
    with case.database.unit_of_work() as session:
        entry = session.merge(case.entry)
        entry.vetted_at = case.clock.now().replace(year=2026, month=1)

    case.do("answer_questions", "nora", answers="It was a good year.")

    assert case.state is State.VETTING
    assert case.open == ["answer_evidence"] * 3
    case.answer_checks().do("comment_facts", "cara")
    assert case.state is State.PANEL


def test_a_rejection_tells_the_candidate_and_ends(case: Case) -> None:
    case.to_panel().vote(**dict.fromkeys(PANEL, "no")).close()

    case.do("write_reasons", "hugo", **LETTER).do("read_outcome", "cara", signature="signed")

    assert case.instance.status == "completed"
