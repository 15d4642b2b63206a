"""Types that do not go together: such an expression is always null, such a cell never holds."""

from collections.abc import Callable, Iterator
from typing import Any

from rules.dmn.checks.declared import Declared
from rules.dmn.checks.exact import Fixed, NotExact
from rules.dmn.checks.inference import Inference
from rules.dmn.checks.kinds import Kind
from rules.dmn.checks.walking import QUESTION, Place, Scope, of_result
from rules.dmn.checks.wording import at, expression, value
from rules.dmn.syntax import BoxedIf, Element, Table, Typed
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Comparison,
    Filter,
    If,
    ListLiteral,
    Literal,
    Node,
    Or,
    RangeLiteral,
    Test,
    UnaryTests,
)
from rules.feel.values import type_name
from rules.findings import Finding

_MOMENTS = frozenset({"date", "date and time"})
_UNORDERED = frozenset({"boolean"})
_SINGLE = frozenset({"context", "range", "function"})


def check_types(declared: Declared) -> Iterator[Finding]:
    """Find types that do not go together."""
    fixed = Fixed({}, declared.work)
    for _, (node, scope) in declared.visits():
        checker = _CHECKERS.get(type(node))
        if checker is not None:
            yield from checker(node, scope, declared.inference)
        if isinstance(node, Typed):
            kind = declared.kinds.written(node.type)
            yield from _not_allowed(node.value, scope.place, kind, fixed)
    for element in declared.own:
        yield from _check_result(element, declared, fixed)


def clash(one: Kind, other: Kind) -> bool:
    """Say whether no value but null can be of both types."""
    if one.name == other.name or {one.name, other.name} == _MOMENTS:
        return False
    known = [kind.is_scalar or kind.name in _SINGLE for kind in (one, other)]
    return all(known)


