"""Lists as workbooks; no cell is a formula."""

import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from workflows.csv_text import guarded

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def as_xlsx(title: str, columns: Sequence[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return a heading and rows as a workbook with one sheet; numbers stay numbers."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_sheet_name(title))
    heading = [WriteOnlyCell(sheet, value=guarded(column)) for column in columns]
    for cell in heading:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.append(heading)
    for row in rows:
        sheet.append([_value(cell) for cell in row])
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def _value(cell: object) -> int | float | str | None:
    """Return a number or nothing as it is, and anything else as a text that is no formula."""
    if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return cell
    return guarded(str(cell))


def _sheet_name(title: str) -> str:
    """Return a title as a sheet may be called."""
    return "".join(" " if sign in "[]:*?/\\'" else sign for sign in title)[:31].strip() or "Sheet"
