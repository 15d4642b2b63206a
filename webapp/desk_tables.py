"""The figures of the desk as tables for spreadsheets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Response

from webapp import stall_words
from webapp.desk_elements import Element
from webapp.figures import quarter_name
from webapp.texts import gettext as _
from workflows import spreadsheets
from workflows.csv_text import as_csv
from workflows.errors import NotFound
from workflows.figure_sums import Durations, ProcessFigures
from workflows.figure_workload import Load

Rows = Iterable[Sequence[object]]


@dataclass(frozen=True)
class Table:
    """A table that can be downloaded."""

    key: str
    title: str
    columns: Sequence[str]
    rows: Rows


def as_file(table: Table, suffix: str) -> Response:
    """
    Return a table as a file for spreadsheets.

    Raises:
        NotFound: There is no such kind of file.

    """
    headers = {"Content-Disposition": f"attachment; filename={table.key}.{suffix}"}
    if suffix == "csv":
        content = as_csv(table.columns, table.rows)
        return Response(content, mimetype="text/csv", headers=headers)
    if suffix == "xlsx":
        workbook = spreadsheets.as_xlsx(table.title, table.columns, table.rows)
        return Response(workbook, mimetype=spreadsheets.MIMETYPE, headers=headers)
    raise NotFound(_("There is no such table."))


def processes(found: Mapping[str, ProcessFigures], names: Mapping[str, str]) -> Table:
    """Return the figures of each process."""
    columns = (
        _("Process"),
        _("Open now"),
        _("Begun"),
        _("Completed"),
        _("Cancelled"),
        *duration_heads(),
    )
    rows = (
        (
            names.get(key, key),
            each.open,
            each.begun,
            each.ended.get("completed", 0),
            each.ended.get("cancelled", 0),
            *cells(each.took),
        )
        for key, each in found.items()
    )
    return Table("processes", _("Processes"), columns, rows)


def of_process(
    figures: ProcessFigures,
    found: Sequence[Element],
    loads: Sequence[Load],
    names: Mapping[str, str],
) -> Mapping[str, Table]:
    """Return every table of some cases, by its key."""
    tables = (
        _steps(found),
        _funnel(figures, found),
        _ages(figures),
        _quarters(figures),
        _time(figures),
        _workload(loads, names),
    )
    return {table.key: table for table in tables}


def _ages(figures: ProcessFigures) -> Table:
    """Return how old open work is."""
    rows = [(stall_words.BANDS[band], number) for band, number in figures.ages.items()]
    return Table("ages", _("How old open work is"), (_("Age"), _("Open tasks")), rows)


def _quarters(figures: ProcessFigures) -> Table:
    """Return what became of the cases of each quarter."""
    columns = (_("Begun in"), _("Begun"), _("Completed"), _("Still open"), _("Cancelled"))
    rows = [
        (quarter_name(one.quarter), one.number, one.completed, one.open, one.cancelled)
        for one in figures.cohorts
    ]
    return Table("quarters", _("What became of the cases of each quarter"), columns, rows)


def _workload(loads: Sequence[Load], names: Mapping[str, str]) -> Table:
    """Return who has most to do."""
    columns = (_("Person"), _("Open tasks"), _("Overdue"), _("Done in this period"))
    rows = [
        (names.get(one.username, one.username), one.open, one.overdue, one.done) for one in loads
    ]
    return Table("workload", _("Who has most to do"), columns, rows)


def _steps(found: Sequence[Element]) -> Table:
    """Return what waits at each step, and how long it takes."""
    columns = (
        _("Step"),
        _("Part of"),
        _("Cases here now"),
        _("Open tasks"),
        _("Done in this period"),
        *duration_heads()[1:],
    )
    rows = [
        (one.name, one.process_name, one.here, one.step.open, *cells(one.took)) for one in found
    ]
    return Table("steps", _("Steps"), columns, rows)


def _funnel(figures: ProcessFigures, found: Sequence[Element]) -> Table:
    """Return how far cases got, and how long that took them."""
    columns = (_("Stage"), _("Cases"), _("Share in percent"), *duration_heads()[1:])
    rows: list[Sequence[object]] = [(_("Begun"), figures.begun, 100, "", "", "")]
    for one in found:
        if one.stage is not None and one.stage.passed:
            share = round(100 * one.stage.passed / figures.begun)
            since = one.stage.since_begin
            rows.append((one.name, one.stage.passed, share, *cells(since)[1:]))
    return Table("funnel", _("How far the cases of this period got"), columns, rows)


def _time(figures: ProcessFigures) -> Table:
    """Return in what the time of cases went."""
    labels = (
        ("with_people", _("With people")),
        ("waiting", _("Waited for a date or news")),
        ("stopped", _("Stopped by a problem")),
    )
    rows = [(label, round(figures.time.get(part, 0.0), 1)) for part, label in labels]
    title = _("Working and waiting, in working days of all cases that ended")
    return Table("time", title, (_("What happened"), _("Working days")), rows)


def duration_heads() -> tuple[str, ...]:
    """Return the heads of durations."""
    return (
        _("Timed"),
        _("Half took up to (working days)"),
        _("Three in four took up to (working days)"),
        _("Nine in ten took up to (working days)"),
    )


def cells(took: Durations) -> tuple[object, ...]:
    """Return durations as cells; too few tell nothing."""
    shares = (took.median, took.three_quarters, took.nine_of_ten)
    return (took.number, *("" if each is None else each for each in shares))
