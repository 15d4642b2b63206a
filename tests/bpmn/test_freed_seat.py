"""The way back of a freed seat: whoever waits for one is called when a member leaves."""

import pytest
from sqlalchemy.orm import Session

from tests.bpmn.exit_case import ExitPlay
from tests.workflows.member_case import make_member
from tests.workflows.nomination_case import Case
from workflows import memberships, people, pools
from workflows.actors import SYSTEM
from workflows.nomination_states import NominationState
from workflows.pool_tables import Pool
from workflows.vocabulary import Lifecycle


@pytest.fixture
def leaving(case: Case) -> ExitPlay:
    """Cara waits for a seat of a pool whose two seats Ben and Cora hold."""
    play = ExitPlay(case.database, make_member(case.database, "ben"))
    make_member(case.database, "cora")
    play.clock = case.clock
    case.to_notice(candidate="cara")
    assert case.state is NominationState.WAITLISTED
    return play


def test_a_voluntary_exit_calls_the_next_on_the_waiting_list(case: Case, leaving: ExitPlay) -> None:
    leaving.ask("ben").wait("P10BD")

    assert leaving.member.lifecycle is Lifecycle.EXITED
    assert case.open == ["justify"]  # One seat is free again, above the target.
    case.do("justify", "hedy", signs=True, reason="A person more is needed.")
    assert case.state is NominationState.NOTICE


def test_whoever_stays_frees_no_seat(case: Case, leaving: ExitPlay) -> None:
    leaving.ask("ben").do("take_back", "ben", takes_back=True)

    assert case.state is NominationState.WAITLISTED


def test_a_removal_frees_the_seat_only_when_it_takes_effect(case: Case, leaving: ExitPlay) -> None:
    leaving.propose("correction_failed").do("statement", "ben").poll().remove("exit", "hedy")
    leaving.do("receipt", "ben", signature="signed")
    assert case.state is NominationState.WAITLISTED

    leaving.wait("P10BD")

    assert case.open == ["justify"]


def test_whoever_leaves_the_organisation_ends_nomination_and_memberships(
    case: Case, leaving: ExitPlay
) -> None:
    with case.database.unit_of_work() as session:
        other = Pool(code="experts", name="Experts", **_policy(session))
        session.add(other)
        session.flush()
        person = people.by_username(session, "cara")
        member = memberships.create(session, person, other, actor=SYSTEM, now=case.clock.now())
        memberships.activate(session, member, actor=SYSTEM, now=case.clock.now())
        leaving.member_id = member.id

    leaving.tell("person.left", "cara")

    assert case.state is NominationState.WITHDRAWN
    assert leaving.member.exit_reason == "left_organisation"


def _policy(session: Session) -> dict[str, int]:
    """Return what a second pool takes over from the first."""
    pool = pools.by_code(session, "leaders")
    return {"owner_unit_id": pool.owner_unit_id, "target_level_rank": pool.target_level_rank}
