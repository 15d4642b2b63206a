"""Compiles decision tables, and contexts with a result."""

from dataclasses import dataclass
from typing import Any

from rules.dmn import policies
from rules.dmn.errors import failed
from rules.dmn.syntax import InputClause, Let, OutputClause, Rule, Table, Typed
from rules.dmn.trace import TableRecord
from rules.feel import to_json
from rules.feel.compiler import Code, Frame, Scope, compile_node, compile_tests
from rules.feel.compiler.core import BUDGET, NOT_CONSTANT, compiles, constant, read_slot
from rules.feel.compiler.unary import QUESTION

_MAX_RECORDS = 200
_Column = tuple[int, Code, Code | None, InputClause]
_Cells = tuple[tuple[int, Code], ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """A compiled rule: the conditions that ask something, and the result."""

    rule: Rule
    cells: _Cells
    result: Code


@compiles(Table)
def compile_table(node: Table, scope: Scope) -> Code:
    """Compile a table: the inputs are read once, then the rules are tried in their order."""
    scope.budgeted()
    columns = [_compile_column(column, scope) for column in node.inputs]
    rows = [_compile_row(rule, node, columns, scope) for rule in node.rules]
    default = _compile_default(node.outputs, scope)
    policy = policies.compile_policy(node, scope)
    only_first = node.hit_policy == "FIRST"

    def decide(frame: Frame) -> Any:
        budget = frame[BUDGET]
        budget.spend(1 + len(rows))
        values = [_read_column(column, frame, node.id) for column in columns]
        matched: list[tuple[Rule, Any]] = []
        missed: list[int] = []
        for row in rows:
            place = _first_miss(row.cells, frame)
            missed.append(place)
            if place < 0:
                matched.append((row.rule, row.result(frame)))
                if only_first:
                    break
        answer = policy if matched or default is None else default
        output = answer(frame, matched)
        witness = budget.witness
        if witness is not None and len(witness) < _MAX_RECORDS:
            witness.append(TableRecord(node, values, missed, output))
        return output

    return decide


def _first_miss(cells: _Cells, frame: Frame) -> int:
    """Return the column of the first condition that does not hold, or -1."""
    for place, holds in cells:
        if holds(frame) is not True:
            return place
    return -1


def _compile_column(column: InputClause, scope: Scope) -> _Column:
    """Compile what a column looks at, and the test of its allowed values."""
    slot = scope.layout.slot()
    allowed = None
    if column.allowed is not None:
        inner = scope.with_slots({QUESTION: slot})
        allowed = compile_tests(column.allowed, inner, read_slot(slot))
    return slot, compile_node(column.expression, scope), allowed, column


def _read_column(column: _Column, frame: Frame, table_id: str) -> Any:
    """Read the value of a column into its slot; refuse one that is not allowed."""
    slot, code, allowed, clause = column
    value = frame[slot] = code(frame)
    if allowed is not None and value is not None and allowed(frame) is not True:
        raise failed(
            "input-not-allowed",
            f'The input "{clause.label}" has the value {_shown(value)}, which is not allowed.',
            "Hand in one of the allowed values, or add this one to the column.",
            table_id,
        )
    return value


def _shown(value: Any) -> str:
    """Return a value as a short text for a message."""
    text = str(to_json(value))
    return f'"{text[:60]}"'


def _compile_row(rule: Rule, table: Table, columns: list[_Column], scope: Scope) -> _Row:
    """Compile a rule; cells that accept anything are left out."""
    cells = []
    for place, (tests, column) in enumerate(zip(rule.tests, columns, strict=True)):
        if tests.tests:
            slot = column[0]
            inner = scope.with_slots({QUESTION: slot})
            cells.append((place, compile_tests(tests, inner, read_slot(slot))))
    return _Row(rule, tuple(cells), _compile_result(rule, table, scope))


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


@compiles(Let)
def compile_let(node: Let, scope: Scope) -> Code:
    """Compile a context whose last cell is the result."""
    entries: list[tuple[int, Code]] = []
    for name, value in node.entries:
        code = compile_node(value, scope)
        slot = scope.layout.slot()
        entries.append((slot, code))
        scope = scope.with_slots({name: slot})
    result = compile_node(node.result, scope)

    def build(frame: Frame) -> Any:
        for slot, code in entries:
            frame[slot] = code(frame)
        return result(frame)

    return build


@compiles(Typed)
def compile_typed(node: Typed, scope: Scope) -> Code:
    """Compile an expression with a type; a value that does not fit becomes null."""
    code = compile_node(node.value, scope)
    if node.type.name in {"Any", ""}:
        return code
    fit = scope.layout.fitting(node.type)
    scope.budgeted()
    return lambda frame: fit(code(frame), frame[BUDGET])
