"""Stores the units and people of the demonstration."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from workflows.account_tables import Account, GroupMember
from workflows.demo.bulk import insert_for_ids, insert_rows
from workflows.demo.careers import career_of
from workflows.demo.logins import PASSWORD_HASH
from workflows.demo.reserve import POOLS
from workflows.demo.structure import KINDS, LEVELS, UnitPlan
from workflows.demo.workforce import Employee
from workflows.people import name_keys
from workflows.people_tables import (
    DisciplineRecord,
    ExperienceSpell,
    GradeHistory,
    Level,
    OrgUnit,
    Person,
    PersonDemographic,
    Post,
    Relationship,
)
from workflows.vocabulary import EmploymentStatus, RelationKind


def store_units(
    session: Session, plans: list[UnitPlan], employees: list[Employee]
) -> dict[str, int]:
    """Store the tree of units; return their ids by code."""
    session.execute(insert(Level), [{"rank": rank, "name": name} for rank, name in LEVELS.items()])
    heads = {each.unit.code: each.username for each in employees if each.is_head}
    ids: dict[str, int] = {}
    for depth, kind in enumerate(KINDS):
        layer = [plan for plan in plans if plan.depth == depth]
        rows = [
            {
                "code": plan.code,
                "name": plan.name,
                "kind": kind,
                "parent_id": ids[plan.parent] if plan.parent else None,
                "head_username": heads[plan.code],
            }
            for plan in layer
        ]
        new = insert_for_ids(session, OrgUnit, rows)
        ids.update(zip((plan.code for plan in layer), new, strict=True))
    return ids


def store_people(session: Session, employees: list[Employee], unit_ids: dict[str, int]) -> None:
    """Store everybody with the post that he holds; who left holds none."""
    post_ids = _store_posts(session, employees, unit_ids)
    rows = [_person_row(each, unit_ids, post_ids.get(each.number)) for each in employees]
    ids = insert_for_ids(session, Person, rows)
    for employee, person_id in zip(employees, ids, strict=True):
        employee.id = person_id
    session.execute(
        insert(PersonDemographic),
        [
            {
                "person_id": each.id,
                "birth_date": each.birth_date,
                "purpose": "Retirement planning",
            }
            for each in employees
        ],
    )


def _store_posts(
    session: Session, employees: list[Employee], unit_ids: dict[str, int]
) -> dict[str, int]:
    """Store the posts of all who work here; return their ids by the number of the holder."""
    present = [each for each in employees if each.status is not EmploymentStatus.LEFT]
    posts = [
        {
            "unit_id": unit_ids[each.unit.code],
            "title": each.title,
            "level_rank": each.level,
            "category": each.category,
            "specialty": each.specialty,
            "is_key": each.is_head or each.level >= 3,
            "temperature": each.temperature,
        }
        for each in present
    ]
    numbers = (each.number for each in present)
    return dict(zip(numbers, insert_for_ids(session, Post, posts), strict=True))


def _person_row(
    employee: Employee, unit_ids: dict[str, int], post_id: int | None
) -> dict[str, Any]:
    """Return the row of one person."""
    name = employee.name
    return {
        "number": employee.number,
        "username": employee.username,
        "given_name": name.given,
        "family_name": name.family,
        **name_keys(name.given, name.family, employee.number, employee.username),
        "email": f"{employee.username}@lakeland.example",
        "phone": f"+44 1632 960{int(employee.number) % 1000:03d}",
        "unit_id": unit_ids[employee.unit.code],
        "post_id": post_id,
        "level_rank": employee.level,
        "level_since": employee.level_since,
        "hire_date": employee.hire_date,
        "category": employee.category,
        "specialty": employee.specialty,
        "education_rank": employee.education_rank,
        "employment_status": employee.status,
    }


def store_pasts(session: Session, employees: list[Employee], random: Random, now: datetime) -> None:
    """Store experience, grades and measures of everybody, and some ties between people."""
    careers = [career_of(each, random, now.date()) for each in employees]
    insert_rows(session, ExperienceSpell, [row for each in careers for row in each.spells])
    insert_rows(session, GradeHistory, [row for each in careers for row in each.grades])
    insert_rows(session, DisciplineRecord, [row for each in careers for row in each.discipline])
    ordinary = [each for each in employees if not each.part]
    tied = random.sample(ordinary, len(ordinary) // 20 * 2)
    kinds = (RelationKind.MENTOR, RelationKind.SPOUSE, RelationKind.DIRECT_KIN)
    insert_rows(
        session,
        Relationship,
        [
            {
                "person_id": one.id,
                "other_id": other.id,
                "kind": random.choices(kinds, (6, 2, 1))[0],
                "declared_by": one.username,
                "declared_at": now - timedelta(days=random.randrange(10, 1000)),
            }
            for one, other in zip(tied[::2], tied[1::2], strict=True)
        ],
    )


def store_accounts(session: Session, employees: list[Employee], now: datetime) -> None:
    """Give everybody who works here an account; all share one password."""
    insert_rows(
        session,
        Account,
        [
            {
                "username": each.username,
                "person_id": each.id,
                "name": f"{each.name.given} {each.name.family}",
                "password_hash": PASSWORD_HASH,
                "roles": each.roles,
                "is_active": each.status is not EmploymentStatus.LEFT,
                "created_at": now,
            }
            for each in employees
        ],
    )


def store_panels(session: Session, employees: list[Employee], random: Random) -> None:
    """Fill the groups: the well-known people first, heads for the other seats."""
    groups = {each.username: set(each.groups) for each in employees}
    heads = [each for each in employees if each.is_head and each.level >= 3 and not each.part]
    for sketch in POOLS:
        group = f"panel:{sketch.code}"
        seated = sum(group in names for names in groups.values())
        for each in random.sample(heads, sketch.settings["panel_seats"] - seated):
            groups[each.username].add(group)
    rows = [
        {"username": username, "group_name": group}
        for username, names in groups.items()
        for group in sorted(names)
    ]
    insert_rows(session, GroupMember, rows)
