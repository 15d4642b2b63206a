"""Who uses a form, who reads what it asks for, and whose answers lie in it right now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from rules.feel import Expression
from rules.feel.syntax import Name, Path
from workflows.engine.checks.expressions import expressions_of
from workflows.engine.forms import Field, FormDocument
from workflows.engine.model import ProcessModel
from workflows.engine.nodes import BusinessRuleTask, Node, StartEvent, UserTask
from workflows.engine.tables import Draft
from workflows.engine.tables import UserTask as OpenTask
from workflows.models_in_force import ModelInForce


@dataclass(frozen=True)
class Place:
    """An element of a process in force."""

    process_key: str
    process_name: str
    element_id: str
    element_name: str


@dataclass(frozen=True)
class FormUses:
    """
    What stands around a form.

    Attributes:
        places: The steps that ask it.
        readers: By the name of a field, the elements that read it afterwards.
        written: Every name that the processes which ask it are known to write.

    """

    places: Sequence[Place]
    readers: Mapping[str, Sequence[Place]]
    written: frozenset[str]

    @property
    def processes(self) -> Mapping[str, str]:
        """Return the names of the processes that ask it, by their keys."""
        return {place.process_key: place.process_name for place in self.places}


def find(models: Sequence[ModelInForce], key: str) -> FormUses:
    """Return who uses a form and reads what it writes, among everything in force."""
    places: list[Place] = []
    readers: dict[str, list[Place]] = {}
    written: set[str] = {"started_by"}
    forms = {each.key: each.form for each in models if each.form is not None}
    for each in models:
        if each.process is None:
            continue
        asking = [node for node in each.process.nodes.values() if form_of(node) == key]
        if not asking:
            continue
        places += [place_of(each, node) for node in asking]
        written.update(_written(each.process, forms))
        results = {node.result_variable for node in asking}
        for node in each.process.nodes.values():
            for name in _read_at(node, results, models, key):
                readers.setdefault(name, []).append(place_of(each, node))
    return FormUses(places, readers, frozenset(written))


def places_by_form(models: Sequence[ModelInForce]) -> Mapping[str, Sequence[Place]]:
    """Return, by the key of each form, the steps that ask it."""
    found: dict[str, list[Place]] = {}
    for each in models:
        for node in each.process.nodes.values() if each.process is not None else ():
            form = form_of(node)
            if form:
                found.setdefault(form, []).append(place_of(each, node))
    return found


def names_in(document: FormDocument) -> frozenset[str]:
    """Return the names of data that a form reads, its own fields among them."""
    read = (expression.names for expression in _expressions_of_form(document))
    return document.shown_names.union(*read)


def form_of(node: Node) -> str | None:
    """Return the key of the form that a node asks."""
    return node.form if isinstance(node, UserTask | StartEvent) else None


def place_of(model: ModelInForce, node: Node) -> Place:
    """Return a node as a place."""
    return Place(model.key, model.name, node.id, node.name or node.id)


def answers_under_way(session: Session, key: str) -> int:
    """Return how many people have typed answers into a form and not yet sent them."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Draft)
            .join(OpenTask, OpenTask.id == Draft.user_task_id)
            .where(OpenTask.form_key == key, OpenTask.state == "open")
        )
        or 0
    )


def _written(process: ProcessModel, forms: Mapping[str, FormDocument]) -> Iterator[str]:
    """Yield the names that a process is known to write."""
    for node in process.nodes.values():
        yield from (mapped.name for mapped in node.outputs)
        if node.result_variable:
            yield node.result_variable
        document = forms.get(form_of(node) or "")
        if document is not None:
            yield from document.fields


def _read_at(
    node: Node, results: set[str | None], models: Sequence[ModelInForce], own: str
) -> set[str]:
    """Return the names that a node reads: itself, by its form, or by its decision."""
    read = list(expressions_of(node))
    found: set[str] = set()
    form = form_of(node)
    document = next((each.form for each in models if each.key == form and each.form), None)
    if document is not None and form != own:
        read += _expressions_of_form(document)
        if None in results:
            found |= document.shown_names
        found |= _members(document.shown_names, results)
    for expression in read:
        found |= expression.names if None in results else set()
        found |= _paths(expression.tree, results)
    if isinstance(node, BusinessRuleTask) and not node.inputs and None in results:
        found |= _asked(models, node.decision)
    return found


def _expressions_of_form(document: FormDocument) -> Iterator[Expression]:
    """Yield the expressions of a form."""
    for item in document.items:
        if item.show_when is not None:
            yield item.show_when
        if isinstance(item, Field) and item.prefill is not None:
            yield item.prefill


def _members(names: frozenset[str], results: set[str | None]) -> set[str]:
    """Return what shown names such as `consent.agrees` read of a result."""
    split = (name.partition(".") for name in names)
    return {member.partition(".")[0] for head, _, member in split if head in results and member}


def _paths(tree: Any, results: set[str | None]) -> set[str]:
    """Return the members of a result variable that a syntax tree reads."""
    found: set[str] = set()
    ahead = [tree]
    while ahead:
        part = ahead.pop()
        if isinstance(part, Path) and isinstance(part.source, Name) and part.source.name in results:
            found.add(part.member)
        if isinstance(part, tuple | list):
            ahead.extend(part)
        elif is_dataclass(part) and not isinstance(part, type):
            ahead.extend(getattr(part, each.name) for each in fields(part))
    return found


def _asked(models: Sequence[ModelInForce], decision: str) -> set[str]:
    """Return what a decision reads from the data of a case."""
    for each in models:
        if each.decisions is not None and each.key == decision:
            return set(each.decisions.decisions[decision].inputs)
    return set()
