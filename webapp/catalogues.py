"""The languages of the pages: which of them a request is in, and all texts in it."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import request, session

LANGUAGES = {"en": "English", "de": "Deutsch"}
LANGUAGE_KEY = "language"
TRANSLATIONS = Path(__file__).parent / "translations"


def chosen_language() -> str:
    """Return the language that the reader chose, or that the browser asks for."""
    chosen = session.get(LANGUAGE_KEY)
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(list(LANGUAGES)) or "en"


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> NullTranslations:
    """
    Read `translations/LANGUAGE/messages.po`, where there is one.

    The text itself is read, so that no compiled copy can be out of date.
    """
    path = TRANSLATIONS / language / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)
