"""What designers do with the items of a form: add, copy, remove, move and change them."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from rules.sentences import Sentence
from workflows import form_types
from workflows.engine.forms.schema_reading import MAX_FIELDS
from workflows.form_documents import TRANSLATIONS, Document, FormItem, item
from workflows.studio_refusals import DraftRefused

PARTS = ("heading", "text", "show")


@dataclass(frozen=True)
class Answer:
    """One answer that a field offers, as it was typed."""

    value: str
    label: str
    words: Mapping[str, str] = field(default_factory=dict)  # by language


@dataclass(frozen=True)
class ItemFacts:
    """What somebody typed about an item; what does not fit its kind is left out."""

    name: str = ""
    label: str = ""
    help: str = ""
    type: str = ""
    is_required: bool = False
    answers: Sequence[Answer] = ()
    least: str = ""
    most: str = ""
    condition: str = ""
    prefill: str = ""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # `label` and `help`


def add(document: Document, what: str, after: int) -> int:
    """
    Add an item behind another one and return its place.

    `what` is a type of field, or `part:` with a heading, a text or data to show.

    Raises:
        DraftRefused: There is no such item, or too many fields.

    """
    place = min(max(after + 1, 0), len(document["ui"]))
    mark, _, part = what.partition(":")
    if mark == "part" and part in PARTS:
        document["ui"].insert(place, {part: ""})
        return place
    if what not in form_types.TYPES:
        raise DraftRefused(Sentence("Choose what to add."))
    name = _free_name(document, "field")
    known = form_types.TYPES[what]
    _properties(document)[name] = {**deepcopy(dict(known.schema)), "title": ""}
    document["ui"].insert(place, {"field": name, "widget": known.widget})
    return place


def copy(document: Document, place: int) -> int:
    """Put a copy of an item behind it and return the place of the copy."""
    _must_have(document, place)
    entry = deepcopy(document["ui"][place])
    name = entry.get("field")
    if name in _properties(document):
        twin = _free_name(document, f"{name}_copy")
        _properties(document)[twin] = deepcopy(_properties(document)[name])
        if name in document["schema"]["required"]:
            document["schema"]["required"].append(twin)
        entry["field"] = twin
    document["ui"].insert(place + 1, entry)
    return place + 1


def remove(document: Document, place: int) -> int:
    """Take an item out and return the place of what stands there now."""
    _must_have(document, place)
    name = document["ui"].pop(place).get("field")
    _properties(document).pop(name, None)
    required = document["schema"]["required"]
    document["schema"]["required"] = [each for each in required if each != name]
    return min(place, len(document["ui"]) - 1)


def move(document: Document, place: int, to: int) -> int:
    """Put an item at another place and return it."""
    _must_have(document, place)
    entry = document["ui"].pop(place)
    to = min(max(to, 0), len(document["ui"]))
    document["ui"].insert(to, entry)
    return to


def change(document: Document, place: int, facts: ItemFacts) -> None:
    """
    Write what was typed about an item.

    Raises:
        DraftRefused: Another field has this name.

    """
    _must_have(document, place)
    entry = document["ui"][place]
    before = item(document, place)
    _set(entry, "showWhen", facts.condition)
    if before.kind == "field":
        _change_field(document, entry, before, facts)
    elif before.kind == "show":
        entry["show"] = facts.name.strip()
        _set(entry, "label", facts.label)
    else:
        entry[before.kind] = facts.label
    _set_words(entry, before, facts)


def change_title(document: Document, title: str, words: Mapping[str, str]) -> None:
    """Give a form its title, in each language."""
    document["title"] = title.strip()[:200]
    _write_words(document, {language: {"title": text} for language, text in words.items()})


def _change_field(
    document: Document, entry: dict[str, Any], before: FormItem, facts: ItemFacts
) -> None:
    """Write what was typed about a field."""
    name = _renamed(document, entry, before.name, facts.name.strip())
    read_as = form_types.read(name, entry, document["schema"])
    wanted = facts.type if facts.type in form_types.TYPES else read_as.type
    part = dict(read_as.schema)
    if wanted != read_as.type:
        part = form_types.changed(read_as, wanted)
        entry["widget"] = form_types.TYPES[wanted].widget
    _set(part, "title", facts.label.strip(), keep_empty=True)
    _set(part, "description", facts.help.strip())
    for key in ("label", "help"):
        entry.pop(key, None)
    if wanted == read_as.type and before.has_choices:
        _set_answers(part, entry, before, facts.answers)
    if wanted == read_as.type:
        _set_limits(part, wanted, facts)
    _properties(document)[name] = part
    _set(entry, "prefill", facts.prefill)
    required = [each for each in document["schema"]["required"] if each != name]
    document["schema"]["required"] = [*required, name] if facts.is_required else required
    _order_required(document)


def _renamed(document: Document, entry: dict[str, Any], before: str, after: str) -> str:
    """Give a field another name, and return it."""
    if after in ("", before):
        return before
    properties = _properties(document)
    if after in properties:
        raise DraftRefused(
            Sentence(
                "There is a field “%(after)s” already. Give this one another name.", after=after
            )
        )
    document["schema"]["properties"] = {
        (after if name == before else name): part for name, part in properties.items()
    }
    required = document["schema"]["required"]
    document["schema"]["required"] = [after if name == before else name for name in required]
    entry["field"] = after
    return after


def _set_answers(
    part: dict[str, Any], entry: dict[str, Any], before: FormItem, answers: Sequence[Answer]
) -> None:
    """Write the answers of a choice; those that were left empty are taken out."""
    originals = {str(value): value for value, _ in before.choices}
    listed = [
        {"const": originals.get(each.value, each.value), "title": each.label}
        for each in answers
        if each.value or each.label
    ]
    if [(one["const"], one["title"]) for one in listed] == list(before.choices):
        return  # an `enum` stays one until its answers change
    entry.pop("labels", None)
    target = part
    if before.type == "several":
        target = part["items"] = dict(part.get("items", {}))
    for key in ("enum", "anyOf"):
        target.pop(key, None)
    target["oneOf"] = listed


def _set_limits(part: dict[str, Any], wanted: str, facts: ItemFacts) -> None:
    """Write the least and the most; what is no number stays out."""
    known = form_types.TYPES.get(wanted)
    if known is None or known.limits is None:
        return
    is_whole = known.limits[0] != "minimum" or wanted == "whole"
    for key, text in zip(known.limits, (facts.least, facts.most), strict=True):
        number = _number(text.strip(), is_whole=is_whole)
        if number is None:
            part.pop(key, None)
        else:
            part[key] = number


def _number(text: str, *, is_whole: bool) -> int | float | None:
    """Return the number that a text is, or nothing."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    if not -1e15 < value < 1e15:
        return None
    return int(value) if is_whole or value.is_integer() else value


