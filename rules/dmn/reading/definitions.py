"""Reads a whole model: its types, inputs, decisions, functions and services."""

from collections.abc import Iterator

from lxml import etree

from rules.dmn.errors import DmnRefused
from rules.dmn.reading.boxed import find_logic, read_function, read_logic, type_named, variable_name
from rules.dmn.reading.source import (
    EXTENSION_NAMESPACE,
    Source,
    child,
    children,
    line_of,
    local_name,
    plain_text,
)
from rules.dmn.syntax import Definitions, Element, ItemDefinition, Requirement
from rules.feel.names import normalised
from rules.feel.syntax import Node, TypeName
from rules.xml_door import DMN_NAMESPACES

_KINDS = {
    "inputData": "input",
    "decision": "decision",
    "businessKnowledgeModel": "knowledge",
    "decisionService": "service",
}
# What says nothing about results: documentation, organisation and drawings.
_IGNORED = frozenset(
    {
        *("description", "extensionElements", "itemDefinition", "knowledgeSource"),
        *("textAnnotation", "association", "group", "artifact", "elementCollection"),
        *("performanceIndicator", "organizationUnit", "businessContextElement"),
    }
)
_PARTS = frozenset(
    {
        *("description", "extensionElements", "question", "allowedAnswers", "variable"),
        *("informationRequirement", "knowledgeRequirement", "authorityRequirement"),
        *("supportedObjective", "impactedPerformanceIndicator", "decisionMaker"),
        *("decisionOwner", "usingProcess", "usingTask", "encapsulatedLogic"),
        *("outputDecision", "encapsulatedDecision", "inputDecision", "inputData"),
    }
)
_MAX_TYPE_DEPTH = 20


def read_definitions(
    root: etree._Element, *, file_name: str, tolerant: bool = False
) -> Definitions:
    """
    Read a model from its root element.

    A tolerant reading keeps the findings and takes what it cannot understand as null.

    Raises:
        DmnRefused: Something in it cannot be understood.

    """
    source = Source(file_name)
    name = etree.QName(root)
    if name.namespace not in DMN_NAMESPACES or name.localname != "definitions":
        message = f'The root element "{name.localname[:40]}" is not a DMN definitions element.'
        source.refuse(root, "dmn-root", message, "Hand in a DMN 1.1 to 1.5 model.")
        raise DmnRefused(source.findings)
    source.check_language(root)
    types = tuple(_read_type(source, part, 0) for part in children(root, "itemDefinition"))
    source.member_names = tuple(_member_names(types))
    names = _variable_names(root)
    elements = tuple(
        _read_element(source, part, names) for part in children(root) if _is_element(source, part)
    )
    _check_references(source, root, elements)
    findings = tuple(source.findings)
    if findings and not tolerant:
        raise DmnRefused(findings)
    title = root.get("name", "")
    return Definitions(root.get("id", ""), title, file_name, elements, types, findings)


def _is_element(source: Source, part: etree._Element) -> bool:
    """Say whether a part of the model takes part in decisions; refuse unknown parts."""
    kind = local_name(part)
    if kind == "import":
        message = "Imports of other models are not supported."
        source.refuse(part, "dmn-import", message, "Copy the imported elements into this model.")
    elif kind not in _KINDS and kind not in _IGNORED:
        source.refuse_unknown(part)
    return kind in _KINDS


def _variable_names(root: etree._Element) -> dict[str, str]:
    """Return the names of the variables of all elements by id."""
    return {
        part.get("id", ""): _variable_name(part)
        for part in children(root, *_KINDS)
        if part.get("id")
    }


def _variable_name(part: etree._Element) -> str:
    """Return the name under which others read an element."""
    variable = child(part, "variable")
    named = variable_name(variable) if variable is not None else ""
    return named or normalised(part.get("name", ""))


