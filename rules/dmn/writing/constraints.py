"""Writes the type constraints of DMN 1.5 in the way of DMN 1.3."""

from collections.abc import Iterator

from lxml import etree

from rules.dmn.reading.source import Source, child, children, local_name
from rules.dmn.writing.namespaces import MODEL


def write_constraints(root: etree._Element, source: Source) -> None:
    """
    Write every type constraint as allowed values.

    Version 1.3 can restrict a value, but not a collection as a whole, nor a value twice:
    the type then gets a type of its own beneath it.
    """
    for definition in list(_constrained(root)):
        constraint = child(definition, "typeConstraint")
        if constraint is None:
            continue
        if definition.get("isCollection") == "true" or not _is_plain(definition):
            _add_base(root, definition)
        constraint.tag = f"{{{MODEL}}}allowedValues"
        name = definition.get("name", "")
        message = f'The type constraint of "{name[:80]}" was written as allowed values.'
        source.warn(definition, "dmn-converted", message, "Nothing has to be done.")


def _constrained(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the types and members that have a type constraint."""
    for constraint in root.iter(f"{{{MODEL}}}typeConstraint"):
        parent = constraint.getparent()
        if parent is not None and local_name(parent) in {"itemDefinition", "itemComponent"}:
            yield parent


def _is_plain(definition: etree._Element) -> bool:
    """Say whether a type has nothing but the name of another type."""
    return not any(
        child(definition, name) is not None
        for name in ("allowedValues", "itemComponent", "functionItem")
    )


def _add_base(root: etree._Element, definition: etree._Element) -> None:
    """Move everything but the constraint into a type beneath."""
    taken = {part.get("name") for part in children(root, "itemDefinition")}
    parent = definition.getparent()
    outer = "" if parent is None or parent is root else f"{parent.get('name', '')}_"
    name = f"{outer}{definition.get('name', '')}_unconstrained"
    while name in taken:
        name += "_"
    base = etree.Element(f"{{{MODEL}}}itemDefinition", {"name": name})
    if "isCollection" in definition.attrib:
        base.set("isCollection", definition.attrib.pop("isCollection"))
    for part in list(children(definition)):
        if local_name(part) not in {"typeConstraint", "description", "extensionElements"}:
            base.append(part)
    reference = etree.Element(f"{{{MODEL}}}typeRef")
    reference.text = name
    constraint = child(definition, "typeConstraint")
    if constraint is not None:
        constraint.addprevious(reference)
    first = next(children(root, "itemDefinition"))
    first.addprevious(base)
