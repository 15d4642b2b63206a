"""Texts in the reader's language, with types."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from babel.support import NullTranslations
from flask import g, has_request_context

from webapp.catalogues import catalogue, chosen_language

_NONE = NullTranslations()


def gettext(text: str, /, **values: Any) -> str:
    """Return a text in the reader's language, with `%(name)s` filled in."""
    found = translated(text)
    return found % values if values else found


def ngettext(singular: str, plural: str, num: int, /, **values: Any) -> str:
    """Return the form of a text that suits a number, `%(num)d` in the text."""
    return translated_number(singular, plural, num) % {"num": num, **values}


def translated(text: str) -> str:
    """Return a text in the reader's language as it stands in the catalogue."""
    found: str = _catalogue().ugettext(text)
    return found


def translated_number(singular: str, plural: str, num: int) -> str:
    """Return the form of a text that suits a number as it stands in the catalogue."""
    found: str = _catalogue().ungettext(singular, plural, num)
    return found


@contextmanager
def said_from(other: NullTranslations) -> Iterator[None]:
    """Take the texts of this request from another catalogue for a while."""
    before, g.catalogue = _catalogue(), other
    try:
        yield
    finally:
        g.catalogue = before


def _catalogue() -> NullTranslations:
    """Return the texts of this request, looked for once: a page has hundreds of them."""
    if not has_request_context():
        return _NONE
    known: NullTranslations | None = g.get("catalogue")
    if known is None:
        known = g.catalogue = catalogue(chosen_language())
    return known
