"""What differs between two versions of a form, field by field."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflows import form_documents
from workflows.form_documents import Document, FormItem
from workflows.studio_refusals import DraftRefused

_TEXTS = ("label", "help", "type", "condition", "prefill", "least", "most")


@dataclass(frozen=True)
class FormChange:
    """
    One difference.

    Attributes:
        kind: `added`, `removed`, `moved`, `label`, `help`, `type`, `required`, `optional`,
            `choice-added`, `choice-removed`, `choice-label`, `least`, `most`, `condition`,
            `prefill`, `words`.
        language: Of words in another language.

    """

    kind: str
    before: str = ""
    after: str = ""
    language: str = ""


@dataclass(frozen=True)
class ItemChanges:
    """What differs in one item; `item` is as it is afterwards, or was before it was removed."""

    item: FormItem
    changes: Sequence[FormChange]


@dataclass(frozen=True)
class FormChanges:
    """
    What differs between two forms.

    Attributes:
        title: Changes of the form as a whole.
        is_rewritten: Whether the texts differ at all.
        is_readable: Whether both could be read.

    """

    items: Sequence[ItemChanges] = ()
    title: Sequence[FormChange] = ()
    is_rewritten: bool = False
    is_readable: bool = True

    @property
    def removed(self) -> list[str]:
        """Return the names of the fields that are no longer asked for."""
        return [
            each.item.name
            for each in self.items
            if each.item.kind == "field" and each.changes[0].kind == "removed"
        ]

    @property
    def demanding(self) -> list[FormItem]:
        """Return the fields that an answer of before may no longer satisfy."""
        harder = {"required", "type", "choice-removed", "least", "most"}
        return [
            each.item
            for each in self.items
            if each.item.kind == "field"
            and (
                harder & {one.kind for one in each.changes}
                or (each.changes[0].kind == "added" and each.item.is_required)
            )
        ]


def compare(before: bytes | None, after: bytes) -> FormChanges:
    """Return what differs; without a form before, everything is new."""
    try:
        old = form_documents.read(before) if before is not None else None
        new = form_documents.read(after)
    except DraftRefused:
        return FormChanges(is_rewritten=before != after, is_readable=False)
    olds = form_documents.items(old) if old is not None else []
    news = form_documents.items(new)
    found = _of_items(olds, news)
    return FormChanges(found, _of_title(old or {}, new), is_rewritten=old != new)


def _of_items(olds: Sequence[FormItem], news: Sequence[FormItem]) -> list[ItemChanges]:
    """Return what differs in the items, in the order of the new form, removed ones last."""
    earlier, later = _by_identity(olds), _by_identity(news)
    moved = _moved(
        [key for key in earlier if key in later], [key for key in later if key in earlier]
    )
    found = []
    for key, item in later.items():
        if key not in earlier:
            found.append(ItemChanges(item, (FormChange("added"),)))
            continue
        changes = [FormChange("moved")] if key in moved else []
        changes += _of_item(earlier[key], item)
        if changes:
            found.append(ItemChanges(item, tuple(changes)))
    gone = [item for key, item in earlier.items() if key not in later]
    return found + [ItemChanges(item, (FormChange("removed"),)) for item in gone]


def _by_identity(items: Sequence[FormItem]) -> dict[tuple[str, str, int], FormItem]:
    """Return items by what they are: fields and data by name, headings and texts by words."""
    found: dict[tuple[str, str, int], FormItem] = {}
    for item in items:
        name = item.name if item.kind in ("field", "show") else item.label
        number = 0
        while (item.kind, name, number) in found:
            number += 1
        found[item.kind, name, number] = item
    return found


def _moved(before: Sequence[Any], after: Sequence[Any]) -> set[Any]:
    """Return what stands elsewhere among what both have."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    stayed = {key for block in matcher.get_matching_blocks() for key in _block(after, block)}
    return set(after) - stayed


def _block(after: Sequence[Any], block: difflib.Match) -> Sequence[Any]:
    """Return what a matching block holds."""
    return after[block.b : block.b + block.size]


def _of_item(old: FormItem, new: FormItem) -> list[FormChange]:
    """Return what differs in an item that both forms have."""
    found = [
        FormChange(name, str(getattr(old, name)), str(getattr(new, name)))
        for name in _TEXTS
        if getattr(old, name) != getattr(new, name)
    ]
    if old.is_required != new.is_required:
        found.append(FormChange("required" if new.is_required else "optional"))
    found += _of_choices(dict(old.choices), dict(new.choices))
    return found + _of_words(old.words, new.words)


def _of_choices(old: Mapping[Any, str], new: Mapping[Any, str]) -> list[FormChange]:
    """Return what differs in the answers that are offered."""
    found = [
        FormChange("choice-removed", before=_answer(value, old[value]))
        for value in old
        if value not in new
    ]
    found += [
        FormChange("choice-added", after=_answer(value, new[value]))
        for value in new
        if value not in old
    ]
    found += [
        FormChange("choice-label", old[value], new[value])
        for value in new
        if value in old and old[value] != new[value]
    ]
    return found


def _answer(value: Any, label: str) -> str:
    """Return an answer with the value that is kept."""
    return f"{label} ({value})" if label and label != str(value) else str(value)


def _of_words(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FormChange]:
    """Return what differs in other languages."""
    return [
        FormChange("words", _told(old.get(one, {})), _told(new.get(one, {})), language=one)
        for one in sorted({*old, *new})
        if old.get(one, {}) != new.get(one, {})
    ]


def _told(words: Mapping[str, Any]) -> str:
    """Return the words of a language behind one another."""
    flat: list[str] = []
    for value in words.values():
        flat += [str(text) for text in value.values()] if isinstance(value, dict) else [str(value)]
    return " · ".join(flat)


def _of_title(old: Document, new: Document) -> list[FormChange]:
    """Return what differs in the title."""
    before, after = str(old.get("title", "")), str(new.get("title", ""))
    changes = [FormChange("label", before, after)] if before != after else []
    key = form_documents.TRANSLATIONS
    return changes + _of_words(old.get(key, {}), new.get(key, {}))
