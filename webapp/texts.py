"""Texts in the reader's language, with types."""

from typing import Any

import flask_babel


def gettext(text: str, /, **values: Any) -> str:
    """Return a text in the reader's language, with `%(name)s` filled in."""
    return str(flask_babel.gettext(text, **values))


def ngettext(singular: str, plural: str, num: int, /, **values: Any) -> str:
    """Return the form of a text that suits a number, `%(num)d` in the text."""
    return str(flask_babel.ngettext(singular, plural, num, **values))
