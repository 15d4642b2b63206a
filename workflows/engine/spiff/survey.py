"""
The survey of a file before anything is translated.

It goes over the tree itself and finds what would be lost or executed wrongly:
the library drops much of it without a word.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.drawn_data import survey_associations, survey_data_store
from workflows.engine.spiff.event_sub_processes import begins_event_sub_process
from workflows.engine.spiff.notation import (
    BPMN,
    CAMUNDA,
    SPIFF,
    UNDERSTUDY,
    ZEEBE,
    children,
    local,
    mappings,
    passes_everything,
    tag,
    words,
)
from workflows.engine.spiff.overriding import is_decided
from workflows.engine.spiff.places import survey_places
from workflows.engine.spiff.quantities import survey_quantities
from workflows.engine.spiff.refusals import (
    ALLOWED_EVENTS,
    CONTAINERS,
    CORRELATION,
    EVENT_STARTS,
    EVENTS,
    FLOW_NODES,
    FOREIGN,
    LOST,
    NODES,
    OUR_ATTRIBUTES,
    OUR_ELEMENTS,
    READS_INPUTS,
    READS_OUTPUTS,
    SILENT,
    Refusal,
)
from workflows.engine.spiff.structure import survey_process

_FOREIGN_NAMESPACES = (CAMUNDA, ZEEBE, SPIFF)


def survey(root: Element, compiler: Compiler) -> None:
    """Find everything in a file that is not supported, ambiguous or would be lost."""
    if root.tag != tag("definitions"):
        compiler.find(
            "not-bpmn",
            root,
            "The file is no BPMN model: its root is not bpmn:definitions.",
            f'Begin with <bpmn:definitions xmlns:bpmn="{BPMN}">.',
        )
        return
    _survey_ids(root, compiler)
    for element in root.iter(tag("correlationProperty")):
        refuse(compiler, element, CORRELATION, f"'{id_of(element)}' is refused.")
    found = False
    for process in children(root, "process"):
        if process.get("isExecutable", "true") not in ("true", "1"):
            continue
        found = True
        _survey_content(process, compiler)
        survey_process(process, compiler)
    if not found:
        compiler.find(
            "not-executable",
            next(children(root, "process"), root),
            "No process in the file is marked as executable.",
            'Set isExecutable="true" on the process.',
        )


def _survey_ids(root: Element, compiler: Compiler) -> None:
    """Find ids that are given twice; the library would let the last one win."""
    seen: dict[str, Element] = {}
    for element in root.iter(f"{{{BPMN}}}*"):
        name = element.get("id")
        if name is None:
            continue
        if name in seen:
            compiler.find(
                "duplicate-id",
                element,
                f"The id '{name}' is given twice, first in line {seen[name].sourceline}.",
                "Give each element an id of its own.",
            )
        seen.setdefault(name, element)


def _survey_content(process: Element, compiler: Compiler) -> None:
    """Look at every element of a process by itself."""
    if not process.get("id"):
        _missing_id(process, compiler)
    _survey_attributes(process, compiler)
    _survey_extensions(process, compiler)
    survey_places(process, compiler)
    for container in (process, *process.iter(*(tag(name) for name in CONTAINERS))):
        for element in container.iterchildren():
            _survey_element(element, compiler)


def _survey_element(element: Element, compiler: Compiler) -> None:
    """Look at one flow element."""
    name = local(element)
    if name in NODES:
        refuse(compiler, element, NODES[name], f"'{id_of(element)}' is refused.")
    elif name == "dataStoreReference":
        survey_data_store(element, compiler)
    elif name not in FLOW_NODES:
        if name and name not in SILENT:
            _unknown_element(element, name, compiler)
        return
    if not element.get("id"):
        _missing_id(element, compiler)
    if name in ALLOWED_EVENTS:
        _survey_event(element, name, compiler)
    _survey_node(element, name, compiler)


def _survey_node(element: Element, name: str, compiler: Compiler) -> None:
    """Look at the attributes and extensions of a node and what belongs to it."""
    survey_associations(element, compiler)
    survey_quantities(element, compiler)
    _survey_attributes(element, compiler)
    for part in element.iterchildren():
        if local(part) not in FLOW_NODES:
            for inner in part.iter(f"{{{BPMN}}}*"):
                _survey_attributes(inner, compiler)
    _survey_extensions(element, compiler)
    _survey_mappings(element, name, compiler)


def _survey_mappings(element: Element, name: str, compiler: Compiler) -> None:
    """Find mappings at nodes that do nothing with them."""
    for direction, readers in (("input", READS_INPUTS), ("output", READS_OUTPUTS)):
        place = next(mappings(element, direction), None)
        if place is not None and name not in readers:
            compiler.find(
                "mapping-lost",
                place[0],
                f"The {direction} mapping of the {words(name)} '{id_of(element)}' would be lost.",
                "Write it as an output mapping of a task before or after.",
                owner=element,
            )
        everything = passes_everything(element, direction)
        if place is not None and everything is not None:
            compiler.find(
                "mapping-ambiguous",
                everything,
                f"'{id_of(element)}' passes all variables and names some of them too.",
                "Name every variable, or none: without a mapping all of them are passed.",
                owner=element,
            )


def _survey_event(element: Element, name: str, compiler: Compiler) -> None:
    """Look at the definitions of an event."""
    definitions = [
        inner
        for inner in element.iterchildren()
        if local(inner).endswith(("EventDefinition", "eventDefinitionRef"))
    ]
    if len(definitions) > 1:
        compiler.find(
            "multiple-event",
            element,
            f"The event '{id_of(element)}' has {len(definitions)} definitions.",
            "Draw one event for each.",
        )
        return
    kind = local(definitions[0]) if definitions else ""
    if kind in (EVENT_STARTS if begins_event_sub_process(element) else ALLOWED_EVENTS[name]):
        return
    place = f"The {words(name)} '{id_of(element)}' is refused."
    if kind in EVENTS:
        refuse(compiler, element, EVENTS[kind], place)
        return
    what = f"a {words(kind.removesuffix('EventDefinition'))} event" if kind else "without a cause"
    compiler.find(
        "event-not-supported",
        element,
        f"The {words(name)} '{id_of(element)}' cannot be {what}.",
        "Choose another event; the guide for designers lists those that work.",
    )


def _survey_attributes(element: Element, compiler: Compiler) -> None:
    """Find attributes of ours that nobody reads, and foreign ones that would be lost."""
    for name in element.attrib:
        namespace, _, short = str(name).removeprefix("{").rpartition("}")
        if namespace == UNDERSTUDY:
            known = OUR_ATTRIBUTES.get(local(element), frozenset())
            if short not in known:
                _unknown_attribute(element, short, known, compiler)
        elif namespace in _FOREIGN_NAMESPACES and short in (*FOREIGN, *LOST):
            if is_decided(element, short):
                continue
            found = FOREIGN.get(short) or LOST[short]
            refuse(compiler, element, found, f"'{short}' of '{id_of(element)}'.")


def _survey_extensions(element: Element, compiler: Compiler) -> None:
    """Find extension elements that would run something or that nobody reads."""
    for inner in _extension_elements(element):
        namespace, _, name = str(inner.tag).removeprefix("{").rpartition("}")
        if namespace == UNDERSTUDY and name not in OUR_ELEMENTS:
            compiler.find(
                "unknown-extension",
                inner,
                f"'{id_of(element)}' has the unknown extension element understudy:{name}.",
                f"Use one of: {', '.join(sorted(OUR_ELEMENTS))}.",
                owner=element,
            )
        elif namespace == ZEEBE and inner.get("candidateUsers"):
            if not is_decided(element, "candidateUsers"):
                refuse(compiler, inner, LOST["candidateUsers"], f"'{id_of(element)}'.", element)
        elif namespace in _FOREIGN_NAMESPACES and name in FOREIGN:
            if is_decided(element, name):
                continue
            refuse(compiler, inner, FOREIGN[name], f"'{id_of(element)}' is refused.", element)


def _extension_elements(element: Element) -> Iterator[Element]:
    """Yield every element in the extensions of a node and of what belongs to it."""
    for inner in element.iterchildren():
        if local(inner) == "extensionElements":
            yield from inner.iterdescendants("*")
        elif local(inner) == "multiInstanceLoopCharacteristics":
            yield from _extension_elements(inner)


def refuse(
    compiler: Compiler,
    element: Element,
    refusal: Refusal,
    place: str,
    owner: Element | None = None,
) -> None:
    """Note that something is refused, why, and what to do instead."""
    compiler.find(refusal.code, element, f"{place} {refusal.reason}", refusal.remedy, owner=owner)


def _missing_id(element: Element, compiler: Compiler) -> None:
    """Note that a node has no id."""
    compiler.find(
        "missing-id",
        element,
        f"A {words(local(element))} in line {element.sourceline} has no id.",
        "Give it an id.",
    )


def _unknown_element(element: Element, name: str, compiler: Compiler) -> None:
    """Note an element that nobody reads."""
    close = get_close_matches(name, FLOW_NODES, 1)
    compiler.find(
        "unknown-element",
        element,
        f"The element bpmn:{name} is not known here and would be lost.",
        f"Did you mean bpmn:{close[0]}?" if close else "Remove it.",
    )


def _unknown_attribute(
    element: Element, name: str, known: frozenset[str], compiler: Compiler
) -> None:
    """Note an attribute of ours that nobody reads."""
    close = get_close_matches(name, known, 1)
    allowed = f"Allowed here: {', '.join(sorted(known))}." if known else "Remove it."
    compiler.find(
        "unknown-attribute",
        element,
        f"understudy:{name} on '{id_of(element)}' is not known here and would be lost.",
        f"Did you mean understudy:{close[0]}?" if close else allowed,
    )
