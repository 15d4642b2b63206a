"""What cases are told apart by on the desk: their pool, and facts about whom they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows import quarters
from workflows.case_facts import SUBJECT
from workflows.engine.tables import Duty
from workflows.people_tables import Person
from workflows.pool_tables import Pool, PoolMember


@dataclass(frozen=True)
class Facets:
    """The pool of a case, and what is known of whom it is about, by facet."""

    pool: str
    values: Mapping[str, str]


def of_cases(session: Session, data_of: Mapping[int, Mapping[str, Any]]) -> dict[int, Facets]:
    """
    Return the facets of some cases, in three statements.

    The pool is that of the process data, else the only one whose member the
    person is. Level and category are those of the seat in the pool, where there
    is one.
    """
    people = _subjects(session, data_of.keys())
    seats = _seats(session, {person.id for person in people.values()})
    codes = {row.id: row.code for row in session.execute(select(Pool.id, Pool.code))}
    return {
        number: _facets(people.get(number), data.get("pool"), seats, codes)
        for number, data in data_of.items()
    }


def _subjects(session: Session, ids: Collection[int]) -> dict[int, Any]:
    """Return whom each case is about; of several the first by name."""
    rows = session.execute(
        select(
            Duty.instance_id,
            Person.id,
            Person.unit_id,
            Person.level_rank,
            Person.category,
            Person.specialty,
        )
        .join(Person, Person.username == Duty.username)
        .where(Duty.instance_id.in_(ids), Duty.duty == SUBJECT)
        .order_by(Duty.username.desc())
    )
    return {row.instance_id: row for row in rows}


def _seats(session: Session, person_ids: Collection[int]) -> dict[int, list[Any]]:
    """Return the memberships of some people, the newest first."""
    rows = session.execute(
        select(
            PoolMember.person_id,
            PoolMember.pool_id,
            PoolMember.level_rank,
            PoolMember.category,
            PoolMember.horizon,
            PoolMember.joined_on,
        )
        .where(PoolMember.person_id.in_(person_ids))
        .order_by(PoolMember.joined_on.desc(), PoolMember.id.desc())
    )
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return found


def _facets(
    person: Any | None, pool: object, seats: Mapping[int, list[Any]], codes: Mapping[int, str]
) -> Facets:
    """Return the facets of one case."""
    known = pool if isinstance(pool, str) and pool in codes.values() else ""
    if person is None:
        return Facets(known, {})
    mine = [seat for seat in seats.get(person.id, ()) if known in {"", codes[seat.pool_id]}]
    if not known and len({seat.pool_id for seat in mine}) == 1:
        known = codes[mine[0].pool_id]
    seat = mine[0] if mine and known else None
    values = {
        "unit": str(person.unit_id),
        "level": str(seat.level_rank if seat else person.level_rank),
        "category": seat.category if seat else person.category,
        "specialty": person.specialty,
    }
    if seat is not None:
        values["horizon"] = seat.horizon.value
        values["cohort"] = quarters.of(seat.joined_on).code
    return Facets(known, values)
