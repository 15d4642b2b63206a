"""Who a program acts for: the account that its bearer token was made for."""

from datetime import datetime

from flask import request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from webapp import unit
from webapp.api.problems import TokenNeeded, TooManyAttempts
from webapp.security import address
from workflows import accounts
from workflows.actors import Actor

WRONG_TOKENS = parse("60 per minute")
_SCHEME = "bearer"

# Wrong tokens only are counted, so that a busy program is never slowed down.
_attempts = FixedWindowRateLimiter(MemoryStorage())


def authenticate(now: datetime) -> Actor:
    """
    Return whom the request acts for, with the rights of this moment.

    Raises:
        TokenNeeded: There is no token, or it is wrong, revoked or of a closed account.
        TooManyAttempts: Too many wrong tokens came from this address.

    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME or not token.strip():
        raise TokenNeeded
    if not _attempts.test(WRONG_TOKENS, address()):
        raise TooManyAttempts
    with unit.reading() as session:
        actor = accounts.actor_of_token(session, token.strip())
    if actor is None:
        _attempts.hit(WRONG_TOKENS, address())
        raise TokenNeeded
    return actor
