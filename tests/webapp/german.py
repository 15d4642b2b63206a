"""Readers of German, and what of their pages is still English."""

import re
from functools import cache
from html import unescape

from babel.messages.pofile import read_po
from werkzeug.test import TestResponse

from tests.webapp.conftest import Person
from webapp.catalogues import TRANSLATIONS

_PLACE = re.compile(r"%\\\(\w+\\\)[sd]|%\(\w+\)[sd]")
_TAG = re.compile(r"<script.*?</script>|<style.*?</style>|<[^>]+>", re.DOTALL)
_FEWEST_WORDS = 4  # fewer may be a name that a process or a person gave
_SPACE = re.compile(r"\s+")


def read_german(somebody: Person) -> Person:
    """Let somebody who has signed in read German."""
    somebody.get("/account/")
    somebody.post("/preferences/language", {"language": "de"})
    somebody.get("/account/")
    return somebody


def refused(answer: TestResponse, status: int, *sentences: str) -> None:
    """See that a page refuses with these sentences, and says nothing in English."""
    text = _text(answer.text)
    assert answer.status_code == status, text
    for sentence in sentences:
        assert sentence in text, text
    assert english_in(answer.text) == []


def english_in(html: str) -> list[str]:
    """Return the texts of the catalogue that a page in German shows in English."""
    text = _text(html)
    return [told for told, pattern in _patterns() if pattern.search(text)]


def _text(html: str) -> str:
    """Return what a page says, without its tags."""
    return _SPACE.sub(" ", unescape(_TAG.sub(" ", html)))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Every English text that has a German one, with whatever may stand in its places."""
    with (TRANSLATIONS / "de" / "messages.po").open("rb") as source:
        catalogue = read_po(source, locale="de")
    texts = [
        text
        for message in catalogue
        for text in (message.id if isinstance(message.id, tuple) else (message.id,))
    ]
    return tuple(
        (text, re.compile(_PLACE.sub(r".{1,200}?", re.escape(text))))
        for text in texts
        if len(_PLACE.sub("", text).split()) >= _FEWEST_WORDS
    )
