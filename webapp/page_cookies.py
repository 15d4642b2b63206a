"""The signed cookie that keeps language and messages between two pages."""

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class PageCookies(SecureCookieSessionInterface):
    """Flask's own cookie, whose signer is made once for a key and not twice a request."""

    def __init__(self) -> None:
        self._made: tuple[object, URLSafeTimedSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        key, known = self._made
        if known is None or key != app.secret_key:
            known = super().get_signing_serializer(app)
            self._made = (app.secret_key, known)
        return known
