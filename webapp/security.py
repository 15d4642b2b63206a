"""What guards every page: form tokens, origins and cookies."""

import base64
import hmac
import secrets
from hashlib import sha256
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, session
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp.access import is_api
from webapp.settings import Settings
from webapp.standing_headers import StandingHeaders

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

SESSION_COOKIE = "understudy_session"
TOKEN_FIELD = "csrf_token"  # noqa: S105
TOKEN_HEADER = "X-CSRF-Token"  # noqa: S105
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_NONCE_BYTES = 16
_PIECE_BYTES = 64 * 1024
_VISITOR = "visitor"


def guard(app: Flask, settings: Settings) -> None:
    """Set the limits, cookies, headers and checks that every request passes."""
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        MAX_CONTENT_LENGTH=settings.max_request_bytes,
        MAX_FORM_MEMORY_SIZE=settings.max_request_bytes,
        MAX_FORM_PARTS=2_000,
        TRUSTED_HOSTS=settings.trusted_hosts or None,
        SESSION_COOKIE_NAME="understudy_page",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
    )
    wsgi_app: WSGIApplication = StandingHeaders(app.wsgi_app)
    if hops := settings.trusted_proxies:
        wsgi_app = ProxyFix(wsgi_app, x_for=hops, x_proto=hops, x_host=hops)
    app.wsgi_app = wsgi_app  # type: ignore[method-assign,assignment]
    app.after_request(_finish_reading)
    app.jinja_env.globals["csrf_token"] = csrf_token


def _finish_reading(response: Response) -> Response:
    """
    Read what a refusal left of the body.

    The server closes a connection with much of a body left in it, and the next
    request of a client that keeps its connection would be lost.
    """
    left = current_app.config["MAX_CONTENT_LENGTH"]
    body = request.environ["wsgi.input"]
    has_end = request.environ.get("wsgi.input_terminated", False)
    if has_end and (request.content_length or 0) <= left:
        while left > 0 and (piece := body.read(min(left, _PIECE_BYTES))):
            left -= len(piece)
    return response


def refuse_foreign_requests() -> None:
    """Refuse a change that another site asks for, or that carries no token of this session."""
    if request.method in SAFE_METHODS or is_api():
        return
    if not _is_own_origin():
        abort(400, "The request came from another site and was refused.")
    sent = request.form.get(TOKEN_FIELD) or request.headers.get(TOKEN_HEADER, "")
    if not is_valid_token(sent):
        abort(400, "This page was open for too long. Go back, load it again and repeat the step.")


def refuse_nul() -> None:
    """Refuse the NUL character, which no database keeps in a text; the API names the place."""
    if "\0" in request.path:
        abort(404)
    if is_api():
        return
    sent = chain.from_iterable((*request.args.listvalues(), *request.form.listvalues()))
    if "\0" in " ".join(sent):
        abort(422, "A text contains a NUL character; take it out.")


def csrf_token() -> str:
    """
    Return a token for a form of this page.

    It is salted anew each time, so that compressed pages do not reveal it.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.urlsafe_b64encode(nonce + _sign(nonce, create=True)).decode()


def is_valid_token(sent: str) -> bool:
    """Say whether a token was made for this session."""
    try:
        raw = base64.urlsafe_b64decode(sent.encode())
    except ValueError:
        return False
    nonce, signature = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
    return hmac.compare_digest(_sign(nonce), signature)


def address() -> str:
    """Return the address that a request came from."""
    return request.remote_addr or "unknown"


def _sign(nonce: bytes, *, create: bool = False) -> bytes:
    """Sign a nonce for the server-side session, or for the visitor who has none yet."""
    live = g.get("web_session")
    owner = live.csrf_token if live else _visitor(create=create)
    key = str(current_app.secret_key).encode()
    return hmac.digest(key, b"form token\0" + nonce + b"\0" + owner.encode(), sha256)


def _visitor(*, create: bool) -> str:
    """Return the mark of a visitor's browser; a fresh, unknown one where there is none."""
    mark = session.get(_VISITOR)
    if mark is None:
        mark = secrets.token_urlsafe(32)
        if create:
            session[_VISITOR] = mark
    return str(mark)


def _is_own_origin() -> bool:
    """Compare `Origin`, where the browser sends it, with the host that was asked."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    sent = urlsplit(origin)
    return (sent.scheme, sent.netloc) == (request.scheme, request.host)
