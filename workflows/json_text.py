"""JSON as it is written into the database and onto the wire."""

import json
from collections.abc import Callable
from typing import Any

import orjson

# The reader of the standard library without its looks for white space, which we never write.
_decode = json.JSONDecoder().raw_decode


def written(data: object, *, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return data as JSON: also whole numbers beyond 64 bits, which the fast writer refuses."""
    try:
        return orjson.dumps(data, default=default)
    except TypeError:
        return json.dumps(data, separators=(",", ":"), default=default).encode()


def text(data: object) -> str:
    """Return data as a JSON text."""
    return written(data).decode()


def read(stored: str) -> Any:
    """Return the data of a JSON text as `text` wrote it, whole numbers of any size included."""
    return _decode(stored)[0]
