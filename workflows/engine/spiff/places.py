"""Whether every node, flow and event definition lies where it means something."""

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import BPMN, local, words
from workflows.engine.spiff.refusals import ALLOWED_EVENTS, CONTAINERS, FLOW_NODES, NODES


def survey_places(process: Element, compiler: Compiler) -> None:
    """Find nodes and flows that lie where no token would ever come."""
    for element in process.iterdescendants(f"{{{BPMN}}}*"):
        name = local(element)
        parent = element.getparent()
        around = "" if parent is None else local(parent)
        if name in FLOW_NODES or name in NODES or name == "sequenceFlow":
            fits = parent is process or around in CONTAINERS or around in NODES
        elif name.endswith("EventDefinition"):
            fits = around in ALLOWED_EVENTS
        else:
            continue
        if not fits:
            compiler.find(
                "element-misplaced",
                element,
                f"The {words(name)} '{id_of(element)}' lies within a {words(around)}.",
                "Put it directly into the process, sub-process or event it belongs to.",
            )
