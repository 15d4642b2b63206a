"""The intake: signature, self-assessment, horizon, welcome talk, and what delays it."""

from tests.workflows.nomination_case import Case
from workflows import memberships, people, pools
from workflows.actors import SYSTEM
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import IntakeRecord
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle

TEXT = "Something that is true."


def test_everything_waits_for_the_signature(case: Case) -> None:
    case.to_intake()

    (member,) = case.rows(PoolMember)
    assert case.open == ["sign_agreement"]
    assert (member.lifecycle, member.accountable_head) == (Lifecycle.INTAKE, "nora")


def test_an_unsigned_agreement_is_reminded_then_ends_the_membership(case: Case) -> None:
    case.to_intake().wait("P10BD")
    assert case.told("cara")[-1].startswith("Sign the agreement is due on")

    case.wait("P10BD")

    (member,) = case.rows(PoolMember)
    assert (member.lifecycle, member.exit_reason) == (Lifecycle.EXITED, "not_signed")
    assert (case.state, case.instance.status) == (State.CONFIRMED, "completed")


def test_a_seat_that_nobody_signed_for_goes_to_the_next_on_the_list(case: Case) -> None:
    with case.database.unit_of_work() as session:
        ben, pool = people.by_username(session, "ben"), pools.by_code(session, "leaders")
        memberships.create(session, ben, pool, actor=SYSTEM, now=case.clock.now())
    case.to_notice().do("justify", "hedy", signs=True, reason="A person more is needed.")
    case.wait("P7BD")
    waiting = Case(case.database)
    waiting.clock = case.clock
    waiting.to_notice(candidate="bob")
    assert waiting.state is State.WAITLISTED

    case.wait("P20BD")

    assert waiting.open == ["justify"]


def test_the_parts_of_the_intake_run_side_by_side(case: Case) -> None:
    case.to_intake().do("sign_agreement", "cara", signs=True, privacy_read=True)

    assert case.open == ["self_assessment", "set_horizon", "welcome_talk"]
    case.do("welcome_talk", "hedy", held_on="2026-12-20", notes="We talked.")
    case.do("set_horizon", "max", horizon="long", accountable_head="hedy")
    assert case.rows(PoolMember)[0].lifecycle is Lifecycle.INTAKE
    case.do("self_assessment", "cara", strengths=TEXT, wishes=TEXT, aspiration=TEXT)

    (member,) = case.rows(PoolMember)
    (record,) = case.rows(IntakeRecord)
    assert (member.lifecycle, member.accountable_head) == (Lifecycle.ACTIVE, "hedy")
    assert record.welcomed_on is not None
    assert record.welcomed_on.isoformat() == "2026-12-20"


def test_late_parts_are_reminded_and_escalated(case: Case) -> None:
    case.to_intake().do("sign_agreement", "cara", signs=True, privacy_read=True).wait("P3BD")
    assert any("Assess yourself" in text for text in case.told("cara"))
    assert any("Set the horizon is due" in text for text in case.told("max"))

    case.wait("P2BD")
    assert case.assignees("set_horizon") == ["hedy"]
    assert any("Assess yourself" in text and "overdue" in text for text in case.told("hedy"))

    case.wait("P5BD")
    assert case.offered_to("welcome_talk") == ["pool-manager"]
    case.do("welcome_talk", "mia", held_on="2026-12-20", notes="We talked.")
    assert "welcome_talk" not in case.open
