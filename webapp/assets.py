"""The built front end: names with hashes, and icons drawn into the page."""

import json
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request, url_for
from flask_compress import Compress
from markupsafe import Markup, escape

DIST = Path(__file__).parent / "static" / "dist"


def use_assets(app: Flask) -> None:
    """Give templates the functions `asset`, `styles` and `icon`; compress what is sent."""
    app.jinja_env.globals.update(asset=asset, styles=styles, icon=icon)
    app.config["COMPRESS_REGISTER"] = False  # It looks closely at answers that have no content.
    compress = Compress(app)

    def finish(response: Response) -> Response:
        has_content = HTTPStatus.OK <= response.status_code < HTTPStatus.MULTIPLE_CHOICES
        return compress.after_request(_read_whole(response)) if has_content else response

    app.after_request(finish)


def asset(name: str) -> str | None:
    """Return the address of a built file, `app.js` or `app.css`; nothing without a build."""
    stem, _dot, kind = name.rpartition(".")
    entry = _manifest().get(f"src/{stem}.js")
    if entry is None:
        return None
    file = entry["css"][0] if kind == "css" else entry["file"]
    return url_for("static", filename=f"dist/{file}")


def styles(name: str) -> list[str]:
    """Return the addresses of the styles of a script, those of what it shares with others first."""
    manifest = _manifest()
    found: list[str] = []
    ahead = [f"src/{name}.js"]
    while ahead:
        entry = manifest.get(ahead.pop(), {})
        found = [*entry.get("css", []), *found]
        ahead += entry.get("imports", [])
    return [url_for("static", filename=f"dist/{file}") for file in dict.fromkeys(found)]


def icon(name: str, css: str = "", label: str | None = None) -> Markup:
    """
    Draw an icon into the page; with a label it speaks, without it is decoration.

    Pages built from a clone without a front-end build have no icons.
    """
    shapes = _icons().get(name)
    return Markup("") if shapes is None else _drawn(shapes, css, escape(label or ""))


@lru_cache(maxsize=512)
def _drawn(shapes: str, css: str, label: Markup) -> Markup:
    """Draw an icon; a page has some forty of them, most of them on every page."""
    meaning = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true" focusable="false"')
    )
    return Markup(
        '<svg class="icon {}" viewBox="0 0 24 24" fill="none" stroke="currentColor"'
        ' stroke-width="2" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>'
    ).format(escape(css), meaning, Markup(shapes))  # noqa: S704 (shapes are of our own build)


def _read_whole(response: Response) -> Response:
    """Read a static file at once: the compressor leaves the files that it streams open."""
    if request.endpoint == "static" and response.status_code == HTTPStatus.OK:
        response.direct_passthrough = False
        content = response.get_data()
        response.close()
        response.set_data(content)
    return response


def _manifest() -> dict[str, Any]:
    """Return the names of the built files."""
    return _built("manifest.json")


def _icons() -> dict[str, str]:
    """Return the shapes of the icons."""
    return _built("icons.json")


def _built(name: str) -> dict[str, Any]:
    """Return a built list, read again whenever it was built again: a page looks once."""
    known: dict[str, dict[str, Any]] = g.setdefault("built_lists", {})
    if name not in known:
        path = DIST / name
        known[name] = _read(path, _stamp(path))
    return known[name]


def _stamp(path: Path) -> int:
    """Return when a file was written, or 0 where it is missing."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


@lru_cache(maxsize=8)
def _read(path: Path, stamp: int) -> dict[str, Any]:
    """Read one of the built lists; `stamp` makes a newer file a new entry."""
    if stamp == 0:
        return {}
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content
