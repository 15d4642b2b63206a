"""The forms of the product speak German: a task page is whole in the language of its reader."""

from collections.abc import Iterator
from importlib.resources import files

import pytest

from workflows.engine import forms
from workflows.engine.forms.document import Field, FormDocument, Heading, Item, Show

FORMS = {
    entry.name: entry.read_bytes()
    for entry in files("bpmn").joinpath("forms").iterdir()
    if entry.name.endswith(".form.json")
}


def said(item: Item) -> Iterator[tuple[str, str]]:
    """Yield what an item says, by the key of its translation."""
    if isinstance(item, Field):
        yield "label", item.label
        yield "help", item.help
    elif isinstance(item, Show):
        yield "label", item.label
    else:
        yield "heading" if isinstance(item, Heading) else "text", item.text


def unsaid(form: FormDocument) -> Iterator[str]:
    """Yield what a form says in English only."""
    if not form.translations.get("de", {}).get("title"):
        yield form.title
    for item in form.items:
        words = item.translations.get("de", {})
        yield from (text for key, text in said(item) if text and key not in words)
        if isinstance(item, Field) and item.value_type != "boolean":
            labels = words.get("labels", {})
            yield from (
                one.label
                for one in item.options
                if str(one.value) not in labels and any(map(str.isalpha, one.label))
            )


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_form_says_everything_in_german_too(name: str) -> None:
    form = forms.read_form(FORMS[name], name)

    assert list(unsaid(form)) == []
