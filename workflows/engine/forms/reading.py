"""Read a form document: everything that could go wrong with it is found here, before it is used."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import jsonschema_rs
import orjson

from rules import feel
from rules.findings import Finding
from workflows.engine.forms import fields as field_reading
from workflows.engine.forms import translating, validation
from workflows.engine.forms.document import (
    Field,
    FormDocument,
    Heading,
    Item,
    Show,
    Text,
)
from workflows.engine.forms.schema_references import broken_reference, circular_reference
from workflows.errors import Invalid

MAX_BYTES = 200_000
MAX_FIELDS = 200
MAX_DEPTH = 20
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]{0,79}")
_PARTS = {"id", "title", "schema", "ui", "description", "translations", "$schema"}
_NAME = re.compile(r"[A-Za-z_]\w{0,79}")


class FormDocumentRefused(Invalid):
    """A form document with faults; each finding names one and how to mend it."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(" ".join(str(finding) for finding in findings))


class _Fault(Exception):
    """One fault of the document that is being read."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(message)
        self.code, self.remedy = code, remedy


def read_form(source: bytes, file_name: str = "form.form.json") -> FormDocument:
    """
    Return the compiled form document.

    Raises:
        FormDocumentRefused: The document is no JSON, its schema is wrong, or
            its user interface names what does not exist.

    """
    try:
        return _read(source)
    except _Fault as fault:
        finding = Finding(fault.code, str(fault), fault.remedy, file_name=file_name)
        raise FormDocumentRefused([finding]) from fault


def _read(source: bytes) -> FormDocument:
    """Read a document or raise its first fault."""
    document = _json(source)
    identifier = document.get("id")
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        raise _Fault("form-id", "The form has no usable “id”.", "Add an id of letters and digits.")
    unknown = set(document) - _PARTS
    if unknown:
        raise _Fault(
            "form-unknown-key",
            f"The form has an unknown part “{min(unknown)}”.",
            "A form document has the parts id, title, schema and ui.",
        )
    schema = _schema(document.get("schema"))
    fields = {
        name: field_reading.read(name, part, schema) for name, part in schema["properties"].items()
    }
    return FormDocument(
        id=identifier,
        title=str(document.get("title") or schema.get("title") or ""),
        items=tuple(_items(document.get("ui", []), fields)),
        schema=schema,
        validator=_validator(schema),
        translations=_translations(document),
    )


def _json(source: bytes) -> dict[str, Any]:
    """Return the document as an object."""
    if len(source) > MAX_BYTES:
        raise _Fault(
            "form-too-large",
            f"The form document is larger than {MAX_BYTES:,} bytes.",
            "Split it into smaller forms.",
        )
    try:
        document = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise _Fault(
            "form-not-json",
            f"The form document is not JSON: {error}.",
            "Write it as JSON in UTF-8.",
        ) from error
    if not isinstance(document, dict):
        raise _Fault("form-not-json", "The form document is no JSON object.", "Start it with {.")
    return document


def _schema(schema: object) -> dict[str, Any]:
    """Return the schema, closed against names that it does not have."""
    if not isinstance(schema, dict) or schema.get("type", "object") != "object":
        raise _Fault(
            "form-schema",
            "The form has no schema of type object.",
            "Add “schema” with “properties”.",
        )
    properties = schema.get("properties", {})
    if not isinstance(properties, dict) or len(properties) > MAX_FIELDS:
        raise _Fault(
            "form-schema",
            f"The “properties” of the form must be an object with at most {MAX_FIELDS} fields.",
            "List one property per field.",
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
            raise _Fault(
                "form-field-name",
                f"The field “{name}” has no usable name or schema.",
                "Name it by letters, digits and underscores, and give it a schema object.",
            )
    unknown = [name for name in required if name not in properties]
    if unknown:
        raise _Fault(
            "form-required-unknown",
            f"The form requires “{unknown[0]}”, which is no field of it.",
            "Add the field to “properties” or take it out of “required”.",
        )


def _refuse_references(part: object, depth: int) -> None:
    """Refuse references that lead out of the document, and bottomless nesting."""
    if depth > MAX_DEPTH:
        raise _Fault("form-too-deep", "The schema is nested too deep.", "Flatten it.")
    if isinstance(part, list):
        for item in part:
            _refuse_references(item, depth + 1)
    if not isinstance(part, dict):
        return
    for key, value in part.items():
        is_reference = key in ("$ref", "$dynamicRef") and not str(value).startswith("#")
        if is_reference or (key in ("$id", "$anchor", "$vocabulary") and isinstance(value, str)):
            raise _Fault(
                "form-reference",
                f"The schema uses “{key}”: {value!s:.80}.",
                "Write the schema out in the document itself.",
            )
        _refuse_references(value, depth + 1)


def _refuse_circles(schema: Mapping[str, Any]) -> None:
    """Refuse references that lead nowhere, or back to where they stand."""
    circle = circular_reference(schema)
    if circle is not None:
        raise _Fault(
            "form-recursive",
            f"The schema refers to itself by “{circle:.80}”, so its form would have no end.",
            "Write out as many levels as the form needs.",
        )
    broken = broken_reference(schema)
    if broken is not None:
        raise _Fault(
            "form-reference",
            f"The schema uses “$ref”: {broken:.80}, which is none of its “$defs”.",
            "Put it under “$defs” and refer to “#/$defs/NAME”.",
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


def _validator(schema: Mapping[str, Any]) -> validation.Validator:
    """Compile the schema."""
    try:
        return validation.make_validator(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        where = ".".join(str(part) for part in getattr(error, "instance_path", []))
        raise _Fault(
            "form-schema",
            f"The schema is not valid{f' at {where}' if where else ''}: "
            f"{getattr(error, 'message', error)}.",
            "Write it as JSON Schema 2020-12.",
        ) from error


def _items(ui: object, fields: Mapping[str, Field]) -> Iterator[Item]:
    """Return the items of the user interface in order; unlisted fields follow at the end."""
    if not isinstance(ui, list):
        raise _Fault("form-ui", "The “ui” of the form is no list.", "Write it as a list of items.")
    listed: set[str] = set()
    for entry in ui:
        if not isinstance(entry, dict):
            raise _Fault("form-ui", "An item of “ui” is no object.", "Write {“field”: “name”}.")
        item = replace(_item(entry, fields), translations=_translations(entry))
        if isinstance(item, Field):
            if item.name in listed:
                raise _Fault(
                    "form-ui-twice", f"“ui” lists “{item.name}” twice.", "Take one of them out."
                )
            listed.add(item.name)
        yield item
    yield from (field for name, field in fields.items() if name not in listed)


def _item(entry: Mapping[str, Any], fields: Mapping[str, Field]) -> Item:
    """Return one item of the user interface."""
    condition = _expression(entry, "showWhen")
    if "field" in entry:
        field = fields.get(str(entry["field"]))
        if field is None:
            raise _Fault(
                "form-ui-field",
                f"“ui” lists “{entry['field']}”, which is no field of the form.",
                "Add it to the schema, or show process data by {“show”: “name”}.",
            )
        try:
            prefill = _expression(entry, "prefill")
            return field_reading.with_ui(field, entry, condition, prefill)
        except ValueError as error:
            raise _Fault("form-widget", str(error), "Use a widget that fits the field.") from error
    if "heading" in entry:
        return Heading(str(entry["heading"]), condition)
    if "text" in entry:
        return Text(str(entry["text"]), condition)
    if "show" in entry:
        name = str(entry["show"])
        return Show(name, str(entry.get("label") or field_reading.label_of(name)), condition)
    raise _Fault(
        "form-ui", "An item of “ui” has an unknown kind.", "Use field, heading, text or show."
    )


def _translations(part: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the words of a part of the document in other languages."""
    try:
        return translating.read(part)
    except ValueError as error:
        raise _Fault(
            "form-translation",
            str(error),
            "Write {“de”: {“label”: “...”}}, with label, help, labels, heading, text or title.",
        ) from error


def _expression(entry: Mapping[str, Any], key: str) -> feel.Expression | None:
    """Compile an expression of an item: when it is shown, or what stands in it at first."""
    text = entry.get(key)
    if text is None:
        return None
    try:
        return feel.compile_expression(str(text))
    except feel.FeelSyntaxError as error:
        raise _Fault(
            "form-show-when" if key == "showWhen" else "form-prefill",
            f"“{key}”: “{text}” is not FEEL: {error}",
            "Mend the expression at the place that is named.",
        ) from error