def _arithmetic(node: Arithmetic, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find calculations with text or with yes and no."""
    left = inference.kind(node.left, scope.visible)
    right = inference.kind(node.right, scope.visible)
    wrong = {"boolean"} if node.operator == "+" else {"string", "boolean"}
    bad = next((kind.name for kind in (left, right) if kind.name in wrong), "")
    if node.operator == "+" and "string" in {left.name, right.name} and clash(left, right):
        bad = "string"
    if bad:
        yield _null(scope.place, node, f"cannot calculate with a {bad}", "Convert it first.")


def _comparison(node: Comparison, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find comparisons of different types, and orders of what has none."""
    left = inference.kind(node.left, scope.visible)
    right = inference.kind(node.right, scope.visible)
    if clash(left, right):
        reason = f"compares a {left.name} with a {right.name}"
        yield _null(scope.place, node, reason, "Compare values of one type.")
    elif node.operator not in {"=", "!="} and left.name in _UNORDERED:
        yield _null(scope.place, node, f"asks for the order of a {left.name}", "Use = or !=.")


def _between(node: Between, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find limits of another type than the value."""
    value = inference.kind(node.value, scope.visible)
    for limit in (node.low, node.high):
        kind = inference.kind(limit, scope.visible)
        if clash(value, kind):
            reason = f"compares a {value.name} with a {kind.name}"
            yield _null(scope.place, node, reason, "Compare values of one type.")
            return


def _null(place: Place, node: Node, reason: str, remedy: str) -> Finding:
    """Return the finding of an expression that is always null."""
    message = f'In {place.text}, "{expression(node)}" {reason}: it is always null.'
    return at(place, "always-null", message, remedy, severity="error")


def _condition(condition: Node, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find conditions that are neither true nor false."""
    kind = inference.kind(condition, scope.visible)
    if kind.name != "boolean" and (kind.is_scalar or kind.name in _SINGLE):
        yield at(
            scope.place,
            "condition-not-boolean",
            f'In {scope.place.text}, the condition "{expression(condition)}" is a {kind.name},'
            " so it is never true.",
            "Write a condition that is true or false.",
            severity="error",
        )


def _conditions(node: And | Or, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Check both sides of `and` and `or`."""
    for operand in node.operands:
        yield from _condition(operand, scope, inference)


def _filter(node: Filter, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find filters by what is neither a condition nor a place; members of items are unknown."""
    if isinstance(node.condition, Literal):
        kind = inference.kind(node.condition, scope.visible)
        if kind.name != "number":
            yield from _condition(node.condition, scope, inference)


def _cell(node: UnaryTests, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find alternatives of a cell that are of another type than its column."""
    column = scope.visible.get(QUESTION)
    if column is None or not column.is_scalar:
        return
    for test in node.tests:
        for part in _compared(test):
            kind = inference.kind(part, scope.visible)
            if clash(column, kind) and (kind.name != "boolean" or isinstance(part, Literal)):
                yield at(
                    scope.place,
                    "cell-type",
                    f'In {scope.place.text}, "{expression(test)}" asks for a {kind.name}, but the'
                    f" column is a {column.name}: it never holds.",
                    f"Write a {column.name}, or change the type of the column.",
                    severity="error",
                )
                break


def _compared(test: Node) -> Iterator[Node]:
    """Yield the expressions that a test compares the value of its column with."""
    if isinstance(test, Test):
        yield test.operand
    elif isinstance(test, RangeLiteral):
        yield from (test.start, test.end)
    elif isinstance(test, ListLiteral):
        yield from test.items
    else:
        yield test


def _table(node: Table, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find results of another type than their column declares."""
    for place, output in enumerate(node.outputs):
        declared = inference.kinds.named(output.type_ref)
        for number, rule in enumerate(node.rules, start=1):
            kind = inference.kind(rule.outputs[place], scope.visible)
            if clash(declared, kind):
                where = of_result(rule, number, output)
                yield _wrong_result(where, expression(rule.outputs[place]), kind, declared)


def _typed(node: Typed, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Find expressions of another type than they declare."""
    declared, kind = inference.kinds.written(node.type), inference.kind(node.value, scope.visible)
    if clash(declared, kind):
        yield _wrong_result(scope.place, expression(node.value), kind, declared)


def _not_allowed(node: Node, place: Place, kind: Kind, fixed: Fixed) -> Iterator[Finding]:
    """Find a constant that its declared type does not allow, which becomes null."""
    if (
        not isinstance(node, Literal)
        or node.value is None
        or clash(kind, Kind(type_name(node.value)))
    ):
        return
    try:
        is_allowed = all(fixed.accepts(tests, node.value) for tests in kind.allowed)
    except NotExact:
        return
    if not is_allowed:
        allowed = " and ".join(expression(tests) for tests in kind.allowed)
        yield at(
            place,
            "result-not-allowed",
            f"In {place.text}, {value(node.value)} is no allowed value of the declared type:"
            " the result is null.",
            f"Allowed are {allowed}; correct it, or change the type.",
            severity="error",
        )


def _check_result(element: Element, declared: Declared, fixed: Fixed) -> Iterator[Finding]:
    """Find a decision whose logic answers with another type than it declares."""
    if element.kind != "decision" or element.logic is None:
        return
    wanted = declared.kinds.named(element.type_ref)
    kind = declared.inference.kind(element.logic, declared.visible(element))
    place = Place(element.id, element.line, f'the decision "{element.name or element.id}"')
    if clash(wanted, kind):
        yield _wrong_result(place, expression(element.logic), kind, wanted)
    yield from _not_allowed(element.logic, place, wanted, fixed)


def _wrong_result(place: Place, text: str, kind: Kind, declared: Kind) -> Finding:
    """Return the finding of a result that becomes null, because it has another type."""
    return at(
        place,
        "result-type",
        f'In {place.text}, "{text}" is a {kind.name}, but a {declared.name} is declared:'
        " the result is null.",
        f"Write a {declared.name}, or declare a {kind.name}.",
        severity="error",
    )


def _if(node: If, scope: Scope, inference: Inference) -> Iterator[Finding]:
    """Check the condition of `if`."""
    yield from _condition(node.condition, scope, inference)


_CHECKERS: dict[type[Node], Callable[[Any, Scope, Inference], Iterator[Finding]]] = {
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Between: _between,
    If: _if,
    BoxedIf: _if,
    And: _conditions,
    Or: _conditions,
    Filter: _filter,
    UnaryTests: _cell,
    Table: _table,
    Typed: _typed,
}
