"""What is refused, said to readers of German: no sentence of the page stays English."""

import json
from collections.abc import Callable

import pytest
from flask import Flask

from rules.sentences import Sentence
from tests.conftest import NOW
from tests.webapp.conftest import Person
from tests.webapp.german import english_in, read_german, refused
from webapp import code_words
from webapp.sentences import said
from workflows.database import Database
from workflows.engine.failures import AlreadyCompleted, DutyConflict, TransitionFailed, one_of
from workflows.engine.forms import FormRefused, read_form
from workflows.engine.incident_opening import Trouble
from workflows.engine.tables import UserTask
from workflows.membership_refusals import WrongLifecycle
from workflows.vocabulary import Lifecycle

Make = Callable[..., Person]
PAGE = "/user-tasks/1"
GERMAN = {"Accept-Language": "de"}


def test_a_page_in_english_is_found_out() -> None:
    found = english_in("<p>Choose at least one task, and what to&#32;do.</p><script>x</script>")

    assert found == ["Choose at least one task, and what to do."]


def test_what_a_reviewer_sends_wrongly(person: Make, cases: list[int]) -> None:
    kenji = read_german(person("kenji.nakamura"))
    wrong = {"decision": "reject", "score": "abc", "reason": "kurz", "next_review": "bald"}

    refused(
        kenji.post(PAGE, {**wrong, "salary": "1", "post": "moon"}),
        422,
        "„Reason for rejection“ braucht mindestens 10 Zeichen",
        "Kreuzen Sie „I know that a rejection ends the nomination“ an, um fortzufahren",
        "„Readiness score“ muss eine ganze Zahl zwischen 0 und 100 sein",
        "Wählen Sie bei „Leadership and coordination“ etwas aus",
        "„Next review“ muss ein Datum wie 2026-11-20 sein",
        "„Where the person could begin“ muss eine dieser Antworten sein: Office, Plant",
        "Dieses Formular hat kein Feld „salary“; lassen Sie es weg",
    )


def test_what_a_reviewer_may_not_do_or_does_too_late(
    person: Make, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        session.get_one(UserTask, 1).assignee = "fatima.haddad"
    kenji = read_german(person("kenji.nakamura"))

    refused(kenji.post(f"{PAGE}/claim"), 409, "hat schon")
    refused(kenji.post(PAGE, {"decision": "accept"}), 409, "arbeitet schon an")
    bulk = kenji.post("/inbox/bulk", {"do": "claim", "user_task": ["1", "999"]})
    refused(bulk, 200, "„Review the nomination“ hat schon")
    refused(kenji.get("/outbox/"), 403, "Ausgehende Sendungen sehen nur")
    refused(kenji.get("/studio/"), 403, "Entwürfe von Prozessen sehen nur")
    refused(kenji.post(f"/cases/{cases[0]}/cancel", {"reason": "x"}), 403)
    with database.unit_of_work() as session:
        row = session.get_one(UserTask, 1)
        row.state, row.completed_by, row.completed_at = "completed", "fatima.haddad", NOW
    refused(kenji.post(f"{PAGE}/claim"), 409, "schon von", "20. Nov. 2026")
    draft = kenji.post(f"{PAGE}/draft", {}, headers={"X-Requested-With": "fetch"})
    assert "wurde" in draft.get_json()["text"]


def test_programs_are_refused_in_english(person: Make, cases: list[int]) -> None:
    answer = person("kenji.nakamura").get("/api/v1/instances/1", headers=GERMAN)

    assert answer.status_code == 401
    assert "Send a valid token" in answer.get_json()["detail"]


LABELLED = {
    "id": "labelled",
    "schema": {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "title": "Reason"},
            "years": {"type": "number", "title": "Years", "minimum": 0.5, "multipleOf": 1.5},
            "answer": {"title": "Answer", "enum": ["yes", "no"]},
        },
        "required": ["reason"],
    },
    "ui": [
        {"field": "reason", "translations": {"de": {"label": "Begründung"}}},
        {"field": "years", "translations": {"de": {"label": "Jahre"}}},
        {
            "field": "answer",
            "translations": {"de": {"label": "Antwort", "labels": {"yes": "Ja", "no": "Nein"}}},
        },
    ],
}


