"""Writing the roster as a file that can be imported again."""

import csv
import io

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows.people_tables import OrgUnit, Person
from workflows.roster_columns import PEOPLE_COLUMNS, unguarded

_FORMULA_SIGNS = ("=", "+", "-", "@")
# Birth dates are restricted and leave the database by a subject access request only.
_LEFT_OUT = frozenset({"birth_date", "parent_unit", "unit_name", "manager"})
COLUMNS = tuple(column.name for column in PEOPLE_COLUMNS if column.name not in _LEFT_OUT)


def export_people(session: Session) -> str:
    """
    Return everybody as CSV, in the order of numbers.

    Texts that a spreadsheet would take for formulas get a quote in front; the
    import takes it off again.
    """
    people = session.scalars(
        select(Person).options(joinedload(Person.post)).order_by(Person.number)
    )
    codes = {row.id: row.code for row in session.execute(select(OrgUnit.id, OrgUnit.code))}
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for person in people:
        values = _values(person, codes)
        writer.writerow([guarded(values[name]) for name in COLUMNS])
    return output.getvalue()


def guarded(cell: str) -> str:
    """Return a text that no spreadsheet works out as a formula."""
    would_be_mistaken = cell.startswith(_FORMULA_SIGNS) or unguarded(cell) != cell
    return f"'{cell}" if would_be_mistaken else cell


def _values(person: Person, codes: dict[int, str]) -> dict[str, str]:
    """Return the cells of one person by column."""
    return {
        "number": person.number,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "unit": codes[person.unit_id],
        "hire_date": person.hire_date.isoformat(),
        "username": person.username,
        "email": person.email,
        "phone": person.phone,
        "post": person.post.title if person.post else "",
        "level": str(person.level_rank),
        "level_since": person.level_since.isoformat(),
        "category": person.category,
        "specialty": person.specialty,
        "education": str(person.education_rank),
        "status": person.employment_status.value,
        "language": person.language,
        "time_zone": person.time_zone,
    }
