"""The decision tables of a model, each with what it can see."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rules.dmn.checks.budget import Work
from rules.dmn.checks.declared import Declared
from rules.dmn.checks.exact import Fixed
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.walking import Place, Scope
from rules.dmn.errors import DecisionFailed
from rules.dmn.model import DecisionModel
from rules.dmn.syntax import Element, Table
from rules.feel import FeelBudgetExceeded
from rules.feel.compiler.core import MOMENTS
from rules.feel.syntax import Name, Node, everything_in

_STEPS = 50_000
_OVERHEAD = 30


@dataclass(frozen=True, slots=True)
class Site:
    """
    A table where it stands.

    Attributes:
        fixed: The names whose value is the same in every evaluation.
        work: What the check of the whole model may still do.

    """

    element: Element
    table: Table
    scope: Scope
    fixed: Fixed
    work: Work

    @property
    def visible(self) -> Mapping[str, Kind]:
        """Return the types of the names that the table can read."""
        return self.scope.visible

    @property
    def place(self) -> Place:
        """Return where the table is."""
        name = self.element.name or self.element.id
        return Place(self.table.id or self.element.id, self.table.line, f'the table of "{name}"')

    def rule_place(self, number: int) -> Place:
        """Return where a rule is, by its number from 0."""
        rule = self.table.rules[number]
        return Place(rule.id, rule.line, f"rule {number + 1} of {self.place.text}")


def find_sites(model: DecisionModel, declared: Declared) -> Iterator[Site]:
    """
    Yield all tables of a model in the order of the file.

    Raises:
        TooLarge: There is more to do than one check may do.

    """
    work = declared.work
    constants = _Constants(model, declared, work)
    for element, (node, scope) in declared.visits():
        if isinstance(node, Table):
            bound = {name for name, _ in scope.bound}
            fixed = {
                name: value for name, value in constants.of(element).items() if name not in bound
            }
            yield Site(element, node, scope, Fixed(fixed, work), work)


class _Constants:
    """The results of decisions that need no input, such as the values of a policy."""

    def __init__(self, model: DecisionModel, declared: Declared, work: Work) -> None:
        self._work = work
        self._model = model
        self._declared = declared
        self._values: dict[str, tuple[Any, ...]] = {}

    def of(self, element: Element) -> dict[str, Any]:
        """Return the fixed values that an element can read, by name."""
        found = {}
        for needed in self._declared.needed(element):
            if needed.kind == "decision":
                for value in self._value(needed):
                    found[needed.name] = value
        return found

    def _value(self, decision: Element) -> tuple[Any, ...]:
        """Return the value of a decision if it is always the same."""
        if decision.id not in self._values:
            self._values[decision.id] = self._evaluated(decision)
        return self._values[decision.id]

    def _evaluated(self, decision: Element) -> tuple[Any, ...]:
        """Evaluate a decision that reads nothing from outside."""
        described = self._model.decisions.get(decision.id)
        if described is None or described.inputs or self._changes(decision):
            return ()
        try:
            with self._work.evaluation(_STEPS, _OVERHEAD) as budget:
                return (self._model.evaluate(decision.id, {}, budget=budget).value,)
        except (DecisionFailed, FeelBudgetExceeded):
            return ()

    def _changes(self, decision: Element) -> bool:
        """Say whether a decision, or one that it needs, asks for the time."""
        parts = [decision, *self._declared.needed(decision)]
        return any(part.logic is not None and _asks_time(part.logic) for part in parts)


def _asks_time(tree: Node) -> bool:
    """Say whether an expression reads the clock."""
    return any(isinstance(node, Name) and node.name in MOMENTS for node in everything_in(tree))
