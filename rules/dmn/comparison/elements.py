"""Compares the elements of two versions: inputs, decisions, functions and services."""

from collections.abc import Iterator, Sequence

from rules.dmn.comparison.changes import Change, paired, written
from rules.dmn.comparison.logic import compare_logic
from rules.dmn.syntax import Element

_KINDS = {
    "input": "input",
    "decision": "decision",
    "knowledge": "knowledge-model",
    "service": "service",
}


def compare_elements(old: Sequence[Element], new: Sequence[Element]) -> Iterator[Change]:
    """Yield the changes of the elements of a file, without those that it imports."""
    before = [element for element in old if not element.space]
    after = [element for element in new if not element.space]
    pairs = paired(before, after, lambda each: (each.kind, each.id))
    for place in sorted(set(range(len(before))) - {one for one, _ in pairs}):
        yield _whole("removed", before[place])
    for place in sorted(set(range(len(after))) - {other for _, other in pairs}):
        yield _whole("added", after[place])
    for one, other in pairs:
        yield from _compare(before[one], after[other])


def _whole(what: str, element: Element) -> Change:
    """Return the change of an element that came or went."""
    return Change(f"{_KINDS[element.kind]}-{what}", _place(element), element.id)


def _place(element: Element) -> str:
    """Return how a person calls an element."""
    return f'{_KINDS[element.kind].replace("-", " ")} "{element.name or element.id}"'


def _compare(old: Element, new: Element) -> Iterator[Change]:
    """Yield the changes of one element."""
    place = _place(new)
    facts = (
        ("name-changed", old.name, new.name),
        ("type-changed", old.type_ref, new.type_ref),
        ("required-changed", _yes(old.required), _yes(new.required)),
        ("question-changed", old.question, new.question),
        ("description-changed", old.description, new.description),
    )
    for kind, before, after in facts:
        if before != after:
            yield Change(kind, place, new.id, old=before or None, new=after or None)
    before_all = [(wanted.kind, wanted.target) for wanted in old.requirements]
    after_all = [(wanted.kind, wanted.target) for wanted in new.requirements]
    for _, target in dict.fromkeys(each for each in before_all if each not in after_all):
        yield Change("requirement-removed", place, new.id, old=target)
    for _, target in dict.fromkeys(each for each in after_all if each not in before_all):
        yield Change("requirement-added", place, new.id, new=target)
    yield from _compare_logic(old, new, place)


def _compare_logic(old: Element, new: Element, place: str) -> Iterator[Change]:
    """Yield the changes of what an element calculates."""
    if old.logic is not None and new.logic is not None:
        yield from compare_logic(old.logic, new.logic, place, new.id)
    elif old.logic is not new.logic:
        before, after = written(old.logic), written(new.logic)
        yield Change("expression-changed", place, new.id, old=before, new=after)


def _yes(value: bool) -> str:
    """Return yes or no as a text."""
    return "true" if value else "false"
