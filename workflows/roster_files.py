"""Reading tables of text out of CSV and XLSX files, without trusting them."""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from workflows.errors import Invalid

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 100
LONGEST_CELL = 2_000

_DELIMITERS = ",;\t"
_CHUNK = 1 << 20


class FileRefused(Invalid):
    """The file cannot be read as a table; the sentence says why and what to do."""


@dataclass(frozen=True)
class Table:
    """A header and the rows under it; each row knows its number in the file."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


@dataclass(frozen=True)
class Roster:
    """The tables of a file: people, and units where there is a sheet for them."""

    people: Table
    units: Table = field(default_factory=lambda: Table([], []))


def read(source: bytes, file_name: str) -> Roster:
    """
    Read a file by its ending; every cell becomes text and no formula is worked out.

    Raises:
        FileRefused: It is too large, no table, or not what its name says.

    """
    if len(source) > LARGEST_FILE:
        raise FileRefused(f"{file_name} has more than 10 MB. Split it into several files.")
    if not source.strip():
        raise FileRefused(f"{file_name} is empty.")
    ending = file_name.rsplit(".", 1)[-1].lower()
    if ending == "xlsx":
        return _read_xlsx(source, file_name)
    if ending in {"csv", "txt", "tsv"}:
        return Roster(_read_csv(source, file_name))
    raise FileRefused(f"{file_name} is neither CSV nor XLSX. Save it in one of these formats.")


def _read_csv(source: bytes, file_name: str) -> Table:
    """Read a CSV file in UTF-8, set apart by commas, semicolons or tabs."""
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise FileRefused(
            f"{file_name} is not in UTF-8 (line {line}). Save it as CSV UTF-8."
        ) from error
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        return _table(rows, file_name)
    except csv.Error as error:
        raise FileRefused(f"{file_name} is not a correct CSV file: {error}.") from error


def _read_xlsx(source: bytes, file_name: str) -> Roster:
    """Read the sheet `people` (or the first one) and the sheet `units` of a workbook."""
    _check_archive(source, file_name)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(source), read_only=True, data_only=False)
        try:
            sheets = {str(sheet.title).strip().casefold(): sheet for sheet in workbook.worksheets}
            if not sheets:
                raise FileRefused(f"{file_name} has no sheet.")
            people = sheets.get("people") or workbook.worksheets[0]
            units = sheets.get("units")
            return Roster(
                _table(_cells(people), file_name),
                _table(_cells(units), file_name)
                if units and units is not people
                else Table([], []),
            )
        finally:
            workbook.close()
    except FileRefused:
        raise
    except (InvalidFileException, zipfile.BadZipFile, *_BROKEN_WORKBOOK) as error:
        raise FileRefused(f"{file_name} is not a correct XLSX file.") from error


# What the library raises on a workbook whose parts do not fit together.
_BROKEN_WORKBOOK = (
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    SyntaxError,
    OSError,
    EOFError,
)


def _check_archive(source: bytes, file_name: str) -> None:
    """Refuse an archive that unpacks to too much, or whose XML declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > LARGEST_UNPACKED:
                raise FileRefused(f"{file_name} unpacks to more than 100 MB. Split it.")
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")) and _declares(archive, entry):
                    raise FileRefused(f"{file_name} declares a document type. Save it anew.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise FileRefused(f"{file_name} is not a correct XLSX file.") from error


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Say whether a part has a document type declaration, where entities would live."""
    with archive.open(entry) as part:
        tail = b""
        while chunk := part.read(_CHUNK):
            if b"<!DOCTYPE" in tail + chunk or b"<!ENTITY" in tail + chunk:
                return True
            tail = chunk[-16:]
    return False


def _cells(sheet: Any) -> Iterator[list[str]]:
    """Yield the rows of a sheet as texts."""
    sheet.reset_dimensions()  # what the file says about its size may be wrong
    for row in sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1):
        yield [_text(value) for value in row]


def _text(value: object) -> str:
    """Return a cell as the text that a CSV file would have."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(rows: Iterable[list[str]], file_name: str) -> Table:
    """Take the first row as header and the others as data; empty rows are passed over."""
    numbered = enumerate(islice(rows, MOST_ROWS + 2), start=1)
    _, header = next(numbered, (0, []))
    header = [name.strip() for name in header]
    while header and not header[-1]:
        header.pop()
    if len(header) > MOST_COLUMNS:
        raise FileRefused(f"{file_name} has more than {MOST_COLUMNS} columns.")
    kept = []
    for number, cells in numbered:
        if number > MOST_ROWS + 1:
            raise FileRefused(f"{file_name} has more than {MOST_ROWS} rows. Split it.")
        texts = [_clean(cell) for cell in cells]
        if any(texts):
            kept.append((number, texts))
    return Table(header, kept)


def _clean(cell: str) -> str:
    """Return a cell without blanks around, without control signs, and of bearable length."""
    cell = cell.strip()
    if not cell.isprintable():
        cell = " ".join("".join(sign if sign.isprintable() else " " for sign in cell).split())
    return cell[: LONGEST_CELL + 1]
