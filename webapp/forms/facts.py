"""Process data as people read it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import format_decimal

from webapp.code_words import word_for
from webapp.languages import day, moment
from webapp.texts import gettext as _

NOTHING = "—"
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
# A word in capitals is a code where it is long; short ones may be an abbreviation.
_CODE = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+|[A-Z]{7,}|[a-z][a-z0-9]*(_[a-z0-9]+)+")
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,119}")


def fact_text(value: Any, names: Mapping[str, str]) -> str:
    """Write a value of process data for a reader; `names` are people's, by username."""
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, int | float):
        return str(format_decimal(value))
    if isinstance(value, Mapping):
        lines = (f"{label_of(key)}: {named_fact(key, each, names)}" for key, each in value.items())
        return "\n".join(lines)
    if isinstance(value, list | tuple):
        return _list_text(value, names)
    return _text(str(value), names)


def _list_text(values: Sequence[Any], names: Mapping[str, str]) -> str:
    """Write values one behind the other, or on lines of their own where they are long."""
    texts = [fact_text(each, names) for each in values]
    if any(isinstance(each, Mapping) for each in values):
        return "\n\n".join(texts)
    # Behind a sentence, or between parts that have commas, a comma would divide nothing.
    is_long = any("," in text or text.endswith(".") for text in texts)
    return ("\n" if is_long else ", ").join(texts)


def named_fact(name: str, value: Any, names: Mapping[str, str]) -> str:
    """Write a value that has a name in the data: known codes as words, a year as a year."""
    if name.endswith("year") and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list | tuple):
        return fact_text([_in_words(name, each) for each in value], names)
    return fact_text(_in_words(name, value), names)


def _in_words(name: str, value: Any) -> Any:
    """Return the words for a code, and every other value as it is."""
    return (word_for(name, value) or value) if isinstance(value, str) else value


def usernames_in(value: Any) -> Iterator[str]:
    """Yield every text of a value that may be a username."""
    if isinstance(value, Mapping):
        for each in value.values():
            yield from usernames_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from usernames_in(each)
    elif isinstance(value, str) and _USERNAME.fullmatch(value):
        yield value


def label_of(name: str) -> str:
    """Return a readable label for a name in the data."""
    words = name.replace("_", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]


def _text(value: str, names: Mapping[str, str]) -> str:
    """Write a text: people by name, days in the reader's language, codes as words."""
    if value in names:
        return names[value]
    try:
        if _DAY.fullmatch(value):
            return day(date.fromisoformat(value))
        if _MOMENT.fullmatch(value):
            found = datetime.fromisoformat(value)
            return moment(found) if found.tzinfo else value
    except ValueError:
        return value
    codes = value.split(":")
    # A code may have a second one behind a colon that says why.
    if not all(_CODE.fullmatch(each) for each in codes):
        return value
    return label_of(": ".join(codes).lower())
