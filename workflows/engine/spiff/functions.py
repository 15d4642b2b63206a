"""Finding calls of functions that do not exist: they would silently give null."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from rules.feel import Expression
from rules.feel.builtins import FUNCTIONS
from rules.feel.compiler.calls import SPECIAL_NAMES
from rules.feel.syntax import Call, ContextLiteral, FunctionLiteral, Name

KNOWN = frozenset(FUNCTIONS) | SPECIAL_NAMES


def unknown_functions(expression: Expression) -> list[str]:
    """Return what an expression calls although it is neither built in nor written in it."""
    nodes = list(_nodes(expression.tree))
    own: set[str] = set()
    for node in nodes:
        if isinstance(node, FunctionLiteral):
            own.update(node.parameters)
        elif isinstance(node, ContextLiteral):
            own.update(name for name, _ in node.entries)
    defines = any(isinstance(node, FunctionLiteral) for node in nodes)
    found: list[str] = []
    for node in nodes:
        if not isinstance(node, Call):
            continue
        if isinstance(node.function, Name):
            name = node.function.name
            if name not in KNOWN and not (defines and name in own):
                found.append(name)
        elif not defines:
            found.append("a value")
    return found


def _nodes(tree: Any) -> Iterator[Any]:
    """Yield every node of a syntax tree."""
    ahead = [tree]
    while ahead:
        node = ahead.pop()
        if isinstance(node, tuple):
            ahead.extend(node)
        elif is_dataclass(node):
            yield node
            ahead.extend(getattr(node, field.name) for field in fields(node))
