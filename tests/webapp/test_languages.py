"""Every text of every page in every language, and dates as people there write them."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po
from flask import Flask

from tests.conftest import NOW
from tests.webapp.conftest import Person
from webapp import catalogues
from webapp.catalogues import LANGUAGES, TRANSLATIONS
from webapp.languages import day, due, initials, moment, since

ROOT = Path(__file__).parents[2]
SOURCES = [("**.py", "python"), ("**.html", "jinja2")]
# Pages say texts of their own, and what the services tell and refuse.
SERVICES = ("workflows", "rules")
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "Sentence": None,
}
OTHERS = sorted(set(LANGUAGES) - {"en"})
PLACE = re.compile(r"%\((\w+)\)")
Text = str | tuple[str, ...]


def _texts() -> Iterator[Text]:
    """Every text that a page may show."""
    return iter(_collected())


@cache
def _collected() -> tuple[Text, ...]:
    """Every text that a page may show, read once for all languages and tests."""
    texts = [each[2] for each in extract_from_dir(ROOT / "webapp", SOURCES, keywords=KEYWORDS)]
    for path in (path for package in SERVICES for path in (ROOT / package).rglob("*.py")):
        if "Sentence(" in path.read_text():
            texts += [each[1] for each in extract_from_file("python", path, keywords=KEYWORDS)]
    return tuple(tuple(text[:2]) if isinstance(text, list | tuple) else text for text in texts)


def _catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "messages.po").open("rb") as source:
        return read_po(source, locale=language)


def _forms(text: Text) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language: str) -> None:
    catalogue = _catalogue(language)

    missing = []
    for text in set(_texts()):
        message = catalogue.get(text)
        if message is None or message.fuzzy or not all(_forms(message.string)):
            missing.append(text)

    assert sorted(missing, key=str) == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str) -> None:
    known = {_forms(text)[0] for text in _texts()}

    left_over = [message.id for message in _catalogue(language) if message.id]

    assert [text for text in left_over if _forms(text)[0] not in known] == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_fill_in_the_same_values(language: str) -> None:
    wrong = []
    for message in _catalogue(language):
        wanted = set(PLACE.findall(" ".join(_forms(message.id))))
        if message.id and any(set(PLACE.findall(form)) - wanted for form in _forms(message.string)):
            wrong.append(message.id)

    assert wrong == []


def test_the_browser_chooses_the_language_and_the_person_has_the_last_word(
    visitor: Callable[[], Person],
) -> None:
    somebody = visitor()
    german = {"Accept-Language": "fr, de;q=0.8, en;q=0.5"}

    first = somebody.get("/sign-in", headers=german).text
    somebody.post("/preferences/language", {"language": "en"}, headers=german)
    then = somebody.get("/sign-in", headers=german).text

    assert '<html lang="de">' in first
    assert "Kennwort" in first
    assert '<html lang="en">' in then


def test_the_language_stays_after_signing_in(visitor: Callable[[], Person]) -> None:
    somebody = visitor()
    somebody.get("/sign-in")
    somebody.post("/preferences/language", {"language": "de"})

    somebody.sign_in("kenji.nakamura")

    assert "Meine Aufgaben" in somebody.get("/").text


def test_an_unknown_language_changes_nothing(visitor: Callable[[], Person]) -> None:
    somebody = visitor()
    somebody.get("/sign-in")

    somebody.post("/preferences/language", {"language": "../../etc"})

    assert '<html lang="en">' in somebody.get("/sign-in").text


@pytest.mark.parametrize(
    ("moved", "words"),
    [
        (timedelta(days=-9), "9 days overdue"),
        (timedelta(days=-1), "1 day overdue"),
        (timedelta(minutes=-1), "Overdue since today"),
        (timedelta(hours=3), "Due today"),
        (timedelta(days=1), "Due tomorrow"),
        (timedelta(days=5), "in 5 days"),
    ],
)
def test_due_moments_are_said_in_days(app: Flask, moved: timedelta, words: str) -> None:
    with app.test_request_context():
        assert due(NOW + moved) == words


def test_dates_follow_the_language_and_the_time_zone(app: Flask) -> None:
    late = datetime.fromisoformat("2026-03-01T23:30:00+00:00")

    with app.test_request_context(headers={"Accept-Language": "de"}):
        assert day(late) == "1. März 2026"
        assert moment(late) == "1. März 2026, 23:30"
    with app.test_request_context():
        assert since(NOW - timedelta(days=1)) == "yesterday"
        assert day(None) == moment(None) == since(None) == ""


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amina Diallo", "AD"), ("Soo-jin Kwon", "SK"), ("Li", "L"), ("李娜", "李"), ("", "?")],
)
def test_initials_stand_for_names(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_language_without_a_catalogue_speaks_english() -> None:
    assert catalogues.catalogue("xx").gettext("Yes") == "Yes"
