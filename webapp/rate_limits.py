"""How often somebody may try; counted in the memory of each web process."""

from typing import Any

from flask import Flask
from flask_limiter import Limiter

from webapp.security import address

limiter = Limiter(key_func=address, storage_uri="memory://", headers_enabled=False)

SIGN_IN_PER_ADDRESS = "30 per minute"
SIGN_IN_PER_ACCOUNT = "10 per minute"


def limit_attempts(app: Flask) -> None:
    """Let the views that say so count attempts; each of them asks for itself."""
    limiter.init_app(app)
    # What it does around every request is for limits of all views and for headers: there
    # are none.
    every: tuple[dict[str | None, list[Any]], ...] = (
        app.before_request_funcs,
        app.after_request_funcs,
        app.teardown_request_funcs,
    )
    for hooks in every:
        hooks[None] = [hook for hook in hooks[None] if not _is_of_limiter(hook)]


def _is_of_limiter(hook: object) -> bool:
    """Say whether a function is a method of the limiter, or a call that is ready but for one."""
    return getattr(hook, "__self__", None) is limiter or getattr(hook, "args", ()) == (limiter,)
