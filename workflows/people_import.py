"""
Taking over the roster of an organisation from a file: all of it, or nothing.

People are known again by their number, units by their code. A column that is
not in the file, and a blank cell, leave what is known. People who are not in
the file stay as they are.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflows import (
    audit,
    permissions,
    roster_checks,
    roster_columns,
    roster_files,
    roster_storing,
)
from workflows.actors import Actor
from workflows.errors import Invalid
from workflows.permissions import Action
from workflows.roster_columns import RowError

MOST_ERRORS = 200


class ImportRefused(Invalid):
    """The file has errors; nothing was imported. `errors` names every place."""

    def __init__(self, file_name: str, errors: list[RowError]) -> None:
        number = len(errors)
        what = "one error" if number == 1 else f"{number} errors"
        super().__init__(f"{file_name} has {what}; nothing was imported. {errors[0]}")
        self.errors = errors


@dataclass(frozen=True)
class ImportReport:
    """What an import did, or would do when it was a dry run."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    left: int = 0  # of the updated: those who left the organisation
    units_created: int = 0
    units_updated: int = 0
    errors: list[RowError] = field(default_factory=list)  # only a dry run reports with errors
    is_dry_run: bool = False


def import_people(
    session: Session,
    source: bytes,
    *,
    file_name: str,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> ImportReport:
    """
    Import a CSV or XLSX file; a dry run answers the same and changes nothing.

    Raises:
        FileRefused: The file cannot be read as a table.
        ImportRefused: It has errors; a dry run reports them instead.
        NotAllowed: The actor may not import people.

    """
    permissions.check(actor, Action.IMPORT_PEOPLE)
    roster = roster_files.read(source, file_name)
    people, errors = roster_columns.parse(roster.people, roster_columns.PEOPLE_COLUMNS)
    if roster.units.header:
        units, unit_errors = roster_columns.parse(roster.units, roster_columns.UNIT_COLUMNS)
    else:
        units, unit_errors = [], []
    errors = [*_in_sheet("units", unit_errors), *errors]
    known = roster_checks.load_known(session)
    if people or units:
        errors += roster_checks.check(people, units, known)
    if errors:
        errors = sorted(errors, key=lambda error: error.row)[:MOST_ERRORS]
        if dry_run:
            return ImportReport(errors=errors, is_dry_run=True)
        raise ImportRefused(file_name, errors)
    savepoint = session.begin_nested()
    counts: dict[str, Any] = roster_storing.store(session, people, units, known, today=now.date())
    if dry_run:
        savepoint.rollback()
        session.expire_all()
    else:
        savepoint.commit()
        audit.record(
            session, "people.import", "roster", file_name[:120], actor=actor, now=now, **counts
        )
    return ImportReport(**counts, is_dry_run=dry_run)


def _in_sheet(sheet: str, errors: list[RowError]) -> list[RowError]:
    """Name the sheet in errors that are not in the sheet of people."""
    return [RowError(error.row, f"{sheet}.{error.column}", error.message) for error in errors]
