"""Handing the event log on: as XES or OCEL 2.0, with pseudonyms."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.figures import quarter_name
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import calendar, current_actor, database, now, reading
from workflows import (
    event_log,
    event_log_ocel,
    event_log_xes,
    permissions,
    quarters,
    working_time,
)
from workflows.engine import definitions
from workflows.errors import Invalid
from workflows.event_log import EventLog, LogFilter
from workflows.figures import MOST_QUARTERS
from workflows.permissions import Action

bp = Blueprint("event_logs", __name__, url_prefix="/desk/event-log")

Write = Callable[[EventLog], Iterator[bytes]]
_KINDS: Mapping[str, tuple[Write, str, str]] = {
    "xes": (event_log_xes.write, event_log_xes.MIMETYPE, "event-log.xes"),
    "ocel": (event_log_ocel.write, event_log_ocel.MIMETYPE, "event-log.ocel.json"),
}


@bp.get("/")
@access(Action.EXPORT_EVENTS)
def ask() -> ResponseReturnValue:
    """Ask which cases should be handed on, and how."""
    return _page()


@bp.post("/")
@access(Action.EXPORT_EVENTS)
def export() -> ResponseReturnValue:
    """Send the event log; it is written down that this was done, and by whom."""
    kind = request.form.get("kind", "")
    if kind not in _KINDS:
        return _page(_("Choose XES or OCEL.")), 422
    try:
        log = event_log.export(database(), current_actor(), _wanted(), kind=kind, now=now())
    except Invalid as refused:
        return _page(said(refused)), 422
    write, mimetype, name = _KINDS[kind]
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(write(log), mimetype=mimetype, headers=headers)


def _page(problem: str = "") -> str:
    """Show the form, with what was wrong with it."""
    permissions.check(current_actor(), Action.EXPORT_EVENTS)
    today = working_time.today(calendar(), now())
    with reading() as session:
        processes = definitions.processes(session)
    shown = quarters.until(today, MOST_QUARTERS)[::-1]
    return render_template(
        "desk/event_log.html",
        processes=processes,
        quarters=[(each.code, quarter_name(each)) for each in shown],
        typed=request.form or {"since": quarters.until(today, 4)[0].code},
        problem=problem,
    )


def _wanted() -> LogFilter:
    """Return which cases the form asks for."""
    return LogFilter(
        process=request.form.get("process", "")[:120] or None,
        since=_begin(request.form.get("since", "")),
        until=_begin(request.form.get("until", ""), after=True),
    )


def _begin(code: str, *, after: bool = False) -> datetime | None:
    """Return when a quarter begins, or the one after it."""
    quarter = quarters.named(code)
    if quarter is None:
        return None
    day = quarter.last + timedelta(days=1) if after else quarter.first
    return working_time.begin_of(calendar(), day)
