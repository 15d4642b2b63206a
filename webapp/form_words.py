"""Words of forms: what a field asks for, and what changed between two versions."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from webapp.catalogues import LANGUAGES
from webapp.texts import gettext as _
from workflows.form_changes import FormChange
from workflows.form_documents import FormItem

OWN_LANGUAGE = "en"  # the language of what stands in a form itself
OTHERS = {code: name for code, name in LANGUAGES.items() if code != OWN_LANGUAGE}
TYPES: Mapping[str, LazyString] = {
    "text": _l("Short text"),
    "long": _l("Long text"),
    "email": _l("E-mail address"),
    "whole": _l("Whole number"),
    "number": _l("Number"),
    "rating": _l("Rating"),
    "yes-no": _l("Yes or no"),
    "tick": _l("Box to tick"),
    "agree": _l("Box that must be ticked"),
    "one": _l("One answer of several"),
    "one-of-list": _l("One answer of a list"),
    "several": _l("Several answers"),
    "date": _l("Day"),
    "moment": _l("Day and time"),
    "time": _l("Time of day"),
    "person": _l("Person"),
    "people": _l("Several people"),
    "lines": _l("Several texts, one per line"),
}
PARTS: Mapping[str, LazyString] = {
    "heading": _l("Section heading"),
    "text": _l("Explanation"),
    "show": _l("Data of the case, to read"),
}
LEAST: Mapping[str, LazyString] = {
    "text": _l("At least so many characters"),
    "list": _l("At least so many"),
    "number": _l("Smallest number"),
}
MOST: Mapping[str, LazyString] = {
    "text": _l("At most so many characters"),
    "list": _l("At most so many"),
    "number": _l("Largest number"),
}
_CHANGES: Mapping[str, LazyString] = {
    "added": _l("New"),
    "removed": _l("Removed"),
    "moved": _l("Stands at another place"),
    "label": _l("Label"),
    "help": _l("Help text"),
    "type": _l("Asks for something else"),
    "required": _l("Must be answered now"),
    "optional": _l("Need not be answered any more"),
    "choice-added": _l("New answer"),
    "choice-removed": _l("Removed answer"),
    "choice-label": _l("Answer has another text"),
    "least": _l("Lower limit"),
    "most": _l("Upper limit"),
    "condition": _l("Shown only if (FEEL)"),
    "prefill": _l("Stands in it at first (FEEL)"),
}


def type_of(item: FormItem) -> str:
    """Say what an item is, or what it asks for."""
    if item.kind != "field":
        return str(PARTS[item.kind])
    return str(TYPES.get(item.type, _("Something that only the file can change")))


def called(item: FormItem) -> str:
    """Return what an item is called in a list."""
    text = item.label or item.name
    return f"{text[:80]}…" if len(text) > len("…") + 80 else text or _("without words")


def of_change(change: FormChange) -> str:
    """Say in a few words what changed."""
    if change.kind == "words":
        return _("Words (%(language)s)", language=LANGUAGES.get(change.language, change.language))
    return str(_CHANGES.get(change.kind, change.kind))


def sides(change: FormChange) -> tuple[str, str]:
    """Return how something was and how it is, as people read it."""
    before, after = change.before, change.after
    if change.kind == "type":
        return str(TYPES.get(before, before)), str(TYPES.get(after, after))
    return before, after


def limit_group(item: FormItem) -> str:
    """Return which words the limits of an item have."""
    if item.type in ("several", "people", "lines"):
        return "list"
    return "number" if item.type in ("whole", "number") else "text"


def for_templates() -> dict[str, object]:
    """Return the words of forms for templates."""
    return {
        "types": TYPES,
        "parts": PARTS,
        "least": LEAST,
        "most": MOST,
        "type": type_of,
        "called": called,
        "change": of_change,
        "sides": sides,
        "limits": limit_group,
        "others": OTHERS,
        "own_language": LANGUAGES[OWN_LANGUAGE],
    }
