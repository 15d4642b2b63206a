"""Forms as those who fill them in see them, drawn by the same macros, in any language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from flask import render_template
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from rules import feel
from webapp.catalogues import LANGUAGES
from webapp.forms import FormPage, read_page
from webapp.languages import speaking
from webapp.security import TOKEN_FIELD
from workflows import form_documents, form_uses
from workflows.engine.forms import FormDocument, FormDocumentRefused, FormRefused, read_form
from workflows.studio_refusals import DraftRefused

OUTSIDE = "case."  # names of fields of the page that stand for data of the case
_PAGE_FIELDS = frozenset({TOKEN_FIELD, "language"})


@dataclass(frozen=True)
class Tried:
    """What somebody typed to try a form: its fields, and data of the case."""

    texts: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Any]
    data: Mapping[str, Any]


def compiled(source: bytes) -> FormDocument | None:
    """Return a form; what cannot be drawn yet is left out, and nothing if that does not help."""
    try:
        return read_form(source)
    except FormDocumentRefused:
        pass
    try:
        document = form_documents.read(source)
        for entry in document["ui"]:
            _drop_broken(entry)
        return read_form(form_documents.write(document))
    except (DraftRefused, FormDocumentRefused):
        return None


def outside(document: FormDocument) -> list[str]:
    """Return the names of data of the case that a form reads."""
    return sorted(form_uses.names_in(document) - set(document.fields))


def tried(document: FormDocument, sent: MultiDict[str, str]) -> Tried:
    """Read what somebody typed to try a form."""
    ours = {name for name in sent if name.startswith(OUTSIDE)}
    values = document.from_text(sent, ignore=_PAGE_FIELDS | ours)
    data: dict[str, Any] = {}
    for name in outside(document):
        text = sent.get(f"{OUTSIDE}{name}", "").strip()
        if text:
            _put(data, name, _value(text))
    texts = {name: tuple(sent.getlist(name)) for name in document.fields}
    return Tried(texts, {name: values[name] for name in texts if name in values}, data)


def page(document: FormDocument, found: Tried | None, language: str) -> FormPage:
    """Return a form as it is seen in a language, with what is wrong with what was typed."""
    with speaking(language):
        if found is None:
            return read_page(document, data={}, entered={})
        errors = []
        try:
            document.validate(found.values, found.data)
        except FormRefused as refused:
            errors = refused.errors
        return read_page(
            document, data=found.data, entered=found.values, texts=found.texts, errors=errors
        )


def drawn(form: FormPage, language: str) -> Markup:
    """Return a form as HTML in a language."""
    with speaking(language):
        return Markup(render_template("studio/form_body.html", form=form))  # noqa: S704 (ours)


def hidden(document: FormDocument, found: Tried) -> list[str]:
    """Return the keys of the parts that do not apply to what was typed."""
    return read_page(document, data=found.data, entered=found.values).hidden_keys


def language_of(wanted: str | None, otherwise: str) -> str:
    """Return a language that pages have."""
    return wanted if wanted in LANGUAGES else otherwise


def _drop_broken(entry: dict[str, Any]) -> None:
    """Take expressions out that cannot be read yet."""
    for key in ("showWhen", "prefill"):
        try:
            feel.compile_expression(str(entry.get(key, "true")))
        except feel.FeelSyntaxError:
            entry.pop(key)


def _put(data: dict[str, Any], name: str, value: Any) -> None:
    """Put a value of the case where a name with dots leads."""
    *path, last = name.split(".")
    for part in path:
        inner = data.setdefault(part, {})
        data = inner if isinstance(inner, dict) else {}
    data[last] = value


def _value(text: str) -> Any:
    """Return the value that a text writes as JSON, or the text itself."""
    try:
        return orjson.loads(text)
    except json.JSONDecodeError:
        return text
