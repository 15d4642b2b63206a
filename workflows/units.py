"""The units of the organisation: the tree, its heads and who stands above whom."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import CTE, Select, bindparam, func, select
from sqlalchemy.orm import Session

from rules.sentences import Sentence
from workflows.engine.entity_queries import EntityQuery
from workflows.errors import Invalid, NotFound
from workflows.people_tables import OrgUnit, Person
from workflows.vocabulary import EmploymentStatus


def _unit_and_above() -> Select[OrgUnit]:
    """Return the query for a unit and all units above it."""
    chain = (
        select(OrgUnit.id, OrgUnit.parent_id)
        .where(OrgUnit.id == bindparam("id"))
        .cte("above", recursive=True)
    )
    chain = chain.union(
        select(OrgUnit.id, OrgUnit.parent_id).where(OrgUnit.id == chain.c.parent_id)
    )
    return select(OrgUnit).where(OrgUnit.id.in_(select(chain.c.id)))


_ABOVE = EntityQuery(_unit_and_above())


class UnknownUnit(NotFound):
    """No unit has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f'There is no unit "{code}".')


class UnitCycle(Invalid):
    """A unit cannot stand below itself."""

    def __init__(self, code: str) -> None:
        super().__init__(
            Sentence(
                'The unit "%(code)s" would stand below itself. Choose another parent.', code=code
            )
        )


@dataclass(frozen=True)
class UnitNode:
    """A unit in the tree as a screen shows it."""

    unit: OrgUnit
    depth: int
    people: int


def by_code(session: Session, code: str) -> OrgUnit:
    """
    Return the unit with this code.

    Raises:
        UnknownUnit: There is none.

    """
    unit = session.scalar(select(OrgUnit).where(OrgUnit.code == code))
    if unit is None:
        raise UnknownUnit(code)
    return unit


def tree(session: Session) -> list[UnitNode]:
    """Return all units, each below its parent, with how many people work right in it."""
    people = {
        row.unit_id: row.number
        for row in session.execute(
            select(Person.unit_id, func.count().label("number"))
            .where(Person.employment_status != EmploymentStatus.LEFT)
            .group_by(Person.unit_id)
        )
    }
    children: defaultdict[int | None, list[OrgUnit]] = defaultdict(list)
    for unit in session.scalars(select(OrgUnit).order_by(OrgUnit.name, OrgUnit.id)):
        children[unit.parent_id].append(unit)
    nodes: list[UnitNode] = []
    waiting = [(unit, 0) for unit in reversed(children[None])]
    while waiting:
        unit, depth = waiting.pop()
        nodes.append(UnitNode(unit, depth, people.get(unit.id, 0)))
        waiting.extend((child, depth + 1) for child in reversed(children[unit.id]))
    return nodes


def headed_by(username: str) -> CTE:
    """Return a query for the ids of the units that a person leads, with all below them."""
    units = select(OrgUnit.id).where(OrgUnit.head_username == username).cte(recursive=True)
    return units.union(select(OrgUnit.id).where(OrgUnit.parent_id == units.c.id))


def from_unit(unit_id: int) -> CTE:
    """Return a query for the ids of a unit and of all units below it."""
    units = select(OrgUnit.id).where(OrgUnit.id == unit_id).cte("below", recursive=True)
    return units.union(select(OrgUnit.id).where(OrgUnit.parent_id == units.c.id))


def below(session: Session, unit: OrgUnit) -> set[int]:
    """Return the ids of a unit and of all units below it."""
    return set(session.scalars(select(from_unit(unit.id).c.id)))


def above(session: Session, unit_id: int) -> list[OrgUnit]:
    """Return a unit and all units above it, nearest first."""
    units = {unit.id: unit for unit in _ABOVE.all(session, id=unit_id)}
    ordered: list[OrgUnit] = []
    following: int | None = unit_id
    while following is not None and following in units:
        unit = units.pop(following)
        ordered.append(unit)
        following = unit.parent_id
    return ordered


def superiors(session: Session, person: Person) -> list[str]:
    """
    Return the usernames of the heads above a person, nearest first.

    A head is not his own superior, vacant units are passed over, and somebody
    who leads several units in the chain is named once.
    """
    heads = [unit.head_username for unit in above(session, person.unit_id)]
    chain = [head for head in heads if head is not None and head != person.username]
    return list(dict.fromkeys(chain))


def head_of(session: Session, person: Person) -> str | None:
    """Return the username of a person's direct superior, or None at the top."""
    chain = superiors(session, person)
    return chain[0] if chain else None


def create(
    session: Session,
    code: str,
    *,
    name: str,
    parent: OrgUnit | None = None,
    kind: str = "unit",
    head_username: str | None = None,
) -> OrgUnit:
    """Add a unit to the tree."""
    unit = OrgUnit(
        code=code,
        name=name,
        kind=kind,
        parent_id=parent.id if parent else None,
        head_username=head_username,
    )
    session.add(unit)
    session.flush()
    return unit


def move(session: Session, unit: OrgUnit, parent: OrgUnit | None) -> None:
    """
    Put a unit below another one, or at the top.

    Raises:
        UnitCycle: The new parent is the unit itself or stands below it.

    """
    if parent is not None and parent.id in below(session, unit):
        raise UnitCycle(unit.code)
    unit.parent_id = parent.id if parent else None
    session.flush()
