"""Lists as CSV: the same line ends and the same guard against formulas for all of them."""

import csv
import io
from collections.abc import Iterable, Sequence

from workflows.roster_columns import unguarded

_FORMULA_SIGNS = ("=", "+", "-", "@")


def as_csv(columns: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a heading and rows as CSV; no cell is a formula."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([guarded(str(cell)) for cell in row] for row in rows)
    return output.getvalue()


def guarded(cell: str) -> str:
    """
    Return a text that no spreadsheet works out as a formula.

    It gets a quote in front; the import of people takes it off again.
    """
    would_be_mistaken = cell.startswith(_FORMULA_SIGNS) or unguarded(cell) != cell
    return f"'{cell}" if would_be_mistaken else cell
