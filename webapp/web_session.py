"""Who a browser's cookie belongs to."""

from flask import g, request

from webapp import unit
from webapp.access import is_api
from webapp.security import SESSION_COOKIE


def recognise() -> None:
    """Find out who is asking; runs before each request."""
    g.actor = None
    token = request.cookies.get(SESSION_COOKIE)
    if not token or request.endpoint == "static" or is_api():
        return
    from workflows import sessions  # noqa: PLC0415 (arrives with the accounts)

    with unit.reading() as session:
        g.actor = sessions.actor_of(session, token, now=unit.now())
