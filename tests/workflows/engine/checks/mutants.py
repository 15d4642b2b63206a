"""Seeding defects into models: one flow or gateway is changed, all else stays."""

from collections.abc import Mapping
from dataclasses import fields, replace

from workflows.engine.model import ProcessModel
from workflows.engine.nodes import ExclusiveGateway, Flow, Node, ParallelGateway


def without_flow(model: ProcessModel, flow: Flow) -> ProcessModel:
    """Return the model without one of its flows."""
    return _with_flows(model, {key: each for key, each in model.flows.items() if key != flow.id})


def redirected(model: ProcessModel, flow: Flow, target: str) -> ProcessModel:
    """Return the model with one flow that leads to another node."""
    return _with_flows(model, {**model.flows, flow.id: replace(flow, target=target)})


def without_default(model: ProcessModel, node: Node) -> ProcessModel:
    """Return the model in which no flow of a node is the default."""
    asked = next(flow.condition for flow in node.outgoing if flow.condition is not None)
    changed = {
        flow.id: replace(flow, is_default=False, condition=flow.condition or asked)
        for flow in node.outgoing
    }
    return _with_flows(model, {**model.flows, **changed})


def swapped(model: ProcessModel, node: Node) -> ProcessModel:
    """Return the model in which a parallel gateway is exclusive, or the other way round."""
    kind = ParallelGateway if isinstance(node, ExclusiveGateway) else ExclusiveGateway
    facts = {each.name: getattr(node, each.name) for each in fields(Node)}
    return _of(model, {**model.nodes, node.id: kind(**facts)}, model.flows)


def _with_flows(model: ProcessModel, flows: Mapping[str, Flow]) -> ProcessModel:
    """Return the model with other flows."""
    nodes = {
        name: replace(
            node,
            incoming=tuple(flow for flow in flows.values() if flow.target == name),
            outgoing=tuple(flow for flow in flows.values() if flow.source == name),
        )
        for name, node in model.nodes.items()
    }
    return _of(model, nodes, flows)


def _of(model: ProcessModel, nodes: Mapping[str, Node], flows: Mapping[str, Flow]) -> ProcessModel:
    """Return a new model, which has computed nothing from the old nodes yet."""
    given = {each.name: getattr(model, each.name) for each in fields(model)}
    return ProcessModel(**{**given, "nodes": nodes, "flows": flows})
