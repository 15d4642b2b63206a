"""Signing in and out, and in demonstrations being somebody else."""

from urllib.parse import urlsplit

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from webapp import unit, web_session
from webapp.access import PUBLIC, access
from webapp.demo_logins import demo_logins
from webapp.rate_limits import SIGN_IN_PER_ACCOUNT, SIGN_IN_PER_ADDRESS, limiter
from webapp.texts import gettext as _
from workflows import accounts
from workflows.demo.logins import PASSWORD

bp = Blueprint("sign_in", __name__)


def _account_tried() -> str:
    """Return what counts attempts: the account that is tried, from anywhere."""
    return "account:" + request.form.get("username", "").strip().lower()[:120]


@bp.get("/sign-in")
@access(PUBLIC)
def show() -> ResponseReturnValue:
    """Ask who it is."""
    if unit.signed_in():
        return redirect(safe_address(request.args.get("next")))
    return _page()


@bp.post("/sign-in")
@access(PUBLIC)
@limiter.limit(SIGN_IN_PER_ADDRESS)
@limiter.limit(SIGN_IN_PER_ACCOUNT, key_func=_account_tried)
def enter() -> ResponseReturnValue:
    """Let somebody in who knows the password."""
    username = request.form.get("username", "").strip()
    with unit.unit_of_work() as session:
        actor = accounts.verify_password(
            session, username, request.form.get("password", ""), now=web_session.wall_now()
        )
    if actor is None:
        return _page(username, wrong=True), 422
    return _welcome(actor.username, request.form.get("next"))


@bp.post("/sign-out")
@access("session.end")
def leave() -> ResponseReturnValue:
    """Sign out."""
    response = make_response(redirect(url_for(".show")))
    web_session.end(response)
    flash(_("You are signed out."))
    return response


@bp.post("/sign-in/switch")
@access(PUBLIC)
def switch() -> ResponseReturnValue:
    """Be one of the people of the demonstration; it exists in demonstrations only."""
    username = request.form.get("username", "")
    if not unit.settings().demo or username not in {login.username for login in demo_logins()}:
        abort(404)
    return _welcome(username, request.form.get("next"))


def safe_address(wanted: str | None) -> str:
    """Return where to go next: a page of ours, or the inbox."""
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}:
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc or "\n" in wanted else wanted


def _welcome(username: str, wanted: str | None) -> ResponseReturnValue:
    """Begin the session and lead to the page that was wanted."""
    response = make_response(redirect(safe_address(wanted)))
    web_session.begin(response, username)
    return response


def _page(username: str = "", *, wrong: bool = False) -> str:
    """Show the sign-in page."""
    wanted = request.values.get("next", "")
    return render_template(
        "sign_in/show.html",
        username=username,
        wrong=wrong,
        wanted=wanted,
        demo_password=PASSWORD,
    )
