"""The headers that every answer has, whatever made it: a page, an error or a file."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

YEAR_SECONDS = 31_536_000
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# The library that draws tables sets its own mark in place by style attributes; nothing else may.
WITH_STYLE_ATTRIBUTES = f"{CONTENT_SECURITY_POLICY}; style-src-attr 'unsafe-inline'"
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# By the name in small letters, to be compared with what a view chose.
_ALWAYS = tuple((name.lower(), (name, value)) for name, value in _HEADERS.items())
_SECURE = ("Strict-Transport-Security", f"max-age={YEAR_SECONDS}; includeSubDomains")
_FOR_EVER = ("Cache-Control", f"public, max-age={YEAR_SECONDS}, immutable")
_NEVER = ("Cache-Control", "no-store")
# Who is signed in and the language stand in cookies; htmx gets a part of the page
# from the same address.
_VARIES = "Cookie, HX-Request"


class StandingHeaders:
    """
    Adds headers to each answer, unless the view chose a value itself.

    They are constants, added to the plain list at the very end: to put them through
    the checks for what comes from outside takes a tenth of the time of a small answer.
    """

    def __init__(self, wsgi_app: "WSGIApplication") -> None:
        self._wsgi_app = wsgi_app

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer a request, as PEP 3333 has it."""

        def start(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], object]:
            return start_response(status, _complete(headers, environ), exc_info)

        return self._wsgi_app(environ, start)


def _complete(headers: list[tuple[str, str]], environ: "WSGIEnvironment") -> list[tuple[str, str]]:
    """Return headers with those that every answer has."""
    chosen = {name.lower() for name, _ in headers}
    added = [header for name, header in _ALWAYS if name not in chosen]
    if environ["wsgi.url_scheme"] == "https" and "strict-transport-security" not in chosen:
        added.append(_SECURE)
    path = environ.get("PATH_INFO", "")
    if path.startswith("/static/"):
        # Built files carry a hash of their content in their name.
        if path.startswith("/static/dist/assets/"):
            headers = [header for header in headers if header[0].lower() != "cache-control"]
            added.append(_FOR_EVER)
        return headers + added
    if "cache-control" not in chosen:
        added.append(_NEVER)
    if "vary" not in chosen:
        added.append(("Vary", _VARIES))
        return headers + added
    return [_varying(header) for header in headers] + added


def _varying(header: tuple[str, str]) -> tuple[str, str]:
    """Return a header, with what every answer varies by."""
    name, value = header
    return (name, f"{value}, {_VARIES}") if name.lower() == "vary" else header
