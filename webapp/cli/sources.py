"""What commands read: files, standard input and JSON on the command line."""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from webapp.cli.output import Refused

STANDARD_INPUT = "-"


def parse_object(text: str, place: str) -> dict[str, Any]:
    """
    Return a JSON object; numbers keep every digit.

    Raises:
        Refused: The text is no JSON, or no object.

    """
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{place} is not valid JSON: {error}.") from error
    if not isinstance(value, dict):
        raise Refused(f'{place} must hold a JSON object, such as {{"age": 40}}.')
    return value


def read_bytes(path: Path) -> bytes:
    """
    Return a file's content; `-` is standard input.

    Raises:
        Refused: The file cannot be read.

    """
    if str(path) == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}.") from error


def read_text(path: Path) -> str:
    """
    Return a text file's content; `-` is standard input.

    Raises:
        Refused: The file cannot be read, or is not UTF-8.

    """
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(f"{path} is not UTF-8: byte {error.start + 1} is wrong.") from error


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, with their numbers."""
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if line.strip():
            yield number, line


def _refuse_constant(name: str) -> Any:
    """Refuse what looks like JSON to Python alone: NaN and the infinities."""
    raise ValueError(f"{name} is not JSON")
