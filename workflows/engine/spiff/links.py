"""Link events: each that is thrown leads to the one that catches it, in the same scope."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lxml.etree import _Element as Element

from workflows.engine.nodes import Flow
from workflows.engine.spiff.compiler import Compiler, id_of
from workflows.engine.spiff.notation import child, children

_CODE = "link-event"
Events = dict[str, list[Element]]


def link_of(event: Element) -> str | None:
    """Return the name of the link of an event; `None` where the event is no link."""
    definition = child(event, "linkEventDefinition")
    return None if definition is None else (definition.get("name") or "").strip()


def link_flows(containers: Iterable[Element]) -> Iterator[Flow]:
    """Yield a flow for every link: from where it is thrown to where it is caught."""
    for container in containers:
        caught = {link_of(event): event for event in _catching(container)}
        for event in _throwing(container):
            target = caught.get(link_of(event))
            if target is not None:
                yield Flow(f"link:{event.get('id')}", event.get("id", ""), target.get("id", ""))


def survey_links(container: Element, compiler: Compiler) -> None:
    """Find links without a name, without their other end, or with two places to go to."""
    flows = list(children(container, "sequenceFlow"))
    thrown, caught = _by_name(_throwing(container)), _by_name(_catching(container))
    left = {flow.get("sourceRef", "") for flow in flows}
    entered = {flow.get("targetRef", "") for flow in flows}
    for event in (*thrown.pop("", ()), *caught.pop("", ())):
        _find(compiler, event, "has no name", "Give both ends the same link name.")
    _survey_ends(thrown, caught, compiler)
    for event in _with_flow(thrown, left):
        remedy = "Remove the flow; the path goes on where the link is caught."
        _find(compiler, event, "has an outgoing flow too", remedy)
    for event in _with_flow(caught, entered):
        remedy = "Remove the flow; the path comes from where the link is thrown."
        _find(compiler, event, "has an incoming flow too", remedy)


def _survey_ends(thrown: Events, caught: Events, compiler: Compiler) -> None:
    """Find links that have one end only, or three."""
    for name in thrown.keys() - caught.keys():
        remedy = f"Add a catch event with the link “{name}” on the same level."
        _find(compiler, thrown[name][0], f"leads to “{name}”, which is caught nowhere", remedy)
    for name in caught.keys() - thrown.keys():
        remedy = f"Add a throw event with the link “{name}” on the same level, or remove it."
        _find(compiler, caught[name][0], f"catches “{name}”, which is thrown nowhere", remedy)
    for name, events in caught.items():
        for event in events[1:]:
            remedy = "Keep one place where it is caught; several may throw it."
            _find(compiler, event, f"catches “{name}” a second time", remedy)


def _with_flow(events: Events, ids: set[str]) -> Iterator[Element]:
    """Yield the events that a sequence flow leaves or enters."""
    yield from (event for some in events.values() for event in some if event.get("id") in ids)


def _throwing(container: Element) -> Iterator[Element]:
    """Yield the events of a level that throw a link."""
    events = children(container, "intermediateThrowEvent")
    yield from (event for event in events if link_of(event) is not None)


def _catching(container: Element) -> Iterator[Element]:
    """Yield the events of a level that catch a link."""
    events = children(container, "intermediateCatchEvent")
    yield from (event for event in events if link_of(event) is not None)


def _by_name(events: Iterable[Element]) -> Events:
    """Return events by the name of their link."""
    found: defaultdict[str, list[Element]] = defaultdict(list)
    for event in events:
        found[link_of(event) or ""].append(event)
    return dict(found)


def _find(compiler: Compiler, event: Element, what: str, remedy: str) -> None:
    """Note what is wrong with a link event."""
    compiler.find(_CODE, event, f"The link event '{id_of(event)}' {what}.", remedy)
