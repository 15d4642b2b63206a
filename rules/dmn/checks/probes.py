"""
Runs one table by itself, with the whole model around it, to confirm what was concluded.

A probe is the same model with one more decision: it answers with what the columns read
and with all rules that match, whatever the hit policy of the table says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from rules.dmn.checks.declared import Declared
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.sites import Site
from rules.dmn.errors import DecisionFailed, DmnRefused
from rules.dmn.model import DecisionModel
from rules.dmn.syntax import Element, Let, OutputClause, Requirement, Table
from rules.feel import FeelBudgetExceeded, to_json
from rules.feel.syntax import ContextLiteral, ListLiteral, Literal, Node, everything_in

_ID = "(probe)"
_STEPS = 50_000
_OVERHEAD = 30
_MAKING = 40
# Any moment will do: it only has to be the same one every time.
_NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Seen:
    """
    What a table did with some inputs: the values of its columns, and which rules matched.

    `results` has the rules by their numbers from 0, with what each answered where a table
    compares that.
    """

    inputs: Mapping[str, Any]
    values: tuple[Any, ...]
    results: Mapping[int, Any]


class Probe:
    """
    A table that can be run by itself.

    Attributes:
        inputs: The names that it reads from outside, with their types.
        literals: All constants that are written in it, and in what it needs.

    """

    def __init__(self, site: Site, declared: Declared) -> None:
        element = _probe_element(site)
        self._work = site.work
        self._overhead = _OVERHEAD + len(site.table.rules) // 4
        self._tells_results = _compares_results(site.table)
        needed = declared.needed(element)
        definitions = replace(declared.definitions, elements=(*needed, element), findings=())
        self._model = DecisionModel(definitions)
        self.literals = list(_literals(_asked(site, needed)))
        described = self._model.decisions[_ID]
        kinds = {part.name: declared.kind(part) for part in needed if part.kind == "input"}
        self.inputs: dict[str, Kind] = {
            name: kinds.get(name) or site.visible.get(name, Kind()) for name in described.inputs
        }
        members = sum(len(kind.members or ()) for kind in self.inputs.values())
        columns = len(site.table.inputs)
        self._overhead += 2 * (len(self.inputs) + columns) + members * (1 + columns // 10)
        self._work.spend(_MAKING * (1 + columns + len(site.table.rules) // 4))

    @classmethod
    def of(cls, site: Site, declared: Declared) -> "Probe | None":
        """Return the probe of a table; nothing if it cannot stand by itself."""
        if site.scope.is_open:
            return None
        try:
            return cls(site, declared)
        except DmnRefused:
            return None

    def run(self, inputs: Mapping[str, Any]) -> Seen | None:
        """Run the table; nothing comes back if the model refuses the inputs."""
        try:
            with self._work.evaluation(_STEPS, self._overhead) as budget:
                answer = self._model.evaluate(_ID, inputs, budget=budget, now=_NOW).value
        except (DecisionFailed, FeelBudgetExceeded):
            return None
        matched = answer["matched"]
        results = (
            {int(number): result for number, result in matched}
            if self._tells_results
            else dict.fromkeys(map(int, matched))
        )
        return Seen(dict(inputs), tuple(answer["values"]), results)

    def as_json(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return inputs as plain data, as the model takes them."""
        return {name: to_json(inputs[name]) for name in self.inputs if name in inputs}


def _probe_element(site: Site) -> Element:
    """Return the decision that runs a table where it stands."""
    table = site.table
    values = ListLiteral(tuple(column.expression for column in table.inputs))
    logic: Node = ContextLiteral((("values", values), ("matched", _witness(table))))
    bound = tuple((name, value) for name, value in site.scope.bound if value is not None)
    if bound:
        logic = Let(bound, logic)
    own = site.element
    requirements = own.requirements
    if own.kind == "knowledge":
        requirements = (*requirements, Requirement("requiredKnowledge", own.id))
    return Element("decision", _ID, _ID, own.line, requirements=requirements, logic=logic)


def _asked(site: Site, needed: Iterable[Element]) -> Iterator[Node]:
    """Yield the expressions that lead to the values of the columns, the nearest first."""
    yield from (column.expression for column in site.table.inputs)
    yield from (value for _, value in site.scope.bound if value is not None)
    yield from (element.logic for element in needed if element.logic is not None)


def _literals(expressions: Iterable[Node]) -> Iterator[Any]:
    """Yield the constants in some expressions, each once."""
    told = set()
    for node in everything_in(*expressions):
        if isinstance(node, Literal) and node not in told:
            told.add(node)
            yield node.value


def _compares_results(table: Table) -> bool:
    """Say whether it matters what the rules answer, and not only which of them match."""
    return table.hit_policy == "ANY"


def _witness(table: Table) -> Table:
    """Return a table that answers with the number of each rule that matches."""
    rules = []
    for place, rule in enumerate(table.rules):
        told: Node = Literal(Decimal(place))
        if _compares_results(table):
            told = ListLiteral((told, ListLiteral(rule.outputs)))
        rules.append(replace(rule, outputs=(told,)))
    return Table(table.id, "RULE ORDER", "", table.inputs, (OutputClause(""),), tuple(rules))
