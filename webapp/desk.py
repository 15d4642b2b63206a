"""The figures of the desk: how cases flow, where work waits, who has much to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from webapp import desk_charts, desk_elements, desk_filters, desk_tables, desk_words
from webapp.access import access
from webapp.desk_elements import Element
from webapp.desk_tables import Table
from webapp.saved_views import opened_with
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, now, reading
from workflows import figure_cases, figure_workload, figures, naming
from workflows.engine import definitions
from workflows.errors import NotFound
from workflows.figure_cases import Counted
from workflows.figure_sums import ProcessFigures
from workflows.figure_workload import Load
from workflows.figures import FigureFilter, Reach
from workflows.permissions import Action
from workflows.view_tables import ViewPage

bp = Blueprint("desk", __name__, url_prefix="/desk")
bp.add_app_template_filter(desk_words.decimal, "decimal")

ON_A_PAGE = 30


@dataclass(frozen=True)
class Shown:
    """What a page of figures is about, and what it counts."""

    wanted: FigureFilter
    reach: Reach
    figures: ProcessFigures
    loads: list[Load]
    elements: list[Element]
    names: Mapping[str, str]
    processes: Mapping[str, str]


@bp.get("/")
@access(Action.SEE_FIGURES)
def index() -> ResponseReturnValue:
    """Show the figures of every process side by side, and what waits in all of them."""
    if (view := opened_with(ViewPage.FIGURES)) is not None:
        return view
    with reading() as session:
        shown = _shown(session, None)
        by_process = figures.by_process(session, shown.wanted, shown.reach)
        frame = _frame(session, shown)
    return render_template(
        "desk/index.html",
        by_process=sorted(
            by_process.items(), key=lambda one: (-one[1].open, -one[1].begun, one[0])
        ),
        **frame,
    )


@bp.get("/process/<key>")
@access(Action.SEE_FIGURES)
def process(key: str) -> ResponseReturnValue:
    """Show the figures of one process: on its diagram, by step, by stage and by age."""
    by_time = request.args.get("heat") == "time"
    with reading() as session:
        shown = _shown(session, key)
        frame = _frame(session, shown)
    return render_template(
        "desk/process.html",
        key=key,
        by_time=by_time,
        heat=desk_elements.heat(shown.elements, by_time=by_time),
        funnel=desk_charts.funnel(shown.wanted, shown.figures, shown.elements),
        **frame,
    )


@bp.get("/cases")
@access(Action.SEE_FIGURES)
def cases() -> ResponseReturnValue:
    """Show the cases behind a figure."""
    actor, day = current_actor(), desk_filters.today()
    behind = desk_filters.behind()
    with reading() as session:
        reach = figures.reach(session, actor)
        wanted = figures.settled(desk_filters.wanted(day), reach)
        page = figure_cases.find(
            session,
            actor,
            wanted,
            behind,
            reach,
            today=day,
            calendar=calendar(),
            limit=ON_A_PAGE,
            cursor=request.args.get("cursor"),
        )
        person = behind.item if behind.counted is Counted.PERSON else None
        names = naming.names_of(session, {person, *(one.name for one in page.items)})
        names |= desk_elements.name_of(session, wanted.process, behind.item)
    return render_template(
        "desk/cases.html",
        page=page,
        names=names,
        told=desk_words.told(behind, wanted, names),
    )


@bp.get("/tables/<table>.<suffix>")
@access(Action.SEE_FIGURES)
def download(table: str, suffix: str) -> ResponseReturnValue:
    """Download one table of figures, narrowed as the page was."""
    with reading() as session:
        key = request.args.get("process", "")[:120] or None
        shown = _shown(session, key, every_load=True)
        found = _table(session, shown, table)
    return desk_tables.as_file(found, suffix)


def _table(session: Session, shown: Shown, key: str) -> Table:
    """
    Return a table by its key.

    Raises:
        NotFound: There is no such table.

    """
    if key == "processes":
        by_process = figures.by_process(session, shown.wanted, shown.reach)
        return desk_tables.processes(by_process, shown.processes)
    tables = desk_tables.of_process(shown.figures, shown.elements, shown.loads, shown.names)
    if key not in tables:
        raise NotFound(_("There is no such table."))
    return tables[key]


def _shown(session: Session, key: str | None, *, every_load: bool = False) -> Shown:
    """Read what a page of figures shows."""
    actor, day = current_actor(), desk_filters.today()
    reach = figures.reach(session, actor)
    wanted = figures.settled(desk_filters.wanted(day, key), reach)
    processes = _processes(session)
    if key is not None and key not in processes:
        raise NotFound(_("There is no such process."))
    found = figures.of_cases(session, wanted, reach, today=day, calendar=calendar())
    loads = figure_workload.loads(
        session,
        actor,
        wanted,
        reach,
        done_by=found.done_by,
        now=now(),
        shown=None if every_load else figure_workload.SHOWN,
    )
    return Shown(
        wanted,
        reach,
        found,
        loads,
        desk_elements.elements(session, key, found) if key else [],
        naming.names_of(session, {each.username for each in loads}),
        processes,
    )


def _frame(session: Session, shown: Shown) -> dict[str, Any]:
    """Return what both pages of figures show."""
    return {
        "shown": shown,
        "figures": shown.figures,
        "wanted": shown.wanted,
        "names": shown.names,
        "processes": shown.processes,
        "choices": desk_filters.choices(session, shown.wanted, shown.reach, desk_filters.today()),
        "arguments": desk_filters.as_arguments(shown.wanted),
        "counted_at": figures.counted_at(session),
        "ages": desk_charts.ages(shown.wanted, shown.figures),
        "time": desk_charts.time(shown.figures),
        "quarters": desk_charts.quarters(shown.wanted, shown.figures),
        "workload": desk_charts.workload(shown.wanted, shown.loads, shown.names),
        "to_cases": desk_charts.href,
    }


def _processes(session: Session) -> Mapping[str, str]:
    """Return the names of the processes by key."""
    return {each.key: each.name for each in definitions.processes(session)}
