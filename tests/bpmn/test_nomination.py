"""The nomination from the first form to a confirmed member, and every way in which it can end."""

import pytest
from sqlalchemy import update

from tests.workflows.nomination_case import (
    LETTER,
    PANEL,
    REASON,
    REVIEWERS,
    Case,
    make_organisation,
)
from workflows.database import Database
from workflows.nomination_states import NominationState as State
from workflows.nomination_tables import Acknowledgement, Assessment, IntakeRecord
from workflows.people_tables import Person
from workflows.pool_tables import CoolingOff, PoolMember
from workflows.vocabulary import Horizon, Lifecycle


@pytest.fixture
def case(database: Database) -> Case:
    make_organisation(database)
    return Case(database)


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
