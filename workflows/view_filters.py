"""What a kept view asks for, as the figures and the list of stalled cases understand it."""

from datetime import date

from workflows import figures, quarters
from workflows.engine.stall_reasons import Reason
from workflows.figures import FigureFilter
from workflows.stalled_cases import StalledFilter
from workflows.view_tables import SavedView
from workflows.vocabulary import AgeBand


def of_figures(view: SavedView, today: date) -> FigureFilter:
    """Return the filter of a view of figures; a view without a period moves on with time."""
    shown = quarters.until(today, figures.QUARTERS)
    facet, _colon, value = _text(view, "slice").partition(":")
    version = _text(view, "version")
    return FigureFilter(
        since=quarters.named(_text(view, "since")) or shown[0],
        until=quarters.named(_text(view, "until")) or shown[-1],
        process=_text(view, "key") or None,
        version=int(version) if _is_number(version) else None,
        pool=_text(view, "pool") or None,
        facet=facet or None,
        value=value or None,
    )


def of_stalled(view: SavedView) -> StalledFilter:
    """Return the filter of a view of stalled cases."""
    reason, age, unit = _text(view, "reason"), _text(view, "age"), _text(view, "unit")
    return StalledFilter(
        reason=Reason(reason) if reason in set(Reason) else None,
        process=_text(view, "process") or None,
        band=AgeBand(age) if age in set(AgeBand) else None,
        unit=int(unit) if _is_number(unit) else None,
    )


def _text(view: SavedView, key: str) -> str:
    """Return an argument of a view, empty where there is none."""
    return str(view.arguments.get(key, ""))


def _is_number(text: str) -> bool:
    """Say whether a text is a number that an id can be."""
    return text.isascii() and text.isdecimal() and len(text) <= 9
