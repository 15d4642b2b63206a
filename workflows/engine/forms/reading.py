"""Read a form document: everything that could go wrong with it is found here, before it is used."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson

from rules import feel
from rules.findings import Finding
from rules.sentences import Sentence, sentence_of
from workflows.engine.forms import fields as field_reading
from workflows.engine.forms import translating
from workflows.engine.forms.document import (
    Field,
    FormDocument,
    Heading,
    Item,
    Show,
    Text,
)
from workflows.engine.forms.schema_reading import Fault, compiled, read_schema
from workflows.errors import Invalid

MAX_BYTES = 200_000
_IDENTIFIER = re.compile(r"[A-Za-z_][\w.-]{0,79}")
_PARTS = {"id", "title", "schema", "ui", "description", "translations", "$schema"}


class FormDocumentRefused(Invalid):
    """A form document with faults; each finding names one and how to mend it."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(" ".join(str(finding) for finding in findings))


def read_form(source: bytes, file_name: str = "form.form.json") -> FormDocument:
    """
    Return the compiled form document.

    Raises:
        FormDocumentRefused: The document is no JSON, its schema is wrong, or
            its user interface names what does not exist.

    """
    try:
        return _read(source)
    except Fault as fault:
        finding = Finding(fault.code, sentence_of(fault), fault.remedy, file_name=file_name)
        raise FormDocumentRefused([finding]) from fault


def _read(source: bytes) -> FormDocument:
    """Read a document or raise its first fault."""
    document = _json(source)
    identifier = document.get("id")
    if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
        raise Fault(
            "form-id",
            Sentence("The form has no usable “id”."),
            Sentence("Add an id of letters and digits."),
        )
    unknown = set(document) - _PARTS
    if unknown:
        raise Fault(
            "form-unknown-key",
            Sentence("The form has an unknown part “%(part)s”.", part=min(unknown)),
            Sentence("A form document has the parts id, title, schema and ui."),
        )
    schema = read_schema(document.get("schema"))
    fields = {
        name: field_reading.read(name, part, schema) for name, part in schema["properties"].items()
    }
    return FormDocument(
        id=identifier,
        title=str(document.get("title") or schema.get("title") or ""),
        items=tuple(_items(document.get("ui", []), fields)),
        schema=schema,
        validator=compiled(schema),
        translations=_translations(document),
    )


def _json(source: bytes) -> dict[str, Any]:
    """Return the document as an object."""
    if len(source) > MAX_BYTES:
        raise Fault(
            "form-too-large",
            Sentence("The form document is larger than %(max_bytes)s bytes.", max_bytes=MAX_BYTES),
            Sentence("Split it into smaller forms."),
        )
    try:
        document = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise Fault(
            "form-not-json",
            Sentence("The form document is not JSON: %(error)s.", error=error),
            Sentence("Write it as JSON in UTF-8."),
        ) from error
    if not isinstance(document, dict):
        raise Fault(
            "form-not-json",
            Sentence("The form document is no JSON object."),
            Sentence("Start it with {."),
        )
    return document


def _items(ui: object, fields: Mapping[str, Field]) -> Iterator[Item]:
    """Return the items of the user interface in order; unlisted fields follow at the end."""
    if not isinstance(ui, list):
        raise Fault(
            "form-ui",
            Sentence("The “ui” of the form is no list."),
            Sentence("Write it as a list of items."),
        )
    listed: set[str] = set()
    for entry in ui:
        if not isinstance(entry, dict):
            raise Fault(
                "form-ui",
                Sentence("An item of “ui” is no object."),
                Sentence("Write {“field”: “name”}."),
            )
        item = replace(_item(entry, fields), translations=_translations(entry))
        if isinstance(item, Field):
            if item.name in listed:
                raise Fault(
                    "form-ui-twice",
                    Sentence("“ui” lists “%(item)s” twice.", item=item.name),
                    Sentence("Take one of them out."),
                )
            listed.add(item.name)
        yield item
    yield from (field for name, field in fields.items() if name not in listed)


def _item(entry: Mapping[str, Any], fields: Mapping[str, Field]) -> Item:
    """Return one item of the user interface."""
    condition = _expression(entry, "showWhen")
    if "field" in entry:
        return _field(entry, fields, condition)
    if "heading" in entry:
        return Heading(str(entry["heading"]), condition)
    if "text" in entry:
        return Text(str(entry["text"]), condition)
    if "show" in entry:
        name = str(entry["show"])
        return Show(name, str(entry.get("label") or field_reading.label_of(name)), condition)
    raise Fault(
        "form-ui",
        Sentence("An item of “ui” has an unknown kind."),
        Sentence("Use field, heading, text or show."),
    )


def _field(
    entry: Mapping[str, Any], fields: Mapping[str, Field], condition: feel.Expression | None
) -> Field:
    """Return a field as the user interface shows it."""
    name = str(entry["field"])
    field = fields.get(name)
    if field is None:
        raise Fault(
            "form-ui-field",
            Sentence("“ui” lists “%(field)s”, which is no field of the form.", field=name),
            Sentence("Add it to the schema, or show process data by {“show”: “name”}."),
        )
    try:
        prefill = _expression(entry, "prefill")
        return field_reading.with_ui(field, entry, condition, prefill)
    except ValueError as error:
        remedy = Sentence("Use a widget that fits the field.")
        raise Fault("form-widget", str(error), remedy) from error


def _translations(part: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Return the words of a part of the document in other languages."""
    try:
        return translating.read(part)
    except ValueError as error:
        raise Fault(
            "form-translation",
            str(error),
            Sentence(
                "Write {“de”: {“label”: “...”}}, with label, help, labels, heading, text or title."
            ),
        ) from error


def _expression(entry: Mapping[str, Any], key: str) -> feel.Expression | None:
    """Compile an expression of an item: when it is shown, or what stands in it at first."""
    text = entry.get(key)
    if text is None:
        return None
    try:
        return feel.compile_expression(str(text))
    except feel.FeelSyntaxError as error:
        raise Fault(
            "form-show-when" if key == "showWhen" else "form-prefill",
            Sentence(
                "“%(key)s”: “%(text)s” is not FEEL: %(error)s", key=key, text=text, error=error
            ),
            Sentence("Mend the expression at the place that is named."),
        ) from error
