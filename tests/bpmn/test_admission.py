"""The admission: the plan, beyond the target, the waiting list, and no plan at all."""

import pytest
from sqlalchemy import delete, select, update

from tests.workflows.nomination_case import LETTER, REASON, Case
from workflows import memberships, people, pools
from workflows.actors import SYSTEM
from workflows.engine.messages import NobodyWaits
from workflows.nomination_states import NominationState as State
from workflows.people_tables import Person
from workflows.pool_tables import PlanQuota, PoolMember, PoolPlan
from workflows.vocabulary import Lifecycle, PlanState


def fill(case: Case, *names: str) -> Case:
    """Take people into the pool before; the plan wants one and allows two."""
    with case.database.unit_of_work() as session:
        pool = pools.by_code(session, "leaders")
        for name in names:
            person = people.by_username(session, name)
            memberships.create(session, person, pool, actor=SYSTEM, now=case.clock.now())
    return case


def free_a_seat(case: Case) -> None:
    """Let one member leave, and say so."""
    with case.database.unit_of_work() as session:
        member = session.scalars(select(PoolMember).limit(1)).one()
        exited = Lifecycle.EXITED
        memberships.change_state(
            session, member, exited, reason="withdrawn", actor=SYSTEM, now=case.clock.now()
        )
    case.tell("seat.freed", "leaders")


def test_beyond_the_target_the_head_signs(case: Case) -> None:
    fill(case, "bob").to_notice()

    assert case.assignees("justify") == ["hedy"]
    case.do("justify", "hedy", signs=True, reason=REASON)

    assert case.state is State.NOTICE


def test_without_a_signature_the_candidate_waits(case: Case) -> None:
    fill(case, "bob").to_notice().do("justify", "hedy", signs=False, reason=REASON)

    assert case.state is State.WAITLISTED


def test_a_justification_that_is_late_can_come_from_the_pool_manager(case: Case) -> None:
    fill(case, "bob").to_notice().wait("P3BD")
    assert case.told("hedy")[-1].startswith("Justify the admission is due on")

    case.wait("P2BD").do("justify", "max", signs=True, reason=REASON)

    assert case.state is State.NOTICE


def test_beyond_the_maximum_the_candidate_waits_for_a_seat(case: Case) -> None:
    fill(case, "bob", "ben").to_notice()

    assert (case.state, case.open) == (State.WAITLISTED, [])
    free_a_seat(case)

    assert case.open == ["justify"]


def test_a_seat_in_another_pool_frees_nothing(case: Case) -> None:
    fill(case, "bob", "ben").to_notice()

    with pytest.raises(NobodyWaits):
        case.tell("seat.freed", "specialists")
    assert case.state is State.WAITLISTED


def test_old_facts_are_looked_at_again_when_a_seat_is_free(case: Case) -> None:
    fill(case, "bob", "ben").to_notice().wait("P200D")
    with case.database.unit_of_work() as session:
        session.execute(
            update(Person).where(Person.username == "cara").values(employment_status="suspended")
        )

    free_a_seat(case)

    assert (case.state, case.open) == (State.REJECTED, ["write_reasons"])


def test_old_facts_that_still_hold_lead_on(case: Case) -> None:
    fill(case, "bob", "ben").to_notice().wait("P200D")

    free_a_seat(case)

    assert case.open == ["justify"]


def test_the_waiting_list_expires_after_a_year(case: Case) -> None:
    fill(case, "bob", "ben").to_notice().wait("P360D")
    assert case.state is State.WAITLISTED

    case.wait("P6D")

    assert (case.state, case.instance.status) == (State.EXPIRED, "completed")


def without_plan(case: Case) -> Case:
    with case.database.unit_of_work() as session:
        session.execute(update(PoolPlan).values(state=PlanState.SUPERSEDED))
    return case


def test_without_a_plan_nobody_is_admitted(case: Case) -> None:
    without_plan(case).to_notice()

    assert case.open == ["settle_plan"]
    case.do("settle_plan", "max", look_again=False, reason=REASON)

    assert (case.state, case.open) == (State.REJECTED, ["write_reasons"])
    case.do("write_reasons", "hana", **LETTER).do("read_outcome", "cara", signature="signed")
    assert case.instance.status == "completed"


def test_an_approved_plan_lets_the_case_go_on(case: Case) -> None:
    without_plan(case).to_notice()
    with case.database.unit_of_work() as session:
        session.execute(update(PoolPlan).values(state=PlanState.APPROVED))

    case.do("settle_plan", "max", look_again=True, reason=REASON)

    assert case.state is State.NOTICE


def test_a_missing_plan_goes_to_the_head_after_ten_days(case: Case) -> None:
    without_plan(case).to_notice().wait("P5BD")
    assert case.told("mia")[-1].startswith("Settle the missing plan is due on")

    case.wait("P5BD")

    assert case.assignees("settle_plan") == ["hedy"]


def test_a_plan_without_the_cell_counts_as_none(case: Case) -> None:
    with case.database.unit_of_work() as session:
        session.execute(delete(PlanQuota))
    case.to_notice()

    assert case.open == ["settle_plan"]
