"""Reads item definitions: the types of a model."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from lxml import etree

from rules.dmn.reading.source import Source, child, children, line_of
from rules.dmn.syntax import ItemDefinition
from rules.dmn.types import written_type
from rules.feel.names import normalised
from rules.feel.syntax import TypeName

_MAX_DEPTH = 20


def read_types(
    source: Source, root: etree._Element, names: Mapping[str, str]
) -> tuple[ItemDefinition, ...]:
    """Read all types of a file; `names` says how each is called in the whole model."""
    types: dict[str, ItemDefinition] = {}
    for part in children(root, "itemDefinition"):
        definition = _read_type(source, part, names, 0)
        name = names.get(definition.name, definition.name)
        if not definition.name:
            source.refuse(part, "dmn-no-name", "An item definition has no name.", "Name it.")
        elif name in types:
            message = f'Two item definitions have the name "{definition.name[:80]}".'
            source.refuse(part, "dmn-duplicate-name", message, "Give each a name of its own.")
        elif source.is_built_in(definition.name):
            message = f'The item definition "{definition.name}" has the name of a built-in type.'
            source.refuse(part, "dmn-duplicate-name", message, "Give it a name of its own.")
        else:
            types[name] = replace(definition, name=name)
    return tuple(_without_cycles(source, types))


def member_names(types: Iterable[ItemDefinition]) -> Iterator[str]:
    """Yield the names of all members of all types, as the parser must know them."""
    for definition in types:
        for component in definition.components:
            yield component.name
        yield from member_names(definition.components)


def _read_type(
    source: Source, part: etree._Element, names: Mapping[str, str], depth: int
) -> ItemDefinition:
    """Read a type or a member of a type."""
    name = normalised(part.get("name", ""))
    if depth > _MAX_DEPTH:
        source.refuse(part, "dmn-type", "The type is nested too deeply.", "Name inner types.")
        return ItemDefinition(name, "Any")
    reference = child(part, "typeRef")
    values = child(part, "allowedValues")
    constraint = child(part, "typeConstraint")
    type_ref = "" if reference is None else source.type_in(reference, reference.text or "")
    components = children(part, "itemComponent")
    return ItemDefinition(
        name,
        names.get(type_ref, type_ref),
        part.get("isCollection") == "true",
        tuple(_read_type(source, inner, names, depth + 1) for inner in components),
        source.tests(values, ()) if values is not None else None,
        source.tests(constraint, ()) if constraint is not None else None,
        _read_function(source, part, names),
        line_of(part),
    )


def _read_function(
    source: Source, part: etree._Element, names: Mapping[str, str]
) -> TypeName | None:
    """Return the type of functions that an item stands for: parameters, then the result."""
    function = child(part, "functionItem")
    if function is None:
        return None
    written = [source.type_ref(parameter) for parameter in children(function, "parameters")]
    written.append(source.type_in(function, function.get("outputTypeRef") or ""))
    parts = [written_type(names.get(type_ref, type_ref) or "Any") for type_ref in written]
    return TypeName("function", tuple(parts))


def _without_cycles(source: Source, types: dict[str, ItemDefinition]) -> Iterator[ItemDefinition]:
    """Yield the types; one that is only another name of itself is refused and means anything."""
    ending: set[str] = set()
    for name, definition in types.items():
        if not _is_circle(name, types, ending):
            yield definition
            continue
        message = f'The item definition "{definition.name[:80]}" refers only to itself.'
        remedy = "Give it a built-in type, or members."
        source.refuse_at(definition.line, None, "dmn-type", message, remedy)
        yield replace(definition, type_ref="Any")


def _is_circle(name: str, types: dict[str, ItemDefinition], ending: set[str]) -> bool:
    """
    Say whether a type is only another name of another name, and so on for ever.

    Those that come to an end are added to `ending`, so that a long way is gone once.
    """
    passed: set[str] = set()
    while name in types and not types[name].components and types[name].function is None:
        if name in passed:
            return True
        if name in ending:
            break
        passed.add(name)
        name = written_type(types[name].type_ref).name
    ending.update(passed)
    return False
