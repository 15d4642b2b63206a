"""
Named constants of a model: decisions that need nothing and say nothing but constants.

Organisations keep the values that they change in such a decision, and tables name them:
`>= grade_policy.excellent`. Put in place before a table is compiled or checked, they
cost nothing, and a check for gaps sees numbers.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, TypeVar

from rules.dmn.syntax import BoxedFilter, Definitions, Element, Let, Typed
from rules.feel.syntax import (
    ContextLiteral,
    Filter,
    For,
    FunctionLiteral,
    Literal,
    Name,
    Negation,
    Node,
    Path,
    Quantified,
    children,
)

_SIMPLE: dict[str, type] = {"number": Decimal, "string": str, "boolean": bool}
# Inside of these a name may stand for something else than the decision.
_BINDERS = (BoxedFilter, Filter, For, FunctionLiteral, Quantified)
_Members = Mapping[str, Literal]
_NodeT = TypeVar("_NodeT", bound=Node)


def with_constants(definitions: Definitions) -> Definitions:
    """Return a model in which tables and expressions hold the constants that they name."""
    known = {
        element.id: (element.name, members)
        for element in definitions.elements
        if element.kind == "decision" and not element.requirements
        if (members := _constants_of(element.logic))
    }
    if not known:
        return definitions
    try:
        elements = tuple(_filled(element, known) for element in definitions.elements)
    except RecursionError:
        return definitions  # It means the same without constants in place.
    return replace(definitions, elements=elements)


def _constants_of(logic: Node | None) -> dict[str, Literal]:
    """Return the entries of a context that are constants of their type."""
    if isinstance(logic, Typed):
        logic = logic.value
    if not isinstance(logic, ContextLiteral):
        return {}
    found = ((name, _constant(value)) for name, value in logic.entries)
    return {name: literal for name, literal in found if literal is not None}


def _constant(node: Node) -> Literal | None:
    """Return a constant; nothing for what must be computed, or is not of its type."""
    if isinstance(node, Typed):
        literal = _constant(node.value)
        wanted = _SIMPLE.get(node.type.name)
        fits = literal is not None and wanted is not None and type(literal.value) is wanted
        return literal if fits else None
    if isinstance(node, Negation):
        operand = _constant(node.operand)
        is_number = operand is not None and type(operand.value) is Decimal
        return Literal(-operand.value) if operand and is_number else None
    return node if isinstance(node, Literal) else None


def _filled(element: Element, known: Mapping[str, tuple[str, _Members]]) -> Element:
    """Return an element with the constants of the decisions that it requires."""
    if element.logic is None:
        return element
    wanted = dict(known[need.target] for need in element.requirements if need.target in known)
    return replace(element, logic=_placed(element.logic, wanted)) if wanted else element


def _placed(node: Node, known: Mapping[str, _Members]) -> Node:
    """Return a tree with constants in the place of paths such as `grade_policy.excellent`."""
    if isinstance(node, Path) and isinstance(node.source, Name):
        literal = known.get(node.source.name, {}).get(node.member)
        return node if literal is None else replace(literal, position=node.position)
    if isinstance(node, ContextLiteral | Let) and any(name in known for name, _ in node.entries):
        return node
    if isinstance(node, _BINDERS) and _binds(node, known):
        return node
    return _mapped(node, lambda part: _placed(part, known))


def _binds(node: Node, known: Mapping[str, _Members]) -> bool:
    """Say whether names may mean something else inside of a node."""
    if isinstance(node, For | Quantified):
        return any(loop.name in known for loop in node.iterators)
    if isinstance(node, FunctionLiteral):
        return any(name in known for name in node.parameters)
    return True  # The members of what is filtered are not known before it runs.


def _mapped(node: _NodeT, change: Callable[[Node], Node]) -> _NodeT:
    """Return a node with all its parts changed; the same node where nothing changes."""
    if not any(True for _ in children(node)):
        return node
    parts = {entry.name: getattr(node, entry.name) for entry in fields(node)}
    changed = {
        name: new for name, old in parts.items() if (new := _changed(old, change)) is not old
    }
    return replace(node, **changed) if changed else node


def _changed(value: Any, change: Callable[[Node], Node]) -> Any:
    """Return the value of a field with all nodes in it changed."""
    if isinstance(value, Node):
        return change(value)
    if isinstance(value, tuple):
        items = tuple(_changed(item, change) for item in value)
        same = all(new is old for new, old in zip(items, value, strict=True))
        return value if same else items
    return value
