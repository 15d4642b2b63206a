"""The condition that a column holds one of several texts."""

import pytest
from sqlalchemy import select

from workflows.database import Database
from workflows.engine.any_of import any_of
from workflows.engine.prepared import Prepared
from workflows.people_tables import Person
from workflows.vocabulary import EmploymentStatus

_NAMED = Prepared(
    select(Person.username)
    .where(any_of(Person.username, "names"), Person.employment_status == EmploymentStatus.ACTIVE)
    .order_by(Person.username)
)


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], []),
        (["hugo"], ["hugo"]),
        (["hugo", "hana", "hugo"], ["hana", "hugo"]),
        (["nobody", "o'hara", '["hugo"]', "hugo, grace", "{grace}", "", "ünal"], []),
    ],
)
def test_rows_with_one_of_the_texts_are_found(
    organisation: Database, names: list[str], found: list[str]
) -> None:
    with organisation.reading() as session:
        assert [username for (username,) in _NAMED.rows(session, names=names)] == found


def test_it_is_also_a_condition_of_ordinary_statements(organisation: Database) -> None:
    query = select(Person.username).where(any_of(Person.username, "names"))

    with organisation.reading() as session:
        assert session.scalars(query, {"names": ["hugo", "x"]}).all() == ["hugo"]
