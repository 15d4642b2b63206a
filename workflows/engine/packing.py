"""
Bytes that are kept: compact JSON behind two characters that say version and writer.

The fast writer (orjson) knows no whole number beyond 64 bits and no broken
Unicode; what it refuses is written by the standard library, bit by bit the
same value. A capital letter says that the JSON is squeezed. Every reader
refuses versions that are newer than itself.
"""

import json
import zlib
from collections.abc import Callable
from typing import Any

import orjson

_FAST = "o"
_EXACT = "j"
# What data must not become by being written: dates have a plain form of their own.
# A small window: making it costs more than squeezing what a form holds.
_WINDOW, _MEMORY, _EFFORT = -11, 4, 1
_STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS


class Unreadable(Exception):
    """Stored bytes cannot be read here; the message is one clear sentence."""


def pack(
    value: Any,
    version: int,
    *,
    squeezed_from: int | None = None,
    plain: Callable[[Any], Any] | None = None,
) -> bytes:
    """
    Return JSON data as bytes; from so many bytes on, squeeze them.

    `plain` gives what is no JSON a form that is.
    """
    writer = _FAST
    try:
        body = orjson.dumps(value, default=plain, option=_STRICT)
    except TypeError:
        body = json.dumps(value, separators=(",", ":"), default=plain).encode()
        writer = _EXACT
    if squeezed_from is not None and len(body) >= squeezed_from:
        squeezer = zlib.compressobj(_EFFORT, zlib.DEFLATED, _WINDOW, _MEMORY)
        writer, body = writer.upper(), squeezer.compress(body) + squeezer.flush()
    return f"{version}{writer}".encode() + body


def unpack(stored: bytes, version: int, what: str) -> Any:
    """
    Return what `pack` wrote; `what` names it in a refusal.

    Raises:
        Unreadable: It was written by a newer release, or by nobody.

    """
    head, body = stored[:2].decode("latin-1"), stored[2:]
    if len(head) != 2 or not "1" <= head[0] <= "9" or head[1].lower() not in (_FAST, _EXACT):
        raise Unreadable(f"{what} has a format that is not known here.")
    if int(head[0]) > version:
        raise Unreadable(
            f"{what} has format {head[0]}, but this release reads formats up to {version}:"
            " install the newer release that wrote it."
        )
    try:
        if head[1].isupper():
            body = zlib.decompress(body, _WINDOW)
        return orjson.loads(body) if head[1].lower() == _FAST else json.loads(body)
    except (ValueError, zlib.error) as error:
        raise Unreadable(f"{what} is damaged.") from error
