"""Recorded decisions for a back-test: those of the installation, or those of a file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from rules.dmn import RecordedCase
from webapp.cli.installation import installed
from webapp.cli.output import Refused, to_json
from webapp.cli.sources import parse_object, read_lines
from workflows.engine.tables import DecisionRecord, Instance

_PAGE = 500
_SHAPE = '{"inputs": {...}, "output": ...}'


@contextmanager
def of_installation(
    decision: str, *, since: datetime | None, group: str
) -> Iterator[Iterator[RecordedCase]]:
    """Open the records of a decision, the oldest first; they are read while they are used."""
    query = (
        select(DecisionRecord, Instance.name)
        .join(Instance, Instance.id == DecisionRecord.instance_id)
        .where(DecisionRecord.decision_key == decision)
        .order_by(DecisionRecord.id)
    )
    if since is not None:
        query = query.where(DecisionRecord.decided_at >= since)
    with installed() as installation, installation.database.reading() as session:
        rows = session.execute(query.execution_options(yield_per=_PAGE))
        yield (_of_row(record, name, group) for record, name in rows)


def of_file(path: Path, *, group: str, needs_output: bool) -> Iterator[RecordedCase]:
    """
    Yield the records of a file with one JSON object a line.

    Raises:
        Refused: A line is no record; the sentence names it.

    """
    for number, line in read_lines(path):
        place = f"Line {number} of {path}"
        record = parse_object(line, place)
        if not isinstance(record.get("inputs"), dict):
            raise Refused(f"{place} must look like {_SHAPE}.")
        if needs_output and "output" not in record:
            raise Refused(
                f"{place} has no output to compare with. Add what was decided, or name the "
                "version to compare with by --against."
            )
        yield RecordedCase(
            inputs=record["inputs"],
            output=record.get("output"),
            group=_group_of(record, group),
            key=str(record.get("key", "")) or f"line {number}",
            now=_moment(record, place),
        )


def _of_row(record: DecisionRecord, name: str, group: str) -> RecordedCase:
    """Return a record of the database."""
    beside = {"version": record.content_hash[:12]}
    return RecordedCase(
        inputs=record.inputs,
        output=record.output,
        group=_group_of({**beside, "inputs": record.inputs}, group),
        key=f"case {record.instance_id} {name}".strip(),
        now=record.decided_at,
    )


def _group_of(record: Mapping[str, Any], group: str) -> str:
    """Return the value that a record is counted by: one of its inputs, or of the record."""
    if not group:
        return str(record.get("group", ""))
    value = record["inputs"].get(group, record.get(group))
    return value if isinstance(value, str) else to_json(value)


def _moment(record: Mapping[str, Any], place: str) -> datetime | None:
    """Return when a record of a file was decided, if it says so."""
    if not record.get("at"):
        return None
    try:
        moment = datetime.fromisoformat(str(record["at"]))
    except ValueError as error:
        raise Refused(f'{place} has a moment "at" that is no ISO 8601 date and time.') from error
    if moment.tzinfo is None:
        raise Refused(f'{place} has a moment "at" without an offset such as +00:00.')
    return moment
