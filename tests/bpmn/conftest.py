"""The case that the tests of the nomination play."""

import pytest

from tests.workflows.nomination_case import Case, make_organisation
from tests.workflows.training_case import TrainingCase, make_training
from workflows.database import Database


@pytest.fixture
def case(database: Database) -> Case:
    """An organisation in which nobody is nominated yet."""
    make_organisation(database)
    return Case(database)


@pytest.fixture
def training(database: Database) -> TrainingCase:
    """An organisation with one member, whose training has not begun."""
    return make_training(database)
