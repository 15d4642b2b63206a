"""Models that are broken at random: reading them may refuse, but never fails."""

import random
from pathlib import Path

import pytest
from lxml import etree

from rules.xml_door import open_xml
from tests.workflows.engine.play import NOW, Weekdays
from workflows.engine.checks import check
from workflows.engine.model import ExecutableProcess
from workflows.engine.runtime import step
from workflows.engine.spiff.notation import BPMN
from workflows.engine.spiff.reader import read_processes
from workflows.engine.transition import Start, StepContext, StepRefused

FOLDER = Path(__file__).parents[4] / "bpmn"
SOURCES = {path.stem: path.read_bytes() for path in sorted(FOLDER.glob("*.bpmn"))}
VALUES = ("", "x", "true", "=", "1", "R/PT1S", "a b", "P1D", "${x}", "∞", "=[1, 2", "__import__")


def break_something(root: etree._Element, chance: random.Random) -> None:
    """Remove, rename, move, empty or confuse one thing in a model."""
    elements = [item for item in root.iter(f"{{{BPMN}}}*") if item.getparent() is not None]
    element = chance.choice(elements)
    parent = element.getparent()
    assert parent is not None
    kind = chance.randrange(6)
    if kind == 0:
        parent.remove(element)
    elif kind == 1 and element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]
    elif kind == 2 and element.attrib:
        other = chance.choice(elements)
        value = chance.choice([*VALUES, *other.attrib.values()])
        element.set(chance.choice(sorted(element.attrib)), value)
    elif kind == 3:
        element.text = chance.choice(VALUES)
    elif kind == 4:
        element.tag = chance.choice(elements).tag
    else:
        target = chance.choice(elements)
        if element not in (target, *target.iterancestors()):
            target.append(element)


@pytest.mark.parametrize("name", SOURCES)
def test_a_broken_model_is_refused_or_can_be_started(name):
    chance = random.Random(name)
    context = StepContext(NOW, Weekdays(), "grace")
    for _ in range(8):
        root = open_xml(SOURCES[name], file_name=name)
        for _ in range(chance.randint(1, 3)):
            break_something(root, chance)

        result = read_processes(root, file_name=name)

        findings = check(result)
        assert result.processes or any(finding.is_error for finding in findings)
        for process in result.processes:
            if process.start is not None:
                try:
                    step(ExecutableProcess(process), None, Start({}), context)
                except StepRefused:
                    continue
