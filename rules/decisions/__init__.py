"""The default decisions: one DMN file each, with worked examples beside them."""

import json
from importlib.resources import files
from typing import Any

_PACKAGE = "rules.decisions"


def packaged() -> dict[str, bytes]:
    """Return the source of all packaged decision files by file name."""
    entries = sorted(files(_PACKAGE).iterdir(), key=lambda entry: entry.name)
    return {entry.name: entry.read_bytes() for entry in entries if entry.name.endswith(".dmn")}


def examples() -> list[dict[str, Any]]:
    """
    Return the worked examples of the packaged decisions.

    Each has `id`, `decision`, `inputs` and `expected`.
    """
    text = files(_PACKAGE).joinpath("examples.json").read_text(encoding="utf-8")
    read: list[dict[str, Any]] = json.loads(text)
    return read
