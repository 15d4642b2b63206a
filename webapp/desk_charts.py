"""The charts of the desk: what each bar counts, in words, and the cases to which it leads."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from webapp import stall_words
from webapp.charts import Bar, Chart, Row
from webapp.desk_elements import Element
from webapp.desk_filters import as_arguments
from webapp.figures import quarter_name
from webapp.texts import gettext as _
from webapp.texts import ngettext
from workflows.figure_cases import Counted
from workflows.figure_sums import ProcessFigures
from workflows.figure_workload import Load
from workflows.figures import FigureFilter

_SHOWN_PEOPLE = 10


def href(wanted: FigureFilter, counted: str, **which: object) -> str:
    """Return the address of the cases that a figure counts."""
    arguments: dict[str, Any] = {**as_arguments(wanted), "of": Counted(counted).value, **which}
    return url_for("desk.cases", **{key: value for key, value in arguments.items() if value})


def ages(wanted: FigureFilter, figures: ProcessFigures) -> Chart:
    """Show how old the open user tasks are."""
    rows = []
    for band, number in figures.ages.items():
        label = str(stall_words.BANDS[band])
        words = ngettext(
            "%(band)s: %(num)d open task", "%(band)s: %(num)d open tasks", number, band=label
        )
        bar = Bar(
            number,
            stall_words.BAND_TONES[band],
            words,
            href(wanted, Counted.WAITING, age=band.value),
        )
        rows.append(Row(label, (bar,)))
    return chart("ages", _("How old open work is"), (_("Age"), _("Open tasks")), rows)


def funnel(wanted: FigureFilter, figures: ProcessFigures, found: Sequence[Element]) -> Chart:
    """Show how many of the cases that began have passed each stage."""
    begun = ngettext("%(num)d case began", "%(num)d cases began", figures.begun)
    rows = [
        Row(_("Begun"), (Bar(figures.begun, "blue", begun, href(wanted, Counted.BEGUN)),)),
    ]
    for each in found:
        if each.stage is None or not each.stage.passed or each.process_name:
            continue
        words = ngettext(
            "%(step)s: %(num)d case got past it",
            "%(step)s: %(num)d cases got past it",
            each.stage.passed,
            step=each.name,
        )
        to = href(wanted, Counted.PASSED, item=each.id)
        rows.append(Row(each.name, (Bar(each.stage.passed, "green", words, to),)))
    title = _("How far the cases of this period got")
    return chart("funnel", title, (_("Stage"), _("Cases")), rows)


def time(figures: ProcessFigures) -> Chart:
    """Show in what the working days of the cases that ended went."""
    named = (
        ("with_people", _("With people"), "green"),
        ("waiting", _("Waited for a date or news"), "amber"),
        ("stopped", _("Stopped by a problem"), "red"),
    )
    rows = []
    for part, label, tone in named:
        days = round(figures.time.get(part, 0.0))
        words = ngettext(
            "%(part)s: %(num)d working day", "%(part)s: %(num)d working days", days, part=label
        )
        rows.append(Row(label, (Bar(days, tone, words),)))
    title = _("Working and waiting, in working days of all cases that ended")
    return chart("time", title, (_("What happened"), _("Working days")), rows)


def quarters(wanted: FigureFilter, figures: ProcessFigures) -> Chart:
    """Show what has become of the cases of each quarter."""
    rows = []
    for each in figures.cohorts:
        name = quarter_name(each.quarter)
        code = each.quarter.code
        bars = tuple(
            Bar(
                number,
                tone,
                _outcome_words(name, outcome, number),
                href(wanted, Counted.BEGUN, item=outcome, since=code, until=code),
            )
            for outcome, number, tone in (
                ("completed", each.completed, "green"),
                ("open", each.open, "blue"),
                ("cancelled", each.cancelled, "grey"),
            )
        )
        rows.append(Row(name, bars))
    heads = (_("Begun in"), _("Completed"), _("Still open"), _("Cancelled"))
    return chart("quarters", _("What became of the cases of each quarter"), heads, rows)


def workload(wanted: FigureFilter, loads: Sequence[Load], names: Mapping[str, str]) -> Chart:
    """Show who has most to do."""
    rows = []
    for each in loads[:_SHOWN_PEOPLE]:
        name = names.get(each.username, each.username)
        words = ngettext(
            "%(name)s: %(num)d open task", "%(name)s: %(num)d open tasks", each.open, name=name
        )
        to = href(wanted, Counted.PERSON, item=each.username)
        rows.append(Row(name, (Bar(each.open, "amber" if each.overdue else "blue", words, to),)))
    return chart("workload", _("Who has most to do"), (_("Person"), _("Open tasks")), rows)


def _outcome_words(quarter: str, outcome: str, number: int) -> str:
    """Say what became of the cases of a quarter."""
    if outcome == "completed":
        return ngettext(
            "%(quarter)s: %(num)d case completed",
            "%(quarter)s: %(num)d cases completed",
            number,
            quarter=quarter,
        )
    if outcome == "open":
        return ngettext(
            "%(quarter)s: %(num)d case still open",
            "%(quarter)s: %(num)d cases still open",
            number,
            quarter=quarter,
        )
    return ngettext(
        "%(quarter)s: %(num)d case cancelled",
        "%(quarter)s: %(num)d cases cancelled",
        number,
        quarter=quarter,
    )


def chart(key: str, title: str, heads: tuple[str, ...], rows: Sequence[Row]) -> Chart:
    """Return a chart that also says in a sentence what it shows."""
    told = ", ".join(bar.words for row in rows for bar in row.bars)
    return Chart(f"{key}-chart", title, told or _("Nothing to count yet"), heads, tuple(rows))
