"""The structure of the pools against their plans: who fills which cell, and who is missing."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import desk_charts, desk_filters, desk_tables, wording
from webapp.access import access
from webapp.charts import Bar, Chart, Row
from webapp.desk_filters import Choices
from webapp.desk_tables import Table
from webapp.saved_views import opened_with
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import current_actor, now, reading
from workflows import figures, member_list, plan_structure
from workflows.figures import FigureFilter, Reach
from workflows.permissions import Action
from workflows.plan_structure import PoolStructure, StructureCell
from workflows.view_tables import ViewPage

bp = Blueprint("desk_structure", __name__, url_prefix="/desk/structure")

_LONGEST_CHART = 10
TONES = {"GREEN": "green", "BLUE": "blue", "YELLOW": "amber", "RED": "red"}


@bp.get("/")
@access(Action.SEE_FIGURES)
def show() -> ResponseReturnValue:
    """Show every pool against its plan, and where most people are missing."""
    if (view := opened_with(ViewPage.STRUCTURE)) is not None:
        return view
    day = desk_filters.today()
    with reading() as session:
        reach = figures.reach(session, current_actor())
        wanted = figures.settled(desk_filters.wanted(day), reach)
        pools = plan_structure.structure(session, current_actor(), wanted, reach, now=now())
        choices = _choices(session, wanted, reach, day)
        levels = member_list.levels(session)
    return render_template(
        "desk/structure.html",
        pools=pools,
        levels=levels,
        wanted=wanted,
        reach=reach,
        choices=choices,
        arguments=_arguments(wanted),
        filled=_filled(pools),
        missing=_missing(pools, levels),
        members_at=members_at,
        of_here=_of_here(wanted, reach),
        colours=TONES,
        cases_of=desk_charts.href,
    )


@bp.get("/structure.<suffix>")
@access(Action.SEE_FIGURES)
def download(suffix: str) -> ResponseReturnValue:
    """Download the cells of every pool, narrowed as the page was."""
    with reading() as session:
        reach = figures.reach(session, current_actor())
        wanted = figures.settled(desk_filters.wanted(desk_filters.today()), reach)
        pools = plan_structure.structure(session, current_actor(), wanted, reach, now=now())
        levels = member_list.levels(session)
    return desk_tables.as_file(_table(pools, levels), suffix)


def members_at(pool: PoolStructure, cell: StructureCell | None = None, **which: object) -> str:
    """Return the address of the members of a pool, or of those in one cell."""
    status = cell.status if cell else None
    arguments: dict[str, Any] = {
        "code": pool.code,
        "level": status.level_rank if status else None,
        "category": status.category if status else None,
        "horizon": status.horizon.value if status else None,
        **which,
        "_anchor": "members-title",
    }
    return url_for("pools.show", **{key: value for key, value in arguments.items() if value})


def _of_here(wanted: FigureFilter, reach: Reach) -> Mapping[str, object] | None:
    """Return how the list of members is narrowed as the figures are; nothing where they are not."""
    named = {"unit": "unit", "specialty": "specialty", "cohort": "joined"}
    if wanted.facet in named:
        return {named[wanted.facet]: wanted.value}
    return {} if reach.unit_ids is not None else None


def _arguments(wanted: FigureFilter) -> Mapping[str, str | int | None]:
    """Return the filter as the arguments of an address; a plan is of this year and no process."""
    return {**desk_filters.as_arguments(wanted), "process": None, "since": None, "until": None}


def _choices(session: Session, wanted: FigureFilter, reach: Reach, day: date) -> Choices:
    """Return what can be chosen; the pools are those that the reader may know."""
    known = dict(plan_structure.choices(session, reach))
    known["pool"] = [pool.code for pool in plan_structure.visible_pools(session, current_actor())]
    return desk_filters.named_choices(session, known, wanted, day)


def _filled(pools: Sequence[PoolStructure]) -> Chart:
    """Show how full the plan of each pool is."""
    rows = []
    for pool in pools:
        if not pool.target:
            continue
        words = _(
            "%(pool)s: %(members)d of %(target)d planned",
            pool=pool.name,
            members=pool.planned_members,
            target=pool.target,
        )
        percent = round(100 * pool.planned_members / pool.target)
        tone = TONES.get(pool.warning, "blue")
        rows.append(Row(pool.name, (Bar(percent, tone, words, members_at(pool)),)))
    heads = (_("Pool"), _("Percent"))
    return desk_charts.chart("filled", _("Members in percent of the target"), heads, rows)


def _missing(pools: Sequence[PoolStructure], levels: Mapping[int, str]) -> Chart:
    """Show the cells in which most people are missing."""
    cells = [(pool, cell) for pool in pools for cell in pool.cells if cell.missing]
    rows = []
    for pool, cell in sorted(cells, key=lambda one: -one[1].missing)[:_LONGEST_CHART]:
        label = f"{pool.name}: {_cell_name(cell, levels)}"
        words = ngettext(
            "%(cell)s: %(num)d person is missing",
            "%(cell)s: %(num)d people are missing",
            cell.missing,
            cell=label,
        )
        rows.append(Row(label, (Bar(cell.missing, "amber", words, members_at(pool, cell)),)))
    heads = (_("Cell"), _("Missing"))
    return desk_charts.chart("missing", _("Targets that are furthest from met"), heads, rows)


def _cell_name(cell: StructureCell, levels: Mapping[int, str]) -> str:
    """Return what people call a cell."""
    status = cell.status
    parts = (
        levels.get(status.level_rank, status.level_rank),
        wording.humanise(status.category),
        wording.HORIZONS[status.horizon],
    )
    return ", ".join(str(part) for part in parts)


def _table(pools: Sequence[PoolStructure], levels: Mapping[int, str]) -> Table:
    """Return every cell as a table."""
    columns = (
        _("Pool"),
        _("Level"),
        _("Field"),
        _("Horizon"),
        _("Members"),
        _("Of them as narrowed"),
        _("About to leave"),
        _("At least"),
        _("Target"),
        _("At most"),
        _("Missing"),
    )
    return Table("structure", _("Structure against plan"), columns, list(_rows(pools, levels)))


def _rows(pools: Sequence[PoolStructure], levels: Mapping[int, str]) -> Iterator[Sequence[object]]:
    """Yield a row for each cell."""
    for pool in pools:
        for cell in pool.cells:
            status = cell.status
            planned = (status.minimum, status.target, status.maximum)
            yield (
                pool.name,
                levels.get(status.level_rank, status.level_rank),
                wording.humanise(status.category),
                wording.HORIZONS[status.horizon],
                status.members,
                cell.here,
                status.pending_exits,
                *(planned if cell.is_planned else ("",) * 3),
                cell.missing,
            )
