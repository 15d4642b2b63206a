"""From the strings of an HTML form to typed values."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import orjson

if TYPE_CHECKING:
    from workflows.engine.forms.document import Field, FormDocument

_INTEGER = re.compile(r"[+-]?\d{1,18}")
_NUMBER = re.compile(r"[+-]?(\d{1,18}(\.\d{0,15})?|\.\d{1,15})")
_MINUTES = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_TRUE = {"true", "on", "yes", "1"}
_FALSE = {"false", "off", "no", "0"}


class MultiValues(Protocol):
    """A mapping with several values per name, as web frameworks hand in form posts."""

    def keys(self) -> Any:
        """Return the names."""
        ...

    def getlist(self, key: str) -> Sequence[str]:
        """Return every value of a name."""
        ...


TextValues = MultiValues | Mapping[str, str | Sequence[str]]


def convert(form: "FormDocument", values: TextValues, ignore: frozenset[str]) -> dict[str, Any]:
    """Return the typed values of a form post."""
    fields = form.fields
    data: dict[str, Any] = {}
    texts_of = _texts_of(values)
    for name, field in fields.items():
        value = _value(field, [text.strip() for text in texts_of(name)])
        if value is not None:
            data[name] = value
    for name in values.keys():  # noqa: SIM118  (multi-value mappings iterate differently)
        if name not in fields and name not in ignore:
            data[name] = next(iter(texts_of(name)), "")
    return data


def _texts_of(values: TextValues) -> Callable[[str], Sequence[str]]:
    """Return what finds every text that was sent under a name."""
    if not isinstance(values, Mapping) or hasattr(values, "getlist"):
        return values.getlist

    def texts(name: str) -> Sequence[str]:
        found = values.get(name, [])
        return [found] if isinstance(found, str) else found

    return texts


def _value(field: "Field", texts: list[str]) -> Any:
    """Return the typed value of one field, `None` where nothing was entered."""
    filled = [text for text in texts if text]
    if field.value_type == "boolean":
        return _boolean(field, filled)
    if field.value_type == "choices":
        return [_choice(field, text) for text in filled] or None
    if field.value_type == "list":
        return [
            line.strip() for text in filled for line in text.splitlines() if line.strip()
        ] or None
    if not filled:
        return None
    return _single(field, filled[-1])


def _single(field: "Field", text: str) -> Any:
    """Return the typed value of one text; what cannot be converted stays text."""
    if field.value_type == "choice":
        return _choice(field, text)
    if field.value_type == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    if field.value_type in ("number", "integer") and _NUMBER.fullmatch(text):
        return float(text)
    if field.value_type == "object":
        return _group(text)
    if field.value_type == "datetime" and _MINUTES.fullmatch(text):
        return f"{text}:00Z"
    return text.replace("\r\n", "\n")


def _group(text: str) -> Any:
    """Return the named values that are written as JSON, or the text itself."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return found if isinstance(found, dict) else text


def _boolean(field: "Field", filled: list[str]) -> Any:
    """Return yes or no; an empty checkbox means no, unanswered radio buttons mean nothing."""
    if not filled:
        return False if field.widget in ("checkbox", "switch") else None
    answer = filled[-1].lower()
    if answer in _TRUE:
        return True
    return False if answer in _FALSE else filled[-1]


def _choice(field: "Field", text: str) -> Any:
    """Return the option that the text names, or the text itself."""
    for option in field.options:
        if text == str(option.value):
            return option.value
    return text
