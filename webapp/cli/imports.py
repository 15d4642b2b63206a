"""`understudy import people`: take over the roster of an organisation."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from webapp.cli.installation import installed
from webapp.cli.output import Commands, Refused, as_json, first_of, show
from webapp.cli.sources import read_bytes
from workflows import people_import
from workflows.actors import SYSTEM
from workflows.people_import import ImportRefused, ImportReport
from workflows.roster_columns import RowError


@click.group(name="import", cls=Commands)
def import_group() -> None:
    """Take over data from files."""


@import_group.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only report what would happen.")
@as_json
def people(*, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take over people from FILE (CSV or XLSX): all of them or nobody; known ones are updated."""
    source = read_bytes(file)
    with installed() as installation:
        try:
            with installation.database.unit_of_work() as session:
                report = people_import.import_people(
                    session,
                    source,
                    file_name=file.name,
                    actor=SYSTEM,
                    now=installation.clock.now(),
                    dry_run=dry_run,
                )
        except ImportRefused as refused:
            _refuse(file, refused.errors, in_json=as_json)
    if report.errors:
        _refuse(file, report.errors, in_json=as_json)
    show(asdict(report), _lines(report), in_json=as_json)


def _refuse(file: Path, errors: Sequence[RowError], *, in_json: bool) -> None:
    """
    Report every wrong row, then leave.

    Raises:
        Refused: Always.

    """
    rows: list[dict[str, Any]] = [asdict(error) for error in errors]
    show({"errors": rows}, [str(error) for error in errors], in_json=in_json)
    found = first_of(len(errors), errors[0])
    raise Refused(f"{file.name} has errors, so nothing was imported. {found}")


def _lines(report: ImportReport) -> list[str]:
    """Say what an import did, or would do."""
    verb = "Would be" if report.is_dry_run else "Were"
    return [
        f"{verb} created: {report.created} people, {report.units_created} units.",
        f"{verb} updated: {report.updated} people, {report.units_updated} units "
        f"({report.left} people left the organisation).",
        f"Unchanged: {report.unchanged} people.",
    ]
