"""What figures are narrowed to, read from the address and offered as choices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import request
from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp import wording
from webapp.figures import quarter_name
from webapp.query_text import choice, integer
from webapp.texts import gettext as _
from webapp.unit import calendar, now
from workflows import figures, quarters, working_time
from workflows.figure_cases import Behind, Counted
from workflows.figures import MOST_QUARTERS, FigureFilter, Reach
from workflows.people_tables import Level, OrgUnit
from workflows.pool_tables import Pool
from workflows.quarters import Quarter
from workflows.vocabulary import AgeBand


@dataclass(frozen=True)
class Choices:
    """
    What a reader can narrow figures by: values with what people call them.

    Attributes:
        slices: By the name of a facet, its values as `facet:value`.

    """

    pools: Sequence[tuple[str, str]]
    versions: Sequence[str]
    slices: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    quarters: Sequence[tuple[str, str]]


def today() -> date:
    """Return which day it is where the organisation is."""
    return working_time.today(calendar(), now())


def wanted(today: date, process: str | None = None) -> FigureFilter:
    """Return what the address asks for; what makes no sense is as if it were not there."""
    shown = quarters.until(today, figures.QUARTERS)
    facet, _colon, value = request.args.get("slice", "")[:80].partition(":")
    return FigureFilter(
        since=quarters.named(request.args.get("since", "")) or shown[0],
        until=quarters.named(request.args.get("until", "")) or shown[-1],
        process=process or request.args.get("process", "")[:120] or None,
        version=integer("version"),
        pool=request.args.get("pool", "")[:40] or None,
        facet=facet or None,
        value=value or None,
    )


def behind() -> Behind:
    """Return which figure the address asks the cases of."""
    return Behind(
        counted=choice(Counted, "of") or Counted.OPEN,
        item=request.args.get("item", "")[:120],
        age=choice(AgeBand, "age"),
    )


def as_arguments(wanted: FigureFilter) -> dict[str, str | int | None]:
    """Return a filter as the arguments of an address."""
    return {
        "process": wanted.process,
        "pool": wanted.pool,
        "version": wanted.version,
        "slice": f"{wanted.facet}:{wanted.value}" if wanted.facet else None,
        "since": wanted.since.code,
        "until": wanted.until.code,
    }


def choices(session: Session, wanted: FigureFilter, reach: Reach, today: date) -> Choices:
    """Return what can be chosen, in the reader's language."""
    known = figures.choices(session, reach, wanted.process)
    return named_choices(session, known, wanted, today)


def named_choices(
    session: Session, known: Mapping[str, Sequence[str]], wanted: FigureFilter, today: date
) -> Choices:
    """Return values to choose from, in the reader's language."""
    pools = {row.code: row.name for row in session.execute(select(Pool.code, Pool.name))}
    return Choices(
        pools=_sorted({code: pools.get(code, code) for code in known.get("pool", ())}),
        versions=sorted(known.get("version", ()), key=int),
        slices=_slices(session, known),
        quarters=[
            (each.code, quarter_name(each))
            for each in _offered(wanted, quarters.until(today, MOST_QUARTERS))
        ],
    )


def _offered(wanted: FigureFilter, recent: Sequence[Quarter]) -> list[Quarter]:
    """Return the quarters to choose from, the latest first; those that were chosen among them."""
    return sorted({*recent, wanted.since, wanted.until}, reverse=True)


def _slices(
    session: Session, known: Mapping[str, Sequence[str]]
) -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Return the values of each facet by what people call them."""
    units = {str(row.id): row.name for row in session.execute(select(OrgUnit.id, OrgUnit.name))}
    levels = {str(row.rank): row.name for row in session.execute(select(Level.rank, Level.name))}
    horizons = {code: str(name) for code, name in wording.HORIZONS.items()}
    named: Sequence[tuple[str, str, Mapping[str, str]]] = (
        ("unit", _("Unit"), units),
        ("level", _("Level"), levels),
        ("category", _("Field"), {}),
        ("specialty", _("Specialty"), {}),
        ("horizon", _("Horizon"), horizons),
        ("cohort", _("Entry into the pool"), {}),
    )
    found = []
    for facet, label, names in named:
        values = {
            f"{facet}:{value}": names.get(value) or _readable(facet, value)
            for value in known.get(facet, ())
        }
        if values:
            found.append((label, _sorted(values)))
    return found


def _readable(facet: str, value: str) -> str:
    """Return what people call a value that has no name of its own."""
    quarter = quarters.named(value) if facet == "cohort" else None
    return quarter_name(quarter) if quarter else value.replace("_", " ").capitalize()


def _sorted(names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return values by what people call them."""
    return sorted(names.items(), key=lambda one: one[1].casefold())
