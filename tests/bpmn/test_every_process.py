"""
What holds for every packaged process.

A new file in `bpmn/` is covered by these tests as it is: they find it, read
it, look at its drawing, and walk through it with generated form data.
"""

from pathlib import Path

import pytest
from lxml import etree

from tests.bpmn import packaged_models
from tests.bpmn.service_answers import answer
from tests.bpmn.walker import Memory, Walk, forms_of
from workflows import service_catalogue  # noqa: F401  (registers the services)
from workflows.engine import services
from workflows.engine.nodes import Activity, BoundaryEvent, CatchEvent, ExclusiveGateway, UserTask

FEWEST_WALKS = 60
MOST_WALKS = 1_500
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DRAWN_AS_SHAPE = [
    "participant",
    "lane",
    *("userTask", "serviceTask", "businessRuleTask", "callActivity", "subProcess"),
    *("sendTask", "receiveTask", "task", "manualTask"),
    *("startEvent", "endEvent", "boundaryEvent"),
    *("intermediateCatchEvent", "intermediateThrowEvent"),
    *("exclusiveGateway", "parallelGateway", "inclusiveGateway", "eventBasedGateway"),
]

every_file = pytest.mark.parametrize("path", packaged_models.FILES, ids=lambda path: path.stem)
every_process = pytest.mark.parametrize("key", sorted(packaged_models.processes()))
every_root = pytest.mark.parametrize("key", packaged_models.roots())


@every_file
def test_it_is_well_formed_and_read_without_findings(path: Path) -> None:
    result = packaged_models.read(path)

    assert [str(finding) for finding in result.findings] == []
    assert path.stem in {model.key for model in result.processes}


@every_file
def test_every_element_is_drawn_once(path: Path) -> None:
    root = packaged_models.root(path)
    shapes = [shape.get("bpmnElement") for shape in root.iter(f"{DI}BPMNShape")]
    edges = [edge.get("bpmnElement") for edge in root.iter(f"{DI}BPMNEdge")]

    assert sorted(shapes) == sorted(_ids(root, DRAWN_AS_SHAPE))
    assert sorted(edges) == sorted(_ids(root, ["sequenceFlow"]))


@every_process
def test_everything_that_it_refers_to_exists(key: str) -> None:
    known = {
        "process": set(packaged_models.processes()),
        "form": set(packaged_models.form_documents()),
        "decision": set(packaged_models.decision_models()),
        "service": services.names(),
    }
    missing = {
        (kind, name)
        for kind, name in packaged_models.processes()[key].references
        if name not in known[kind]
    }

    assert missing == set()


@every_process
def test_every_user_task_says_what_to_do(key: str) -> None:
    nodes = packaged_models.processes()[key].nodes.values()
    silent = {
        node.id
        for node in nodes
        if isinstance(node, UserTask) and not (node.name and node.documentation)
    }

    assert silent == set()


def test_every_form_is_used_by_a_process() -> None:
    used = {form for key in packaged_models.processes() for form in forms_of(key)}

    assert set(packaged_models.form_documents()) == used


@every_root
def test_walks_by_chance_reach_the_end_and_every_element(key: str) -> None:
    unseen, untaken = _elements(key), _choices(key)
    memory = Memory()
    for seed in range(MOST_WALKS):
        walk = Walk(key, seed, answer, memory).run()
        unseen -= walk.visited
        untaken -= walk.flows
        if seed >= FEWEST_WALKS and not unseen and not untaken:
            break

    assert unseen == set()
    assert untaken == set()


def test_the_same_seed_takes_the_same_way() -> None:
    first, second = (Walk("nomination", 3, answer).run() for _ in range(2))

    assert first.play.events == second.play.events


def _ids(root: etree._Element, names: list[str]) -> list[str]:
    """Return the ids of all elements of some kinds."""
    return [element.get("id", "") for name in names for element in root.iter(f"{BPMN}{name}")]


def _elements(key: str) -> set[tuple[str, str]]:
    """Return everything in a process and in what it calls that leaves an entry in the history."""
    return {
        (one, node.id)
        for one in packaged_models.family(key)
        for node in packaged_models.processes()[one].nodes.values()
        if isinstance(node, Activity | BoundaryEvent | CatchEvent)
    }


def _choices(key: str) -> set[tuple[str, str]]:
    """Return every flow that leaves an exclusive gateway with a choice."""
    return {
        (one, flow.id)
        for one in packaged_models.family(key)
        for node in packaged_models.processes()[one].nodes.values()
        if isinstance(node, ExclusiveGateway) and len(node.outgoing) > 1
        for flow in node.outgoing
    }
