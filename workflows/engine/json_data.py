"""The door for data from outside: only plain, finite, storable JSON of a bounded size gets in."""

import math
from collections.abc import Mapping
from typing import Any

import orjson

from rules.sentences import Sentence
from workflows.errors import Invalid

MAX_BYTES = 100_000
MAX_DEPTH = 20
MAX_NAME = 120
_SIMPLE = frozenset({int, bool, type(None)})


class DataRefused(Invalid):
    """Data that cannot become process data; the sentence says which part and why."""


def checked(
    data: object, *, what: str = Sentence("The data"), limit: int = MAX_BYTES
) -> dict[str, Any]:
    """
    Return the data as a plain JSON object.

    Raises:
        DataRefused: It is no object, too large, too deep, or holds a value
            that JSON or the database cannot keep.

    """
    if not isinstance(data, Mapping):
        raise DataRefused(Sentence("%(what)s must be a JSON object with named values.", what=what))
    plain = _plain(data, what, 0)
    try:
        size = len(orjson.dumps(plain))
    except (TypeError, ValueError) as error:
        raise DataRefused(
            Sentence("%(what)s cannot be stored: %(error)s.", what=what, error=error)
        ) from error
    if size > limit:
        raise DataRefused(
            Sentence(
                "%(what)s is %(size)s bytes large; at most %(limit)s are allowed.",
                what=what,
                size=size,
                limit=limit,
            )
        )
    assert isinstance(plain, dict)
    return plain


def storable(text: str, what: str) -> str:
    """
    Return a name or key from outside as it is.

    Raises:
        DataRefused: It holds a character that no database can keep.

    """
    return _text(text, what)


def _plain(value: object, where: str, depth: int) -> Any:
    """Return a copy of one value, refusing what cannot be kept."""
    if depth > MAX_DEPTH:
        raise _too_deep(where)
    if isinstance(value, str):  # first, since most are; to ask for a mapping is slow
        return _text(value, where)
    if isinstance(value, Mapping):
        has_room = depth < MAX_DEPTH
        return {
            _name(name, where): v
            if has_room and _is_simple(v)
            else _plain(v, f"“{name}”", depth + 1)
            for name, v in value.items()
        }
    if isinstance(value, list | tuple):
        return [_plain(item, where, depth + 1) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise DataRefused(Sentence("%(where)s holds a number that is not finite.", where=where))
    if value is None or isinstance(value, bool | int | float):
        return value
    raise DataRefused(
        Sentence(
            "%(where)s holds a value of type %(type)s, which is not JSON.",
            where=where,
            type=type(value).__name__,
        )
    )


def _too_deep(where: str) -> DataRefused:
    """Return the refusal of data that are nested too deeply."""
    return DataRefused(
        Sentence(
            "%(where)s is nested deeper than %(max_depth)s levels.",
            where=where,
            max_depth=MAX_DEPTH,
        )
    )


def _is_simple(value: object) -> bool:
    """Say whether a value can be kept as it is, which most can: a quick answer to the question."""
    kind = type(value)
    if kind is str:
        return value.isascii() and "\x00" not in value  # type: ignore[attr-defined,operator]
    return kind in _SIMPLE


def _name(name: object, where: str) -> str:
    """Return the name of a value, refusing what cannot be a name."""
    if type(name) is str and 0 < len(name) <= MAX_NAME and name.isidentifier() and name.isascii():
        return name
    if not isinstance(name, str) or not name or len(name) > MAX_NAME:
        raise DataRefused(
            Sentence(
                "%(where)s has a name that is empty or longer than %(max_name)s characters.",
                where=where,
                max_name=MAX_NAME,
            )
        )
    return _text(name, where)


def _text(text: str, where: str) -> str:
    """Return a text, refusing characters that the databases cannot keep."""
    if "\x00" in text or not _is_encodable(text):
        raise DataRefused(
            Sentence("%(where)s contains a character that cannot be stored.", where=where)
        )
    return text


def _is_encodable(text: str) -> bool:
    """Say whether a text is free of lone surrogates."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
