"""What must fit together in a roster: numbers, usernames, units, managers, levels."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflows.people_tables import Level, OrgUnit, Person
from workflows.roster_columns import Record, RowError

_HIGHEST_LEVEL = 20


@dataclass(frozen=True)
class Known:
    """What the database knows already."""

    persons: dict[str, Person]  # by number
    units: dict[str, OrgUnit]  # by code
    levels: dict[str, int]  # rank by name, in lower case


@dataclass(frozen=True)
class _Parents:
    """Which unit stands below which, and where the file says so."""

    of: dict[str, str | None]
    row: dict[str, tuple[int, str]]


def load_known(session: Session) -> Known:
    """Return everybody and everything that a file may refer to, in three statements."""
    return Known(
        {person.number: person for person in session.scalars(select(Person))},
        {unit.code: unit for unit in session.scalars(select(OrgUnit))},
        {level.name.casefold(): level.rank for level in session.scalars(select(Level))},
    )


def check(people: list[Record], units: list[Record], known: Known) -> list[RowError]:
    """Return everything that does not fit together."""
    return [
        *_doubles(units, "code", "units.code"),
        *_doubles(people, "number", "number"),
        *_doubles(people, "username", "username"),
        *_usernames(people, known),
        *_levels(people, known),
        *_orders(people, known),
        *_unit_errors(people, units, known),
        *_manager_errors(people, known),
    ]


def rank_of(level: int | str, known: Known) -> int | None:
    """Return the rank of a level that was written as a rank or as a name."""
    return level if isinstance(level, int) else known.levels.get(level.casefold())


def unit_parents(people: list[Record], units: list[Record], known: Known) -> dict[str, str | None]:
    """Return the parent of every unit, as the file leaves it."""
    return _parents(people, units, known).of


def _doubles(records: list[Record], name: str, column: str) -> Iterator[RowError]:
    """Find values that stand in more than one row."""
    first: dict[str, int] = {}
    for record in records:
        value = record.values.get(name)
        if value is None:
            continue
        row = first.setdefault(value, record.row)
        if row != record.row:
            yield RowError(record.row, column, f'"{value}" is already in row {row}.')


def _usernames(people: list[Record], known: Known) -> Iterator[RowError]:
    """Find usernames that belong to somebody else, or would change."""
    owner = {person.username: person.number for person in known.persons.values()}
    for record in people:
        username, number = record.values.get("username"), record.values.get("number")
        if username is None or number is None:
            continue
        person = known.persons.get(number)
        if person is not None and person.username != username:
            message = f'The username of {number} is "{person.username}" and cannot change.'
            yield RowError(record.row, "username", message)
        elif owner.get(username, number) != number:
            message = f'"{username}" belongs to the person with number {owner[username]}.'
            yield RowError(record.row, "username", message)


def _levels(people: list[Record], known: Known) -> Iterator[RowError]:
    """Find levels that nobody knows; a new rank is made, a new name cannot be placed."""
    for record in people:
        level = record.values.get("level")
        if level is None:
            continue
        rank = rank_of(level, known)
        if rank is None:
            names = ", ".join(known.levels) or "none yet"
            message = f'There is no level "{level}". Write a rank (1 is lowest) or one of: {names}.'
            yield RowError(record.row, "level", message)
        elif not 1 <= rank <= _HIGHEST_LEVEL:
            message = f"A level has a rank from 1 to {_HIGHEST_LEVEL}."
            yield RowError(record.row, "level", message)


def _orders(people: list[Record], known: Known) -> Iterator[RowError]:
    """Find dates in the wrong order, and new people without a first day."""
    for record in people:
        values = record.values
        person = known.persons.get(values.get("number", ""))
        hired = values.get("hire_date") or (person.hire_date if person else None)
        if hired is None and "hire_date" in record.wrong:
            continue
        if hired is None:
            message = "The cell is empty. Fill it in for people who are new."
            yield RowError(record.row, "hire_date", message)
            continue
        born = values.get("birth_date")
        if born is not None and born >= hired:
            yield RowError(record.row, "birth_date", f"{born} is not before the hiring on {hired}.")


def _unit_errors(people: list[Record], units: list[Record], known: Known) -> Iterator[RowError]:
    """Find units that nobody knows, and units that would stand below themselves."""
    parents = _parents(people, units, known)
    for record in people:
        code = record.values.get("unit")
        if code is not None and code not in parents.of:
            yield RowError(record.row, "unit", _no_unit(code, parents.of))
    for code, (row, column) in parents.row.items():
        parent = parents.of[code]
        if parent is not None and parent not in parents.of:
            yield RowError(row, column, _no_unit(parent, parents.of))
    for code in _in_cycles(parents.of):
        row, column = parents.row.get(code, (1, "parent_unit"))
        if code in parents.row:
            yield RowError(row, column, f'The unit "{code}" would stand below itself.')


def _parents(people: list[Record], units: list[Record], known: Known) -> _Parents:
    """Return the tree of units as the file leaves it."""
    codes = {unit.id: unit.code for unit in known.units.values()}
    parents: dict[str, str | None] = {
        code: codes.get(unit.parent_id or 0) for code, unit in known.units.items()
    }
    rows: dict[str, tuple[int, str]] = {}
    sources = (
        (units, "code", "name", "parent", "units.parent"),
        (people, "unit", "unit_name", "parent_unit", "parent_unit"),
    )
    for records, code_column, name_column, parent_column, shown in sources:
        for record in records:
            code = record.values.get(code_column)
            parent = record.values.get(parent_column)
            if code is None or (code not in parents and name_column not in record.values):
                continue
            parents.setdefault(code, None)
            if parent is not None:
                parents[code] = parent
                rows.setdefault(code, (record.row, shown))
    return _Parents(parents, rows)


def _manager_errors(people: list[Record], known: Known) -> Iterator[RowError]:
    """Find managers who do not exist, and people who would be their own superiors."""
    managers: dict[str, str | None] = {}
    rows: dict[str, int] = {}
    numbers = {record.values["number"] for record in people if "number" in record.values}
    for record in people:
        number, manager = record.values.get("number"), record.values.get("manager")
        if number is None or manager is None:
            continue
        if manager not in numbers and manager not in known.persons:
            message = f'There is no person with number "{manager}", neither here nor in the file.'
            yield RowError(record.row, "manager", message)
            continue
        managers[number], rows[number] = manager, record.row
    for number in _in_cycles(managers):
        message = f"{number} would be among the superiors of himself or herself."
        yield RowError(rows[number], "manager", message)


def _in_cycles(parents: Mapping[str, str | None]) -> list[str]:
    """Return everything that is reached again by going up from it."""
    done: set[str] = set()
    found: list[str] = []
    for start in parents:
        path: dict[str, int] = {}
        at: str | None = start
        while at is not None and at not in done and at not in path:
            path[at] = len(path)
            at = parents.get(at)
        if at is not None and at in path:
            found += [each for each, place in path.items() if place >= path[at]]
        done.update(path)
    return found


def _no_unit(code: str, parents: Mapping[str, str | None]) -> str:
    """Return the sentence about a unit that nobody knows."""
    near = get_close_matches(code, list(parents), n=1, cutoff=0.6)
    remedy = f'Did you mean "{near[0]}"?' if near else "Give its unit_name to make it."
    return f'There is no unit "{code}". {remedy}'
