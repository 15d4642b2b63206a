"""The signed cookie that keeps language and messages between two pages."""

import hmac
from hashlib import sha256
from typing import Any

import orjson
from flask import Flask, Request, Response
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from itsdangerous import URLSafeTimedSerializer
from itsdangerous.encoding import base64_decode, base64_encode
from itsdangerous.signer import SigningAlgorithm
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.http import parse_cookie
from werkzeug.utils import cached_property

# Cookies of older releases are written in another way: nobody takes them for these.
_SALT = b"understudy-page"


class _Sha256(SigningAlgorithm):
    """HMAC of RFC 2104 in one call of the library beneath Python."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Return the signature of a value."""
        return hmac.digest(key, value, sha256)


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


class PageRequest(Request):
    """A request that reads its cookies from their own header, and not through all others."""

    @cached_property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        """The cookies by name."""
        return ImmutableMultiDict(parse_cookie(self.environ))


class PageCookies(SecureCookieSessionInterface):
    """Flask's own cookie, whose key and signer are made once and not twice a request."""

    def __init__(self) -> None:
        self._made: tuple[object, _PageSerializer | None] = (None, None)

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads the cookie."""
        key, known = self._made
        if known is None or key != app.secret_key:
            known = _serializer(app.secret_key)
            self._made = (app.secret_key, known)
        return known

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the cookie if it changed; that pages vary by it stands in every answer."""
        if not session.modified:
            return
        signer = self.get_signing_serializer(app)
        if signer is None or not session:
            super().save_session(app, session, response)
            return
        response.set_cookie(
            self.get_cookie_name(app),
            signer.dumps(dict(session)),
            path=self.get_cookie_path(app),
            secure=self.get_cookie_secure(app),
            httponly=self.get_cookie_httponly(app),
            samesite=self.get_cookie_samesite(app),
        )


def _serializer(secret: str | bytes | None) -> _PageSerializer | None:
    """Return what signs with a key that is derived from the secret, and reads."""
    if not secret:
        return None
    whole = secret.encode() if isinstance(secret, str) else secret
    signer = {"key_derivation": "none", "algorithm": _Sha256()}
    return _PageSerializer(hmac.digest(whole, _SALT, sha256), signer_kwargs=signer)
