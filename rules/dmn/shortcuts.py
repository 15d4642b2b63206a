"""
The short way to the answer of a decision that is one table of constants.

What a plain value of an input says about the rules is kept, and so is what the rules
that are left answer. Both are learnt from the model itself, by the long way, so that
the two ways cannot disagree; whatever is unusual takes the long way.
"""

from collections.abc import Callable, Mapping
from operator import itemgetter
from types import MethodType
from typing import TYPE_CHECKING, Any

from rules.dmn.columns import ColumnIndex, place_among
from rules.dmn.errors import DecisionFailed
from rules.dmn.short_answers import Answer
from rules.dmn.steps import is_constant
from rules.dmn.syntax import Element
from rules.dmn.tables import CompiledColumn, CompiledTable
from rules.dmn.trace import Evaluation
from rules.feel import Budget, FeelBudgetExceeded, from_json
from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler import Frame
from rules.feel.compiler.core import BUDGET, CONTEXT, MOMENTS
from rules.feel.syntax import Name

if TYPE_CHECKING:
    from rules.dmn.model import DecisionModel

_MOST_KEPT = 1_024
_LONGEST_KEY = 100
_KINDS = (int, float, str, bool, type(None))
_SMALL_BUDGET = (20_000, 0.02)
_EXACT_INTEGER = 10**30

_Ask = Callable[[Any], int]


class _Unusual(KeyError):
    """The long way must be taken."""


class _Kept(dict[Any, int]):
    """The rules that plain values of one Python type leave; others are asked for and kept."""

    def __init__(self, ask: _Ask) -> None:
        super().__init__()
        self._ask = ask

    def __missing__(self, value: Any) -> int:
        rules = self._ask(value)
        if len(self) >= _MOST_KEPT:
            self.clear()
        if type(value) is not str or len(value) <= _LONGEST_KEY:
            self[value] = rules
        return rules


class _KeptWhole(_Kept):
    """The rules that whole numbers leave, which need no conversion to be looked up in an index."""

    def __init__(self, index: ColumnIndex, ask: _Ask) -> None:
        super().__init__(ask)
        self._numbers = index.numbers or []
        self._by_place = index.by_place

    def __missing__(self, value: int) -> int:
        rules = self._by_place.get(place_among(self._numbers, value))
        if rules is None or not -_EXACT_INTEGER < value < _EXACT_INTEGER:
            return super().__missing__(value)
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[value] = rules
        return rules


class Shortcut:
    """The short way of one decision; `inputs` has the columns that each input decides."""

    def __init__(
        self, model: "DecisionModel", key: str, table: CompiledTable, inputs: "_Inputs"
    ) -> None:
        self._model = model
        self._key = key
        self._names = tuple(inputs.columns)
        self._pick = _picker(self._names)
        self._kept = tuple(inputs.kept(name) for name in self._names)
        self._answers: dict[int, Answer] = {}
        self._every = table.every_rule
        self._only_first = table.node.hit_policy == "FIRST"

    def evaluation(self, inputs: Mapping[str, Any]) -> Evaluation | None:
        """Return the answer for plain inputs; null where the long way must be taken."""
        try:
            values = self._pick(inputs)
        except KeyError:
            values = tuple([inputs.get(name) for name in self._names])
        rules = self._every
        try:
            for kept, value in zip(self._kept, values):  # noqa: B905  (they are equally long)
                rules &= kept[type(value)][value]
            if self._only_first:
                rules &= -rules
            answer = self._answers.get(rules) or self._learnt(rules, values)
        except KeyError:
            return None
        return answer.make(answer, values)

    def again(self, values: tuple[Any, ...]) -> Evaluation:
        """Return the answer by the long way."""
        inputs = dict(zip(self._names, values, strict=True))
        return self._model.evaluate_fully(self._key, inputs, Budget(), None)

    def _learnt(self, rules: int, values: tuple[Any, ...]) -> Answer:
        """Ask the long way what a set of rules answers, and keep it."""
        try:
            answer = Answer(self.again(values), self.again)
        except DecisionFailed:
            raise _Unusual from None
        if len(self._answers) >= _MOST_KEPT:
            self._answers.clear()
        self._answers[rules] = answer
        return answer


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """Return what takes the values of some names, as a tuple even for a single one."""
    if len(names) == 1:
        only = names[0]
        return lambda inputs: (inputs[only],)
    return itemgetter(*names)


