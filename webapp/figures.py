"""The charts of the pages: which numbers they show, in which words, and where each bar leads."""

from collections.abc import Mapping, Sequence

from flask import url_for

from webapp.charts import Bar, Chart, Row
from webapp.exit_wording import EXIT_REASONS
from webapp.query_text import here_with
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.training_words import BANDS
from workflows.calibration import GRADES
from workflows.exit_tables import ExitState
from workflows.pool_flow import Flow
from workflows.pool_tables import Pool
from workflows.quarters import Quarter
from workflows.training_list import Band

_GRADE_TONES = {"A": "green", "B": "blue", "C": "amber"}
_BAND_TONES = {Band.NO_PLAN: "grey", Band.UNDER_25: "red", Band.UNDER_50: "amber"}


def grades(cycle_id: int, counts: Mapping[str, int]) -> Chart:
    """Show how often each grade was given, among the reviews that the reader may read."""
    rows = []
    for grade in GRADES:
        number = counts.get(grade, 0)
        words = ngettext(
            "Grade %(grade)s: %(num)d review",
            "Grade %(grade)s: %(num)d reviews",
            number,
            grade=grade,
        )
        href = url_for("reviews.cockpit", cycle_id=cycle_id, grade=grade, _anchor="reviews-title")
        rows.append(Row(grade, (Bar(number, _GRADE_TONES.get(grade, "red"), words, href),)))
    return Chart(
        key="grade-chart",
        title=_("How often each grade was given"),
        told=_told(rows),
        heads=(_("Grade"), _("Reviews")),
        rows=tuple(rows),
    )


def flow(pool: Pool, quarters: Sequence[Flow]) -> Chart:
    """Show who entered a pool and who left it, quarter by quarter."""
    rows = [
        Row(quarter_name(each.quarter), (_entered(pool, each), _left(pool, each)))
        for each in quarters
    ]
    return Chart(
        key="flow-chart",
        title=_("Entries and exits by quarter"),
        told=_told(rows),
        heads=(_("Quarter"), _("Entries"), _("Exits")),
        rows=tuple(rows),
    )


def _entered(pool: Pool, each: Flow) -> Bar:
    """Return the bar of those who came."""
    words = ngettext(
        "%(quarter)s: %(num)d entry",
        "%(quarter)s: %(num)d entries",
        each.entered,
        quarter=quarter_name(each.quarter),
    )
    href = url_for("pools.show", code=pool.code, joined=each.quarter.code, _anchor="members-title")
    return Bar(each.entered, "green", words, href)


def _left(pool: Pool, each: Flow) -> Bar:
    """Return the bar of those who went."""
    words = ngettext(
        "%(quarter)s: %(num)d exit",
        "%(quarter)s: %(num)d exits",
        each.left,
        quarter=quarter_name(each.quarter),
    )
    href = url_for("pools.show", code=pool.code, left=each.quarter.code, _anchor="members-title")
    return Bar(each.left, "amber", words, href)


def quarter_name(quarter: Quarter) -> str:
    """Write a quarter as short as a label must be."""
    return _("Q%(number)d %(year)s", number=quarter.number, year=f"{quarter.year % 100:02d}")


def reasons(counts: Mapping[str, int], *, pool: str = "") -> Chart:
    """Show why people left, among the exits that the reader may read."""
    rows = []
    for reason, number in counts.items():
        label = str(EXIT_REASONS.get(reason, reason))
        words = ngettext(
            "%(reason)s: %(num)d exit", "%(reason)s: %(num)d exits", number, reason=label
        )
        href = url_for(
            "exits.index",
            reason=reason,
            state=ExitState.EFFECTIVE.value,
            pool=pool or None,
            _anchor="list-title",
        )
        rows.append(Row(label, (Bar(number, "blue", words, href),)))
    return Chart(
        key="reason-chart",
        title=_("Exits by reason"),
        told=_told(rows),
        heads=(_("Reason"), _("Exits")),
        rows=tuple(rows),
    )


def bands(counts: Mapping[Band, int]) -> Chart:
    """Show how much of the hours of the year the members of the board have."""
    rows = []
    for band, number in counts.items():
        label = str(BANDS[band])
        words = ngettext(
            "%(band)s: %(num)d member", "%(band)s: %(num)d members", number, band=label
        )
        href = here_with(band=band.value, cursor=None) + "#list-title"
        tone = _BAND_TONES.get(band, "green" if band is Band.WHOLE else "blue")
        rows.append(Row(label, (Bar(number, tone, words, href),)))
    return Chart(
        key="hours-chart",
        title=_("Hours that count, against the duty of the year"),
        told=_told(rows),
        heads=(_("Hours"), _("Members")),
        rows=tuple(rows),
    )


def _told(rows: Sequence[Row]) -> str:
    """Say in a sentence what a chart shows."""
    return ", ".join(bar.words for row in rows for bar in row.bars) or _("Nothing to count yet")
