"""Alerts on a kept view: what to watch, and above which limit to tell."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from webapp import desk_elements, saved_views
from webapp.access import access
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, unit_of_work
from workflows import saved_views as views
from workflows import view_alerts
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action
from workflows.view_alerts import AlertRefused, Limit
from workflows.view_tables import SavedView, Watched

bp = Blueprint("view_alerts", __name__, url_prefix="/views")

WORDS: Mapping[Watched, LazyString] = {
    Watched.STALLED: _l("Number of stalled cases"),
    Watched.OPEN: _l("Number of open cases"),
    Watched.STEP: _l("Working days that half of a step takes"),
}


@bp.get("/<int:view_id>/alerts")
@access(Action.KEEP_VIEWS)
def show(view_id: int) -> ResponseReturnValue:
    """Show the reader's alerts on a view, and the form for another one."""
    return _page(view_id)


@bp.post("/<int:view_id>/alerts")
@access(Action.KEEP_VIEWS)
def watch(view_id: int) -> ResponseReturnValue:
    """Tell the reader from now on when a limit is crossed."""
    try:
        with unit_of_work() as session:
            view_alerts.watch(session, current_actor(), view_id, _limit(), now=now())
    except (Conflict, Invalid) as refused:
        return _page(view_id, said(refused)), 422
    flash(_("You will be told once when the limit is crossed."))
    return redirect(url_for(".show", view_id=view_id))


@bp.post("/<int:view_id>/alerts/<int:alert_id>/delete")
@access(Action.KEEP_VIEWS)
def unwatch(view_id: int, alert_id: int) -> ResponseReturnValue:
    """Tell the reader no more."""
    with unit_of_work() as session:
        view_alerts.unwatch(session, current_actor(), alert_id, now=now())
    flash(_("The alert is deleted."))
    return redirect(url_for(".show", view_id=view_id))


def _limit() -> Limit:
    """
    Return what was typed.

    Raises:
        AlertRefused: The limit is no number.

    """
    text = request.form.get("watched", "")
    if text not in set(Watched):
        raise AlertRefused(_("Choose what to watch."))
    watched = Watched(text)
    step = request.form.get("element", "")[:80] if watched is Watched.STEP else ""
    typed = request.form.get("most", "").strip().replace(",", ".")
    try:
        number = float(typed)
        most = round(10 * number) if watched is Watched.STEP else int(number)
    except (ValueError, OverflowError):
        raise AlertRefused(_("Enter a number as the limit.")) from None
    return Limit(watched, most, step)


def _page(view_id: int, problem: str = "") -> str:
    """Show the alerts on a view, with what was wrong with the form."""
    actor = current_actor()
    with reading() as session:
        view = views.get(session, actor, view_id)
        mine = [each for each in view_alerts.of_actor(session, actor) if each.view_id == view.id]
        steps = _steps(session, view)
    return render_template(
        "views/alerts.html",
        view=view,
        address=saved_views.address_of(view),
        page_name=saved_views.PAGES[view.page],
        alerts=mine,
        steps=steps,
        names=dict(steps),
        offered=view_alerts.OFFERED.get(view.page, ()),
        words=WORDS,
        typed=request.form,
        problem=problem,
    )


def _steps(session: Session, view: SavedView) -> list[tuple[str, str]]:
    """Return the steps that a view of one process can watch."""
    if Watched.STEP not in view_alerts.OFFERED.get(view.page, ()):
        return []
    return desk_elements.user_tasks(session, str(view.arguments.get("key", "")))
