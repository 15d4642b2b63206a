"""Finds the type of an expression from its parts, where it can be known."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from rules.dmn.checks.kinds import BOOLEAN, FUNCTION, NUMBER, STRING, UNKNOWN, Kind, Kinds
from rules.dmn.syntax import BoxedFilter, BoxedIf, Let, Table, Typed
from rules.feel.syntax import (
    And,
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    ListLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Or,
    Path,
    Quantified,
    RangeLiteral,
)
from rules.feel.values import type_name

Visible = Mapping[str, Kind]
_MAX_DEPTH = 40
_RETURNS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            *("count", "sum", "mean", "median", "stddev", "product", "floor", "ceiling"),
            *("number", "decimal", "round up", "round down", "round half up", "modulo", "sqrt"),
            *("round half down", "log", "exp", "string length", "day of year", "week of year"),
        ),
        NUMBER,
    ),
    **dict.fromkeys(
        (
            *("string", "substring", "upper case", "lower case", "substring before", "trim"),
            *("substring after", "replace", "string join", "day of week", "month of year"),
        ),
        STRING,
    ),
    **dict.fromkeys(
        (
            *("contains", "starts with", "ends with", "matches", "list contains", "all", "any"),
            *("not", "even", "odd", "is", "is defined", "is empty", "before", "after", "during"),
            *("includes", "overlaps", "meets", "coincides"),
        ),
        BOOLEAN,
    ),
    **dict.fromkeys(("date", "today"), Kind("date")),
    **dict.fromkeys(("now", "date and time"), Kind("date and time")),
    **dict.fromkeys(("split", "index of"), Kind("list")),
    "time": Kind("time"),
    "years and months duration": Kind("years and months duration"),
}
_LISTS = frozenset(
    (
        *("append", "concatenate", "distinct values", "flatten", "insert before", "remove"),
        "union",
    )
)
_SAME_LIST = frozenset({"sublist", "sort", "reverse"})


class Inference:
    """Knows the types of a model, and finds those of its expressions."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = kinds

    def kind(self, node: Node, visible: Visible, depth: int = 0) -> Kind:
        """Return what is known of the type of an expression."""
        finder = _FINDERS.get(type(node))
        if finder is None or depth > _MAX_DEPTH:
            return UNKNOWN
        return finder(self, node, visible, depth + 1)

    def _literal(self, node: Literal, visible: Visible, depth: int) -> Kind:
        """Return the type of a constant; null may stand for anything."""
        name = type_name(node.value)
        return UNKNOWN if name in {"null", "unknown"} else Kind(name)

    def _name(self, node: Name, visible: Visible, depth: int) -> Kind:
        """Return the type of a variable."""
        return visible.get(node.name, UNKNOWN)

    def _arithmetic(self, node: Arithmetic, visible: Visible, depth: int) -> Kind:
        """Return the type of a calculation, where both sides are of one type."""
        left = self.kind(node.left, visible, depth).name
        right = self.kind(node.right, visible, depth).name
        if left == right == "number":
            return NUMBER
        if left == right == "string" and node.operator == "+":
            return STRING
        return UNKNOWN

    def _negation(self, node: Negation, visible: Visible, depth: int) -> Kind:
        """Return the type of a negative value."""
        return Kind(self.kind(node.operand, visible, depth).name)

    def _if(self, node: If, visible: Visible, depth: int) -> Kind:
        """Return the type that both results have."""
        yes = self.kind(node.yes, visible, depth)
        no = self.kind(node.no, visible, depth)
        if _is_null(node.no):
            return yes
        return yes if yes.name == no.name or _is_null(node.yes) else UNKNOWN

    def _list(self, node: ListLiteral, visible: Visible, depth: int) -> Kind:
        """Return the type of a list whose items are all of one type."""
        items = [self.kind(item, visible, depth) for item in node.items[:50]]
        alike = bool(items) and all(item == items[0] for item in items)
        return Kind("list", item=items[0] if alike and len(node.items) <= 50 else None)

    def _context(self, node: ContextLiteral, visible: Visible, depth: int) -> Kind:
        """Return the type of a context; entries see those before them."""
        members: dict[str, Kind] = {}
        for name, value in node.entries:
            members[name] = self.kind(value, {**visible, **members}, depth)
        return Kind("context", members=members)

    def _let(self, node: Let, visible: Visible, depth: int) -> Kind:
        """Return the type of the result of a context."""
        for name, value in node.entries:
            visible = {**visible, name: self.kind(value, visible, depth)}
        return self.kind(node.result, visible, depth)

    def _typed(self, node: Typed, visible: Visible, depth: int) -> Kind:
        """Return the declared type, or what is found where it declares nothing."""
        declared = self.kinds.written(node.type)
        return declared if declared.name else self.kind(node.value, visible, depth)

    def _path(self, node: Path, visible: Visible, depth: int) -> Kind:
        """Return the type of a member."""
        return self.kind(node.source, visible, depth).member(node.member)

    def _filter(self, node: Filter, visible: Visible, depth: int) -> Kind:
        """Return the type of one item for an index, and of the list for a condition."""
        source = self.kind(node.source, visible, depth)
        if source.name == "":
            return UNKNOWN
        index = node.condition.operand if isinstance(node.condition, Negation) else node.condition
        if isinstance(index, Literal) and isinstance(index.value, Decimal):
            return Kind(source.of_item.name, source.of_item.item, source.of_item.members)
        return Kind("list", item=source.of_item)

    def _boxed_filter(self, node: BoxedFilter, visible: Visible, depth: int) -> Kind:
        """Return the type of a list whose items are chosen."""
        source = self.kind(node.source, visible, depth)
        return Kind("list", item=source.of_item if source.name else None)

    def _for(self, node: For, visible: Visible, depth: int) -> Kind:
        """Return the type of the list of results."""
        for loop in node.iterators:
            of_item = NUMBER if loop.end else self.kind(loop.source, visible, depth).of_item
            visible = {**visible, loop.name: of_item}
        return Kind("list", item=self.kind(node.result, visible, depth))

    def _call(self, node: Call, visible: Visible, depth: int) -> Kind:
        """Return the type that a built-in function answers with."""
        if not isinstance(node.function, Name) or node.function.name in visible:
            return UNKNOWN
        name = node.function.name
        if name in _SAME_LIST and node.arguments:
            found = self.kind(node.arguments[0], visible, depth)
            return found if found.name == "list" else Kind("list")
        if name in _LISTS:
            return Kind("list")
        return _RETURNS.get(name, UNKNOWN)

    def _table(self, node: Table, visible: Visible, depth: int) -> Kind:
        """Return the type of the result of a table."""
        one = self._row(node, visible, depth)
        if node.hit_policy in {"RULE ORDER", "OUTPUT ORDER"}:
            return Kind("list", item=one)
        if node.hit_policy == "COLLECT":
            return NUMBER if node.aggregation in {"COUNT", "SUM"} else UNKNOWN
        return one

    def _row(self, node: Table, visible: Visible, depth: int) -> Kind:
        """Return the type of the result of one rule."""
        columns = [self._column(node, place, visible, depth) for place in range(len(node.outputs))]
        if len(columns) == 1:
            return columns[0]
        names = [output.name for output in node.outputs]
        return Kind("context", members=dict(zip(names, columns, strict=True)))

    def _column(self, node: Table, place: int, visible: Visible, depth: int) -> Kind:
        """Return the declared type of an output column, or the one that all its cells have."""
        declared = self.kinds.named(node.outputs[place].type_ref)
        if declared.name:
            return declared
        found = {self.kind(rule.outputs[place], visible, depth).name for rule in node.rules[:200]}
        return Kind(found.pop()) if len(found) == 1 and len(node.rules) <= 200 else UNKNOWN


def _is_null(node: Node) -> bool:
    """Say whether an expression is null."""
    return isinstance(node, Literal) and node.value is None


def _always(kind: Kind) -> Callable[[Any, Any, Visible, int], Kind]:
    """Return the finder of an expression that always has one type."""
    return lambda _inference, _node, _visible, _depth: kind


_FINDERS: dict[type[Node], Callable[[Any, Any, Visible, int], Kind]] = {
    **dict.fromkeys((And, Or, Comparison, Between, In, InstanceOf, Quantified), _always(BOOLEAN)),
    Literal: Inference._literal,
    Name: Inference._name,
    Negation: Inference._negation,
    Arithmetic: Inference._arithmetic,
    If: Inference._if,
    BoxedIf: Inference._if,
    BoxedFilter: Inference._boxed_filter,
    ListLiteral: Inference._list,
    ContextLiteral: Inference._context,
    RangeLiteral: _always(Kind("range")),
    Let: Inference._let,
    Typed: Inference._typed,
    Table: Inference._table,
    Path: Inference._path,
    Filter: Inference._filter,
    For: Inference._for,
    Call: Inference._call,
    FunctionLiteral: _always(FUNCTION),
}
