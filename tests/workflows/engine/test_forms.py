"""Forms: what they accept, what they say, and how browsers' text becomes values."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.engine import json_data
from workflows.engine.forms import (
    Field,
    FormDocument,
    FormDocumentRefused,
    FormRefused,
    Heading,
    Show,
    Text,
    read_form,
)


def document(
    *, required: tuple[str, ...] = (), ui: Any = None, more: Any = None, **properties: Any
) -> FormDocument:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    whole = {"id": "test", "schema": {**schema, **(more or {})}}
    if ui is not None:
        whole["ui"] = ui
    return read_form(json.dumps(whole).encode(), "test.form.json")


def messages(form: FormDocument, data: dict[str, Any], **context: Any) -> list[str]:
    with pytest.raises(FormRefused) as caught:
        form.validate(data, context)
    return [error.message for error in caught.value.errors]


TEXT = {"type": "string", "title": "Reason", "minLength": 1}


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (TEXT, None, "Enter the reason"),
        (TEXT, "", "Enter the reason"),
        (TEXT, "  \n", "Enter the reason"),
        ({"type": "string", "title": "Your name"}, None, "Enter your name"),
        ({"type": "string", "title": "CV"}, None, "Enter the CV"),
        ({"type": "string", "title": "What happened?"}, None, "Answer “What happened?”"),
        ({"type": "string", "title": "Reason"}, 5, "Reason must be text"),
        (
            {"type": "string", "title": "Reason", "maxLength": 3},
            "four",
            "Reason must have at most 3 characters",
        ),
        (
            {"type": "string", "title": "Code", "pattern": "^[A-Z]+$"},
            "a",
            "Code does not have the expected form",
        ),
        (
            {"type": "string", "title": "Code", "pattern": "^A", "x-message": "Begin with an A."},
            "b",
            "Begin with an A",
        ),
        (
            {"type": "integer", "title": "Score", "minimum": 0, "maximum": 100},
            "many",
            "Score must be a whole number between 0 and 100",
        ),
        (
            {"type": "integer", "title": "Score", "minimum": 1},
            1.5,
            "Score must be a whole number of at least 1",
        ),
        (
            {"type": "number", "title": "Share", "maximum": 1},
            2,
            "Share must be a number of at most 1",
        ),
        (
            {"type": "string", "format": "date", "title": "First day"},
            "2026-13-01",
            "First day must be a date such as 2026-11-20",
        ),
        (
            {"type": "string", "format": "email", "title": "Mail"},
            "x",
            "Mail must be an e-mail address such as name@example.org",
        ),
        ({"enum": ["yes", "no"], "title": "Outcome"}, "may", "Outcome must be one of: Yes, No"),
        ({"enum": ["yes", "no"], "title": "Outcome"}, None, "Choose the outcome"),
        (
            {"type": "boolean", "const": True, "title": "I agree"},
            False,
            "Tick “I agree” to go on",
        ),
        ({"type": "boolean", "const": True, "title": "I agree"}, None, "Tick “I agree” to go on"),
        ({"type": "boolean", "title": "Fit"}, "perhaps", "Fit must be one of: Yes, No"),
        (
            {"type": "array", "items": {"enum": ["a", "b"]}, "minItems": 1, "title": "Marks"},
            [],
            "Marks needs at least 1 choice",
        ),
        (
            {"type": "array", "items": {"enum": ["a"]}, "title": "Marks"},
            ["z"],
            "Marks must be one of: A",
        ),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(schema, value, message):
    form = document(required=("field",), field=schema)

    assert messages(form, {} if value is None else {"field": value}) == [message]


def test_every_field_gets_one_message_in_the_order_of_the_form():
    form = document(
        required=("why", "b"), why={"type": "string"}, b={"type": "integer"}, c={"type": "boolean"}
    )

    assert messages(form, {"b": "x", "c": 1, "z": 1}) == [
        "Enter the why",
        "B must be a whole number",
        "C must be one of: Yes, No",
        "This form has no field “z”; leave it out",
    ]


def test_a_form_is_closed_even_when_its_schema_is_open():
    form = document(
        more={"additionalProperties": True},
        place={"type": "object", "properties": {"city": {"type": "string"}}},
    )

    assert messages(form, {"approved": True}) == ["This form has no field “approved”; leave it out"]
    assert messages(form, {"place": {"city": "Bern", "admin": 1}})


@pytest.mark.parametrize("text", ["[1]", "{", "Bern", "[" * 5000])
def test_a_group_of_values_is_written_as_json_and_never_dropped(text):
    form = document(place={"type": "object"})

    assert form.from_text({"place": '{"city": "Bern"}'}) == {"place": {"city": "Bern"}}
    assert messages(form, form.from_text({"place": text})) == [
        "Place must be a group of named values"
    ]


def test_a_hidden_field_is_not_required_and_what_it_holds_is_left_out():
    form = document(
        required=("outcome", "reason"),
        outcome={"enum": ["yes", "no"]},
        reason={"type": "string", "minLength": 1},
        ui=[{"field": "outcome"}, {"field": "reason", "showWhen": 'outcome = "no" and strict'}],
    )

    assert form.validate({"outcome": "yes", "reason": "old"}, {"strict": True}) == {
        "outcome": "yes"
    }
    assert messages(form, {"outcome": "no"}, strict=True) == ["Enter the reason"]
    assert form.validate({"outcome": "no"}) == {"outcome": "no"}


def test_whole_numbers_stay_whole():
    value = document(n={"type": "integer"}).validate({"n": 5.0})["n"]

    assert (value, type(value)) == (5, int)


@pytest.mark.parametrize(
    "value", ["\x00", "\ud800", float("nan"), float("inf"), 10**30, "x" * 200_000, object()]
)
def test_what_cannot_be_stored_is_refused(value):
    form = document(field={})

    assert len(messages(form, {"field": value})) == 1


def test_bottomless_data_are_refused():
    deep: Any = []
    for _ in range(100):
        deep = [deep]

    with pytest.raises(json_data.DataRefused, match="deeper"):
        json_data.checked({"deep": deep})


@pytest.mark.parametrize("value", ["text", 5, None, 1.5])
def test_the_deepest_level_holds_values_and_the_next_one_none(value):
    def nested(levels: int) -> dict[str, Any]:
        data = {"value": value}
        for _ in range(levels - 1):
            data = {"inner": data}
        return data

    assert json_data.checked(nested(json_data.MAX_DEPTH)) == nested(json_data.MAX_DEPTH)
    with pytest.raises(json_data.DataRefused, match="deeper"):
        json_data.checked(nested(json_data.MAX_DEPTH + 1))


def test_the_user_interface_sets_the_order_and_the_rest_follows():
    form = document(
        a={"type": "string", "description": "Help"},
        b={"type": "integer", "minimum": 1},
        ui=[
            {"heading": "First"},
            {"field": "b", "widget": "rating", "label": "Grade"},
            {"text": "Hello {{ name }}"},
            {"show": "candidate_name", "label": "Candidate"},
            {"show": "unit"},
        ],
    )

    assert [type(item) for item in form.items] == [Heading, Field, Text, Show, Show, Field]
    assert (form.fields["b"].label, form.fields["b"].widget) == ("Grade", "rating")
    assert form.fields["b"].attributes == {"min": 1}
    assert form.fields["a"].help == "Help"
    assert [item.label for item in form.items if isinstance(item, Show)] == ["Candidate", "Unit"]
    assert form.shown_names == {"candidate_name", "unit"}


def test_widgets_suit_the_values():
    form = document(
        required=("fit",),
        fit={"type": "boolean"},
        tick={"type": "boolean"},
        few={"enum": ["a", "b"]},
        many={"enum": list("abcdef")},
        long={"type": "string", "maxLength": 2000},
        when={"type": "string", "format": "date"},
        titled={"oneOf": [{"const": "X", "title": "Ex"}, {"const": "NOT_NOW"}]},
        several={"type": "array", "items": {"enum": ["a"]}},
    )

    assert {name: field.widget for name, field in form.fields.items()} == {
        "fit": "radio",
        "tick": "checkbox",
        "few": "radio",
        "many": "select",
        "long": "textarea",
        "when": "date",
        "titled": "radio",
        "several": "checkboxes",
    }
    assert [option.label for option in form.fields["titled"].options] == ["Ex", "Not now"]


class Post:
    """A form post, as a web framework hands it in."""

    def __init__(self, **values: list[str]) -> None:
        self._values = values

    def keys(self):
        return self._values.keys()

    def getlist(self, key):
        return self._values.get(key, [])


EVERYTHING = document(
    required=("sure",),
    text={"type": "string"},
    count={"type": "integer"},
    share={"type": "number"},
    sure={"type": "boolean"},
    tick={"type": "boolean"},
    grade={"enum": [1, 2]},
    marks={"type": "array", "items": {"enum": ["a", "b"]}},
    names={"type": "array", "items": {"type": "string"}},
    day={"type": "string", "format": "date"},
    moment={"type": "string", "format": "date-time"},
)


def test_text_from_a_browser_becomes_values():
    post = Post(
        text=["  two\r\nlines "],
        count=["12"],
        share=["1.5"],
        sure=["False"],
        tick=["on"],
        grade=["2"],
        marks=["a", "b"],
        names=["Ada\r\n\r\n Ben "],
        day=["2026-11-20"],
        moment=["2026-11-20T09:30"],
        csrf_token=["secret"],
    )

    data = EVERYTHING.from_text(post, ignore=frozenset({"csrf_token"}))

    assert data == {
        "text": "two\nlines",
        "count": 12,
        "share": 1.5,
        "sure": False,
        "tick": True,
        "grade": 2,
        "marks": ["a", "b"],
        "names": ["Ada", "Ben"],
        "day": "2026-11-20",
        "moment": "2026-11-20T09:30:00Z",
    }
    assert EVERYTHING.validate(data) == data


def test_what_was_left_empty_is_missing():
    assert EVERYTHING.from_text({"text": "", "count": " ", "marks": []}) == {"tick": False}


def test_text_that_does_not_fit_stays_to_be_named():
    data = EVERYTHING.from_text({"count": "many", "grade": "9", "sure": "perhaps", "csrf": "x"})

    assert messages(EVERYTHING, data) == [
        "Count must be a whole number",
        "Sure must be one of: Yes, No",
        "Grade must be one of: 1, 2",
        "This form has no field “csrf”; leave it out",
    ]


@given(st.dictionaries(st.sampled_from([*EVERYTHING.fields, "other"]), st.lists(st.text())))
@settings(max_examples=200, deadline=None)
def test_any_post_is_accepted_or_refused_with_words(post):
    try:
        accepted = EVERYTHING.validate(EVERYTHING.from_text(post))
    except FormRefused as refused:
        assert all(error.message for error in refused.errors)
    else:
        assert set(accepted) <= set(EVERYTHING.fields)


def recursive(definition: dict[str, object]) -> dict[str, object]:
    """Return a schema with one field, whose type is defined by two definitions."""
    return {
        "properties": {"a": {"$ref": "#/$defs/x"}},
        "$defs": {"x": {"$ref": "#/$defs/y"}, "y": definition},
    }


def test_a_field_is_what_a_chain_of_references_ends_at():
    source = {"id": "a", "schema": recursive({"type": "integer", "maximum": 9})}

    (field,) = read_form(json.dumps(source).encode()).fields.values()

    assert (field.value_type, field.attributes) == ("integer", {"max": 9})


@pytest.mark.parametrize(
    ("whole", "code"),
    [
        ("[", "form-not-json"),
        ("[]", "form-not-json"),
        ({"schema": {}}, "form-id"),
        ({"id": "a/b", "schema": {}}, "form-id"),
        ({"id": "a"}, "form-schema"),
        ({"id": "a", "schema": {"type": "array"}}, "form-schema"),
        ({"id": "a", "schema": {"properties": {"x": {"type": "nonsense"}}}}, "form-schema"),
        ({"id": "a", "schema": {"properties": {"x": {"pattern": "("}}}}, "form-schema"),
        ({"id": "a", "schema": {"properties": {"a b": {}}}}, "form-field-name"),
        ({"id": "a", "schema": {"properties": {}, "required": ["x"]}}, "form-required-unknown"),
        ({"id": "a", "schema": {"properties": {"x": {"$ref": "http://x/"}}}}, "form-reference"),
        ({"id": "a", "schema": {"$id": "http://x/", "properties": {}}}, "form-reference"),
        ({"id": "a", "schema": {"properties": {"x": {"$ref": "#/$defs/y"}}}}, "form-reference"),
        (
            {"id": "a", "schema": {"properties": {"x": {"$ref": "#/properties/y"}}}},
            "form-reference",
        ),
        ({"id": "a", "schema": {"properties": {"x": {"$ref": "#"}}}}, "form-recursive"),
        ({"id": "a", "schema": {"properties": {"default": {"$ref": "#"}}}}, "form-recursive"),
        ({"id": "a", "schema": recursive({"$ref": "#/$defs/x"})}, "form-recursive"),
        (
            {"id": "a", "schema": recursive({"type": "array", "items": {"$ref": "#/$defs/y"}})},
            "form-recursive",
        ),
        ({"id": "a", "schema": {"properties": {"x": {}}}, "script": "1"}, "form-unknown-key"),
        ({"id": "a", "schema": {"properties": {"x": {}}}, "ui": {}}, "form-ui"),
        ({"id": "a", "schema": {"properties": {"x": {}}}, "ui": ["x"]}, "form-ui"),
        ({"id": "a", "schema": {"properties": {"x": {}}}, "ui": [{"field": "y"}]}, "form-ui-field"),
        ({"id": "a", "schema": {"properties": {"x": {}}}, "ui": [{"video": "y"}]}, "form-ui"),
        (
            {"id": "a", "schema": {"properties": {"x": {}}}, "ui": [{"field": "x"}] * 2},
            "form-ui-twice",
        ),
        (
            {
                "id": "a",
                "schema": {"properties": {"x": {}}},
                "ui": [{"field": "x", "widget": "video"}],
            },
            "form-widget",
        ),
        (
            {
                "id": "a",
                "schema": {"properties": {"x": {}}},
                "ui": [{"field": "x", "showWhen": "1 +"}],
            },
            "form-show-when",
        ),
    ],
)
def test_a_form_document_with_a_fault_is_refused_with_place_and_remedy(whole, code):
    source = whole if isinstance(whole, str) else json.dumps(whole)

    with pytest.raises(FormDocumentRefused) as caught:
        read_form(source.encode(), "a.form.json")

    (finding,) = caught.value.findings
    assert finding.code == code
    assert finding.file_name == "a.form.json"
    assert finding.message and finding.remedy


def test_a_field_starts_with_what_the_form_proposes():
    people = {"type": "array", "items": {"type": "string"}}
    form = document(seats=people, ui=[{"field": "seats", "prefill": "choice.people"}])

    assert form.prefilled({"choice": {"people": ["ada", "ben"]}}) == {"seats": ["ada", "ben"]}
    assert form.prefilled({}) == {}


def test_a_prefill_that_is_no_expression_is_refused():
    with pytest.raises(FormDocumentRefused, match="prefill"):
        document(seats=TEXT, ui=[{"field": "seats", "prefill": "choice."}])


def test_only_a_text_is_kept_apart():
    form = document(life=TEXT, name=TEXT, ui=[{"field": "life", "apart": True}])

    assert form.kept_apart == ("life",)
    with pytest.raises(FormDocumentRefused, match="Only a text can be kept apart"):
        document(days={"type": "integer"}, ui=[{"field": "days", "apart": True}])
