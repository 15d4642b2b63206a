"""Read the schema of a form: what it may say, and what it may not."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import jsonschema_rs

from rules.sentences import Sentence
from workflows.engine.forms import validation
from workflows.engine.forms.schema_references import broken_reference, circular_reference

MAX_FIELDS = 200
MAX_DEPTH = 20
_LONGEST = 80
_NAME = re.compile(r"[A-Za-z_]\w{0,79}")


class Fault(Exception):
    """One fault of the document that is being read."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.remedy = code, remedy


def read_schema(schema: object) -> dict[str, Any]:
    """Return the schema, closed against names that it does not have."""
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        raise Fault(
            "form-schema",
            Sentence("The form has no schema of type object."),
            Sentence("Add “schema” with “properties”."),
        )
    properties = schema.get("properties", {})
    if not isinstance(properties, dict) or len(properties) > MAX_FIELDS:
        raise Fault(
            "form-schema",
            Sentence(
                "The “properties” of the form must be an object with at most"
                " %(max_fields)s fields.",
                max_fields=MAX_FIELDS,
            ),
            Sentence("List one property per field."),
        )
    _check_names(properties, schema.get("required", []))
    _refuse_references(schema, 0)
    _refuse_circles(schema)
    closed = _closed({**schema, "type": "object", "properties": properties})
    assert isinstance(closed, dict)
    return closed


def _check_names(properties: Mapping[str, object], required: Iterable[str]) -> None:
    """Refuse fields without a usable name or schema, and required names of no field."""
    for name, part in properties.items():
        if not _NAME.fullmatch(name) or not isinstance(part, dict):
            raise Fault(
                "form-field-name",
                Sentence("The field “%(name)s” has no usable name or schema.", name=name),
                Sentence(
                    "Name it by letters, digits and underscores, and give it a schema object."
                ),
            )
    unknown = [name for name in required if name not in properties]
    if unknown:
        raise Fault(
            "form-required-unknown",
            Sentence("The form requires “%(field)s”, which is no field of it.", field=unknown[0]),
            Sentence("Add the field to “properties” or take it out of “required”."),
        )


def _refuse_references(part: object, depth: int) -> None:
    """Refuse references that lead out of the document, and bottomless nesting."""
    if depth > MAX_DEPTH:
        raise Fault(
            "form-too-deep", Sentence("The schema is nested too deep."), Sentence("Flatten it.")
        )
    if isinstance(part, list):
        for item in part:
            _refuse_references(item, depth + 1)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        is_reference = key in ("$ref", "$dynamicRef") and not str(value).startswith("#")
        if is_reference or (key in ("$id", "$anchor", "$vocabulary") and isinstance(value, str)):
            raise Fault(
                "form-reference",
                Sentence(
                    "The schema uses “%(key)s”: %(value)s.", key=key, value=str(value)[:_LONGEST]
                ),
                Sentence("Write the schema out in the document itself."),
            )
        _refuse_references(value, depth + 1)


def _refuse_circles(schema: Mapping[str, Any]) -> None:
    """Refuse references that lead nowhere, or back to where they stand."""
    circle = circular_reference(schema)
    if circle is not None:
        raise Fault(
            "form-recursive",
            Sentence(
                "The schema refers to itself by “%(reference)s”, so its form would have no end.",
                reference=circle[:_LONGEST],
            ),
            Sentence("Write out as many levels as the form needs."),
        )
    broken = broken_reference(schema)
    if broken is not None:
        raise Fault(
            "form-reference",
            Sentence(
                "The schema uses “$ref”: %(reference)s, which is none of its “$defs”.",
                reference=broken[:_LONGEST],
            ),
            Sentence("Put it under “$defs” and refer to “#/$defs/NAME”."),
        )


def _closed(part: object) -> object:
    """Return a schema in which every object with properties accepts only these."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    if part.get("type") == "object" and isinstance(part.get("properties"), dict):
        closed["additionalProperties"] = False
    return closed


def compiled(schema: Mapping[str, Any]) -> validation.Validator:
    """Compile the schema."""
    try:
        return validation.make_validator(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        where = ".".join(str(part) for part in getattr(error, "instance_path", []))
        why = getattr(error, "message", error)
        raise Fault(
            "form-schema",
            Sentence("The schema is not valid at “%(where)s”: %(why)s.", where=where, why=why)
            if where
            else Sentence("The schema is not valid: %(why)s.", why=why),
            Sentence("Write it as JSON Schema 2020-12."),
        ) from error
