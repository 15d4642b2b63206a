"""
The web application: pages and HTTP API over the services; `create_app` wires it together.

It is imported when it is first asked for: a small command of the command line does
not wait for every page.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webapp.application import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Import the application for whoever asks for `create_app`."""
    if name == "create_app":
        return import_module("webapp.application").create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