class _Inputs:
    """The inputs of a decision, each with the columns of the table that it decides."""

    def __init__(self, model: "DecisionModel", elements: Mapping[str, Element | None]) -> None:
        self.columns: dict[str, list[CompiledColumn]] = {name: [] for name in elements}
        self._model = model
        self._elements = elements

    def take(self, column: CompiledColumn) -> bool:
        """Give a column to the input that decides it, if there is such a one."""
        name = next((name for name in self.columns if column.reads_only(name)), None)
        if name is not None:
            self.columns[name].append(column)
        return name is not None

    def kept(self, name: str) -> Mapping[type, _Kept]:
        """Return what is kept for an input, apart for each type, since `True` equals `1`."""
        ask = self._asking(name)
        kept = {kind: _Kept(ask) for kind in _KINDS}
        index = self._index_of_numbers(name)
        if index is not None:
            kept[int] = _KeptWhole(index, ask)
        return kept

    def _asking(self, name: str) -> _Ask:
        """Return what asks the columns of an input about a plain value."""
        columns, element = self.columns[name], self._elements[name]
        template: Frame = columns[0].template if columns else [None, None, None]

        def ask(value: Any) -> int:
            budget = Budget(*_SMALL_BUDGET)
            frame = template.copy()
            frame[BUDGET] = budget
            rules = -1
            try:
                fitted = (
                    self._model.as_input(value, element, budget) if element else from_json(value)
                )
                frame[CONTEXT] = {name: fitted}
                for column in columns:
                    rules &= column.index.holding(column.read(frame), budget)
            except (DecisionFailed, FeelBudgetExceeded):
                raise _Unusual from None
            return rules

        return ask

    def _index_of_numbers(self, name: str) -> ColumnIndex | None:
        """Return the index that whole numbers can be looked up in as they come, if there is one."""
        columns, element = self.columns[name], self._elements[name]
        if element is not None and not self._model.is_taken_as_it_is(int, element):
            return None
        if len(columns) != 1:
            return None
        column = columns[0]
        is_direct = column.clause.expression == Name(name) and column.clause.allowed is None
        return column.index if is_direct and column.index.numbers is not None else None


def find_shortcut(model: "DecisionModel", key: str) -> Shortcut | None:
    """Return the short way of a decision, if it is one table of constants about its inputs."""
    code = model.code_of(key)
    # The code of a table is a method of the compiled table.
    table = code[0].__self__ if code and isinstance(code[0], MethodType) else None
    if not isinstance(table, CompiledTable) or not table.is_constant():
        return None
    elements = _elements(model, key)
    if not elements:
        return None
    inputs = _Inputs(model, elements)
    if not all(inputs.take(column) for column in table.columns):
        return None
    return Shortcut(model, key, table, inputs)


def _elements(model: "DecisionModel", key: str) -> dict[str, Element | None] | None:
    """Return the inputs of a decision; those that are read undeclared have no element."""
    *needed, element = model.plan_of(key)
    undeclared = sorted(model.undeclared(key))
    functions = FUNCTIONS.keys() | MOMENTS.keys()
    if element.space or element.kind != "decision" or not functions.isdisjoint(undeclared):
        return None
    inputs = [part for part in needed if part.kind == "input" and not part.space]
    others = [part for part in needed if part not in inputs]
    # What names constants is there already when a table is compiled.
    if not all(part.kind == "decision" and is_constant(part) for part in others):
        return None
    return {**{part.name: part for part in inputs}, **dict.fromkeys(undeclared)}
