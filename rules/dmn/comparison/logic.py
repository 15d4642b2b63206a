"""Compares two expressions, as far down as it helps a reader."""

from collections.abc import Iterator, Sequence

from rules.dmn.comparison.changes import Change, moved, paired, written
from rules.dmn.comparison.tables import compare_tables
from rules.dmn.syntax import BoxedFilter, BoxedIf, Let, Table, Typed
from rules.feel.syntax import ContextLiteral, FunctionLiteral, Node, children, everything_in

_Entries = Sequence[tuple[str, Node]]


def compare_logic(old: Node, new: Node, place: str, element_id: str) -> Iterator[Change]:
    """Yield the changes between two expressions."""
    if old == new:
        return
    if isinstance(old, Table) and isinstance(new, Table):
        yield from compare_tables(old, new, place)
    elif isinstance(old, Typed) and isinstance(new, Typed):
        yield from _typed(old, new, place, element_id)
    elif isinstance(old, Let) and isinstance(new, Let):
        yield from _entries(old.entries, new.entries, place, element_id)
        yield from compare_logic(old.result, new.result, place, element_id)
    elif isinstance(old, ContextLiteral) and isinstance(new, ContextLiteral):
        yield from _entries(old.entries, new.entries, place, element_id)
    elif _is_comparable_inside(old, new):
        for one, other in zip(children(old), children(new), strict=True):
            yield from compare_logic(one, other, place, element_id)
    else:
        before, after = written(old), written(new)
        yield Change("expression-changed", place, element_id, old=before, new=after)


def _typed(old: Typed, new: Typed, place: str, element_id: str) -> Iterator[Change]:
    """Yield the changes of an expression with a declared type."""
    if old.type != new.type:
        before, after = written(old.type), written(new.type)
        yield Change("type-changed", place, element_id, old=before, new=after)
    yield from compare_logic(old.value, new.value, place, element_id)


def _entries(old: _Entries, new: _Entries, place: str, element_id: str) -> Iterator[Change]:
    """Yield the changes of the entries of a context."""
    pairs = paired(old, new, lambda entry: entry[0])
    for index in sorted(set(range(len(old))) - {one for one, _ in pairs}):
        name, value = old[index]
        yield Change("entry-removed", f"{place}.{name}", element_id, old=written(value))
    for index in sorted(set(range(len(new))) - {other for _, other in pairs}):
        name, value = new[index]
        yield Change("entry-added", f"{place}.{name}", element_id, new=written(value))
    for one, other in pairs:
        name, value = new[other]
        yield from compare_logic(old[one][1], value, f"{place}.{name}", element_id)
    if moved(pairs):
        yield Change("entries-moved", place, element_id)


def _is_comparable_inside(old: Node, new: Node) -> bool:
    """Say whether the parts of two boxed expressions can be compared one by one."""
    if type(old) is not type(new):
        return False
    if isinstance(old, FunctionLiteral) and isinstance(new, FunctionLiteral):
        return (old.parameters, old.types) == (new.parameters, new.types)
    if not isinstance(old, BoxedIf | BoxedFilter) and not _has_boxes(old) and not _has_boxes(new):
        return False
    return len(list(children(old))) == len(list(children(new)))


def _has_boxes(tree: Node) -> bool:
    """Say whether a table or another boxed expression stands inside an expression."""
    boxes = Table | Let | Typed | BoxedIf | BoxedFilter
    return any(isinstance(node, boxes) for node in everything_in(tree))
