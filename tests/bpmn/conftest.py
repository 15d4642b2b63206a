"""The case that the tests of the nomination play."""

import pytest

from tests.workflows.nomination_case import Case
from tests.workflows.training_case import TrainingCase, make_training
from workflows.database import Database


@pytest.fixture
def database(organisation: Database) -> Database:
    """Every process needs the organisation; it is copied, which is quicker than to make it."""
    return organisation


@pytest.fixture
def case(organisation: Database) -> Case:
    """An organisation in which nobody is nominated yet."""
    return Case(organisation)


@pytest.fixture
def training(organisation: Database) -> TrainingCase:
    """An organisation with one member, whose training has not begun."""
    return make_training(organisation)
