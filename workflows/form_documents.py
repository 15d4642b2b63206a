"""Form documents as designers see them: an ordered list of items, each with its words and rules."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from rules.sentences import Sentence
from workflows import form_types
from workflows.engine.forms import reading
from workflows.engine.forms.schema_references import circular_reference
from workflows.studio_refusals import DraftRefused

Document = dict[str, Any]
TRANSLATIONS = "translations"
KINDS = ("field", "heading", "text", "show")


@dataclass(frozen=True)
class FormItem:
    """
    One item of a form.

    Attributes:
        kind: `field`, `heading`, `text` or `show`.
        name: Of the field, or of the data that are shown.
        label: What people read, of headings and texts too.
        type: What a field asks for; see `form_types`.
        choices: The values of the answers, with what people read.
        least, most: The limits, as they are typed.
        words: In other languages: `label`, `help`, and `labels` of the answers.

    """

    place: int
    kind: str
    name: str = ""
    label: str = ""
    help: str = ""
    type: str = ""
    is_required: bool = False
    choices: tuple[tuple[Any, str], ...] = ()
    least: str = ""
    most: str = ""
    condition: str = ""
    prefill: str = ""
    is_apart: bool = False
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Return what an item is known by while it stands where it is."""
        return self.name if self.kind == "field" else f"item-{self.place}"

    @property
    def has_limits(self) -> bool:
        """Say whether least and most mean something."""
        known = form_types.TYPES.get(self.type)
        return known is not None and known.limits is not None

    @property
    def has_choices(self) -> bool:
        """Say whether it offers answers."""
        return self.type in form_types.CHOICES


def read(source: bytes) -> Document:
    """
    Return a document that can be shown item by item, with all its fields in the list.

    Raises:
        DraftRefused: It is no JSON, or so unlike a form that nothing could be shown.

    """
    if len(source) > reading.MAX_BYTES:
        raise DraftRefused(
            Sentence(
                "A form has at most %(max_bytes)s bytes. Split it in two.",
                max_bytes=reading.MAX_BYTES,
            )
        )
    try:
        document = orjson.loads(source)
    except orjson.JSONDecodeError as error:
        raise DraftRefused(
            Sentence("The form is no JSON: %(error)s. Mend it at this place.", error=error)
        ) from None
    if not isinstance(document, dict) or not _is_form(document):
        raise DraftRefused(
            Sentence(
                "This is no form: it needs a “schema” with “properties”, and a list “ui” of items."
            )
        )
    listed = {entry.get("field") for entry in document["ui"]}
    missing = [name for name in document["schema"]["properties"] if name not in listed]
    document["ui"] += [{"field": name} for name in missing]
    return document


def write(document: Document) -> bytes:
    """Return the text of a document, as it is kept."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def items(document: Document) -> list[FormItem]:
    """Return the items of a document in order."""
    return [item(document, place) for place in range(len(document["ui"]))]


def item(document: Document, place: int) -> FormItem:
    """Return one item of a document."""
    entry = document["ui"][place]
    common: dict[str, Any] = {
        "place": place,
        "condition": _text(entry, "showWhen"),
        "words": entry.get(TRANSLATIONS, {}),
    }
    if entry.get("field") in document["schema"]["properties"]:
        return _field(document, entry, common)
    kind = next((kind for kind in KINDS if kind in entry), "text")
    if kind == "show":
        name = _text(entry, "show")
        return FormItem(kind=kind, name=name, label=_text(entry, "label"), **common)
    return FormItem(kind=kind, label=_text(entry, kind), **common)


def _field(document: Document, entry: Mapping[str, Any], common: dict[str, Any]) -> FormItem:
    """Return the item of a field."""
    name, schema = str(entry["field"]), document["schema"]
    read_as = form_types.read(name, entry, schema)
    known = form_types.TYPES.get(read_as.type)
    limits = known.limits if known and known.limits else ("", "")
    return FormItem(
        kind="field",
        name=name,
        label=_text(entry, "label") or _text(read_as.schema, "title"),
        help=_text(entry, "help") or _text(read_as.schema, "description"),
        type=read_as.type,
        is_required=name in schema.get("required", []),
        choices=read_as.options,
        least=_text(read_as.schema, limits[0]),
        most=_text(read_as.schema, limits[1]),
        prefill=_text(entry, "prefill"),
        is_apart=entry.get("apart") is True,
        **common,
    )


def _text(part: Mapping[str, Any], key: str) -> str:
    """Return a value of a part of a document as text."""
    value = part.get(key)
    return "" if value is None else str(value)


def _is_form(document: Document) -> bool:
    """Say whether a document can be shown; what is wrong besides, the checks find."""
    schema = document.get("schema")
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(properties, dict):
        return False
    ui = document.setdefault("ui", [])
    return (
        isinstance(schema.setdefault("required", []), list)
        and all(isinstance(part, dict) for part in properties.values())
        and isinstance(ui, list)
        and all(isinstance(entry, dict) and _has_words(entry) for entry in ui)
        and _has_words(document)
        and not any(True for _ in _endless(schema))
    )


def _has_words(part: Mapping[str, Any]) -> bool:
    """Say whether the words of a part in other languages can be read."""
    words = part.get(TRANSLATIONS, {})
    return isinstance(words, dict) and all(
        isinstance(each, dict) and isinstance(each.get("labels", {}), dict)
        for each in words.values()
    )


def _endless(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield a reference by which a schema contains itself: nothing could be drawn of it."""
    circle = circular_reference(schema)
    if circle is not None:
        yield circle
