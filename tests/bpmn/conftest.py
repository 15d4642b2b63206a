"""The case that the tests of the nomination play."""

import pytest

from tests.workflows.nomination_case import Case, make_organisation
from workflows.database import Database


@pytest.fixture
def case(database: Database) -> Case:
    """An organisation in which nobody is nominated yet."""
    make_organisation(database)
    return Case(database)
