"""The signed cookie that keeps language and messages between two pages."""

from typing import Any

import orjson
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode


class _PageSerializer(URLSafeTimedSerializer):
    """
    Writes a cookie as plain JSON, signed with the time.

    What pages keep there are texts, numbers and lists of them, too few to be compressed.
    """

    def dump_payload(self, obj: Any) -> bytes:
        """Return a value as it stands in the cookie."""
        return base64_encode(orjson.dumps(obj))

    def load_payload(self, payload: bytes, *_args: Any, **_kwargs: Any) -> Any:
        """Return the value of a cookie whose signature was right."""
        return orjson.loads(base64_decode(payload))


class PageCookies(SecureCookieSessionInterface):
    """Flask's own cookie, whose signer is made once for a key and not twice a request."""

    # Cookies of older releases are written in another way: nobody takes them for these.
    salt = "understudy-page"

    def __init__(self) -> None:
        self._made: tuple[object, _PageSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        key, known = self._made
        if known is None or key != app.secret_key:
            known = self._serializer(app)
            self._made = (app.secret_key, known)
        return known

    def _serializer(self, app: Flask) -> _PageSerializer | None:
        """Return what signs with the key of an application, and reads."""
        if not app.secret_key:
            return None
        signer = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
        return _PageSerializer(app.secret_key, salt=self.salt, signer_kwargs=signer)
