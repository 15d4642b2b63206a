"""The people of the organisation: finding them, and what decisions need to know of them."""

import re
import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from workflows import experience, units
from workflows.engine.any_of import any_of
from workflows.engine.entity_queries import EntityQuery
from workflows.engine.prepared import Prepared
from workflows.errors import NotFound
from workflows.paging import Page, bounded, from_cursor, one_page
from workflows.people_tables import (
    DisciplineRecord,
    GradeHistory,
    OrgUnit,
    Person,
    PersonDemographic,
    Relationship,
)
from workflows.pool_tables import CoolingOff, Pool, PoolMember
from workflows.vocabulary import EmploymentStatus, Lifecycle, RelationKind, SpellKind

MENTOR_MONTHS = 24
_KINSHIP = (
    RelationKind.SPOUSE,
    RelationKind.DIRECT_KIN,
    RelationKind.COLLATERAL,
    RelationKind.IN_LAW,
)
_LETTERS_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)

# With unit, post and level; built once.
_PEOPLE = select(Person).options(
    joinedload(Person.unit), joinedload(Person.post), joinedload(Person.level)
)
_PLACE = ((Person.unit,), (Person.post,), (Person.level,))
_BY_USERNAME = EntityQuery(select(Person).where(Person.username == bindparam("username")), *_PLACE)
_BY_ID = EntityQuery(select(Person).where(Person.id == bindparam("id")), *_PLACE)
_NAMES = Prepared(
    select(Person.username, Person.display_name).where(any_of(Person.username, "usernames")),
    of_entities=True,
)
_TIES = Prepared(
    select(Relationship.kind, Relationship.until).where(
        or_(
            and_(
                Relationship.person_id == bindparam("one"),
                Relationship.other_id == bindparam("other"),
            ),
            and_(
                Relationship.person_id == bindparam("other"),
                Relationship.other_id == bindparam("one"),
            ),
        )
    ),
    of_entities=True,
)


class UnknownPerson(NotFound):
    """No person has this username or number."""

    def __init__(self, name: str) -> None:
        super().__init__(f'There is no person "{name}".')


@dataclass(frozen=True)
class PersonCard:
    """What a screen says about a person at one moment."""

    person: Person
    head: str | None
    service_years: int
    months_in_level: int
    experience_months: dict[SpellKind, int]
    grades: list[tuple[int, str]]  # year and grade, newest first


def by_username(session: Session, username: str) -> Person:
    """
    Return the person with this username, with unit, post and level.

    Raises:
        UnknownPerson: There is none.

    """
    person = _BY_USERNAME.first(session, username=username)
    if person is None:
        raise UnknownPerson(username)
    return person


def by_id(session: Session, person_id: int) -> Person:
    """
    Return the person with this id, with unit, post and level.

    Raises:
        UnknownPerson: There is none.

    """
    person = _BY_ID.first(session, id=person_id)
    if person is None:
        raise UnknownPerson(str(person_id))
    return person


def names_of(session: Session, usernames: Sequence[str]) -> dict[str, str]:
    """Return the display names of many people in one statement, by username."""
    if not usernames:
        return {}
    return dict(_NAMES.rows(session, usernames=sorted(set(usernames))))


def search(
    session: Session,
    text: str = "",
    *,
    unit: OrgUnit | None = None,
    with_former: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Person]:
    """
    Find people whose names, number or username begin with every word of the text.

    Case and accents do not matter. People who left are only shown when asked
    for. One statement a page, whatever its size.

    Raises:
        CursorRefused: The cursor is not from this list.

    """
    limit = bounded(limit)
    query = _PEOPLE.order_by(Person.sort_name, Person.id).limit(limit + 1)
    for word in fold(text).split():
        query = query.where(Person.search_text.contains(f" {word}", autoescape=True))
    if unit is not None:
        query = query.where(Person.unit_id == unit.id)
    if not with_former:
        query = query.where(Person.employment_status != EmploymentStatus.LEFT)
    if cursor is not None:
        sort_name, person_id = from_cursor(cursor, str, int)
        query = query.where(tuple_(Person.sort_name, Person.id) > tuple_(sort_name, person_id))
    people = session.scalars(query).all()
    return one_page(people, limit, lambda last: (last.sort_name, last.id))


def card(session: Session, person: Person, *, now: datetime) -> PersonCard:
    """Return what a screen says about a person, in a fixed number of statements."""
    grades = session.execute(
        select(GradeHistory.year, GradeHistory.grade)
        .where(GradeHistory.person_id == person.id)
        .order_by(GradeHistory.year.desc())
    )
    return PersonCard(
        person=person,
        head=units.head_of(session, person),
        service_years=experience.whole_months(person.hire_date, now.date()) // 12,
        months_in_level=experience.whole_months(person.level_since, now.date()),
        experience_months=experience.months_by_kind(session, person, now.date()),
        grades=[(row.year, row.grade) for row in grades],
    )


