"""What a field of a form may ask for, in the words of designers, and the schema that it means."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from workflows.engine.forms import Field
from workflows.engine.forms import fields as field_reading

OTHER = "other"
CHOICES = frozenset({"one", "one-of-list", "several"})


@dataclass(frozen=True)
class FieldType:
    """
    One thing that a field may ask for.

    Attributes:
        schema: What the schema of such a field has at first.
        widget: How it is shown; empty where the values decide.
        group: Types of one group have the same values, so that going over loses nothing.
        limits: The keywords of the schema for the least and the most.

    """

    schema: Mapping[str, Any]
    widget: str
    group: str
    limits: tuple[str, str] | None = None


_LENGTH, _SIZE, _NUMBER = (
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minimum", "maximum"),
)
_ANSWERS = [{"const": "first", "title": ""}, {"const": "second", "title": ""}]
TYPES: Mapping[str, FieldType] = {
    "text": FieldType({"type": "string"}, "text", "text", _LENGTH),
    "long": FieldType({"type": "string"}, "textarea", "text", _LENGTH),
    "email": FieldType({"type": "string", "format": "email"}, "email", "email", _LENGTH),
    "whole": FieldType({"type": "integer"}, "number", "whole", _NUMBER),
    "number": FieldType({"type": "number"}, "number", "number", _NUMBER),
    "rating": FieldType({"type": "integer", "minimum": 1, "maximum": 5}, "rating", "whole"),
    "yes-no": FieldType({"type": "boolean"}, "radio", "boolean"),
    "tick": FieldType({"type": "boolean"}, "checkbox", "boolean"),
    "agree": FieldType({"type": "boolean", "const": True}, "checkbox", "agree"),
    "one": FieldType({"type": "string", "oneOf": _ANSWERS}, "radio", "choice"),
    "one-of-list": FieldType({"type": "string", "oneOf": _ANSWERS}, "select", "choice"),
    "several": FieldType(
        {"type": "array", "items": {"oneOf": _ANSWERS}, "uniqueItems": True},
        "checkboxes",
        "choices",
        _SIZE,
    ),
    "date": FieldType({"type": "string", "format": "date"}, "date", "date"),
    "moment": FieldType({"type": "string", "format": "date-time"}, "datetime", "moment"),
    "time": FieldType({"type": "string", "format": "time"}, "time", "time"),
    "person": FieldType({"type": "string"}, "person", "text"),
    "people": FieldType(
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "person",
        "list",
        _SIZE,
    ),
    "lines": FieldType(
        {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
        "textarea",
        "list",
        _SIZE,
    ),
}
_BY_WIDGET: Mapping[tuple[str, str], str] = {
    ("text", "text"): "text",
    ("text", "textarea"): "long",
    ("text", "email"): "email",
    ("text", "person"): "person",
    ("integer", "number"): "whole",
    ("integer", "text"): "whole",
    ("integer", "rating"): "rating",
    ("number", "number"): "number",
    ("number", "text"): "number",
    ("boolean", "radio"): "yes-no",
    ("boolean", "select"): "yes-no",
    ("boolean", "checkbox"): "tick",
    ("boolean", "switch"): "tick",
    ("choice", "radio"): "one",
    ("choice", "select"): "one-of-list",
    ("choices", "checkboxes"): "several",
    ("choices", "select"): "several",
    ("list", "person"): "people",
    ("list", "textarea"): "lines",
    ("date", "date"): "date",
    ("date", "text"): "date",
    ("datetime", "datetime"): "moment",
    ("datetime", "text"): "moment",
    ("time", "time"): "time",
    ("time", "text"): "time",
}
_KEPT = ("title", "description", "x-message")


@dataclass(frozen=True)
class ReadField:
    """A property of a schema as the engine reads it, and what it asks for."""

    type: str
    options: tuple[tuple[Any, str], ...] = ()
    label: str = ""
    schema: Mapping[str, Any] = field(default_factory=dict)


def read(name: str, entry: Mapping[str, Any], schema: Mapping[str, Any]) -> ReadField:
    """Return what a property of a schema asks for; what cannot be told is `other`."""
    part = schema["properties"][name]
    found = field_reading.read(name, part, schema)
    if (kind := _without_answers(part, entry)) is not None:
        return ReadField(kind, label=found.label, schema=found.schema)
    try:
        found = field_reading.with_ui(found, entry, None)
    except ValueError:
        return ReadField(OTHER, label=found.label, schema=found.schema)
    silent = _without_text(found.schema) - set(entry.get("labels", {}))
    options = tuple(
        (one.value, "" if str(one.value) in silent else one.label) for one in found.options
    )
    kind = type_of(found)
    return ReadField(kind, options if kind in CHOICES else (), found.label, found.schema)


def _without_answers(part: Mapping[str, Any], entry: Mapping[str, Any]) -> str | None:
    """Return which choice a field is whose answers were all taken out, if it is one."""
    if part.get("oneOf") == []:
        return "one-of-list" if entry.get("widget") == "select" else "one"
    items = part.get("items")
    return "several" if isinstance(items, dict) and items.get("oneOf") == [] else None


def _without_text(schema: Mapping[str, Any]) -> set[str]:
    """Return the answers that have no text of their own; people read their value instead."""
    items = schema.get("items")
    listed = schema.get("oneOf") or (items.get("oneOf") if isinstance(items, dict) else None) or []
    return {
        str(one.get("const")) for one in listed if isinstance(one, dict) and not one.get("title")
    }


def type_of(found: Field) -> str:
    """Return the type that a field has."""
    if found.value_type == "boolean" and found.schema.get("const") is True:
        return "agree"
    return _BY_WIDGET.get((found.value_type, found.widget), OTHER)


def changed(read_as: ReadField, wanted: str) -> dict[str, Any]:
    """Return the schema of a field that asks for something else from now on."""
    before, after = TYPES.get(read_as.type), TYPES[wanted]
    if before is not None and before.group == after.group:
        return {**dict(read_as.schema), **_bounds(wanted, read_as.schema)}
    kept = {key: value for key, value in read_as.schema.items() if key in _KEPT}
    return {**deepcopy(dict(after.schema)), **kept}


def _bounds(wanted: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the bounds that a rating needs where the whole number had none."""
    if wanted != "rating":
        return {}
    return {"minimum": schema.get("minimum", 1), "maximum": schema.get("maximum", 5)}
