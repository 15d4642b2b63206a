"""The movable clock of a demonstration: skip time, and see what happens in it."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.back import way_back
from webapp.languages import moment
from webapp.texts import gettext as _
from webapp.texts import ngettext
from webapp.unit import calendar, clock, database, settings
from workflows.engine import clock_control

bp = Blueprint("demo", __name__, url_prefix="/demo")

SKIPS = {"P1D", "P5BD", "P30D"}


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
    fired = clock_control.advance(database(), clock(), duration, calendar())
    now = moment(clock().now())
    if fired:
        happened = ngettext("One timer fired.", "%(num)d timers fired.", fired)
    else:
        happened = _("Nothing was due in that time.")
    flash(_("It is now %(moment)s. %(happened)s", moment=now, happened=happened))
    return redirect(way_back(url_for("inbox.show")))


@bp.app_template_global("clock_is_movable")
def is_movable() -> bool:
    """Say whether people may skip time here."""
    return settings().clock == "movable"
