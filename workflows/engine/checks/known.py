"""What a process may refer to, because it exists or is published together with it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from rules.dmn import DecisionModel
from rules.dmn.syntax import Table
from workflows.engine.forms import FormDocument
from workflows.engine.model import ProcessModel


@dataclass(frozen=True)
class Known:
    """
    What is around a process; a kind of key that is `None` is not checked.

    Attributes:
        decisions, forms, services, processes: Keys that may be referred to.
        documents: Forms by their key, where they could be read.
        models: Other processes by their key, where they could be read.
        rules: Decision models by the key of each of their decisions.
        is_complete: Whether all files could be read that were handed in together.

    """

    decisions: Collection[str] | None = None
    forms: Collection[str] | None = None
    services: Collection[str] | None = None
    processes: Collection[str] | None = None
    documents: Mapping[str, FormDocument] = field(default_factory=dict)
    models: Mapping[str, ProcessModel] = field(default_factory=dict)
    rules: Mapping[str, DecisionModel] = field(default_factory=dict)
    is_complete: bool = True

    def of_kind(self, kind: str) -> Collection[str] | None:
        """Return the keys of a kind of reference."""
        return {
            "decision": self.decisions,
            "form": self.forms,
            "service": self.services,
            "process": self.processes,
        }[kind]

    def fields_of(self, form: str) -> frozenset[str]:
        """Return the names that a form writes; none where it is not known."""
        document = self.documents.get(form)
        return frozenset(document.fields) if document is not None else frozenset()

    def results_of(self, decision: str) -> frozenset[str]:
        """Return the names that the result of a decision is written to."""
        model = self.rules.get(decision)
        elements = model.definitions.elements if model is not None else ()
        found = {element.id: element.logic for element in elements}.get(decision)
        columns = found.outputs if isinstance(found, Table) else ()
        if len(columns) > 1:
            return frozenset(column.name for column in columns)
        return frozenset({decision})

    def results_are_known(self, decision: str) -> bool:
        """Say whether `results_of` is all that a decision may write."""
        model = self.rules.get(decision)
        if model is None:
            return False
        logic = {element.id: element.logic for element in model.definitions.elements}
        return isinstance(logic.get(decision), Table)
