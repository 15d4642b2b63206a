"""Form documents item by item: read and written without loss, changed, checked and compared."""

from pathlib import Path

import orjson
import pytest

from workflows import form_documents, form_editing, form_findings
from workflows.engine.forms import in_language, read_form
from workflows.form_changes import compare
from workflows.form_editing import Answer, ItemFacts
from workflows.form_types import TYPES
from workflows.studio_refusals import DraftRefused

PACKAGED = sorted((Path(__file__).parents[2] / "bpmn/forms").glob("*.form.json"))
FORM = {
    "id": "decide",
    "title": "Decide",
    "translations": {"de": {"title": "Entscheiden"}},
    "schema": {
        "type": "object",
        "properties": {
            "outcome": {"enum": ["grant", "refuse"], "title": "Outcome"},
            "reason": {"type": "string", "title": "Reason", "maxLength": 500},
        },
        "required": ["outcome"],
    },
    "ui": [
        {"heading": "What you say", "translations": {"de": {"heading": "Was Sie sagen"}}},
        {
            "field": "outcome",
            "translations": {"de": {"label": "Ergebnis", "labels": {"grant": "bewilligt"}}},
        },
        {"field": "reason", "widget": "textarea", "showWhen": 'outcome = "refuse"'},
        {"show": "topic", "label": "Topic", "translations": {"de": {"label": "Worum"}}},
        {"text": "Read **this**", "translations": {"de": {"text": "Lesen Sie **das**"}}},
    ],
}


def _document():
    return form_documents.read(orjson.dumps(FORM))


def _as_typed(item, **other):
    facts = {
        "name": item.name,
        "label": item.label,
        "help": item.help,
        "type": item.type,
        "is_required": item.is_required,
        "answers": [Answer(str(value), label) for value, label in item.choices],
        "least": item.least,
        "most": item.most,
        "condition": item.condition,
        "prefill": item.prefill,
    }
    return ItemFacts(**{**facts, **other})


def _codes(document, known=()):
    return {each.code for each in form_findings.find(form_documents.items(document), known)}


def test_saving_what_was_not_changed_changes_no_byte() -> None:
    for path in PACKAGED:
        document = form_documents.read(path.read_bytes())

        for item in form_documents.items(document):
            assert item.type != "other"
            form_editing.change(document, item.place, _as_typed(item))

        assert form_documents.write(document) == path.read_bytes()


def test_a_form_speaks_the_language_of_its_reader() -> None:
    form = read_form(orjson.dumps(FORM))
    german = in_language(form, "de")
    heading, outcome, reason, show, text = german.items

    assert (form.title, german.title) == ("Decide", "Entscheiden")
    assert (heading.text, show.label, text.text) == ("Was Sie sagen", "Worum", "Lesen Sie **das**")
    assert outcome.label == "Ergebnis"
    assert [one.label for one in outcome.options] == ["bewilligt", "Refuse"]
    assert reason.label == "Reason"
    assert in_language(form, "fr").items == form.items


@pytest.mark.parametrize(
    "source",
    [
        b"{",
        b"[]",
        b'{"schema": {"properties": {"a": 1}}, "ui": []}',
        b'{"schema": {"properties": {}}, "ui": {}}',
        b'{"schema": {"properties": {}}, "ui": [{"text": "a", "translations": {"de": "b"}}]}',
        b'{"schema": {"properties": {}, "required": 1}, "ui": []}',
        b'{"schema": {"properties": {"a": {"$ref": "#"}}}, "ui": []}',
        b" " * 200_001,
    ],
)
def test_what_cannot_be_shown_as_a_form_is_refused(source: bytes) -> None:
    with pytest.raises(DraftRefused):
        form_documents.read(source)


@pytest.mark.parametrize("other", ["text", "several"])
def test_a_field_may_ask_for_anything_else(other: str) -> None:
    for kind in TYPES:
        document = _document()
        place = form_editing.add(document, other, 99)
        item = form_documents.item(document, place)

        form_editing.change(document, place, _as_typed(item, type=kind, label="New"))

        assert form_documents.item(document, place).type == kind
        read_form(form_documents.write(document))


def test_answers_keep_their_values_and_may_be_renamed() -> None:
    document = _document()
    item = form_documents.item(document, 1)
    answers = [Answer("grant", "Yes", {"de": "Ja"}), Answer("", ""), Answer("later", "Later")]

    form_editing.change(document, 1, _as_typed(item, answers=answers))

    part = document["schema"]["properties"]["outcome"]
    assert part["oneOf"] == [
        {"const": "grant", "title": "Yes"},
        {"const": "later", "title": "Later"},
    ]
    assert "enum" not in part
    changes = compare(orjson.dumps(FORM), form_documents.write(document))
    kinds = [one.kind for one in changes.items[0].changes]
    assert kinds == ["choice-removed", "choice-added", "choice-label"]
    assert [one.name for one in changes.demanding] == ["outcome"]


def test_a_field_keeps_its_rules_under_another_name() -> None:
    document = _document()
    item = form_documents.item(document, 1)

    form_editing.change(document, 1, _as_typed(item, name="ruling"))

    assert list(document["schema"]["properties"]) == ["ruling", "reason"]
    assert document["schema"]["required"] == ["ruling"]
    assert _codes(document) == {"form-name-unknown"}  # a condition still reads the old name
    changes = compare(orjson.dumps(FORM), form_documents.write(document))
    assert changes.removed == ["outcome"]


def test_what_moved_what_is_new_and_what_is_gone_is_told() -> None:
    document = _document()
    form_editing.move(document, 3, 0)
    form_editing.remove(document, 2)
    place = form_editing.add(document, "whole", 99)
    twin = form_editing.copy(document, place)
    form_editing.change_title(document, "Judge", {"de": "Urteilen"})

    changes = compare(orjson.dumps(FORM), form_documents.write(document))

    told = [(each.item.id, each.changes[0].kind) for each in changes.items]
    new = [form_documents.item(document, each).name for each in (place, twin)]
    assert told == [
        ("item-0", "moved"),
        (new[0], "added"),
        (new[1], "added"),
        ("outcome", "removed"),
    ]
    assert [one.kind for one in changes.title] == ["label", "words"]
    assert not compare(b"{", b"[]").is_readable
    assert compare(orjson.dumps(FORM), orjson.dumps(FORM)).items == []


def test_every_doubt_about_an_item_is_found() -> None:
    document = _document()
    place = form_editing.add(document, "one", 99)
    item = form_documents.item(document, place)
    answers = [Answer("a", "A"), Answer("a", "B"), Answer("c", "")]
    form_editing.change(document, place, _as_typed(item, answers=answers, prefill="upper("))
    form_editing.add(document, "part:heading", 99)
    form_editing.add(document, "part:show", 99)

    assert _codes(document) == {
        "form-label-missing",
        "form-choice-text",
        "form-choice-twice",
        "form-prefill",
        "form-text-missing",
        "form-show-name",
    }
    form_editing.change(document, place, _as_typed(item, answers=[], label="A"))
    assert "form-choices-missing" in _codes(document)
