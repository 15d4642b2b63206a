"""The way back to the page that somebody came from, never to another site."""

from urllib.parse import urlsplit

from flask import request


def way_back(otherwise: str) -> str:
    """Return the page of this site on which a button was pressed, or another address."""
    came_from = urlsplit(request.form.get("back", ""))
    path = came_from.path
    if came_from.scheme or came_from.netloc or not path.startswith("/") or path.startswith("//"):
        return otherwise
    if "\\" in path:
        return otherwise
    return f"{path}?{came_from.query}" if came_from.query else path
