"""Single values of process data as a person edits them: as text, and back with their type."""

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from webapp.texts import gettext as _
from workflows.errors import Invalid

TEXT, NUMBER, BOOLEAN, DAY, MOMENT, NESTED, UNKNOWN = (
    "text",
    "number",
    "boolean",
    "date",
    "moment",
    "nested",
    "unknown",
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_WHOLE = re.compile(r"[+-]?\d{1,60}")
_NUMBER = re.compile(r"[+-]?(\d{1,60}([.,]\d{0,60})?|[.,]\d{1,60})([eE][+-]?\d{1,4})?")


class ValueRefused(Invalid):
    """A text that is no value of its kind; the sentence names the field and what it takes."""


def kind_of(value: Any) -> str:
    """Return what kind of value this is, and so how it is edited."""
    if isinstance(value, str):
        return _kind_of_text(value)
    if value is None:
        return UNKNOWN
    if isinstance(value, bool):
        return BOOLEAN
    return NUMBER if isinstance(value, int | float) else NESTED


def as_text(value: Any) -> str:
    """Return a value as it stands in its field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, indent=2)


def read(text: str, label: str, before: Any) -> Any:
    """
    Return the value that a text stands for, of the kind that was there before.

    An emptied field has no value any more.

    Raises:
        ValueRefused: It is no such value.

    """
    text = text.replace("\r\n", "\n")
    if text == as_text(before):
        return before
    if not text.strip():
        return None
    return _READERS[kind_of(before)](text, label, before)


def told(value: Any) -> str:
    """Return a value exactly, for a reader who compares it with another one."""
    if value is None:
        return _("no value")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, str):
        return f"“{value}”"
    return as_text(value)


def is_same(one: Any, other: Any) -> bool:
    """Say whether two values are the same to the case: true is not 1."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _kind_of_text(value: str) -> str:
    """Say whether a text is a day, a moment or any text."""
    if _DAY.fullmatch(value) and _is_read(date.fromisoformat, value):
        return DAY
    if _MOMENT.fullmatch(value) and _is_read(datetime.fromisoformat, value):
        return MOMENT
    return TEXT


def _text(text: str, _label: str, _before: Any) -> Any:
    """Return a text as it was typed."""
    return text


def _number(text: str, label: str, _before: Any) -> Any:
    """Return a number; a comma is a point."""
    text = text.strip()
    if _WHOLE.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        value = float(text.replace(",", "."))
        if math.isfinite(value):
            return value
    raise ValueRefused(_("“%(name)s” must be a number, such as 7 or 7.5", name=label))


def _boolean(text: str, label: str, _before: Any) -> Any:
    """Return yes or no."""
    if text not in ("true", "false"):
        raise ValueRefused(_("“%(name)s” must be yes or no", name=label))
    return text == "true"


def _day(text: str, label: str, _before: Any) -> Any:
    """Return a day as the data keep it."""
    text = text.strip()
    if _DAY.fullmatch(text) and _is_read(date.fromisoformat, text):
        return text
    raise ValueRefused(_("“%(name)s” must be a date, such as 2027-05-01", name=label))


def _moment(text: str, label: str, _before: Any) -> Any:
    """Return a moment as the data keep it."""
    text = text.strip()
    if _MOMENT.fullmatch(text) and _is_read(datetime.fromisoformat, text):
        return text
    raise ValueRefused(
        _("“%(name)s” must be a date and time, such as 2027-05-01T09:00:00Z", name=label)
    )


def _nested(text: str, label: str, before: Any) -> Any:
    """Return a list, or named values, that are written as JSON."""
    try:
        value = json.loads(text, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        raise ValueRefused(
            _(
                "“%(name)s” cannot be read as JSON at line %(line)d, column %(column)d",
                name=label,
                line=error.lineno,
                column=error.colno,
            )
        ) from error
    except (ValueError, RecursionError) as error:
        raise ValueRefused(_("“%(name)s” cannot be read as JSON", name=label)) from error
    if isinstance(before, list) and not isinstance(value, list):
        raise ValueRefused(_("“%(name)s” must stay a list in square brackets", name=label))
    if isinstance(before, Mapping) and not isinstance(value, dict):
        raise ValueRefused(_("“%(name)s” must stay named values in curly brackets", name=label))
    return value


def _unknown(text: str, label: str, before: Any) -> Any:
    """Return what a text most likely is, where no value tells its kind."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return _text(text, label, before)


def _no_number(_constant: str) -> Any:
    """Refuse what JSON does not know: infinity and what is no number."""
    raise ValueError


def _is_read(read_text: Callable[[str], Any], text: str) -> bool:
    """Say whether a function can read a text."""
    try:
        read_text(text)
    except ValueError:
        return False
    return True


_READERS: Mapping[str, Callable[[str, str, Any], Any]] = {
    TEXT: _text,
    NUMBER: _number,
    BOOLEAN: _boolean,
    DAY: _day,
    MOMENT: _moment,
    NESTED: _nested,
    UNKNOWN: _unknown,
}
