"""Codes in the data of cases are shown as words, in the reader's language."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import rules.decisions
from webapp.code_words import BY_DECISION, word_for
from webapp.forms.facts import named_fact
from webapp.forms.marked_text import marked_up
from webapp.languages import speaking

FOLDER = Path(rules.decisions.__file__).parent
# Grades are letters; scores are numbers; who may see feedback, structure, groups that fare
# differently and who hears next of a late task are shown on pages of their own.
SHOWN_AS_THEY_ARE = {
    "adverse_impact",
    "composite_score",
    "escalation_chain",
    "feedback_visibility",
    "grade",
    "structure_warning",
}


def _said(app: Flask, name: str, value: Any, language: str) -> str:
    with app.test_request_context(), speaking(language):
        return named_fact(name, value, {})


@pytest.mark.parametrize(
    ("name", "code", "english", "german"),
    [
        ("matter", "exit", "An exit", "Ein Austritt"),
        ("appeal_ground", "facts", "A fact is wrong", "Eine Tatsache ist falsch"),
        ("proposal", "L2", "Inquiry and plan (level 2)", "Nachfrage und Plan (Stufe 2)"),
        ("warning_level", "ALERT", "Alert", "Alarm"),
        ("proposal", "PROPOSE_REMOVAL:two_C", "Removal: last two grades C", "Ausschluss: zweimal"),
        ("panel_outcome", "APPROVE", "Approved", "Zugestimmt"),
        ("recommendation", "NOT_RECOMMEND", "Not recommended", "Nicht empfohlen"),
        ("reason_codes", ["age"], "the age limit of the pool", "die Altersgrenze des Pools"),
        ("sign_words", "The grade fell", "The grade fell", "Die Note"),
        ("early_warning", {"level": "WATCH"}, "Level: Watch", "Beobachtung"),
        ("nine_box", "Top talent", "Top talent", "Spitzentalent"),
        ("risk_class", "high", "High", "Hoch"),
        ("cause", "check_in", "A check-in", "Ein Gespräch"),
        ("sign_source", "audit", "An audit", "Eine Prüfung"),
    ],
)
def test_a_code_is_shown_as_words_in_both_languages(
    app: Flask, name: str, code: Any, english: str, german: str
) -> None:
    assert _said(app, name, code, "en").startswith(english)
    assert german in _said(app, name, code, "de")


def test_what_somebody_typed_is_no_code(app: Flask) -> None:
    assert _said(app, "statement", "exit", "en") == "exit"
    assert _said(app, "proposal", "Let us wait.", "en") == "Let us wait."


def test_words_stand_in_the_texts_of_forms_too(app: Flask) -> None:
    with app.test_request_context():
        html = marked_up("It is about {{ matter }}.", {"matter": "exit"}, {})

    assert "It is about An exit." in html


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.dmn")), ids=lambda path: path.stem)
def test_every_outcome_of_a_decision_that_ships_has_words(app: Flask, path: Path) -> None:
    if path.stem in SHOWN_AS_THEY_ARE:
        pytest.skip("shown as it is")
    codes = re.findall(r'"([A-Z][A-Z0-9_]+(?::\w+)?|L\d)"', _outputs(path))

    assert [code for code in codes if word_for(path.stem, code) is None] == []
    assert path.stem in BY_DECISION


def _outputs(path: Path) -> str:
    return "".join(re.findall(r"<outputValues>.*?</outputValues>", path.read_text("utf-8"), re.S))
