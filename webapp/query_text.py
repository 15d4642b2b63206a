"""Reading filters from the address of a page: what makes no sense is as if it were not there."""

from enum import StrEnum
from typing import Any, TypeVar

from flask import request, url_for

Vocabulary = TypeVar("Vocabulary", bound=StrEnum)


def choice(vocabulary: type[Vocabulary], name: str) -> Vocabulary | None:
    """Return the value of a closed vocabulary, or nothing."""
    text = request.args.get(name, "")
    return vocabulary(text) if text in set(vocabulary) else None


def integer(name: str) -> int | None:
    """Return a whole number that a database can hold, or nothing."""
    value = request.args.get(name, type=int)
    return value if value is not None and abs(value) < 2**31 else None


def small_number(text: str) -> int | None:
    """Return a whole number of few digits, as a page writes it itself, or nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def version_number(name: str) -> int:
    """Return the number of a version in the address, or 0 where none is given."""
    return small_number(request.args.get(name, "")) or 0


def here_with(**changes: object) -> str:
    """Return the address of this page with other filters; `None` takes one away."""
    arguments = {**request.args.to_dict(), **changes}
    kept: dict[str, Any] = {**(request.view_args or {})}
    kept |= {name: value for name, value in arguments.items() if value not in (None, "")}
    return url_for(str(request.endpoint), **kept)
