"""One evaluation of a model: values are found in the order in which they are needed."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rules.dmn.syntax import Element
from rules.dmn.trace import DecisionRecord
from rules.feel import Budget, Function, from_json

if TYPE_CHECKING:
    from rules.dmn.model import DecisionModel


class Run:
    """The values found so far by variable name, and the records of what was decided."""

    def __init__(
        self,
        model: "DecisionModel",
        inputs: Mapping[str, Any],
        budget: Budget,
        now: datetime | None,
        given: Mapping[str, Any] | None = None,
    ) -> None:
        self.records: list[DecisionRecord] = []
        self._model = model
        self._inputs = inputs
        self._budget = budget
        self._now = now
        self._given = dict(given or {})
        self._values: dict[str, Any] = {}

    def answer(self, element: Element) -> Any:
        """Return the result of a decision or of a service."""
        if element.kind == "service":
            return self._serve(element)
        self._find(element)
        return self._values[element.name]

    def _find(self, element: Element) -> None:
        """Find the values of everything that an element needs, and of itself."""
        for name in self._model.undeclared(element.id).intersection(self._inputs):
            self._values[name] = from_json(self._inputs[name])
        for needed in self._model.plan_of(element.id):
            self._values[needed.name] = self._value(needed)

    def _serve(self, service: Element) -> Any:
        """Return the results of a service: one value, or a context of several."""
        for decision in self._parameters(service, "inputDecision"):
            if decision.id not in self._given:
                value = self._inputs.get(decision.name)
                self._given[decision.id] = self._model.as_input(value, decision, self._budget)
        self._find(service)
        names = [decision.name for decision in self._model.found(service.outputs)]
        results = {name: self._values[name] for name in names}
        value = results[names[0]] if len(names) == 1 else results
        return self._model.fit_result(value, service, self._budget)

    def _parameters(self, service: Element, *kinds: str) -> list[Element]:
        """Return what is handed in to a service, kind by kind."""
        return self._model.found(
            wanted.target
            for kind in kinds
            for wanted in service.requirements
            if wanted.kind == kind
        )

    def _value(self, element: Element) -> Any:
        """Return the value of one element."""
        if element.id in self._given:
            return self._given[element.id]
        if element.kind == "input":
            return self._input(element)
        if element.kind == "service":
            return self._as_function(element)
        code = self._model.code_of(element.id)
        if code is None:
            return None
        frame = code[1].copy()
        frame[0], frame[1], frame[2] = self._values, self._budget, self._now
        if element.kind == "knowledge":
            return code[0](frame)
        outer, self._budget.witness = self._budget.witness, []
        value = self._model.fit(code[0](frame), element.type_ref, self._budget)
        tables = tuple(self._budget.witness)
        self._budget.witness = outer
        self.records.append(DecisionRecord(element.id, element.name, value, tables))
        return value

    def _input(self, element: Element) -> Any:
        """Return an input that was handed in, or null."""
        value = self._inputs.get(element.name)
        if value is None and element.space:
            value = self._inputs.get(element.local_name)
        return self._model.as_input(value, element, self._budget)

    def _as_function(self, service: Element) -> Function:
        """Return a service as a function: inputs first, then the decisions that are given."""
        parameters = self._parameters(service, "inputData", "inputDecision")

        def call(budget: Budget, *arguments: Any) -> Any:
            if len(arguments) != len(parameters):
                return None
            pairs = zip(parameters, arguments, strict=True)
            given = {
                part.id: self._model.fit(value, part.type_ref, budget) for part, value in pairs
            }
            budget.enter()
            result = Run(self._model, {}, budget, self._now, given).answer(service)
            budget.leave()
            return result

        return Function(service.name, (tuple(part.name for part in parameters),), call)
