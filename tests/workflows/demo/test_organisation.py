"""The organisation of the demonstration is lifelike, and the same for one seed."""

import unicodedata
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.flushing import without_flushing
from workflows import accounts, groups, passwords, people, pools, units
from workflows.account_tables import Account
from workflows.database import Database, table_of
from workflows.demo import organisation
from workflows.demo.logins import LOGINS, PASSWORD, PASSWORD_HASH
from workflows.demo.names import CULTURES
from workflows.people_tables import GradeHistory, OrgUnit, Person, Post
from workflows.pool_tables import PoolMember, StateChange
from workflows.vocabulary import EmploymentStatus, Lifecycle


@pytest.fixture(scope="module")
def loaded(sqlite_template, tmp_path_factory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("organisation") / "demo.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    database = without_flushing(f"sqlite:///{path}")
    with database.unit_of_work() as session:
        organisation.load(session, now=NOW)
    yield database
    database.close()


def test_two_thousand_people_in_sixty_units_on_four_levels(loaded: Database):
    with loaded.reading() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 2_000
        nodes = units.tree(session)
        assert len(nodes) == 60
        assert {node.depth for node in nodes} == {0, 1, 2, 3}
        assert len({node.unit.name for node in nodes}) == 60
        assert all(node.people > 0 for node in nodes)
        levels = Counter(session.scalars(select(Person.level_rank)))
        assert levels[1] > levels[2] > levels[3] > levels[4] > 0


def test_every_unit_is_led_by_somebody_who_works_in_it(loaded: Database):
    with loaded.reading() as session:
        heads = session.execute(
            select(OrgUnit.id, Person.unit_id, Person.employment_status).join(
                Person, Person.username == OrgUnit.head_username
            )
        ).all()

    assert len(heads) == 60
    assert all(unit == own for unit, own, _ in heads)
    assert {status for *_, status in heads} == {EmploymentStatus.ACTIVE}


def test_the_history_reaches_back_five_years_and_is_consistent(loaded: Database):
    with loaded.reading() as session:
        years = set(session.scalars(select(GradeHistory.year)))
        early = session.scalar(
            select(func.count()).select_from(Person).where(Person.level_since < Person.hire_date)
        )
        members = session.scalars(select(PoolMember)).all()
        last = dict(
            session.execute(
                select(StateChange.member_id, StateChange.to_state).order_by(StateChange.id)
            ).all()
        )

    assert years == set(range(2021, 2026))
    assert early == 0
    assert {member.lifecycle for member in members} == set(Lifecycle)
    assert all(last[member.id] is member.lifecycle for member in members)
    assert all(member.exited_on is None or member.exited_on < NOW.date() for member in members)
    assert min(member.joined_on.year for member in members) <= 2022


def test_everybody_present_holds_a_post_and_nobody_else_does(loaded: Database):
    with loaded.reading() as session:
        present = session.scalar(
            select(func.count())
            .select_from(Person)
            .where(Person.employment_status != EmploymentStatus.LEFT)
        )
        assert session.scalar(select(func.count()).select_from(Post)) == present


def test_three_pools_with_plans_for_this_year_and_the_next(loaded: Database):
    with loaded.reading() as session:
        found = pools.summaries(session, now=NOW)
        later = pools.summaries(session, now=NOW.replace(year=2027))
        panels = {
            each.pool.code: groups.members_of(session, f"panel:{each.pool.code}") for each in found
        }

    assert {each.pool.code for each in found} == {"leaders", "directors", "specialists"}
    assert all(each.members > 0 and each.target > 0 for each in [*found])
    assert all(each.target > 0 for each in later)
    assert {code: len(names) for code, names in panels.items()} == {
        "leaders": 9,
        "directors": 9,
        "specialists": 5,
    }


def test_the_well_known_people_can_play_their_parts(loaded: Database):
    with loaded.reading() as session:
        for login in LOGINS:
            actor = accounts.actor_of(session, login.username)
            assert actor.name == login.name
            assert actor.groups == {*login.roles, *login.groups}
        candidate = people.by_username(session, "amara.okafor")
        pool = pools.by_code(session, "leaders")
        facts = people.eligibility_facts(session, candidate, pool, NOW)
        quota = pools.quota_facts(session, pool, candidate, horizon="mid", now=NOW)

        assert units.head_of(session, candidate) == "omar.darwish"
        assert units.superiors(session, candidate)[1] == "katrin.vogel"
        assert facts["last_grades"] == [grade for grade in facts["last_grades"] if grade in "AB"]
        assert facts["service_years"] >= 5
        assert facts["months_in_level"] >= 30
        assert facts["frontline_months"] >= 24
        assert facts["education_rank"] >= 3
        assert quota["members"] < quota["target"]
        for login in LOGINS:
            if login.part in ("assessor", "panel"):
                tie = people.relation(session, login.username, "amara.okafor", now=NOW)
                assert tie == "none"


def test_everybody_shares_the_password_that_is_printed(loaded: Database):
    assert passwords.matches(PASSWORD_HASH, PASSWORD)
    assert not passwords.is_outdated(PASSWORD_HASH)
    with loaded.reading() as session:
        assert accounts.verify_password(session, "nora.lindqvist", PASSWORD, now=NOW) is not None
        gone = session.scalars(
            select(Account.username).where(Account.is_active.is_(False)).limit(1)
        ).one()
        assert accounts.verify_password(session, gone, PASSWORD, now=NOW) is None


def test_names_come_from_many_cultures_and_both_sexes(loaded: Database):
    with loaded.reading() as session:
        names = session.execute(select(Person.given_name, Person.family_name)).all()
    women = {given for culture in CULTURES for given in culture.female}
    men = {given for culture in CULTURES for given in culture.male}
    both = women & men

    share = sum(given in women for given, _ in names if given not in both) / len(names)

    assert len(CULTURES) >= 12
    assert len({tuple(name) for name in names}) == 2_000
    assert 0.4 < share < 0.6
    assert any(
        unicodedata.combining(mark)
        for _, family in names
        for mark in unicodedata.normalize("NFD", family)
    )
    for culture in CULTURES:
        families = {part for family in culture.family for part in family.split("/")}
        assert sum(family in families for _, family in names) > 50


def fingerprint(database: Database) -> list[list[tuple[object, ...]]]:
    with database.reading() as session:
        return [
            [tuple(row) for row in session.execute(select(table_of(table)).order_by(*key))]
            for table, key in (
                (Person, [Person.id]),
                (PoolMember, [PoolMember.id]),
                (GradeHistory, [GradeHistory.person_id, GradeHistory.year]),
                (Account, [Account.username]),
            )
        ]


def test_the_same_seed_makes_the_same_people(database: Database, sqlite_template, tmp_path):
    twin_path = tmp_path / "twin.sqlite"
    twin_path.write_bytes(sqlite_template.read_bytes())
    twin = without_flushing(f"sqlite:///{twin_path}")

    for each in (database, twin):
        with each.unit_of_work() as session:
            organisation.load(session, seed=5, now=NOW, people=200)

    assert fingerprint(database) == fingerprint(twin)
    twin.close()


def test_another_seed_makes_other_people(database: Database):
    names = []
    for seed in (1, 2):
        with database.rehearsing() as session:
            organisation.load(session, seed=seed, now=NOW, people=200)
            names.append(set(session.scalars(select(Person.username))))

    known = {login.username for login in LOGINS}
    assert known <= names[0] & names[1]
    assert len(names[0] & names[1]) < 100


@pytest.mark.parametrize(("wanted", "expected"), [(1, 150), (150, 150), (777, 777)])
def test_the_number_of_people_can_be_chosen(database: Database, wanted: int, expected: int):
    with database.rehearsing() as session:
        organisation.load(session, now=NOW, people=wanted)

        assert session.scalar(select(func.count()).select_from(Person)) == expected


def test_new_rows_can_follow_what_was_loaded(database: Database):
    with database.unit_of_work() as session:
        organisation.load(session, now=NOW, people=150)
        units.create(session, "NEW", name="New")

        assert units.by_code(session, "NEW").id == 61
