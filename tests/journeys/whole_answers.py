"""Answers that are read and closed before the server sends them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def whole_answers(application: "WSGIApplication") -> "WSGIApplication":
    """
    Wrap an application so that nothing of an answer is open when it is sent.

    werkzeug's server does not close the answer where the browser hangs up while it
    looks for the rest of the request: the file of a picture then stays open, and the
    warning about it fails whatever test runs next. gunicorn closes it.
    """

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        body: Any = application(environ, start_response)
        try:
            return [b"".join(body)]
        finally:
            if hasattr(body, "close"):
                body.close()

    return answer
