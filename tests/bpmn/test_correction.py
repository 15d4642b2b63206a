"""Care and correction, from the first sign to good standing or to the proposal of an exit."""

import pytest

from tests.workflows.correction_case import CorrectionPlay
from tests.workflows.member_case import make_member, make_organisation
from workflows.correction_states import CaseState, Outcome
from workflows.database import Database
from workflows.vocabulary import Standing


@pytest.fixture
def play(database: Database) -> CorrectionPlay:
    """An active member about whom nothing is known."""
    make_organisation(database)
    return CorrectionPlay(database, make_member(database))


def test_a_sign_is_looked_at_then_verified_then_weighed(play: CorrectionPlay) -> None:
    play.report("overdue_tasks_ge_3")
    assert play.open == ["triage"]
    assert play.member.standing is Standing.GOOD

    play.triage().verify()

    assert play.open == ["decide_level"]
    assert (play.case.proposal, play.case.points, play.case.warning_level) == ("L0", 1, "CARE")
    assert play.member.standing is Standing.CARE
    play.decide("L0").do("care_talk", "nora", held_on="2026-12-20", notes="We talked.")
    assert (play.case.state, play.case.outcome) == (CaseState.CLOSED, Outcome.CARED)


def test_a_plan_of_level_two(play: CorrectionPlay) -> None:
    play.to_plan("L2")
    play.wait("P15D").hold(30, "CONTINUE")
    play.wait("P15D").hold(50, "CONTINUE")
    play.wait("P15D").hold(80, "CONTINUE")
    play.wait("P15D").hold(95, "CLOSE")

    assert play.instance.status == "completed"
