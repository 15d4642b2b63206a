"""How often somebody may try; counted in the memory of each web process."""

from flask import Flask
from flask_limiter import Limiter

from webapp.security import address

limiter = Limiter(key_func=address, storage_uri="memory://", headers_enabled=False)

SIGN_IN_PER_ADDRESS = "30 per minute"
SIGN_IN_PER_ACCOUNT = "10 per minute"


def limit_attempts(app: Flask) -> None:
    """Let the views that say so count attempts; each of them asks for itself."""
    limiter.init_app(app)
    # What it asks before every request is for limits of all views, and there are none.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