def eligibility_facts(
    session: Session, person: Person, pool: Pool, now: datetime
) -> dict[str, Any]:
    """
    Return the inputs of the decision `eligibility` for a person and a pool.

    `policy` is there only when the pool departs from the defaults of the
    decision; `age` is null when no birth date is kept.
    """
    today = now.date()
    birth_date = session.scalar(
        select(PersonDemographic.birth_date).where(PersonDemographic.person_id == person.id)
    )
    grades = session.scalars(
        select(GradeHistory.grade)
        .where(GradeHistory.person_id == person.id)
        .order_by(GradeHistory.year.desc())
        .limit(5)
    ).all()
    facts: dict[str, Any] = {
        "employment_status": person.employment_status.value,
        "service_years": experience.whole_months(person.hire_date, today) // 12,
        "months_in_level": experience.whole_months(person.level_since, today),
        "last_grades": list(reversed(grades)),
        "education_rank": person.education_rank,
        "frontline_months": experience.months_by_kind(session, person, today)[SpellKind.FRONTLINE],
        "age": None if birth_date is None else experience.whole_months(birth_date, today) // 12,
        **_obstacles(session, person, pool, today),
    }
    if pool.policy:
        facts["policy"] = dict(pool.policy)
    return facts


def relation(session: Session, reviewer: str, candidate: str, *, now: datetime) -> str:
    """
    Return how a reviewer is tied to a candidate, as the decision `conflict_of_interest` names it.

    Kinship and mentoring are declared; superior and team follow from the
    units. The strongest tie counts.

    Raises:
        UnknownPerson: One of the usernames belongs to nobody.

    """
    if reviewer == candidate:
        return "self"
    one, other = by_username(session, reviewer), by_username(session, candidate)
    declared = _declared_ties(session, one, other, now.date())
    for kind in _KINSHIP:
        if kind in declared:
            return kind.value
    if units.head_of(session, other) == reviewer:
        return "direct_superior"
    if RelationKind.MENTOR in declared:
        return "mentor_24m"
    return "same_team_12m" if one.unit_id == other.unit_id else "none"


def fold(text: str) -> str:
    """Return a text without case and accents, for comparing names (Unicode, section 3.13, D146)."""
    folded = unicodedata.normalize("NFD", text).casefold()
    # What decomposes into capitals, such as letters of formulas, is folded once more.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", folded).casefold())
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return " ".join(plain.translate(_LETTERS_WITHOUT_DECOMPOSITION).split())


def name_keys(given: str, family: str, number: str, username: str) -> dict[str, str]:
    """Return the derived columns of a person: display name, order and search text."""
    words = fold(f"{given} {family}").replace("-", " ").replace("'", " ").split()
    folded = [*fold(f"{given} {family}").split(), *words, fold(number), fold(username)]
    return {
        "display_name": f"{given} {family}".strip(),
        "sort_name": fold(f"{family} {given}")[:250],
        "search_text": (" " + " ".join(dict.fromkeys(folded)))[:700],
    }


def free_username(given: str, family: str, taken: Container[str]) -> str:
    """Return a username made of the names that nobody has yet."""
    parts = [re.sub(r"[^a-z0-9]", "", fold(name)) for name in (given, family)]
    base = ".".join(part for part in parts if part)[:100] or "person"
    username, number = base, 1
    while username in taken:
        number += 1
        username = f"{base}{number}"
    return username


def _obstacles(session: Session, person: Person, pool: Pool, today: date) -> dict[str, bool]:
    """Return the facts that stand against a nomination, in one statement."""
    record, member, pause = DisciplineRecord, PoolMember, CoolingOff
    of_person = record.person_id == person.id
    row = session.execute(
        select(
            exists()
            .where(of_person, record.effective_on <= today)
            .where(or_(record.effect_until.is_(None), record.effect_until > today))
            .label("discipline_active"),
            exists()
            .where(of_person, record.opened_on <= today)
            .where(or_(record.closed_on.is_(None), record.closed_on > today))
            .label("under_investigation"),
            exists()
            .where(pause.person_id == person.id, pause.pool_id == pool.id, pause.until > today)
            .label("cooling_off"),
            exists()
            .where(member.person_id == person.id, member.pool_id == pool.id)
            .where(member.lifecycle != Lifecycle.EXITED)
            .label("already_member"),
        )
    ).one()
    return {name: bool(value) for name, value in row._mapping.items()}


def _declared_ties(session: Session, one: Person, other: Person, today: date) -> set[RelationKind]:
    """Return the kinds of declared ties between two people that still matter."""
    return {
        kind
        for kind, until in _TIES.rows(session, one=one.id, other=other.id)
        if kind is not RelationKind.MENTOR
        or until is None
        or experience.whole_months(until, today) < MENTOR_MONTHS
    }
