"""Writing the roster as a file that can be imported again."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflows.csv_text import as_csv
from workflows.people_tables import OrgUnit, Person
from workflows.roster_columns import PEOPLE_COLUMNS

# Birth dates are restricted and leave the database by a subject access request only.
_LEFT_OUT = frozenset({"birth_date", "parent_unit", "unit_name", "manager"})
COLUMNS = tuple(column.name for column in PEOPLE_COLUMNS if column.name not in _LEFT_OUT)


def export_people(session: Session) -> str:
    """
    Return everybody as CSV, in the order of numbers.

    The import takes off again what guards a text against being a formula.
    """
    people = session.scalars(
        select(Person).options(joinedload(Person.post)).order_by(Person.number)
    )
    codes = {row.id: row.code for row in session.execute(select(OrgUnit.id, OrgUnit.code))}
    values = (_values(person, codes) for person in people)
    return as_csv(COLUMNS, ([cells[name] for name in COLUMNS] for cells in values))


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
