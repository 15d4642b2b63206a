"""The case that the tests of the nomination play."""

import pytest

from tests.workflows.nomination_case import Case
from workflows.database import Database


@pytest.fixture
def case(organisation: Database) -> Case:
    """An organisation in which nobody is nominated yet."""
    return Case(organisation)
