"""A decision model that is ready to be evaluated."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.dmn import boxed as _boxed  # noqa: F401  (registers its compilers)
from rules.dmn import tables as _tables  # noqa: F401  (registers its compiler)
from rules.dmn.constants import with_constants
from rules.dmn.errors import failed
from rules.dmn.plans import Plans
from rules.dmn.run import Run
from rules.dmn.shortcuts import Shortcut, find_shortcut
from rules.dmn.spaces import scope_in
from rules.dmn.steps import Step, step_of
from rules.dmn.syntax import Definitions, Element
from rules.dmn.trace import Evaluation
from rules.dmn.types import WRONG, Types, type_text
from rules.feel import Budget, FeelBudgetExceeded, from_json, to_json
from rules.feel.compiler import Code, compile_node

_PLAIN = frozenset({str, bool, type(None)})


@dataclass(frozen=True, slots=True)
class InputData:
    """An input of a decision: its name, its type, and whether it must be handed in."""

    name: str
    type_ref: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Decision:
    """
    One decision of a model.

    Attributes:
        inputs: Names of everything that it and its required decisions read from outside.
        input_data: The same with type and description.

    """

    id: str
    name: str
    question: str
    description: str
    inputs: tuple[str, ...]
    input_data: tuple[InputData, ...]


class DecisionModel:
    """A compiled model; it never changes, so many threads may use it."""

    def __init__(self, definitions: Definitions) -> None:
        self.id = definitions.id
        self.name = definitions.name
        self.file_name = definitions.file_name
        self.definitions = definitions
        self._types = Types(definitions.types)
        self._elements = {element.id: element for element in definitions.elements}
        self._reads: dict[str, frozenset[str]] = {}
        self._code = {
            element.id: self._compiled(element)
            for element in with_constants(definitions).elements
            if element.logic is not None
        }
        plans = Plans(self._elements, self.file_name)
        self._plans = {
            element.id: plans.to(element)
            for element in definitions.elements
            if element.kind in {"decision", "service"}
        }
        self._undeclared = {key: self._names_beside(plan) for key, plan in self._plans.items()}
        self.decisions: Mapping[str, Decision] = {
            element.id: self._described(element)
            for element in definitions.elements
            if element.kind == "decision" and not element.space
        }
        self._shortcuts: dict[str, Shortcut | None] = {}
        self._steps: dict[str, Step] = {}
        self._ways: dict[str, tuple[Step, ...]] = {}
        self._by_name = {element.name: element.id for element in definitions.elements}

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Any],
        *,
        budget: Budget | None = None,
        now: datetime | None = None,
    ) -> Evaluation:
        """
        Answer a decision for its inputs; what it does not know of the inputs is ignored.

        Raises:
            DecisionFailed: The decision does not exist, an input is missing or of the
                wrong kind, a table contradicts its hit policy, or it is too much work.

        """
        shortcut = self._shortcuts.get(decision_id) if budget is None else None
        if shortcut is not None:
            found = shortcut.evaluation(inputs)
            if found is not None:
                return found
        return self.evaluate_fully(self._key(decision_id), inputs, budget or Budget(), now)

    def _key(self, decision_id: str) -> str:
        """Return the id of a decision or service; the name leads to it too."""
        key = decision_id if decision_id in self._plans else self._by_name.get(decision_id, "")
        if key not in self._plans:
            raise failed(
                "decision-unknown",
                f'The model "{self.name}" has no decision "{decision_id[:80]}".',
                f"Ask for one of {', '.join(self.decisions)}.",
                None,
            )
        if decision_id not in self._shortcuts:
            self._shortcuts[decision_id] = find_shortcut(self, key)
        return key

    def evaluate_fully(
        self, key: str, inputs: Mapping[str, Any], budget: Budget, now: datetime | None
    ) -> Evaluation:
        """
        Answer a decision or service by its id, by the long way.

        Raises:
            DecisionFailed: As `evaluate`.

        """
        run = Run(self, inputs, budget, now)
        try:
            value = run.answer(self._elements[key])
            output = value if type(value) in _PLAIN else to_json(value)
            return Evaluation(output, value, tuple(run.records))
        except (FeelBudgetExceeded, RecursionError) as error:
            message = f'The decision "{key}" takes too much: {error or "it is nested too deeply."}'
            remedy = "Simplify the decision, or hand in fewer data."
            raise failed("decision-budget", message, remedy, key) from error

    # -- building ------------------------------------------------------------------------

    def fit(self, value: Any, type_ref: str, budget: Budget) -> Any:
        """Return a value as a type, or null."""
        return self._types.fit_of(type_ref)(value, budget)

    def fit_result(self, value: Any, service: Element, budget: Budget) -> Any:
        """Return the result of a service as its type, or null."""
        return self._types.result_fit_of(service.type_ref)(value, budget)

    def _compiled(self, element: Element) -> tuple[Code, list[Any]]:
        """Return the code of an element with the frame that it starts from."""
        if element.logic is None:
            raise TypeError(element.id)
        scope = scope_in(self.definitions.spaces[element.space], self._types)
        layout = scope.layout
        code = compile_node(element.logic, scope)
        self._reads[element.id] = frozenset(layout.names)
        return code, layout.template

    def _described(self, element: Element) -> Decision:
        """Return what others may know of a decision."""
        inputs = tuple(
            InputData(part.name, part.type_ref, part.required, part.description)
            for part in self._plans[element.id]
            if part.kind == "input"
        )
        names = (*(part.name for part in inputs), *sorted(self.undeclared(element.id)))
        return Decision(
            element.id, element.name, element.question, element.description, names, inputs
        )

    def undeclared(self, element_id: str) -> frozenset[str]:
        """
        Return the names that a decision reads without requiring anything of that name.

        Many editors draw tables without input data; what they ask for is read from
        the inputs by its name.
        """
        return self._undeclared[element_id]

    def _names_beside(self, plan: tuple[Element, ...]) -> frozenset[str]:
        """Return the names that are read in a plan and stand for nothing in it."""
        read = frozenset[str]().union(*(self._reads.get(part.id, ()) for part in plan))
        return read.difference(part.name for part in plan)

    # -- for a run -----------------------------------------------------------------------

    def code_of(self, element_id: str) -> tuple[Code, list[Any]] | None:
        """Return the code of an element, if it has any."""
        return self._code.get(element_id)

    def found(self, ids: Iterable[str]) -> list[Element]:
        """Return the elements with these ids, without those that are missing."""
        return [self._elements[key] for key in ids if key in self._elements]

    def plan_of(self, element_id: str) -> tuple[Element, ...]:
        """Return what a decision or service needs, in the order of evaluation."""
        return self._plans[element_id]

    def steps_to(self, element_id: str) -> tuple[Step, ...]:
        """Return the steps of the plan of a decision or service."""
        way = self._ways.get(element_id)
        if way is None:
            way = tuple(self._step(element) for element in self._plans[element_id])
            self._ways[element_id] = way
        return way

    def _step(self, element: Element) -> Step:
        """Return the step of one element; all plans share it."""
        step = self._steps.get(element.id)
        if step is None:
            step = step_of(element, self._code.get(element.id), self._types)
            self._steps[element.id] = step
        return step

    def is_taken_as_it_is(self, kind: type, element: Element) -> bool:
        """Say whether plain values of a Python type fit an input without any conversion."""
        return kind in self._types.taken_as_they_are(element.type_ref)

    def as_input(self, value: Any, element: Element, budget: Budget) -> Any:
        """
        Return plain data as the type of an input.

        Raises:
            DecisionFailed: It must be handed in and is missing, or is of another type.

        """
        if value is None and element.required:
            raise failed(
                "input-missing",
                f'The input "{element.name}" is missing.',
                "Hand it in, or mark it as not required in the model.",
                element.id,
            )
        fitted = self._types.fitted(from_json(value), element.type_ref, budget, plain=True)
        if fitted is WRONG:
            raise failed(
                "input-type",
                f'The input "{element.name}" is not of the type {type_text(element.type_ref)}.',
                "Hand in a value of this type.",
                element.id,
            )
        return fitted
