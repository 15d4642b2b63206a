"""Storing a roster that was read and checked."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from workflows.account_tables import Account
from workflows.people import free_username, name_keys
from workflows.people_tables import Level, OrgUnit, Person, PersonDemographic
from workflows.roster_checks import Known, rank_of, unit_parents
from workflows.roster_columns import Record
from workflows.roster_posts import assign_posts
from workflows.vocabulary import EmploymentStatus

_LOWEST_LEVEL = 1
_PURPOSE = "Age, where a pool's policy asks for it"
# Columns of the file that are columns of the table under the same or another name.
_PLAIN = {
    "given_name": "given_name",
    "family_name": "family_name",
    "email": "email",
    "phone": "phone",
    "hire_date": "hire_date",
    "level_since": "level_since",
    "category": "category",
    "specialty": "specialty",
    "education": "education_rank",
    "status": "employment_status",
    "language": "language",
    "time_zone": "time_zone",
}


def store(
    session: Session, people: list[Record], units: list[Record], known: Known, *, today: date
) -> dict[str, int]:
    """Store everything; return how many people and units were made, changed or kept."""
    parents = unit_parents(people, units, known)
    _store_levels(session, people, known)
    unit_counts = _store_units(session, people, units, parents, known)
    before = {number: person.employment_status for number, person in known.persons.items()}
    new = [record for record in people if record.values["number"] not in known.persons]
    old = [record for record in people if record.values["number"] in known.persons]
    for record in old:
        _change(known.persons[record.values["number"]], record.values, known, today)
    changed = {person.number for person in known.persons.values() if session.is_modified(person)}
    session.flush()
    _insert_new(session, new, known)
    changed |= assign_posts(session, people, known.persons)
    changed |= _store_birth_dates(session, people, known)
    _appoint_heads(people, known)
    left = _who_left(before, known)
    _let_go(session, left, known)
    session.flush()
    updated = len(changed & {record.values["number"] for record in old})
    return {
        "created": len(new),
        "updated": updated,
        "unchanged": len(old) - updated,
        "left": len(left),
        **unit_counts,
    }


def _store_levels(session: Session, people: list[Record], known: Known) -> None:
    """Make the levels that the file uses and nobody knows yet."""
    wanted = {rank_of(record.values.get("level", _LOWEST_LEVEL), known) for record in people}
    for rank in sorted({rank for rank in wanted if rank} - set(known.levels.values())):
        name = f"Level {rank}"
        session.add(Level(rank=rank, name=name))
        known.levels[name.casefold()] = rank
    session.flush()


def _store_units(
    session: Session,
    people: list[Record],
    units: list[Record],
    parents: dict[str, str | None],
    known: Known,
) -> dict[str, int]:
    """Make and change units; parents are set when all units are there."""
    names = {
        record.values["unit"]: record.values["unit_name"]
        for record in people
        if "unit_name" in record.values
    }
    names.update({record.values["code"]: record.values["name"] for record in units})
    kinds = {
        record.values["code"]: record.values["kind"] for record in units if "kind" in record.values
    }
    new = [code for code in parents if code not in known.units]
    for code in new:
        known.units[code] = OrgUnit(code=code, name=names[code], kind="unit")
        session.add(known.units[code])
    session.flush()
    changed = 0
    for code, unit in known.units.items():
        parent = parents.get(code)
        unit.name = names.get(code, unit.name)
        unit.kind = kinds.get(code, unit.kind)
        unit.parent_id = known.units[parent].id if parent else None
        changed += code not in new and session.is_modified(unit)
    session.flush()
    return {"units_created": len(new), "units_updated": changed}


def _change(person: Person, values: dict[str, Any], known: Known, today: date) -> None:
    """Bring one person up to date with a row; what stays equal is not written."""
    for column, attribute in _PLAIN.items():
        if column in values:
            setattr(person, attribute, values[column])
    person.unit_id = known.units[values["unit"]].id
    if "level" in values:
        rank = rank_of(values["level"], known)
        if rank is not None and rank != person.level_rank:
            person.level_rank = rank
            person.level_since = values.get("level_since", today)
    keys = name_keys(person.given_name, person.family_name, person.number, person.username)
    for attribute, value in keys.items():
        setattr(person, attribute, value)


def _insert_new(session: Session, records: list[Record], known: Known) -> None:
    """Insert the people who are new, and remember them among the known."""
    taken = {person.username for person in known.persons.values()}
    taken |= {record.values["username"] for record in records if "username" in record.values}
    people = [Person(**_row(record.values, known, taken)) for record in records]
    session.add_all(people)
    session.flush()
    known.persons.update({person.number: person for person in people})


def _row(values: dict[str, Any], known: Known, taken: set[str]) -> dict[str, Any]:
    """Return the columns of a person who is new."""
    given, family = values["given_name"], values.get("family_name", "")
    username = values.get("username") or free_username(given, family, taken)
    taken.add(username)
    row = {attribute: values[column] for column, attribute in _PLAIN.items() if column in values}
    return {
        **row,
        "number": values["number"],
        "username": username,
        "family_name": family,
        "unit_id": known.units[values["unit"]].id,
        "level_rank": rank_of(values.get("level", _LOWEST_LEVEL), known),
        "level_since": values.get("level_since", values["hire_date"]),
        **name_keys(given, family, values["number"], username),
    }


def _store_birth_dates(session: Session, people: list[Record], known: Known) -> set[str]:
    """Keep birth dates in their restricted table; return the numbers of those that changed."""
    wanted = {
        known.persons[record.values["number"]].id: record.values
        for record in people
        if "birth_date" in record.values
    }
    if not wanted:
        return set()
    kept = {
        row.person_id: row.birth_date
        for row in session.execute(
            select(PersonDemographic.person_id, PersonDemographic.birth_date)
        )
    }
    rows = [
        {"person_id": person_id, "birth_date": values["birth_date"], "purpose": _PURPOSE}
        for person_id, values in wanted.items()
        if kept.get(person_id) != values["birth_date"]
    ]
    new = [row for row in rows if row["person_id"] not in kept]
    if new:
        session.execute(insert(PersonDemographic), new)
    for row in rows:
        if row["person_id"] in kept:
            session.execute(
                update(PersonDemographic)
                .where(PersonDemographic.person_id == row["person_id"])
                .values(birth_date=row["birth_date"])
            )
    return {wanted[row["person_id"]]["number"] for row in rows}


def _appoint_heads(people: list[Record], known: Known) -> None:
    """
    Make heads of those whom people name as their managers.

    Among the managers named in a unit and right below it, its head is the one
    who works there and has no manager there; where nobody of the unit itself
    is named, its people are led from outside.
    """
    codes = {unit.id: unit.code for unit in known.units.values()}
    parent = {unit.code: codes.get(unit.parent_id or 0) for unit in known.units.values()}
    place = {number: codes[person.unit_id] for number, person in known.persons.items()}
    manager_of = {
        record.values["number"]: record.values["manager"]
        for record in people
        if "manager" in record.values
    }
    named: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for number, manager in manager_of.items():
        own = place[number]
        named[own][manager] += 1
        if place[manager] == parent[own]:
            named[place[manager]][manager] += 1
    for code, votes in named.items():
        inside = [manager for manager in votes if place[manager] == code]
        tops = [each for each in inside if place.get(manager_of.get(each, "")) != code]
        chosen = _most_named(tops or inside or votes, votes)
        known.units[code].head_username = known.persons[chosen].username


def _most_named(managers: Iterable[str], votes: Counter[str]) -> str:
    """Return who is named most often; among equals, the lowest number."""
    return min(managers, key=lambda manager: (-votes[manager], manager))


def _who_left(before: Mapping[str, EmploymentStatus], known: Known) -> list[str]:
    """Return the numbers of those who had not left before and have left now."""
    return [
        number
        for number, status in before.items()
        if status is not EmploymentStatus.LEFT
        and known.persons[number].employment_status is EmploymentStatus.LEFT
    ]


def _let_go(session: Session, numbers: list[str], known: Known) -> None:
    """Stop the accounts of those who left and make the units that they led vacant."""
    gone = {known.persons[number].username for number in numbers}
    for unit in known.units.values():
        if unit.head_username in gone:
            unit.head_username = None
    for username in sorted(gone):
        session.execute(update(Account).where(Account.username == username).values(is_active=False))
