"""
SpiffWorkflow's parser, made flat.

The library follows the flows recursively and dies of a chain of 500 nodes. Here
every node is parsed alone, in the order of the file, and flows are read from the
tree by our own reader, which also sees what the library drops.
"""

from copy import deepcopy
from typing import Any

from lxml.etree import _Element as Element
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.task_parsers import CallActivityParser, SubWorkflowParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.event_definitions.simple import NoneEventDefinition

from workflows.engine.spiff.notation import BPMN, attribute, child, tag

_DATA = tuple(
    tag(name)
    for name in ("dataInputAssociation", "dataOutputAssociation", "dataStoreReference", "dataStore")
)
_REFUSED = ("scriptTask", "adHocSubProcess")


class BusinessRuleTaskSpec(BpmnTaskSpec):  # type: ignore[misc]
    """A decision task; the library knows one only together with its own decision tables."""


class _FlatParsing:
    """Parse one node and nothing behind it."""

    def parse_node(self) -> Any:
        """Return the spec of this node alone."""
        return self.create_task()  # type: ignore[attr-defined]


class _FlatSubProcessParser(_FlatParsing, SubWorkflowParser):  # type: ignore[misc]
    """Register a sub-process for parsing; the library would insist on an end event."""

    def create_task(self) -> Any:
        """Return the spec of the sub-process, naming the spec of its content."""
        parser = self.process_parser.parser
        parser.create_parser(self.node, filename=self.filename, lane=self.lane)
        return self.spec_class(
            self.spec, self.bpmn_id, subworkflow_spec=self.bpmn_id, **self.bpmn_attributes
        )


class _FlatCallParser(_FlatParsing, CallActivityParser):  # type: ignore[misc]
    """Read the called process from where Camunda 8 names it too."""

    def create_task(self) -> Any:
        """Return the spec of the call."""
        called = self.node.get("calledElement") or attribute(self.node, "called")
        return self.spec_class(
            self.spec, self.bpmn_id, subworkflow_spec=called, **self.bpmn_attributes
        )


class _FlatBoundaryParser(_FlatParsing, BoundaryEventParser):  # type: ignore[misc]
    """Let compensation boundary events pass, which the library does not know."""

    def create_task(self) -> Any:
        """Return the spec of the event, without a definition where the library has none."""
        if child(self.node, "compensateEventDefinition") is None:
            return super().create_task()
        return self._create_task(NoneEventDefinition(), cancel_activity=False)


class _FlatProcessParser(ProcessParser):  # type: ignore[misc]
    """Parse the nodes of one level in the order of the file."""

    def add_tasks(self) -> None:
        """Parse every flow node of this level."""
        for node in self.node.iterchildren():
            if self.parser._get_parser_class(node.tag)[0] is not None:
                self.parse_node(node)


def _flat(parser: type) -> type:
    """Return a parser class of the library that parses its own node only."""
    return type(f"Flat{parser.__name__}", (_FlatParsing, parser), {})


class FlatParser(BpmnParser):  # type: ignore[misc]
    """The library's parser with flat parsers for every node, and without what we refuse."""

    PROCESS_PARSER_CLASS = _FlatProcessParser
    PARSER_CLASSES = {  # noqa: RUF012  (the library reads it as a plain class attribute)
        name: (_flat(parser), spec)
        for name, (parser, spec) in BpmnParser.PARSER_CLASSES.items()
        if name not in {tag(refused) for refused in _REFUSED}
    }
    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012
        tag("subProcess"): (_FlatSubProcessParser, BpmnParser.PARSER_CLASSES[tag("subProcess")][1]),
        tag("transaction"): (
            _FlatSubProcessParser,
            BpmnParser.PARSER_CLASSES[tag("transaction")][1],
        ),
        tag("boundaryEvent"): (
            _FlatBoundaryParser,
            BpmnParser.PARSER_CLASSES[tag("boundaryEvent")][1],
        ),
        tag("callActivity"): (_FlatCallParser, BpmnParser.PARSER_CLASSES[tag("callActivity")][1]),
        tag("businessRuleTask"): (_flat(TaskParser), BusinessRuleTaskSpec),
    }


def parse_specs(root: Element, file_name: str) -> dict[str, dict[str, Any]]:
    """Return the specs of all nodes by process and by id, those of sub-processes included."""
    parser = FlatParser()
    parser.add_bpmn_xml(_without_data(root), file_name)
    processes = {
        node.get("id"): node for node in root.iterchildren(f"{{{BPMN}}}process") if node.get("id")
    }
    found: dict[str, dict[str, Any]] = {}
    for key in processes:
        if key not in parser.get_process_ids():
            continue
        specs = found.setdefault(str(key), {})
        ahead = [str(key)]
        while ahead:
            spec = parser.get_spec(ahead.pop())
            specs.update(spec.task_specs)
            ahead.extend(_contents(spec.task_specs, parser))
    return found


def _without_data(root: Element) -> Element:
    """Return a tree without what is drawn about data: the library would want to store them."""
    if next(root.iter(*_DATA), None) is None:
        return root
    copy = deepcopy(root)
    for element in list(copy.iter(*_DATA)):
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)
    return copy


def _contents(specs: dict[str, Any], parser: BpmnParser) -> list[str]:
    """Return the ids of the sub-processes among some specs."""
    return [
        name
        for name, spec in specs.items()
        if getattr(spec, "spec", None) == name and name in parser.process_parsers
    ]
