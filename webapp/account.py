"""The account page: where somebody is signed in, and the password."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from webapp import unit, web_session
from webapp.access import access
from webapp.rate_limits import SIGN_IN_PER_ACCOUNT, limiter
from webapp.sentences import said
from webapp.texts import gettext as _
from workflows import absences, accounts, delegations, naming, sessions, weekly_digest
from workflows.engine import inbox
from workflows.errors import Invalid
from workflows.vocabulary import Role

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("/")
@access("account.read")
def show() -> ResponseReturnValue:
    """Show one's own account."""
    return _page({})


@bp.post("/password")
@access("account.change_password")
@limiter.limit(SIGN_IN_PER_ACCOUNT, key_func=lambda: unit.current_actor().username)
def change_password() -> ResponseReturnValue:
    """Change the password; every other session of the account ends."""
    actor = unit.current_actor()
    errors = _change_password(actor.username)
    if errors:
        return _page(errors), 422
    response = make_response(redirect(url_for(".show")))
    web_session.begin(response, actor.username)
    flash(_("Your password was changed. Other devices are signed out."))
    return response


@bp.post("/sessions/end")
@access("account.end_session")
def end_session() -> ResponseReturnValue:
    """Sign another device out."""
    with unit.unit_of_work() as session:
        sessions.revoke_one(session, unit.current_actor().username, request.form.get("id", ""))
    flash(_("That device is signed out."))
    return redirect(url_for(".show"))


@bp.post("/sessions/end-others")
@access("account.end_session")
def end_other_sessions() -> ResponseReturnValue:
    """Sign all other devices out."""
    with unit.unit_of_work() as session:
        keep = web_session.live_session()
        sessions.revoke_all(session, unit.current_actor().username, keep=keep)
    flash(_("All other devices are signed out."))
    return redirect(url_for(".show"))


def _change_password(username: str) -> dict[str, str]:
    """Change the password, or say by field why not."""
    current, wanted = request.form.get("current", ""), request.form.get("password", "")
    if wanted != request.form.get("repeated", ""):
        return {"repeated": _("The two new passwords differ.")}
    with unit.unit_of_work() as session:
        now = web_session.wall_now()
        if accounts.verify_password(session, username, current, now=now) is None:
            return {"current": _("That is not your current password.")}
        try:
            accounts.set_password(session, accounts.get(session, username), wanted)
        except Invalid as error:
            return {"password": said(error)}
        sessions.revoke_all(session, username)
    return {}


def _page(errors: dict[str, str]) -> str:
    """Show the account with the errors of the last attempt."""
    actor = unit.current_actor()
    with unit.reading() as session:
        open_sessions = sessions.of_account(session, actor.username, now=web_session.wall_now())
        digest = weekly_digest.is_wanted(session, actor.username)
        away = absences.planned(session, actor.username)
        delegated = delegations.of_giver(session, actor.username)
        steps = inbox.steps(session, actor)
        others = {one.substitute for one in away} | {one.receiver for one in delegated}
        names = naming.names_of(session, others)
    live = web_session.live_session()
    return render_template(
        "account/show.html",
        sessions=open_sessions,
        here=live.id_hash if live else None,
        errors=errors,
        digest=digest if weekly_digest.is_reader(actor) else None,
        absences=away,
        delegations=delegated,
        steps=steps,
        names=names,
        answers_for_others=actor.has_role(Role.HR, Role.MANAGER),
    )
