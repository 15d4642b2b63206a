"""Compiles decision tables."""

from typing import Any

from rules.dmn import policies
from rules.dmn.columns import ColumnIndex
from rules.dmn.errors import failed
from rules.dmn.steadiness import is_steady
from rules.dmn.syntax import OutputClause, Rule, Table
from rules.dmn.trace import TableRecord
from rules.feel import to_json
from rules.feel.compiler import Code, Frame, Scope, compile_node, compile_tests
from rules.feel.compiler.core import BUDGET, NOT_CONSTANT, compiles, constant, read_slot
from rules.feel.compiler.unary import QUESTION

_MAX_RECORDS = 200
_Cells = tuple[tuple[int, Code], ...]
_Row = tuple[Rule, _Cells, Code]


class CompiledTable:
    """A table whose columns are indexed; `decide` is its code."""

    def __init__(self, node: Table, scope: Scope) -> None:
        scope.budgeted()
        self.node = node
        self.columns = [CompiledColumn(node, place, scope) for place in range(len(node.inputs))]
        self._rows = [self._row(number, rule, scope) for number, rule in enumerate(node.rules)]
        self.every_rule = (1 << len(node.rules)) - 1
        self._cost = 1 + len(node.rules)
        self._only_first = node.hit_policy == "FIRST"
        self._policy = policies.compile_policy(node, scope)
        self._default = _compile_default(node.outputs, scope)
        self._scope = scope

    def is_constant(self) -> bool:
        """Say whether the rules that match are all that the answer depends on."""
        results = [result for rule in self.node.rules for result in rule.outputs]
        for output in self.node.outputs:
            results += output.values
            results += [output.default] if output.default else []
        return all(is_steady(result, self._scope, frozenset()) for result in results)

    def decide(self, frame: Frame) -> Any:
        """Read the inputs once, find the rules that accept all of them, and answer."""
        budget = frame[BUDGET]
        budget.spend(self._cost)
        values = [column.read(frame) for column in self.columns]
        held = [
            column.index.holding(value, budget)
            for column, value in zip(self.columns, values, strict=True)
        ]
        alive = self.every_rule
        for rules in held:
            alive &= rules
        record = TableRecord(self.node, values, held)
        matched = self._matched(alive, frame, record)
        answer = self._policy if matched or self._default is None else self._default
        record.output = answer(frame, matched)
        witness = budget.witness
        if witness is not None and len(witness) < _MAX_RECORDS:
            witness.append(record)
        return record.output

    def _matched(self, alive: int, frame: Frame, record: TableRecord) -> policies.Matched:
        """Return the rules that hold with their results; record what was found."""
        matched: policies.Matched = []
        while alive:
            lowest = alive & -alive
            alive ^= lowest
            number = lowest.bit_length() - 1
            rule, cells, result = self._rows[number]
            place = _first_miss(cells, frame)
            if place >= 0:
                record.asked[number] = place
                continue
            record.hits.append(number)
            matched.append((rule, result(frame)))
            if self._only_first:
                break
        return matched

    def _row(self, number: int, rule: Rule, scope: Scope) -> _Row:
        """Return a rule with the cells that must be asked each time, and its result."""
        cells = tuple(
            (place, column.index.asking[number])
            for place, column in enumerate(self.columns)
            if number in column.index.asking
        )
        return rule, cells, _compile_result(rule, self.node, scope)


@compiles(Table)
def compile_table(node: Table, scope: Scope) -> Code:
    """Compile a table."""
    return CompiledTable(node, scope).decide


class CompiledColumn:
    """What a column looks at, its allowed values, and the index of its cells."""

    def __init__(self, table: Table, place: int, scope: Scope) -> None:
        clause = table.inputs[place]
        self._label, self._table_id = clause.label, table.id
        self.clause = clause
        self.template = scope.layout.template
        self._scope = scope
        self._slot = scope.layout.slot()
        self._code = compile_node(clause.expression, scope)
        self._allowed = None
        if clause.allowed is not None:
            inner = scope.with_slots({QUESTION: self._slot})
            self._allowed = compile_tests(clause.allowed, inner, read_slot(self._slot))
        self.index = ColumnIndex([rule.tests[place] for rule in table.rules], scope, self._slot)

    def reads_only(self, name: str) -> bool:
        """Say whether one variable decides which rules this column leaves."""
        allowed = self.clause.allowed
        return (
            not self.index.asking
            and self._scope.local(name) is None
            and is_steady(self.clause.expression, self._scope, frozenset({name}))
            and (allowed is None or is_steady(allowed, self._scope))
        )

    def read(self, frame: Frame) -> Any:
        """Read the value of the column into its slot; refuse one that is not allowed."""
        value = frame[self._slot] = self._code(frame)
        if self._allowed is None or value is None or self._allowed(frame) is True:
            return value
        raise failed(
            "input-not-allowed",
            f'The input "{self._label}" has the value {_shown(value)}, which is not allowed.',
            "Hand in one of the allowed values, or add this one to the column.",
            self._table_id,
        )


def _first_miss(cells: _Cells, frame: Frame) -> int:
    """Return the column of the first condition that does not hold, or -1."""
    for place, holds in cells:
        if holds(frame) is not True:
            return place
    return -1


def _shown(value: Any) -> str:
    """Return a value as a short text for a message."""
    text = str(to_json(value))
    return f'"{text[:60]}"'


def _compile_result(rule: Rule, table: Table, scope: Scope) -> Code:
    """Compile the result of a rule: a value, or a context for several columns."""
    if len(table.outputs) == 1:
        return compile_node(rule.outputs[0], scope)
    names = [output.name for output in table.outputs]
    fixed = [constant(output) for output in rule.outputs]
    if not any(value is NOT_CONSTANT for value in fixed):
        return _context_of_constants(names, fixed)
    codes = [compile_node(output, scope) for output in rule.outputs]
    return _context_of_codes(names, codes)


def _context_of_constants(names: list[str], values: list[Any]) -> Code:
    """Return code that builds a context of constants."""
    ready = dict(zip(names, values, strict=True))
    return lambda _frame: ready.copy()


def _context_of_codes(names: list[str], codes: list[Code]) -> Code:
    """Return code that builds a context."""
    pairs = tuple(zip(names, codes, strict=True))
    return lambda frame: {name: code(frame) for name, code in pairs}


def _compile_default(outputs: tuple[OutputClause, ...], scope: Scope) -> policies.Policy | None:
    """Compile the result for the case that no rule matches."""
    if not any(output.default for output in outputs):
        return None
    codes = {
        output.name: compile_node(output.default, scope) if output.default else _null
        for output in outputs
    }
    several = _context_of_codes(list(codes), list(codes.values()))
    code = next(iter(codes.values())) if len(outputs) == 1 else several
    return lambda frame, _matched: code(frame)


def _null(frame: Frame) -> None:
    """Answer with null."""