def _set_words(entry: dict[str, Any], before: FormItem, facts: ItemFacts) -> None:
    """Write the words of an item in other languages."""
    own = "label" if before.kind in ("field", "show") else before.kind
    words: dict[str, dict[str, Any]] = {}
    for language, given in facts.words.items():
        words[language] = {own: given.get("label", ""), "help": given.get("help", "")}
        labels = {each.value: each.words.get(language, "") for each in facts.answers}
        words[language]["labels"] = {value: text for value, text in labels.items() if text}
    _write_words(entry, words)


def _write_words(part: dict[str, Any], words: Mapping[str, Mapping[str, Any]]) -> None:
    """Write words by language; those of languages that were not asked for stay."""
    found = dict(part.get(TRANSLATIONS, {}))
    for language, given in words.items():
        merged = {**found.get(language, {}), **given}
        found[language] = {key: value for key, value in merged.items() if value}
    found = {language: given for language, given in found.items() if given}
    if found:
        part[TRANSLATIONS] = found
    else:
        part.pop(TRANSLATIONS, None)


def _set(part: dict[str, Any], key: str, text: str, *, keep_empty: bool = False) -> None:
    """Write a text, or take it out where it is empty."""
    if text.strip() or keep_empty:
        part[key] = text
    else:
        part.pop(key, None)


def _order_required(document: Document) -> None:
    """List the required fields in the order of the schema: what did not change, stays."""
    required = set(document["schema"]["required"])
    names = [name for name in _properties(document) if name in required]
    document["schema"]["required"] = names + sorted(required - set(names))


def _properties(document: Document) -> dict[str, Any]:
    """Return the properties of the schema."""
    properties: dict[str, Any] = document["schema"]["properties"]
    return properties


def _free_name(document: Document, wanted: str) -> str:
    """Return a name that no field has."""
    properties = _properties(document)
    if len(properties) >= MAX_FIELDS:
        raise DraftRefused(
            Sentence(
                "A form has at most %(max_fields)s fields. Split it in two.", max_fields=MAX_FIELDS
            )
        )
    names = (wanted if number == 1 else f"{wanted}_{number}" for number in range(1, MAX_FIELDS + 2))
    return next(name for name in names if name not in properties)


def _must_have(document: Document, place: int) -> None:
    """Refuse a place at which nothing stands."""
    if not 0 <= place < len(document["ui"]):
        raise DraftRefused(Sentence("There is nothing at this place of the form any more."))
