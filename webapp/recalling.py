"""Sentences that were kept as English text, said in the reader's language all the same."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from flask_babel import get_domain

from webapp.languages import current_language
from webapp.texts import gettext

_PLACE = re.compile(r"%\((\w+)\)s")
_SHORTEST = 12  # so much of a template must be its own words, or it might fit anything


def recalled(text: str) -> str:
    """
    Say a kept English sentence in the reader's language, or as it is where nothing is known.

    The data of a case hold text, not templates. So the templates of the catalogue are
    laid over it: the one with most words of its own that fits tells what the values are.
    """
    if not text:
        return text
    said = gettext(text)
    if said != text:
        return said
    for each in _templates(current_language()):
        if (values := _read(each, text)) is not None:
            return gettext(each.text, **values)
    return text


class _Template(NamedTuple):
    """A template of the catalogue: its own words, and the names of the values between them."""

    text: str
    words: Sequence[str]
    names: Sequence[str]


@cache
def _templates(_language: str) -> Sequence[_Template]:
    """Return the templates of the reader's language, those with most words of their own first."""
    known = getattr(get_domain().get_translations(), "_catalog", {})
    split = (
        _Template(each, _PLACE.split(each)[::2], _PLACE.findall(each))
        for each in known
        if isinstance(each, str) and "%(" in each
    )
    usable = [
        each
        for each in split
        if len("".join(each.words)) >= _SHORTEST and 0 < len(each.names) == len(set(each.names))
    ]
    return sorted(usable, key=lambda each: len("".join(each.words)), reverse=True)


def _read(template: _Template, text: str) -> dict[str, str] | None:
    """Return the values with which a template says a text, or None."""
    if not (text.startswith(template.words[0]) and text.endswith(template.words[-1])):
        return None
    pattern = "".join(
        re.escape(word) + (f"(?P<{name}>.+?)" if name else "")
        for word, name in zip(template.words, [*template.names, ""], strict=True)
    )
    fits = re.fullmatch(pattern, text)
    return fits.groupdict() if fits else None
