"""The elements of a process with their figures, in the order in which a case meets them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy.orm import Session

from webapp.case_steps import in_order
from workflows.engine import definitions
from workflows.engine.definitions import DefinitionNotFound
from workflows.engine.nodes import UserTask
from workflows.figure_sums import Durations, ProcessFigures, Stage, Step

HOTTEST = 4


@dataclass(frozen=True)
class Element:
    """
    One element: what waits there, and what people did there.

    Attributes:
        process_name: The called process to which it belongs; empty in the process itself.
        here: Cases that are there now.

    """

    id: str
    name: str
    process_name: str
    here: int
    step: Step
    stage: Stage | None

    @property
    def took(self) -> Durations:
        """Return how long people took; for a stage without people, when cases had passed it."""
        return self.step.took


def elements(session: Session, process_key: str, figures: ProcessFigures) -> list[Element]:
    """Return the elements of a process about which there is a figure; those that are gone last."""
    names = _names(session, process_key)
    steps = {one.element_id: one for one in figures.steps}
    stages = {one.element_id: one for one in figures.stages}
    known = [each for each in names if each in steps or each in stages]
    gone = sorted((steps.keys() | stages.keys()) - names.keys())
    return [_element(each, names, steps, stages) for each in (*known, *gone)]


def name_of(session: Session, process_key: str | None, element_id: str) -> dict[str, str]:
    """Return the name of an element of a process by its id, where there is such an element."""
    found = _names(session, process_key).get(element_id) if process_key else None
    return {element_id: found[0]} if found else {}


def user_tasks(session: Session, process_key: str) -> list[tuple[str, str]]:
    """Return the steps of a process, and of those that it calls, that people do: id and name."""
    try:
        bundle = definitions.active_bundle(session, process_key)
    except DefinitionNotFound:
        return []
    models = definitions.bundle(session, bundle.id).executable.models
    found = (node for model in models for node in in_order(model) if isinstance(node, UserTask))
    return list({node.id: (node.id, node.name or node.id) for node in found}.values())


def heat(found: Sequence[Element], *, by_time: bool) -> str:
    """Return what the picture shows as warm, for the script that draws it."""
    amounts = {
        one.id: (one.took.median or 0.0) if by_time else float(one.here or one.step.open)
        for one in found
        if not one.process_name
    }
    hottest = max(amounts.values(), default=0.0)
    warm = {key: amount for key, amount in amounts.items() if amount > 0}
    return json.dumps(
        {
            "heat": {key: ceil(HOTTEST * amount / hottest) for key, amount in warm.items()},
            "words": {key: f"{amount:g}" for key, amount in warm.items()},
        }
    )


def _names(session: Session, process_key: str) -> Mapping[str, tuple[str, str]]:
    """Return the name of each element and of its process, in order; nothing if there is none."""
    try:
        bundle = definitions.active_bundle(session, process_key)
    except DefinitionNotFound:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for model in definitions.bundle(session, bundle.id).executable.models:
        owner = "" if model.key == process_key else model.name or model.key
        for node in in_order(model):
            found.setdefault(node.id, (node.name or node.id, owner))
    return found


def _element(
    key: str,
    names: Mapping[str, tuple[str, str]],
    steps: Mapping[str, Step],
    stages: Mapping[str, Stage],
) -> Element:
    """Return one element."""
    name, owner = names.get(key, (key, ""))
    stage = stages.get(key)
    step = steps.get(key, Step(key, 0, Durations()))
    return Element(key, name, owner, stage.here if stage else 0, step, stage)
