"""The columns of a roster: their names, what may stand in them, and what is wrong with a cell."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import Any
from zoneinfo import available_timezones

from workflows.accounts import USERNAME
from workflows.people import fold
from workflows.roster_files import Table
from workflows.vocabulary import EmploymentStatus

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_EDUCATION = {
    "none": 0,
    "secondary": 1,
    "vocational": 2,
    "bachelor": 3,
    "master": 4,
    "doctorate": 5,
}
_GUARDED = re.compile(r"'+[=+\-@]")


class CellRefused(Exception):
    """A cell cannot mean what its column says; the message completes the row's error."""


@dataclass(frozen=True)
class RowError:
    """What is wrong with one cell of a file, in a sentence; row 1 is the header."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = f"Row {self.row}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.message}"


@dataclass(frozen=True)
class Column:
    """One column: how its cells are read, and whether they must be there."""

    name: str
    read: Callable[[str], Any]
    is_required: bool = False  # the column must be there
    may_be_blank: bool = True  # a blank cell leaves what is known, or takes the default
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Record:
    """A row whose cells were read: only those that are not blank; `wrong` are not understood."""

    row: int
    values: dict[str, Any]
    wrong: set[str] = field(default_factory=set)


def _text(longest: int) -> Callable[[str], str]:
    """Return a reader of plain texts."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise CellRefused(f"has more than {longest} characters.")
        return unguarded(cell)

    return read


def _date(cell: str) -> date:
    """Read a date."""
    match = _DATE.fullmatch(cell)
    if match is None:
        raise CellRefused(f'"{_short(cell)}" is not a date. Write dates like 2024-05-31.')
    year, month, day = (int(part) for part in match.groups())
    try:
        found = date(year, month, day)
    except ValueError:
        raise CellRefused(
            f'"{cell}" is not in the calendar. Write dates like 2024-05-31.'
        ) from None
    if not 1900 <= year <= 2100:
        raise CellRefused(f'"{cell}" is too far away. Check the year.')
    return found


def _level(cell: str) -> int | str:
    """Read a level: its rank, or the name of one that is known already."""
    return int(cell) if cell.isascii() and cell.isdecimal() and len(cell) < 3 else cell


def _education(cell: str) -> int:
    """Read the rank of an education."""
    if cell.isascii() and cell.isdecimal() and int(cell[:3]) <= 9:
        return int(cell)
    rank = _EDUCATION.get(fold(cell))
    if rank is None:
        raise CellRefused(
            f'"{_short(cell)}" is no education. Write one of {", ".join(_EDUCATION)}, or a rank.'
        )
    return rank


def _status(cell: str) -> EmploymentStatus:
    """Read an employment status."""
    try:
        return EmploymentStatus(fold(cell))
    except ValueError:
        raise CellRefused(
            f'"{_short(cell)}" is no status. Write active, suspended or left.'
        ) from None


def _email(cell: str) -> str:
    """Read a mail address; whether somebody gets mail there is not our concern."""
    name, _, host = cell.partition("@")
    if not name or "." not in host or " " in cell or len(cell) > 250:
        raise CellRefused(f'"{_short(cell)}" is not a mail address.')
    return cell


def _username(cell: str) -> str:
    """Read a username."""
    if not USERNAME.fullmatch(cell):
        raise CellRefused(
            f'"{_short(cell)}" cannot be a username. Use letters, digits and . _ @ + -'
        )
    return cell


def _time_zone(cell: str) -> str:
    """Read the name of a time zone."""
    if cell not in available_timezones():
        raise CellRefused(f'"{_short(cell)}" is no time zone. Write it like Europe/Madrid.')
    return cell