def _read_element(source: Source, part: etree._Element, names: dict[str, str]) -> Element:
    """Read one element of the requirements graph."""
    kind = _KINDS[local_name(part)]
    logic = find_logic(part)
    for inner in children(part):
        if local_name(inner) not in _PARTS and inner is not logic:
            source.refuse_unknown(inner)
    requirements = tuple(_read_requirements(source, part))
    known = tuple(names[wanted.target] for wanted in requirements if wanted.target in names)
    variable = child(part, "variable")
    element_id = part.get("id", "")
    if not element_id:
        message = f"An element of the kind {local_name(part)} has no id."
        source.refuse(part, "dmn-no-id", message, "Give it an id.")
    return Element(
        kind,
        element_id,
        _variable_name(part),
        line_of(part),
        type_ref=normalised((variable.get("typeRef") if variable is not None else "") or ""),
        required=part.get(f"{{{EXTENSION_NAMESPACE}}}required") == "true",
        question=plain_text(part, "question"),
        description=plain_text(part, "description"),
        requirements=requirements,
        logic=_read_element_logic(source, part, kind, known),
        outputs=tuple(_targets(source, part, "outputDecision")),
    )


def _read_element_logic(
    source: Source, part: etree._Element, kind: str, names: tuple[str, ...]
) -> Node | None:
    """Read the logic of a decision, or the function of a knowledge model."""
    if kind == "decision":
        return read_logic(source, part, names) if find_logic(part) is not None else None
    if kind == "knowledge":
        function = child(part, "encapsulatedLogic")
        return None if function is None else read_function(source, function, names)
    return None


def _read_requirements(source: Source, part: etree._Element) -> Iterator[Requirement]:
    """Yield what an element needs, in the order of the file."""
    for inner in children(part, "informationRequirement"):
        for kind in ("requiredInput", "requiredDecision"):
            for target in _targets(source, inner, kind):
                yield Requirement(kind, target)
    for inner in children(part, "knowledgeRequirement"):
        for target in _targets(source, inner, "requiredKnowledge"):
            yield Requirement("requiredKnowledge", target)
    for kind in ("encapsulatedDecision", "outputDecision", "inputDecision", "inputData"):
        for target in _targets(source, part, kind):
            yield Requirement(kind, target)


def _targets(source: Source, part: etree._Element, name: str) -> Iterator[str]:
    """Yield the ids that the references with a name point to."""
    for reference in children(part, name):
        href = reference.get("href", "")
        space, sign, target = href.rpartition("#")
        if not sign or (space and space != part.getroottree().getroot().get("namespace")):
            message = f'The reference "{href[:80]}" points outside of the model.'
            source.refuse(reference, "dmn-reference", message, "Refer to an element as #id.")
        yield target


def _check_references(source: Source, root: etree._Element, elements: tuple[Element, ...]) -> None:
    """Refuse references to elements that do not exist, or that are of the wrong kind."""
    ids = {element.id for element in elements}
    for element in elements:
        for wanted in element.requirements:
            if wanted.target not in ids:
                place = next(iter(root.iterfind(f".//*[@id='{element.id}']")), root)
                message = f'The element "{element.id}" needs "{wanted.target}", which is missing.'
                remedy = "Add the missing element, or remove the requirement."
                source.refuse(place, "dmn-missing-element", message, remedy)


def _read_type(source: Source, part: etree._Element, depth: int) -> ItemDefinition:
    """Read a named type."""
    if depth > _MAX_TYPE_DEPTH:
        source.refuse(part, "dmn-type", "The type is nested too deeply.", "Name inner types.")
        return ItemDefinition(part.get("name", ""), "Any")
    reference = child(part, "typeRef")
    values = child(part, "allowedValues")
    constraint = child(part, "typeConstraint")
    return ItemDefinition(
        normalised(part.get("name", "")),
        normalised((reference.text if reference is not None else "") or ""),
        part.get("isCollection") == "true",
        tuple(_read_type(source, inner, depth + 1) for inner in children(part, "itemComponent")),
        source.tests(values, ()) if values is not None else None,
        source.tests(constraint, ()) if constraint is not None else None,
        _read_function_type(part),
        line_of(part),
    )


def _read_function_type(part: etree._Element) -> TypeName | None:
    """Return the type of functions that an item stands for: parameters, then the result."""
    function = child(part, "functionItem")
    if function is None:
        return None
    parts = [*children(function, "parameters")]
    types = [type_named(parameter.get("typeRef") or "Any") for parameter in parts]
    return TypeName("function", (*types, type_named(function.get("outputTypeRef") or "Any")))


def _member_names(types: tuple[ItemDefinition, ...]) -> Iterator[str]:
    """Yield the names of all members of all types, as the parser must know them."""
    for definition in types:
        for component in definition.components:
            yield component.name
        yield from _member_names(definition.components)
