"""The notices of a person: what happened while they were away."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp.access import access
from webapp.texts import gettext as _
from webapp.unit import current_actor, now, reading, signed_in, unit_of_work
from workflows import case_facts, case_list, naming, notifications

bp = Blueprint("notices", __name__, url_prefix="/notices")

ON_A_PAGE = 25


@bp.get("/")
@access("read own notices")
def index() -> ResponseReturnValue:
    """Show the notices, newest first."""
    actor = current_actor()
    with reading() as session:
        page = notifications.of_recipient(
            session, actor.username, limit=ON_A_PAGE, cursor=request.args.get("cursor")
        )
        about = case_list.subjects(session, [each.instance_id for each in page.items])
        own = case_facts.about(session, actor.username, about.keys())
        names = naming.names_of(session, about.values())
    return render_template("notices/index.html", page=page, about=about, own=own, names=names)


@bp.post("/read")
@access("read own notices")
def mark_read() -> ResponseReturnValue:
    """Mark the notices as read, up to the newest one that was on the page."""
    actor = current_actor()
    with unit_of_work() as session:
        up_to = request.form.get("up_to", type=int)
        notifications.mark_read(session, actor.username, up_to=up_to, now=now())
    return redirect(url_for(".index"))


@bp.app_template_global("unread_notices")
def unread_notices() -> int:
    """Count what the person who is signed in has not read."""
    actor = signed_in()
    if actor is None:
        return 0
    with reading() as session:
        return notifications.unread(session, actor.username)


@bp.app_template_global("bell_label")
def bell_label(unread: int) -> str:
    """Say in words what the bell shows as a number."""
    if unread == 0:
        return _("Notices, all read")
    return _("Notices, %(num)d unread", num=unread)
