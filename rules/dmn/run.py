"""One evaluation of a model: values are found in the order in which they are needed."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rules.dmn.syntax import Element
from rules.dmn.trace import DecisionRecord
from rules.dmn.types import written_type
from rules.feel import Budget, Function, from_json

if TYPE_CHECKING:
    from rules.dmn.model import DecisionModel

_STEPS_PER_ELEMENT = 4


class Run:
    """
    The values found so far, and the records of what was decided.

    Attributes:
        values: The values by the name of their variable.
        given: Values that are handed in instead of being found, by the id of the element.

    """

    __slots__ = ("budget", "given", "inputs", "model", "now", "records", "values")

    def __init__(
        self,
        model: "DecisionModel",
        inputs: Mapping[str, Any],
        budget: Budget,
        now: datetime | None,
        given: dict[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.budget = budget
        self.now = now
        self.given = given or {}
        self.values: dict[str, Any] = {}
        self.records: list[DecisionRecord] = []

    def answer(self, element: Element) -> Any:
        """Return the result of a decision or of a service."""
        if element.kind == "service":
            return self._serve(element)
        self._find(element)
        return self.values[element.name]

    def _find(self, element: Element) -> None:
        """Find the values of everything that an element needs, and of itself."""
        inputs, given, values = self.inputs, self.given, self.values
        for name in self.model.undeclared(element.id):
            if name in inputs:
                values[name] = from_json(inputs[name])
        steps = self.model.steps_to(element.id)
        self.budget.spend(_STEPS_PER_ELEMENT * len(steps))
        for variable, element_id, value in steps:
            values[variable] = given[element_id] if element_id in given else value(self)

    def _serve(self, service: Element) -> Any:
        """Return the results of a service: one value, or a context of several."""
        for decision in self._parameters(service, "inputDecision"):
            if decision.id not in self.given:
                value = self.inputs.get(decision.name)
                self.given[decision.id] = self.model.as_input(value, decision, self.budget)
        self._find(service)
        names = [decision.name for decision in self.model.found(service.outputs)]
        results = {name: self.values[name] for name in names}
        value = results[names[0]] if len(names) == 1 else results
        return self.model.fit_result(value, service, self.budget)

    def _parameters(self, service: Element, *kinds: str) -> list[Element]:
        """Return what is handed in to a service, kind by kind."""
        return self.model.found(
            wanted.target
            for kind in kinds
            for wanted in service.requirements
            if wanted.kind == kind
        )

    def as_function(self, service: Element) -> Function:
        """Return a service as a function: inputs first, then the decisions that are given."""
        parameters = self._parameters(service, "inputData", "inputDecision")

        def call(budget: Budget, *arguments: Any) -> Any:
            if len(arguments) != len(parameters):
                return None
            pairs = zip(parameters, arguments, strict=True)
            given = {part.id: self.model.fit(value, part.type_ref, budget) for part, value in pairs}
            budget.enter()
            result = Run(self.model, {}, budget, self.now, given).answer(service)
            budget.leave()
            return result

        names = tuple(part.local_name for part in parameters)
        types = tuple(written_type(part.type_ref or "Any") for part in parameters)
        return Function(service.name, (names,), call, types)
