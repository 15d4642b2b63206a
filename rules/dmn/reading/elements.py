"""Reads the elements of the requirements graph."""

from collections.abc import Iterator, Mapping

from lxml import etree

from rules.dmn.reading.boxed import find_logic, read_function, read_logic, variable_name
from rules.dmn.reading.documents import Document
from rules.dmn.reading.source import (
    EXTENSION_NAMESPACE,
    Source,
    child,
    children,
    line_of,
    local_name,
    plain_text,
)
from rules.dmn.syntax import Element, Requirement, Typed
from rules.dmn.types import written_type
from rules.feel.names import normalised
from rules.feel.syntax import Node

KINDS = {
    "inputData": "input",
    "decision": "decision",
    "businessKnowledgeModel": "knowledge",
    "decisionService": "service",
}
_PARTS = frozenset(
    {
        *("description", "extensionElements", "question", "allowedAnswers", "variable"),
        *("informationRequirement", "knowledgeRequirement", "authorityRequirement"),
        *("supportedObjective", "impactedPerformanceIndicator", "decisionMaker"),
        *("decisionOwner", "usingProcess", "usingTask", "encapsulatedLogic"),
        *("outputDecision", "encapsulatedDecision", "inputDecision", "inputData"),
    }
)
_SHOWN = 80


def variable_of(part: etree._Element) -> str:
    """Return the name under which others read an element."""
    variable = child(part, "variable")
    named = variable_name(variable) if variable is not None else ""
    return named or normalised(part.get("name", ""))


def read_element(
    document: Document,
    part: etree._Element,
    names: Mapping[str, str],
    types: Mapping[str, str],
    space: int,
) -> Element:
    """Read one element; `names` has the variables of all elements by id."""
    source = document.source
    _check_parts(source, part)
    requirements = tuple(_read_requirements(source, part))
    known = tuple(names[wanted.target] for wanted in requirements if wanted.target in names)
    variable = child(part, "variable")
    type_ref = source.type_ref(variable) if variable is not None else ""
    name = variable_of(part)
    return Element(
        KINDS[local_name(part)],
        # An id may be left out; nobody can refer to the element then but by its name.
        source.global_id(part.get("id") or name),
        document.prefix + name,
        line_of(part),
        type_ref=types.get(type_ref, type_ref),
        required=part.get(f"{{{EXTENSION_NAMESPACE}}}required") == "true",
        question=plain_text(part, "question"),
        description=plain_text(part, "description"),
        requirements=requirements,
        logic=_read_logic(source, part, (name, *known), type_ref),
        outputs=tuple(_targets(source, part, "outputDecision")),
        local_name=name,
        space=space,
    )


def _check_parts(source: Source, part: etree._Element) -> None:
    """Refuse parts that are not known, and an element without a name."""
    logic = find_logic(part)
    for inner in children(part):
        if local_name(inner) not in _PARTS and inner is not logic:
            source.refuse_unknown(inner)
    kind = local_name(part)
    if not variable_of(part):
        message = f"An element of the kind {kind} has no name."
        source.refuse(part, "dmn-no-name", message, "Give it a name.")
    if kind == "decisionService" and child(part, "outputDecision") is None:
        message = "The decision service has no output decision."
        source.refuse(part, "dmn-no-output", message, "Say which decisions are its results.")


def _read_logic(
    source: Source, part: etree._Element, names: tuple[str, ...], type_ref: str
) -> Node | None:
    """Read the logic of a decision, or the function of a knowledge model."""
    kind = local_name(part)
    if kind == "decision":
        return read_logic(source, part, names[1:]) if find_logic(part) is not None else None
    if kind != "businessKnowledgeModel":
        return None
    function = child(part, "encapsulatedLogic")
    if function is None:
        return None
    # A function may call itself, so that its own name is known inside of it.
    node = read_function(source, function, names)
    return Typed(node, written_type(type_ref)) if type_ref else node


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
        own = part.getroottree().getroot().get("namespace")
        if sign and (not space or space == own):
            yield source.global_id(target)
        elif sign and space in source.namespaces:
            yield f"{space}#{target}"
        else:
            message = f'The reference "{href[:_SHOWN]}" points outside of the model.'
            remedy = "Refer to an element as #id, or import the model that has it."
            source.refuse(reference, "dmn-reference", message, remedy)
