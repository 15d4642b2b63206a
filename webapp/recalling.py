"""Sentences that were kept as English text, said in the reader's language all the same."""

import re

from flask_babel import get_domain

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
    found = [(template, values) for template in _templates() if (values := _read(template, text))]
    if not found:
        return text
    template, values = max(found, key=lambda each: len(_PLACE.sub("", each[0])))
    return gettext(template, **values)


def _templates() -> list[str]:
    """Return the templates that have a text in the reader's language."""
    known = getattr(get_domain().get_translations(), "_catalog", {})
    return [each for each in known if isinstance(each, str) and "%(" in each]


def _read(template: str, text: str) -> dict[str, str] | None:
    """Return the values with which a template says a text, or None."""
    words = _PLACE.split(template)[::2]
    is_close = text.startswith(words[0]) and text.endswith(words[-1])
    if not is_close or len("".join(words)) < _SHORTEST:
        return None
    names = _PLACE.findall(template)
    if len(names) != len(set(names)):
        return None
    pattern = "".join(
        re.escape(word) + (f"(?P<{name}>.+?)" if name else "")
        for word, name in zip(words, [*names, ""], strict=True)
    )
    fits = re.fullmatch(pattern, text)
    return fits.groupdict() if fits else None
