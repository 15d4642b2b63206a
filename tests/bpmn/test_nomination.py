"""The nomination as a whole: from the first form to a confirmed member, and every early end."""

import pytest

from tests.workflows.nomination_case import LETTER, PANEL, Case
from workflows.engine.failures import DutyConflict
from workflows.nomination import AlreadyNominated, NominationRefused
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import Acknowledgement, IntakeRecord, NominationStep
from workflows.pool_tables import CoolingOff, PoolMember
from workflows.vocabulary import Horizon, Lifecycle


def test_a_nomination_ends_with_an_active_member(case: Case) -> None:
    case.to_intake().take_in()

    (member,) = case.rows(PoolMember)
    (record,) = case.rows(IntakeRecord)
    assert case.instance.status == "completed"
    assert case.state is State.CONFIRMED
    assert (member.lifecycle, member.horizon) == (Lifecycle.ACTIVE, Horizon.NEAR)
    assert member.instance_id == case.instance_id
    assert record.aspiration == "Something that is true."
    assert record.baseline_grade == "B"


def test_its_states_are_kept_as_milestones(case: Case) -> None:
    case.to_intake()

    assert [step.to_state for step in case.rows(NominationStep)] == [
        State.SUBMITTED,
        State.SCREENING,
        State.VETTING,
        State.PANEL,
        State.APPROVED,
        State.NOTICE,
        State.NOTICE_DONE,
        State.CONFIRMED,
    ]


def test_the_case_keeps_no_long_texts_once_they_were_used(case: Case) -> None:
    case.to_intake().take_in()

    texts = [value for value in case.instance.data.values() if isinstance(value, str)]
    assert max(map(len, texts)) < 40
    assert case.instance.data["statement"] is None


def test_the_case_is_named_by_the_candidate(case: Case) -> None:
    case.submit()

    assert case.instance.name == "Cara Example"
    assert case.assignees("consent") == ["cara"]


def test_a_second_open_nomination_is_refused(case: Case) -> None:
    case.submit()

    with pytest.raises(AlreadyNominated, match="Cara Example is already nominated for Leaders"):
        Case(case.database).submit()


def test_a_withdrawn_nomination_makes_room_for_a_new_one(case: Case) -> None:
    case.submit().tell("nomination.withdrawn", str(case.entry.id))

    case.submit()

    assert case.open == ["consent"]


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"channel": "referral"}, "does not take nominations by this channel"),
        ({"channel": "self"}, "proposing yourself"),
        ({"by": "cara"}, "proposing yourself"),
    ],
)
def test_a_pool_takes_its_channels_only(case: Case, facts: dict[str, str], reason: str) -> None:
    with pytest.raises(NominationRefused, match=reason):
        case.submit(**facts)


def test_a_closed_pool_takes_no_nominations(case: Case) -> None:
    case.change_pool(is_open=False)

    with pytest.raises(NominationRefused, match="takes no nominations"):
        case.submit()


def test_people_may_propose_themselves(case: Case) -> None:
    case.submit(by="cara", channel="self")

    assert case.entry.nominator == "cara"


def test_a_refusal_of_consent_withdraws(case: Case) -> None:
    case.submit().do("consent", "cara", agrees=False)

    assert (case.state, case.instance.status) == (State.WITHDRAWN, "completed")


def test_a_silent_candidate_is_reminded_then_withdrawn(case: Case) -> None:
    case.submit().wait("P2BD")

    assert case.told("cara")[-1] == "Agree to be considered is due on 25 November 2026."
    assert case.state is State.SUBMITTED

    case.wait("P1BD")

    assert (case.state, case.instance.status, case.open) == (State.WITHDRAWN, "completed", [])


def test_nobody_decides_about_a_person_they_proposed(case: Case) -> None:
    case.to_screening(by="hana")

    with pytest.raises(DutyConflict):
        case.do("completeness", "hana", is_complete=True)
    case.do("completeness", "hugo", is_complete=True)


def test_the_head_who_nominates_does_not_decide(case: Case) -> None:
    case.submit()

    assert case.instance.data["head"] == "hedy"


def test_a_candidate_who_leaves_ends_the_case_anywhere(case: Case) -> None:
    case.to_panel()

    assert case.tell("person.left", "cara") == 1
    assert (case.state, case.instance.status, case.open) == (State.WITHDRAWN, "completed", [])


def test_a_candidate_who_leaves_during_the_intake_does_not_become_a_member(case: Case) -> None:
    case.to_intake()

    case.tell("person.left", "cara")

    (member,) = case.rows(PoolMember)
    assert (case.state, member.lifecycle) == (State.CONFIRMED, Lifecycle.EXITED)


def test_after_ninety_working_days_the_pool_manager_is_told(case: Case) -> None:
    case.to_vetting().wait("P89BD")
    before = len([text for text in case.told("max") if "90 working days" in text])

    case.wait("P1BD")

    assert before == 0
    assert case.told("max")[-1] == "A nomination has been open for 90 working days: Cara Example."
    assert case.instance.status == "running"


def test_a_rejection_has_reasons_and_a_waiting_time(case: Case) -> None:
    case.to_panel().vote(**dict.fromkeys(PANEL, "no")).close()

    assert (case.state, case.open) == (State.REJECTED, ["write_reasons"])

    case.do("write_reasons", "hana", **LETTER)
    case.do("read_outcome", "cara", signature="signed")

    (pause,) = case.rows(CoolingOff)
    (receipt,) = case.rows(Acknowledgement)
    assert case.instance.status == "completed"
    assert pause.until.isoformat() == "2027-05-20"
    assert receipt.answer == "signed"


@pytest.mark.parametrize("answer", ["refused", "silent"])
def test_two_witnesses_record_that_nobody_signed(case: Case, answer: str) -> None:
    case.to_panel().vote(**dict.fromkeys(PANEL, "no")).close()
    case.do("write_reasons", "hana", **LETTER)
    if answer == "refused":
        case.do("read_outcome", "cara", signature="refused")
    else:
        case.wait("P3BD")

    case.do("witness", "hana", confirms=True)
    with pytest.raises(DutyConflict):
        case.do("witness", "hana", confirms=True)
    case.do("witness", "max", confirms=True)

    (receipt,) = case.rows(Acknowledgement)
    assert (receipt.answer, receipt.witnesses) == (answer, ["hana", "max"])
    assert case.instance.status == "completed"


def test_overdue_reasons_are_reminded_then_offered_to_the_pool_manager(case: Case) -> None:
    case.to_panel().vote(**dict.fromkeys(PANEL, "no")).close().wait("P2BD")

    assert case.told("hana")[-1].startswith("Write down the reasons is due on")

    case.wait("P1BD")

    assert case.offered_to("write_reasons") == ["hr", "pool-manager"]
    assert case.told("hedy")[-1] == "Write down the reasons is overdue."
    case.do("write_reasons", "mia", **LETTER)
    assert case.open == ["read_outcome"]
