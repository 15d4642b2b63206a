"""Queries for entities that are compiled once: what they find is the session's as any other."""

import pytest
from sqlalchemy import bindparam, inspect, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from workflows.database import Base, Database
from workflows.engine import entity_queries
from workflows.engine.entity_queries import EntityQuery
from workflows.people_tables import OrgUnit, Person
from workflows.pool_tables import PoolMember
from workflows.vocabulary import EmploymentStatus

_BY_NAME = select(Person).where(Person.username == bindparam("username"))
BY_NAME = EntityQuery(_BY_NAME, (Person.unit,), (Person.post,), (Person.level,))
RENEWING = EntityQuery(_BY_NAME, is_renewing=True)
ALL = EntityQuery(select(Person).order_by(Person.id))
PLACED = (Person.unit, Person.post, Person.level)


def test_it_finds_what_the_session_finds(organisation: Database) -> None:
    with organisation.reading() as session:
        found = ALL.all(session)
        values = [_values(person) for person in found]
        placed = {person.id: BY_NAME.one(session, username=person.username) for person in found}
        places = {
            number: [getattr(one, place.key) for place in PLACED] for number, one in placed.items()
        }
    with organisation.reading() as session:
        expected = session.scalars(select(Person).order_by(Person.id)).all()

        assert values == [_values(person) for person in expected]
        for person in expected:
            unit, post, level = places[person.id]
            assert unit.id == person.unit_id
            assert (post.id if post else None) == person.post_id
            assert level.rank == person.level_rank


def test_every_kind_of_entity_is_read_as_the_session_reads_it(organisation: Database) -> None:
    for kind in sorted((one.class_ for one in Base.registry.mappers), key=lambda one: one.__name__):
        with organisation.reading() as session:
            found = [_values(one) for one in EntityQuery(select(kind)).all(session)]
        with organisation.reading() as session:
            expected = [_values(one) for one in session.scalars(select(kind))]

        assert sorted(map(repr, found)) == sorted(map(repr, expected)), kind


def test_a_row_is_one_object_of_the_session(organisation: Database) -> None:
    with organisation.reading() as session:
        first = BY_NAME.one(session, username="hugo")
        by_session = session.scalar(select(Person).where(Person.username == "hugo"))

        assert first is by_session is BY_NAME.one(session, username="hugo")
        assert entity_queries.get(session, Person, first.id) is first
        assert inspect(first).session is session
        assert not inspect(first).modified


def test_what_is_changed_is_stored(organisation: Database) -> None:
    with organisation.unit_of_work() as session:
        BY_NAME.one(session, username="hugo").phone = "1 23"
    with organisation.unit_of_work() as session:
        hugo = BY_NAME.one(session, username="hugo")
        entity_queries.get_one(session, OrgUnit, hugo.unit_id).name = "Elsewhere"

    with organisation.reading() as session:
        hugo = BY_NAME.one(session, username="hugo")
        assert (hugo.phone, hugo.unit.name) == ("1 23", "Elsewhere")


def test_what_waits_to_be_stored_is_found(organisation: Database) -> None:
    with organisation.rehearsing() as session:
        BY_NAME.one(session, username="hugo").username = "victor"

        assert BY_NAME.first(session, username="hugo") is None
        assert BY_NAME.one(session, username="victor").username == "victor"


def test_what_the_session_holds_stays_unless_it_is_to_be_renewed(organisation: Database) -> None:
    with organisation.rehearsing() as session:
        hugo = BY_NAME.one(session, username="hugo")
        table = Person.__table__
        session.connection().execute(table.update().where(table.c.id == hugo.id).values(phone="9"))

        assert BY_NAME.one(session, username="hugo").phone != "9"
        assert RENEWING.one(session, username="hugo").phone == "9"
        assert hugo.phone == "9"


def test_what_a_savepoint_took_back_is_read_anew(organisation: Database) -> None:
    with organisation.rehearsing() as session:
        hugo = BY_NAME.one(session, username="hugo")
        before = hugo.phone
        savepoint = session.begin_nested()
        hugo.phone = "7"
        session.flush()
        savepoint.rollback()

        assert BY_NAME.one(session, username="hugo") is hugo
        assert hugo.phone == before


def test_what_another_query_found_gets_the_entities_that_it_leads_to(
    organisation: Database,
) -> None:
    with organisation.reading() as session:
        hugo = entity_queries.get_one(session, Person, _number(organisation, "hugo"))
        assert "unit" in inspect(hugo).unloaded

        assert BY_NAME.one(session, username="hugo") is hugo
        assert hugo.unit.id == hugo.unit_id


def test_objects_outlive_their_session(organisation: Database) -> None:
    with organisation.reading() as session:
        hugo = BY_NAME.one(session, username="hugo")

    assert inspect(hugo).detached
    with organisation.unit_of_work() as other:
        other.add(hugo)
        hugo.phone = "4 56"
    with organisation.reading() as session:
        assert BY_NAME.one(session, username="hugo").phone == "4 56"


def test_one_is_neither_none_nor_several(organisation: Database) -> None:
    with organisation.reading() as session:
        with pytest.raises(NoResultFound):
            BY_NAME.one(session, username="nobody")
        with pytest.raises(MultipleResultsFound):
            ALL.one(session)
        with pytest.raises(NoResultFound):
            entity_queries.get_one(session, Person, 987_654)
        assert entity_queries.get(session, PoolMember, 987_654) is None


def test_ways_may_share_their_beginning(organisation: Database) -> None:
    query = EntityQuery(
        select(PoolMember).order_by(PoolMember.id),
        (PoolMember.person, Person.unit),
        (PoolMember.person, Person.level),
        (PoolMember.pool,),
    )
    with organisation.unit_of_work() as session:
        left = BY_NAME.one(session, username="hugo")
        left.employment_status = EmploymentStatus.LEFT

    with organisation.reading() as session:
        for member in query.all(session):
            person = member.person
            assert (person.unit.id, person.level.rank) == (person.unit_id, person.level_rank)
            assert member.pool.id == member.pool_id
        assert BY_NAME.one(session, username="hugo").employment_status is EmploymentStatus.LEFT


def _values(entity: Base) -> dict[str, object]:
    """Return what the columns of an entity hold."""
    names = [column.key for column in inspect(type(entity)).column_attrs]
    return {name: getattr(entity, name) for name in names}


def _number(organisation: Database, username: str) -> int:
    """Return the number of a person."""
    with organisation.reading() as session:
        return BY_NAME.one(session, username=username).id