def test_fields_are_named_as_the_reader_sees_them(app: Flask) -> None:
    form = read_form(json.dumps(LABELLED).encode())
    with pytest.raises(FormRefused) as found:
        form.validate({"years": "x", "answer": "maybe"})

    with app.test_request_context(headers=GERMAN):
        german = [said(error.message) for error in found.value.errors]
    with app.test_request_context():
        english = said(found.value)

    assert german == [
        "Füllen Sie „Begründung“ aus",
        "„Jahre“ muss eine Zahl von mindestens 0,5 und in Schritten von 1,5 sein",
        "„Antwort“ muss eine dieser Antworten sein: Ja, Nein",
    ]
    assert (
        english
        == str(found.value)
        == (
            "Enter the reason. Years must be a number of at least 0.5 and in steps of 1.5."
            " Answer must be one of: Yes, No."
        )
    )


@pytest.mark.parametrize(
    ("told", "german", "english"),
    [
        (
            AlreadyCompleted("Prüfen", by="ann", at=NOW),
            "„Prüfen“ wurde am 20. Nov. 2026, 09:00 schon von ann erledigt; nichts wurde geändert.",
            "“Prüfen” was already completed by ann on 20 Nov 2026, 09:00; nothing was changed.",
        ),
        (
            DutyConflict("Freigeben", "nominator"),
            "„Freigeben“ muss jemand anders erledigen, denn in diesem Fall haben Sie"
            " vorgeschlagen.",
            "“Freigeben” must be done by another, because in this case you nominated.",
        ),
        (
            WrongLifecycle("M-1", Lifecycle.INTAKE, Lifecycle.SUSPENDED),
            "Mitglied M-1 hat den Stand „In der Aufnahme“ und kann nicht in den Stand „Ruht“",
            "Member M-1 is “In intake” and cannot become “Suspended”.",
        ),
        (
            TransitionFailed(Trouble(1, "budget", "Too much of x.", {}, NOW, "ann")),
            "Der Fall konnte nicht weitergehen: Der Schritt tut weit mehr, als ein Schritt darf.",
            "The case could not go on: The step does far more than a step may do.",
        ),
        (
            Sentence("Write no more than %(longest_text)s characters.", longest_text=12_000),
            "Schreiben Sie höchstens 12.000 Zeichen.",
            "Write no more than 12,000 characters.",
        ),
        (
            Sentence("“%(name)s” is for %(whose)s.", name="X", whose=one_of(["hr", "reviewer"])),
            "„X“ ist für die Personalabteilung, die Gutachter.",
            "“X” is for HR, the reviewers.",
        ),
        (ValueError("Plain text stays."), "Plain text stays.", "Plain text stays."),
    ],
)
def test_values_are_written_as_the_language_does(
    app: Flask, told: object, german: str, english: str
) -> None:
    with app.test_request_context(headers=GERMAN):
        assert said(told).startswith(german)
    with app.test_request_context():
        assert said(told).startswith(english)


@pytest.mark.parametrize(
    ("kept", "german"),
    [
        (
            "The member cannot be the own helper. Name another.",
            "Das Mitglied kann sich nicht selbst helfen. Nennen Sie jemand anderen.",
        ),
        (
            "These people cannot assess: ann, ben. At least 3 reviewers are needed.",
            "Diese Personen können nicht beurteilen: ann, ben."
            " Mindestens 3 Beurteilende sind nötig.",
        ),
        ("These people cannot assess: ann.", "Diese Personen können nicht beurteilen: ann."),
        ("Written by a colleague: see me.", "Written by a colleague: see me."),
        ("", ""),
    ],
)
def test_a_sentence_that_a_case_kept_is_recalled(app: Flask, kept: str, german: str) -> None:
    with app.test_request_context(headers=GERMAN):
        assert code_words.word_for("reviewer_notice", kept) == german
    with app.test_request_context():
        assert code_words.word_for("reviewer_notice", kept) == kept