PEOPLE_COLUMNS: tuple[Column, ...] = (
    Column(
        "number", _text(40), True, False, ("employee_number", "employee_id", "staff_number", "id")
    ),
    Column("given_name", _text(120), True, False, ("first_name", "forename")),
    Column("family_name", _text(120), True, aliases=("last_name", "surname")),
    Column("unit", _text(40), True, False, ("unit_code", "department", "org_unit")),
    Column("hire_date", _date, True, aliases=("hired", "entry_date", "joined")),
    Column("unit_name", _text(200), aliases=("department_name",)),
    Column("parent_unit", _text(40), aliases=("parent", "parent_code")),
    Column("manager", _text(40), aliases=("manager_number", "supervisor", "reports_to")),
    Column("username", _username, aliases=("login", "user_name")),
    Column("email", _email, aliases=("mail", "e_mail")),
    Column("phone", _text(40), aliases=("telephone",)),
    Column("post", _text(200), aliases=("title", "job_title", "position")),
    Column("level", _level, aliases=("grade_level", "rank")),
    Column("level_since", _date),
    Column("category", _text(60)),
    Column("specialty", _text(60), aliases=("speciality", "major")),
    Column("education", _education, aliases=("education_rank",)),
    Column("status", _status, aliases=("employment_status",)),
    Column("birth_date", _date, aliases=("date_of_birth", "born")),
    Column("language", _text(20)),
    Column("time_zone", _time_zone, aliases=("timezone",)),
)

UNIT_COLUMNS: tuple[Column, ...] = (
    Column("code", _text(40), True, False, ("unit", "unit_code")),
    Column("name", _text(200), True, False, ("unit_name",)),
    Column("parent", _text(40), aliases=("parent_unit", "parent_code")),
    Column("kind", _text(40), aliases=("type",)),
)


def parse(table: Table, columns: Sequence[Column]) -> tuple[list[Record], list[RowError]]:
    """Read every cell of a table; where the header is wrong, only the header is judged."""
    places, errors = _match_header(table.header, columns)
    if errors:
        return [], errors
    records = []
    for row, cells in table.rows:
        record = Record(row, {})
        errors += _read_row(record, cells, places)
        if len(cells) > len(table.header) and any(cells[len(table.header) :]):
            errors.append(RowError(row, "", "There are more cells than the header has columns."))
        records.append(record)
    return records, errors


def unguarded(cell: str) -> str:
    """Take off the quote that an export puts before texts which look like formulas."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _read_row(record: Record, cells: Sequence[str], places: Mapping[int, Column]) -> list[RowError]:
    """Read the cells of one row into its record; return what is wrong with them."""
    errors = []
    for place, column in places.items():
        cell = cells[place] if place < len(cells) else ""
        if not cell:
            if not column.may_be_blank:
                errors.append(RowError(record.row, column.name, "The cell is empty. Fill it in."))
            continue
        try:
            record.values[column.name] = column.read(cell)
        except CellRefused as refused:
            record.wrong.add(column.name)
            errors.append(RowError(record.row, column.name, _sentence(str(refused))))
    return errors


def _match_header(
    header: Sequence[str], columns: Sequence[Column]
) -> tuple[dict[int, Column], list[RowError]]:
    """Find out which column is which; name what is unknown, doubled or missing."""
    by_name = {name: column for column in columns for name in (column.name, *column.aliases)}
    names = [column.name for column in columns]
    places: dict[int, Column] = {}
    meant: set[str] = set()
    errors: list[RowError] = []
    for place, title in enumerate(header):
        name = re.sub(r"[\s\-.]+", "_", fold(title))
        column = by_name.get(name)
        if column is not None and column not in places.values():
            places[place] = column
        elif column is not None:
            errors.append(RowError(1, title, f'The column "{column.name}" is there twice.'))
        elif near := get_close_matches(name, list(by_name), n=1, cutoff=0.6):
            meant.add(by_name[near[0]].name)
            question = f'There is no such column. Did you mean "{by_name[near[0]].name}"?'
            errors.append(RowError(1, title, question))
        else:
            known = f"There is no such column. The columns are {', '.join(names)}."
            errors.append(RowError(1, title or f"number {place + 1}", known))
    found = {column.name for column in places.values()} | meant
    errors += [
        RowError(1, column.name, f'The column "{column.name}" is missing. Add it.')
        for column in columns
        if column.is_required and column.name not in found
    ]
    return places, errors


def _sentence(message: str) -> str:
    """Begin a message like a sentence."""
    return message if message.startswith('"') else f"The cell {message}"


def _short(cell: str) -> str:
    """Return as much of a cell as a message can bear."""
    return cell if len(cell) <= 40 else f"{cell[:39]}…"
