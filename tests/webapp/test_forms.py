"""Forms in pages: parts, facts and texts of designers."""

from typing import Any

import pytest
from flask import Flask

from tests.webapp.samples import REVIEW_FORM
from webapp.forms import read_page
from webapp.forms.facts import fact_text, usernames_in
from webapp.forms.marked_text import marked_up
from webapp.forms.parts import as_texts, lookup
from workflows.engine.forms import FieldError, FormDocument, read_form

NAMES = {"li.na": "Li Na"}


@pytest.fixture
def document() -> FormDocument:
    import json

    return read_form(json.dumps(REVIEW_FORM).encode(), "sample_review.form.json")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "—"),
        ("", "—"),
        ([], "—"),
        (True, "Yes"),
        (1234.5, "1,234.5"),
        ("li.na", "Li Na"),
        (["li.na", "zoe"], "Li Na, zoe"),
        (["Rests.", "Leads."], "Rests.\nLeads."),
        (["Peers: Ann, Bob", "Mentor: Zoe"], "Peers: Ann, Bob\nMentor: Zoe"),
        ("2026-05-01", "1 May 2026"),
        ("2026-05-01T08:30:00Z", "1 May 2026, 08:30"),
        ("2026-99-99", "2026-99-99"),
        ("NOT_READY", "Not ready"),
        ("PROPOSE_REMOVAL:correction_failed", "Propose removal: correction failed"),
        ("10:30", "10:30"),
        ({"vote_count": 3}, "Vote count: 3"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_facts_are_written_for_readers(app: Flask, value: Any, words: str) -> None:
    with app.test_request_context():
        assert fact_text(value, NAMES) == words


def test_usernames_are_found_wherever_they_stand() -> None:
    assert list(usernames_in({"a": ["li.na"], "b": "two words", "c": 3})) == ["li.na"]


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[click](javascript:alert(1))",
        "![x](https://evil.example/x.png)",
        "**bold** _and_ `code`",
        "{{ secret }}",
        "<img src=x onerror=alert(1)>",
        "http://evil.example",
    ],
)
def test_what_somebody_typed_stays_text(app: Flask, attack: str) -> None:
    with app.test_request_context():
        html = marked_up("You said: {{ said }}", {"said": attack, "secret": "S3CRET"}, {})

    for tag in ("<script", "<a ", "<img", "<strong", "<em", "<code", "S3CRET"):
        assert tag not in html


def test_designers_write_markdown_but_no_tags(app: Flask) -> None:
    with app.test_request_context():
        html = marked_up("**Read** [this](https://x.example) <script>x</script>", {}, {})

    assert "<strong>Read</strong>" in html
    assert 'href="https://x.example"' in html
    assert "<script" not in html


def test_a_place_of_a_text_may_lead_into_nested_values(app: Flask) -> None:
    with app.test_request_context():
        assert "high" in marked_up("{{ result.grade }}", {"result": {"grade": "high"}}, {})
    assert lookup({"a": {"b": 1}}, "a.b") == 1
    assert lookup({"a.b": 2, "a": {"b": 1}}, "a.b") == 2
    assert lookup({}, "a.b") is None


@pytest.mark.parametrize(
    ("value", "texts"),
    [(None, ()), (True, ("true",)), (3.0, ("3",)), (0.5, ("0.5",)), (["a", 1], ("a", "1"))],
)
def test_values_stand_in_fields_as_browsers_send_them(value: Any, texts: tuple[str, ...]) -> None:
    assert as_texts(value) == texts


def test_what_was_typed_wins_over_what_it_means(app: Flask, document: FormDocument) -> None:
    with app.test_request_context():
        page = read_page(
            document, data={}, entered={"score": 7}, texts={"score": ("007",)}, errors=()
        )

    score = next(part for part in page.parts if part.key == "score")
    assert score.text == "007"


def test_an_error_leads_to_its_control(app: Flask, document: FormDocument) -> None:
    errors = [FieldError("score", "x"), FieldError("leadership", "y"), FieldError("other", "z")]
    with app.test_request_context():
        page = read_page(document, data={}, entered={}, errors=errors)

    assert [page.anchor(error) for error in errors] == [
        "field-score",
        "field-leadership-0",
        "form",
    ]


def test_a_box_that_must_be_ticked_is_a_consent(app: Flask, document: FormDocument) -> None:
    with app.test_request_context():
        page = read_page(document, data={}, entered={"decision": "reject"})

    parts = {part.key: part for part in page.parts}
    assert parts["understood"].is_consent
    assert not parts["understood"].is_hidden
    assert not parts["mobile"].is_consent


def test_named_values_stand_in_their_field_as_they_are_written() -> None:
    assert as_texts({"city": "Bern", "floor": 3}) == ('{"city":"Bern","floor":3}',)
