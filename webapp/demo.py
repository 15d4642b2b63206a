"""The movable clock of a demonstration: skip time, and see what happens in it."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.back import way_back
from webapp.languages import moment
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import calendar, clock, database, settings, unit_of_work
from workflows import sessions
from workflows.engine import clock_control

bp = Blueprint("demo", __name__, url_prefix="/demo")

SKIPS = {"P1D": 1, "P5BD": None, "P30D": 30}  # in days; `None` counts working days
WORKING_DAYS = 5


@bp.post("/clock")
@access("demo.skip_time")
def skip() -> ResponseReturnValue:
    """Move the clock forward and say what happened meanwhile."""
    if not is_movable():
        abort(404)
    duration = request.form.get("skip", "")
    if duration not in SKIPS:
        flash(_("Choose how much time to skip."), "error")
        return redirect(url_for("inbox.show"))
    span = _span(duration)
    with unit_of_work() as session:
        sessions.carry_forward(session, by=span, now=clock().now())
    fired = clock_control.advance(database(), clock(), span, calendar())
    now = moment(clock().now())
    if fired:
        happened = ngettext("One timer fired.", "%(num)d timers fired.", fired)
    else:
        happened = _("Nothing was due in that time.")
    flash(_("It is now %(moment)s. %(happened)s", moment=now, happened=happened))
    return redirect(way_back(url_for("inbox.show")))


def _span(skip: str) -> timedelta:
    """Return how much time a button skips."""
    days, present = SKIPS[skip], clock().now()
    if days is None:
        return calendar().add_working_days(present, WORKING_DAYS) - present
    return timedelta(days=days)


@bp.app_template_global("clock_is_movable")
def is_movable() -> bool:
    """Say whether people may skip time here."""
    return settings().clock == "movable"
