"""A form in another language: the words that its document has for each item."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workflows.engine.forms.document import Field, FormDocument, Heading, Item, Option, Show, Text

KEY = "translations"
_TEXTS = frozenset({"title", "label", "help", "heading", "text"})
_LABELS = "labels"


def read(part: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """
    Return the words of a part of a document by language, those that are empty left out.

    Raises:
        ValueError: They are not written as words by language.

    """
    given = part.get(KEY, {})
    if not isinstance(given, dict) or not all(isinstance(each, dict) for each in given.values()):
        raise ValueError(f"“{KEY}” is no object of languages with their words.")
    return {language: _words(words) for language, words in given.items()}


def in_language(form: FormDocument, language: str) -> FormDocument:
    """Return a form with the words of a language; what has none keeps those that it has."""
    if not form.translations and not any(item.translations for item in form.items):
        return form
    items = tuple(_item(item, item.translations.get(language, {})) for item in form.items)
    title = form.translations.get(language, {}).get("title", form.title)
    return replace(form, title=title, items=items)


def _words(words: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the words of one language."""
    found: dict[str, Any] = {}
    for key, value in words.items():
        is_labels = key == _LABELS and isinstance(value, dict)
        if not is_labels and not (key in _TEXTS and isinstance(value, str)):
            raise ValueError(f"“{KEY}” says “{key}” in a way that is not known.")
        if is_labels:
            found[key] = {str(name): str(text) for name, text in value.items() if text}
        elif value:
            found[key] = value
    return found


def _item(item: Item, words: Mapping[str, Any]) -> Item:
    """Return an item with the words of a language."""
    if not words:
        return item
    if isinstance(item, Field):
        return replace(
            item,
            label=words.get("label", item.label),
            help=words.get("help", item.help),
            options=_options(item.options, words.get(_LABELS, {})),
        )
    if isinstance(item, Show):
        return replace(item, label=words.get("label", item.label))
    if isinstance(item, Heading):
        return replace(item, text=words.get("heading", item.text))
    assert isinstance(item, Text)
    return replace(item, text=words.get("text", item.text))


def _options(options: tuple[Option, ...], labels: Mapping[str, str]) -> tuple[Option, ...]:
    """Return the answers with the words of a language."""
    return tuple(Option(one.value, labels.get(str(one.value), one.label)) for one in options)
