"""Kept views of the desk and the lists: named, shared, opened by default."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from webapp import desk_filters, wording
from webapp.access import access
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, signed_in, unit_of_work
from workflows import figures, first_views, naming, permissions, quarters, saved_views, view_alerts
from workflows.errors import Conflict, Invalid
from workflows.permissions import Action
from workflows.saved_views import Line, Wording
from workflows.view_tables import SavedView, ViewPage

bp = Blueprint("saved_views", __name__, url_prefix="/views")
bp.add_app_template_filter(wording.group, "group_name")

PLAIN = "plain"  # the argument that asks for a page without the view it opens with
_ON_A_PAGE = 50
_BESIDE = 6  # views that stand on their page
ENDPOINTS: Mapping[ViewPage, str] = {
    ViewPage.FIGURES: "desk.index",
    ViewPage.PROCESS: "desk.process",
    ViewPage.CHANNELS: "desk_channels.show",
    ViewPage.STRUCTURE: "desk_structure.show",
    ViewPage.STALLED: "stalled.show",
    ViewPage.CASES: "cases.index",
}
PAGES: Mapping[ViewPage, LazyString] = {
    ViewPage.FIGURES: _l("Figures"),
    ViewPage.PROCESS: _l("Figures of a process"),
    ViewPage.CHANNELS: _l("Nominations by channel"),
    ViewPage.STRUCTURE: _l("Structure against plan"),
    ViewPage.STALLED: _l("Stalled cases"),
    ViewPage.CASES: _l("Cases"),
}


@bp.get("/")
@access(Action.KEEP_VIEWS)
def index() -> ResponseReturnValue:
    """Show the views that the reader keeps, and those that others share."""
    actor = current_actor()
    permissions.check(actor, Action.KEEP_VIEWS)
    with reading() as session:
        page = saved_views.find(session, actor, limit=_ON_A_PAGE, cursor=request.args.get("cursor"))
        names = naming.names_of(session, {each.view.owner for each in page.items})
    return render_template(
        "views/index.html", page=page, names=names, pages=PAGES, alert_pages=view_alerts.OFFERED
    )


@bp.get("/<int:view_id>")
@access(Action.KEEP_VIEWS)
def show(view_id: int) -> ResponseReturnValue:
    """Open a view: lead to its page, narrowed as it was kept."""
    with reading() as session:
        view = saved_views.get(session, current_actor(), view_id)
    return redirect(address_of(view))


@bp.post("/")
@access(Action.KEEP_VIEWS)
def keep() -> ResponseReturnValue:
    """Keep how a page is narrowed now."""
    actor, text = current_actor(), request.form.get("page", "")
    permissions.check(actor, Action.KEEP_VIEWS)
    if text not in set(ViewPage):
        return _form(None, _("Choose the page again.")), 422
    page, arguments = ViewPage(text), _typed_arguments()
    try:
        with unit_of_work() as session:
            view = saved_views.keep(session, actor, page, arguments, _wording(), now=now())
    except (Conflict, Invalid) as refused:
        return _form(None, said(refused)), 422
    flash(_("The view “%(name)s” is kept.", name=view.name))
    return redirect(address_of(view))


@bp.get("/<int:view_id>/change")
@access(Action.KEEP_VIEWS)
def ask_change(view_id: int) -> ResponseReturnValue:
    """Show the form with which an own view gets another name or other readers."""
    with reading() as session:
        view = saved_views.own(session, current_actor(), view_id)
    return _form(view)


@bp.post("/<int:view_id>/change")
@access(Action.KEEP_VIEWS)
def change(view_id: int) -> ResponseReturnValue:
    """Give an own view another name, or share it with others."""
    actor = current_actor()
    with reading() as session:
        before = saved_views.own(session, actor, view_id)
    try:
        with unit_of_work() as session:
            view = saved_views.change(session, actor, view_id, _wording(), now=now())
    except (Conflict, Invalid) as refused:
        return _form(before, said(refused)), 422
    flash(_("The view “%(name)s” is kept.", name=view.name))
    return redirect(url_for(".index"))


@bp.post("/<int:view_id>/delete")
@access(Action.KEEP_VIEWS)
def remove(view_id: int) -> ResponseReturnValue:
    """Delete an own view with the alerts on it."""
    with unit_of_work() as session:
        name = saved_views.remove(session, current_actor(), view_id, now=now())
    flash(_("The view “%(name)s” is deleted.", name=name))
    return redirect(url_for(".index"))


@bp.post("/<int:view_id>/default")
@access(Action.KEEP_VIEWS)
def choose(view_id: int) -> ResponseReturnValue:
    """Let a page open with a view, or without one again."""
    opens = request.form.get("opens") != "plain"
    with unit_of_work() as session:
        act = first_views.open_with if opens else first_views.open_plain
        view = act(session, current_actor(), view_id, now=now())
    told = _(
        "“%(page)s” now opens with the view “%(name)s”.", page=PAGES[view.page], name=view.name
    )
    flash(told if opens else _("“%(page)s” opens without a view again.", page=PAGES[view.page]))
    return redirect(url_for(".index"))


def address_of(view: SavedView) -> str:
    """Return the address of a page, narrowed as a view says; other arguments have no effect."""
    known = saved_views.ARGUMENTS[view.page]
    arguments: dict[str, Any] = {
        key: value for key, value in view.arguments.items() if key in known
    }
    if not arguments:
        arguments[PLAIN] = "1"
    return url_for(ENDPOINTS[view.page], **arguments)


def opened_with(page: ViewPage) -> Response | None:
    """Return the way to the view with which a page opens, where nothing else is asked for."""
    actor = current_actor()
    if request.args or not permissions.allows(actor, Action.KEEP_VIEWS):
        return None
    with reading() as session:
        view = first_views.default_of(session, actor, page)
    return redirect(address_of(view)) if view is not None and view.arguments else None


@bp.app_template_global("views_beside")
def views_beside(page: str) -> list[Line] | None:
    """Return the first views of a page, or nothing for whoever keeps none."""
    actor = signed_in()
    if actor is None or not permissions.allows(actor, Action.KEEP_VIEWS):
        return None
    with reading() as session:
        return list(saved_views.find(session, actor, page=ViewPage(page), limit=_BESIDE).items)


@bp.app_template_global("view_audiences")
def view_audiences() -> list[str]:
    """Return the groups with which the reader can share."""
    return list(saved_views.audiences(current_actor()))


@bp.app_template_global("view_query")
def view_query() -> str:
    """Return how this page is narrowed, as the form that keeps it sends it."""
    asked = request.query_string.decode("utf-8", "replace")
    key = (request.view_args or {}).get("key")
    return f"{asked}&key={key}" if key else asked


def _typed_arguments() -> dict[str, str]:
    """Return how the page was narrowed; the period that goes without saying stays so."""
    found = dict(parse_qsl(request.form.get("query", "")[:2000], max_num_fields=30))
    usual = quarters.until(desk_filters.today(), figures.QUARTERS)
    if (found.get("since"), found.get("until")) == (usual[0].code, usual[-1].code):
        del found["since"], found["until"]
    return found


def _wording() -> Wording:
    """Return the name and the readers that were typed."""
    return Wording(request.form.get("name", "")[:500], request.form.get("audience", "")[:120])


def _form(view: SavedView | None, problem: str = "") -> str:
    """Show the form of a view, with what was wrong with it; without a view it is a new one."""
    page = view.page.value if view else request.form.get("page", "")
    return render_template(
        "views/form.html",
        view=view,
        page=page,
        page_name=PAGES.get(ViewPage(page)) if page in set(ViewPage) else "",
        typed={
            "name": request.form.get("name", view.name if view else ""),
            "audience": request.form.get("audience", view.audience if view else ""),
            "query": request.form.get("query", ""),
        },
        problem=problem,
    )
