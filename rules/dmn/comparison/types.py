"""Compares the types of two versions."""

from collections.abc import Iterator, Sequence

from rules.dmn.comparison.changes import Change, paired, written
from rules.dmn.syntax import ItemDefinition


def compare_types(
    old: Sequence[ItemDefinition], new: Sequence[ItemDefinition], outer: str = ""
) -> Iterator[Change]:
    """Yield the changes of named types, and of the members inside them."""
    pairs = paired(old, new, lambda item: item.name)
    for place in sorted(set(range(len(old))) - {one for one, _ in pairs}):
        yield _change("type-removed", old[place], outer, old=_described(old[place]))
    for place in sorted(set(range(len(new))) - {other for _, other in pairs}):
        yield _change("type-added", new[place], outer, new=_described(new[place]))
    for one, other in pairs:
        yield from _compare(old[one], new[other], outer)


def _compare(old: ItemDefinition, new: ItemDefinition, outer: str) -> Iterator[Change]:
    """Yield the changes of one type."""
    if _described(old) != _described(new):
        yield _change("type-changed", new, outer, _described(old), _described(new))
    if old.allowed != new.allowed:
        yield _change("values-changed", new, outer, written(old.allowed), written(new.allowed))
    yield from compare_types(old.components, new.components, f"{outer}{new.name}.")


def _described(item: ItemDefinition) -> str:
    """Return what a type is made of."""
    kind = item.type_ref or ("context" if item.components else "Any")
    return f"list of {kind}" if item.is_collection else kind


def _change(
    kind: str, item: ItemDefinition, outer: str, old: str | None = None, new: str | None = None
) -> Change:
    """Return a change of a type."""
    return Change(kind, f'type "{outer}{item.name}"', f"{outer}{item.name}", old=old, new=new)
