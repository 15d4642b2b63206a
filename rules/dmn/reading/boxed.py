"""Reads boxed expressions; each becomes the FEEL tree that means the same."""

from collections.abc import Callable

from lxml import etree

from rules.dmn.reading.indicators import read_indicator
from rules.dmn.reading.source import Source, child, children, local_name
from rules.dmn.reading.tables import read_table
from rules.dmn.syntax import BoxedFilter, BoxedIf, Let, Typed
from rules.dmn.types import written_type
from rules.feel.names import normalised
from rules.feel.syntax import (
    Call,
    ContextLiteral,
    For,
    FunctionLiteral,
    ListLiteral,
    Literal,
    Loop,
    Node,
    Quantified,
    TypeName,
)

_Reader = Callable[[Source, etree._Element, tuple[str, ...]], Node]


def find_logic(element: etree._Element) -> etree._Element | None:
    """Return the boxed expression among the children of an element."""
    return next(children(element, *_READERS), None)


def read_logic(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read the boxed expression inside an element; nothing there means null."""
    logic = find_logic(element)
    if logic is None:
        return Literal(None)
    return read_boxed(source, logic, names)


def read_boxed(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a boxed expression."""
    return _typed(source, element, _READERS[local_name(element)](source, element, names))


def _typed(source: Source, element: etree._Element, node: Node) -> Node:
    """Return an expression with the type that an element declares, if it does."""
    type_ref = source.type_ref(element)
    return Typed(node, written_type(type_ref)) if type_ref else node


def _literal(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a literal expression."""
    if child(element, "importedValues") is not None:
        source.refuse_unknown(element)
    return source.expression(element, names)


def _context(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a context, which may end in a cell without a name: its result."""
    entries: list[tuple[str, Node]] = []
    result: Node | None = None
    for entry in children(element, "contextEntry"):
        variable = child(entry, "variable")
        value = read_logic(source, entry, names)
        if variable is None:
            result = value
            continue
        name = variable_name(variable)
        entries.append((name, _typed(source, variable, value)))
        names = (*names, name)
    if result is not None:
        return Let(tuple(entries), result)
    return ContextLiteral(tuple(entries))


def variable_name(element: etree._Element) -> str:
    """Return the name of a variable or parameter."""
    return normalised(element.get("name", ""))


def _list(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a list."""
    items = (item for item in children(element) if local_name(item) in _READERS)
    return ListLiteral(tuple(read_boxed(source, item, names) for item in items))


def _relation(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a relation: a list of contexts with the same keys."""
    columns = [*children(element, "column")]
    rows = []
    for row in children(element, "row"):
        cells = [item for item in children(row) if local_name(item) in _READERS]
        if len(cells) != len(columns):
            message = f"A row has {len(cells)} cells, but there are {len(columns)} columns."
            source.refuse(row, "dmn-relation", message, "Give each column of the row a cell.")
        values = [
            (variable_name(column), _typed(source, column, read_boxed(source, cell, names)))
            for column, cell in zip(columns, cells, strict=False)
        ]
        rows.append(ContextLiteral(tuple(values)))
    return ListLiteral(tuple(rows))


def _invocation(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read the call of a function with bound parameters."""
    parameters: list[str] = []
    arguments: list[Node] = []
    for binding in children(element, "binding"):
        parameter = child(binding, "parameter")
        value = read_logic(source, binding, names)
        parameters.append(variable_name(parameter) if parameter is not None else "")
        arguments.append(value if parameter is None else _typed(source, parameter, value))
    function = read_logic(source, element, names)
    return Call(function, tuple(arguments), tuple(parameters))


def read_function(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a function definition."""
    if element.get("kind") not in {None, "FEEL", "F"}:
        message = f"Functions of the kind {element.get('kind')} are not supported."
        source.refuse(element, "dmn-function-kind", message, "Write the function in FEEL.")
        return Literal(None)
    parameters = []
    types: list[TypeName | None] = []
    for parameter in children(element, "formalParameter"):
        parameters.append(variable_name(parameter))
        type_ref = source.type_ref(parameter)
        types.append(written_type(type_ref) if type_ref else None)
    body = read_indicator(source, element, tuple(parameters))
    if body is None:
        body = read_logic(source, element, (*names, *parameters))
    return FunctionLiteral(tuple(parameters), tuple(types), body)


def _inner(source: Source, element: etree._Element, part: str, names: tuple[str, ...]) -> Node:
    """Read the boxed expression inside a named part of an element."""
    inner = child(element, part)
    if inner is None:
        message = f'The part "{part}" is missing.'
        source.refuse(element, "dmn-missing-part", message, "Add it.")
        return Literal(None)
    return _typed(source, inner, read_logic(source, inner, names))


def _conditional(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read if, then and else."""
    condition, yes, no = (_inner(source, element, part, names) for part in ("if", "then", "else"))
    return BoxedIf(condition, yes, no)


def _filter(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read a filter."""
    items = _inner(source, element, "in", names)
    return BoxedFilter(items, _inner(source, element, "match", (*names, "item")))


def _loop(source: Source, element: etree._Element, names: tuple[str, ...]) -> Node:
    """Read for, some or every."""
    name = normalised(element.get("iteratorVariable", ""))
    loop = Loop(name, _inner(source, element, "in", names))
    inner = (*names, name)
    kind = local_name(element)
    if kind == "for":
        return For((loop,), _inner(source, element, "return", (*inner, "partial")))
    return Quantified(kind == "every", (loop,), _inner(source, element, "satisfies", inner))


_READERS: dict[str, _Reader] = {
    "literalExpression": _literal,
    "decisionTable": read_table,
    "context": _context,
    "list": _list,
    "relation": _relation,
    "invocation": _invocation,
    "functionDefinition": read_function,
    "conditional": _conditional,
    "filter": _filter,
    "for": _loop,
    "some": _loop,
    "every": _loop,
}
