"""JSON as it is written into the database and onto the wire."""

import json
from collections.abc import Callable
from typing import Any

import orjson

# The reader of the standard library without its looks for white space, which we never write.
_decode = json.JSONDecoder().raw_decode

_NOTHING = b"[]"  # Most lists are empty; to parse them costs more than to look.


def written(data: object, *, default: Callable[[Any], Any] | None = None) -> bytes:
    """Return data as JSON: also whole numbers beyond 64 bits, which the fast writer refuses."""
    try:
        return orjson.dumps(data, default=default)
    except TypeError:
        return json.dumps(data, separators=(",", ":"), default=default).encode()


def text(data: object) -> str:
    """Return data as a JSON text."""
    return written(data).decode()


def read_bytes(stored: bytes) -> Any:
    """Return the data of JSON as PostgreSQL sends it."""
    return [] if stored == _NOTHING else read(stored.decode())


def read(stored: str) -> Any:
    """Return the data of a JSON text as `text` wrote it, whole numbers of any size included."""
    return _decode(stored)[0]
