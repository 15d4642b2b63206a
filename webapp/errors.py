"""The only place that knows HTTP numbers: every error becomes one clear page or problem."""

import logging
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request, url_for
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, SecurityError

from webapp.access import is_api
from webapp.outages import is_outage, probe
from webapp.sentences import said
from webapp.texts import gettext as _
from webapp.unit import SignInNeeded
from workflows.errors import Conflict, Invalid, NotAllowed, NotFound, UnderstudyError

logger = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[UnderstudyError], HTTPStatus], ...] = (
    (NotFound, HTTPStatus.NOT_FOUND),
    (Conflict, HTTPStatus.CONFLICT),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
)
PROBLEM = "application/problem+json"


def answer_errors(app: Flask) -> None:
    """Register a handler for every kind of error."""
    app.register_error_handler(UnderstudyError, _answer_refusal)
    app.register_error_handler(SignInNeeded, _lead_to_sign_in)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(DBAPIError, _answer_outage)
    app.register_error_handler(Exception, _answer_failure)


def status_of(error: UnderstudyError) -> HTTPStatus:
    """Return the HTTP number of a refusal."""
    for kind, status in STATUSES:
        if isinstance(error, kind):
            return status
    return HTTPStatus.BAD_REQUEST


def problem(status: int, detail: str, **members: Any) -> Response:
    """Return a problem document of RFC 9457."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        **members,
    }
    response = jsonify(body)
    response.status_code = status
    response.content_type = PROBLEM
    return response


def page(status: int, detail: str, **facts: Any) -> tuple[str, int]:
    """Return the friendly page of an error."""
    titles = {
        400: _("That did not work"),
        403: _("You may not do this"),
        404: _("We could not find that"),
        405: _("That did not work"),
        409: _("Somebody was faster"),
        413: _("That was too large"),
        422: _("Something needs mending"),
        429: _("Too many attempts"),
        500: _("Something broke on our side"),
        503: _("We will be back in a moment"),
    }
    title = titles.get(status, _("That did not work"))
    if request_ctx.url_adapter is None:  # The host is not ours, so no address can be made.
        return render_template("error_alone.html", title=title, detail=detail), status
    try:
        html = render_template("error.html", status=status, title=title, detail=detail, **facts)
    except Exception:
        # What broke the page may break its frame as well: notices and menus ask the database.
        logger.exception("the frame of an error page failed")
        html = render_template("error_alone.html", title=title, detail=detail)
    return html, status


def _answer_refusal(error: UnderstudyError) -> ResponseReturnValue:
    """Answer a refusal of a service with its own sentence."""
    status = status_of(error)
    if status == HTTPStatus.NOT_FOUND:
        # Unknown and forbidden things get the same words.
        return _answer(status, _not_found())
    if is_api():
        details = getattr(error, "findings", None) or getattr(error, "errors", None) or []
        return problem(status, str(error), errors=[_plain(detail) for detail in details])
    return page(status, said(error))


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the web framework."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == HTTPStatus.NOT_FOUND:
        return _answer(status, _not_found())
    detail = error.description or ""
    if isinstance(error, SecurityError):
        detail = _("This address is not one of ours.")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        detail = _("Please wait a minute, then try again.")
    return _answer(status, detail)


def _answer_outage(error: DBAPIError) -> ResponseReturnValue:
    """Answer when the database cannot be reached, or cannot write."""
    if not is_outage(error):
        return _answer_failure(error)
    probe.doubt()
    logger.error("the database failed", exc_info=error)
    return _answer(HTTPStatus.SERVICE_UNAVAILABLE, _("Nothing was saved. Please try again soon."))


def _answer_failure(error: Exception) -> ResponseReturnValue:
    """Answer an unexpected error with an incident id only; the log has the rest."""
    incident = secrets.token_hex(4)
    logger.error("unexpected error", exc_info=error, extra={"incident": incident})
    detail = _("Nothing was saved. Please tell your administrator the number %(id)s.", id=incident)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, detail)


def _answer(status: int, detail: str) -> ResponseReturnValue:
    """Answer as the reader expects: a problem document for programs, a page for people."""
    return problem(status, detail) if is_api() else page(status, detail)


def _not_found() -> str:
    """Return the one sentence for what is unknown or forbidden."""
    return _("It does not exist, or it is not meant for you.")


def _lead_to_sign_in(_error: SignInNeeded) -> ResponseReturnValue:
    """Lead a visitor to the sign-in page, and back again afterwards."""
    if is_api():
        return problem(HTTPStatus.UNAUTHORIZED, "Send a bearer token.")
    address = url_for("sign_in.show", next=_page_wanted())
    if request.headers.get("HX-Request"):
        return "", HTTPStatus.NO_CONTENT, {"HX-Redirect": address}
    return redirect(address)


def _page_wanted() -> str | None:
    """Return the page to come back to: the one asked for, or the one a form was sent from."""
    if request.method == "GET":
        page_wanted = request.full_path.rstrip("?")
    else:
        sent_from = urlsplit(request.referrer or "")
        page_wanted = sent_from.path if sent_from.netloc == request.host else "/"
    return None if page_wanted == "/" else page_wanted


def _plain(detail: Any) -> Any:
    """Return a finding or field error as plain data."""
    if hasattr(detail, "to_json"):
        return detail.to_json()
    return vars(detail) if hasattr(detail, "__dict__") else str(detail)
