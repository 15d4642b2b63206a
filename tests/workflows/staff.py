"""A small organisation for tests: three units, two pools, a handful of people."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows import people, pools, units
from workflows.actors import Actor
from workflows.people import name_keys
from workflows.people_tables import Level, OrgUnit, Person, PersonDemographic, Relationship
from workflows.pool_tables import Pool
from workflows.vocabulary import Horizon, PoolKind, RelationKind

PRIYA = Actor("priya", "Priya", frozenset({"member", "pool-manager"}), frozenset({"member"}))


def add_person(session: Session, username: str, unit: OrgUnit, **facts: Any) -> Person:
    """Add somebody whose facts make him eligible, but for those given."""
    given, family = username.title(), facts.pop("family_name", "Okafor")
    number = facts.pop("number", f"N-{username}")
    birth_date = facts.pop("birth_date", date(1988, 5, 17))
    person = Person(
        number=number,
        username=username,
        given_name=given,
        family_name=family,
        unit_id=unit.id,
        **{
            "level_rank": 2,
            "level_since": date(2022, 1, 10),
            "hire_date": date(2014, 3, 1),
            "category": "engineering",
            "education_rank": 3,
            **facts,
        },
        **name_keys(given, family, number, username),
    )
    session.add(person)
    session.flush()
    session.add(PersonDemographic(person_id=person.id, birth_date=birth_date))
    session.flush()
    return person


def declare_mentor(session: Session, mentor: str, member: str, *, now: datetime) -> None:
    """Declare that somebody mentors a person since a moment."""
    session.add(
        Relationship(
            person_id=people.by_username(session, mentor).id,
            other_id=people.by_username(session, member).id,
            kind=RelationKind.MENTOR,
            declared_at=now,
        )
    )


def add_units(session: Session) -> dict[str, OrgUnit]:
    """Add a company with a division and a team in it: `boss`, `dina` and `theo` lead them."""
    for rank in (1, 2, 3, 4):
        session.add(Level(rank=rank, name=f"Level {rank}"))
    session.flush()
    company = units.create(session, "C", name="Company", head_username="boss")
    division = units.create(session, "D", name="Division", parent=company, head_username="dina")
    team = units.create(session, "T", name="Team", parent=division, head_username="theo")
    other = units.create(session, "O", name="Other", parent=company, head_username=None)
    return {"C": company, "D": division, "T": team, "O": other}


def add_pool(session: Session, unit: OrgUnit, code: str = "leaders", **settings: Any) -> Pool:
    """Add a pool for people of level 3."""
    return pools.create(
        session,
        code,
        name=f"Pool {code}",
        owner_unit=unit,
        target_level_rank=3,
        kind=PoolKind.LEADERSHIP,
        **settings,
    )


def approve_cell(
    session: Session, pool: Pool, *, now: datetime, target: int = 8, maximum: int = 10
) -> None:
    """Put a plan into force with one cell: level 2, engineering, mid."""
    cell = (2, "engineering", Horizon.MID)
    plan = pools.draft_plan(session, pool, year=now.year, cells=[(cell, (0, target, maximum))])
    pools.approve_plan(session, plan, actor=PRIYA, now=now)
