"""Browsers that are signed in: their cookie, the session behind it and who it stands for."""

from datetime import datetime
from typing import cast

from flask import Response, g, request, session

from webapp import unit
from webapp.access import is_api
from webapp.catalogues import LANGUAGE_KEY
from webapp.security import SESSION_COOKIE
from workflows import sessions
from workflows.clock import MovableClock, SystemClock
from workflows.sessions import LiveSession


def recognise() -> None:
    """Find out who is asking; runs before each request."""
    g.actor = g.web_session = None
    token = request.cookies.get(SESSION_COOKIE)
    if not token or request.endpoint == "static" or is_api():
        return
    now = wall_now()
    with unit.database().asking() as connection:
        found = sessions.recognise(connection, token, now=now)
    if found is None:
        return
    live, g.actor = found
    g.web_session = live
    if live.needs_touch:
        with unit.unit_of_work() as database_session:
            sessions.touch(database_session, live, now=now)


def begin(response: Response, username: str) -> None:
    """Sign somebody in with a new session; whatever the browser had before is over."""
    settings = unit.settings()
    with unit.unit_of_work() as database_session:
        begun = sessions.rotate(
            database_session,
            request.cookies.get(SESSION_COOKIE, ""),
            username,
            user_agent=request.user_agent.string,
            now=wall_now(),
        )
    _forget_page_state()
    response.set_cookie(
        SESSION_COOKIE,
        begun.token,
        max_age=int(sessions.ABSOLUTE.total_seconds()),
        secure=settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def end(response: Response) -> None:
    """Sign out: the session is gone from the server, not only from the browser."""
    with unit.unit_of_work() as database_session:
        sessions.revoke(database_session, request.cookies.get(SESSION_COOKIE, ""))
    _forget_page_state()
    response.delete_cookie(
        SESSION_COOKIE,
        secure=unit.settings().secure_cookies,
        httponly=True,
        samesite="Lax",
    )


def live_session() -> LiveSession | None:
    """Return the session of this request."""
    return cast("LiveSession | None", g.get("web_session"))


def wall_now() -> datetime:
    """Return the moment by which sessions age: skipping days must sign nobody out."""
    clock = unit.clock()
    return SystemClock().now() if isinstance(clock, MovableClock) else clock.now()


def _forget_page_state() -> None:
    """Empty the browser's own cookie, but for the language that was chosen."""
    language = session.get(LANGUAGE_KEY)
    session.clear()
    if language:
        session[LANGUAGE_KEY] = language
