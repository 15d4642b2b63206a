"""The screening: completeness, eligibility, investigations, waivers and reviews."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.workflows.nomination_case import LETTER, REASON, Case
from workflows.engine.failures import DutyConflict
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import NominationText, Waiver
from workflows.people_tables import DisciplineRecord, ExperienceSpell, Person


def change_candidate(case: Case, **columns: Any) -> None:
    """Change the record of the candidate."""
    with case.database.unit_of_work() as session:
        person = session.scalars(select(Person).where(Person.username == "cara")).one()
        for name, value in columns.items():
            setattr(person, name, value)


def without_frontline(case: Case) -> Case:
    """Leave the candidate without experience in the front line: a rule that can be waived."""
    with case.database.unit_of_work() as session:
        for spell in session.scalars(select(ExperienceSpell)):
            session.delete(spell)
    return case


def investigate(case: Case) -> Case:
    """Open an investigation against the candidate."""
    with case.database.unit_of_work() as session:
        person = session.scalars(select(Person).where(Person.username == "cara")).one()
        session.add(DisciplineRecord(person_id=person.id, opened_on=date(2026, 10, 1)))
    return case


def close_investigation(case: Case) -> None:
    with case.database.unit_of_work() as session:
        session.scalars(select(DisciplineRecord)).one().closed_on = case.clock.now().date()
    case.tell("investigation.closed", "cara")


def test_an_incomplete_file_goes_back_to_the_nominator(case: Case) -> None:
    case.to_screening()

    case.do("completeness", "hana", is_complete=False, missing="The last review.")
    case.do("complete_file", "nora", supplement="Here it is.")

    assert case.open == ["completeness"]
    assert [text.body for text in case.rows(NominationText)] == ["Here it is."]
    case.do("completeness", "hugo", is_complete=True)
    assert case.state is State.VETTING


def test_a_file_that_is_never_completed_is_withdrawn(case: Case) -> None:
    case.to_screening().do("completeness", "hana", is_complete=False, missing="The last review.")

    case.wait("P3BD")
    assert case.told("nora")[-1].startswith("Supply what is missing is due on")
    case.wait("P2BD")

    assert (case.state, case.instance.status) == (State.WITHDRAWN, "completed")


def test_a_slow_check_is_reminded_then_offered_to_the_pool_manager(case: Case) -> None:
    case.to_screening().wait("P2BD")

    assert [len(case.told(name)) for name in ("hana", "hugo", "max")] == [1, 1, 0]

    case.wait("P1BD")

    assert case.told("hedy") == ["Check that the file is complete is overdue."]
    case.do("completeness", "max", is_complete=True)
    assert case.state is State.VETTING


def test_a_hard_rule_ends_in_a_letter_with_five_days_to_ask_for_a_review(case: Case) -> None:
    change_candidate(case, hire_date=date(2025, 6, 1))
    case.to_vetting()

    assert case.open == ["ineligible_letter"]
    case.do("ineligible_letter", "hugo", **LETTER)
    case.wait("P4BD")
    assert case.open == ["read_outcome"]
    case.do("read_outcome", "cara", signature="signed")

    assert (case.state, case.instance.status) == (State.INELIGIBLE, "completed")


def test_a_review_that_looks_again_decides_again(case: Case) -> None:
    change_candidate(case, hire_date=date(2025, 6, 1))
    case.to_vetting().do("ineligible_letter", "hugo", **LETTER)
    case.do(
        "read_outcome", "cara", signature="signed", ask_review=True, grounds="Wrong date of hire."
    )
    change_candidate(case, hire_date=date(2016, 1, 1))

    case.do("review_request", "max", look_again=True, reason=REASON)

    assert case.state is State.VETTING


def test_a_review_may_uphold_the_result(case: Case) -> None:
    change_candidate(case, hire_date=date(2025, 6, 1))
    case.to_vetting().do("ineligible_letter", "hugo", **LETTER)
    case.do(
        "read_outcome", "cara", signature="signed", ask_review=True, grounds="Wrong date of hire."
    )

    case.wait("P3BD").wait("P2BD")
    assert case.assignees("review_request") == ["hedy"]
    case.do("review_request", "hedy", look_again=False, reason=REASON)

    assert (case.state, case.instance.status) == (State.INELIGIBLE, "completed")


def test_the_author_of_the_letter_does_not_answer_the_review(case: Case) -> None:
    change_candidate(case, hire_date=date(2025, 6, 1))
    case.to_vetting().wait("P3BD").do("ineligible_letter", "max", **LETTER)
    case.do(
        "read_outcome", "cara", signature="signed", ask_review=True, grounds="Wrong date of hire."
    )

    with pytest.raises(DutyConflict):
        case.do("review_request", "max", look_again=False, reason=REASON)
    case.do("review_request", "mia", look_again=False, reason=REASON)


def test_an_investigation_puts_the_case_on_hold_until_it_is_closed(case: Case) -> None:
    investigate(case).to_vetting()

    assert (case.state, case.open) == (State.HOLD, [])
    close_investigation(case)

    assert case.state is State.VETTING


def test_a_hold_of_sixty_days_ends_the_case(case: Case) -> None:
    investigate(case).to_vetting().wait("P59D")
    assert case.open == []

    case.wait("P1D")

    assert case.open == ["ineligible_letter"]
    case.do("ineligible_letter", "hana", **LETTER).do("read_outcome", "cara", signature="signed")
    assert case.state is State.INELIGIBLE


def test_a_waiver_needs_the_head_and_the_pool_manager(case: Case) -> None:
    without_frontline(case).to_vetting()

    assert (case.state, case.open) == (State.WAIVER, ["waiver_head", "waiver_pool"])
    case.do("waiver_head", "hedy", approves=True, reason=REASON)
    assert case.state is State.WAIVER
    case.do("waiver_pool", "max", approves=True, reason=REASON)

    assert case.state is State.VETTING
    assert [(one.role, one.approver, one.approves) for one in case.rows(Waiver)] == [
        ("head", "hedy", True),
        ("pool", "max", True),
    ]


def test_one_refusal_of_a_waiver_is_enough(case: Case) -> None:
    without_frontline(case).to_vetting()

    case.do("waiver_pool", "max", approves=False, reason=REASON)
    case.do("waiver_head", "hedy", approves=True, reason=REASON)

    assert case.open == ["ineligible_letter"]


def test_silence_about_a_waiver_is_a_refusal(case: Case) -> None:
    without_frontline(case).to_vetting().do("waiver_head", "hedy", approves=True, reason=REASON)

    case.wait("P3BD")
    assert case.told("mia")[-1].startswith("Approve the waiver is due on")
    case.wait("P2BD")

    assert case.open == ["ineligible_letter"]
    assert [one.approves for one in case.rows(Waiver)] == [True, False]
