"""Writes a syntax tree as text again; reading the text gives an equal tree."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from rules.feel import numbers, temporal
from rules.feel.budget import exceeded
from rules.feel.names import is_word
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
    Loop,
    Name,
    Negation,
    Node,
    Or,
    Path,
    Quantified,
    RangeLiteral,
    Test,
    TypeName,
    UnaryTests,
)
from rules.feel.text import quoted

# What binds stronger has a greater number; the weaker part of an operand needs parentheses.
# A type binds as strongly as a sign, but `list <` would begin the type of a list.
_CHOICE, _OR, _AND, _TYPED, _COMPARE, _ADD, _MULTIPLY, _POWER, _NEGATE, _PLAIN = range(10)
_OPERATORS = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER}


def printed(node: Node) -> str:
    """
    Return the text of a tree.

    Raises:
        FeelBudgetExceeded: The caller stands inside too many other calls.

    """
    try:
        text, _ = _written(node)
    except RecursionError:
        raise exceeded("The expression is nested too deeply", "split it into several") from None
    return f"({text})" if isinstance(node, Test) else text


def _written(node: Node) -> tuple[str, int]:
    """Return the text of a node and how strongly it binds."""
    return _WRITERS[type(node)](node)


def _at_least(node: Node, strength: int) -> str:
    """Return the text of an operand, in parentheses if it binds too weakly."""
    text, own = _written(node)
    return text if own >= strength else f"({text})"


def _literal(node: Literal) -> tuple[str, int]:
    value = node.value
    if value is None:
        return "null", _PLAIN
    if isinstance(value, bool):
        return ("true" if value else "false"), _PLAIN
    if isinstance(value, str):
        return quoted(value), _PLAIN
    if isinstance(value, Decimal):
        return numbers.text(value), _NEGATE if value < 0 else _PLAIN
    return f"@{quoted(temporal.text(value))}", _PLAIN


def _binary(node: Arithmetic) -> tuple[str, int]:
    strength = _OPERATORS[node.operator]
    left = _at_least(node.left, strength)
    return f"{left} {node.operator} {_at_least(node.right, strength + 1)}", strength


def _comparison(node: Comparison) -> tuple[str, int]:
    left = _at_least(node.left, _COMPARE)
    return f"{left} {node.operator} {_at_least(node.right, _ADD)}", _COMPARE


def _between(node: Between) -> tuple[str, int]:
    low, high = _at_least(node.low, _ADD), _at_least(node.high, _ADD)
    return f"{_at_least(node.value, _COMPARE)} between {low} and {high}", _COMPARE


def _in(node: In) -> tuple[str, int]:
    return f"{_at_least(node.value, _COMPARE)} in ({_tests(node.tests)})", _COMPARE


def _tests(tests: tuple[Node, ...]) -> str:
    """Return the text of alternatives; only there a comparison needs no left side."""
    return ", ".join(_written(test)[0] for test in tests)


def _if(node: If) -> tuple[str, int]:
    return f"if {printed(node.condition)} then {printed(node.yes)} else {printed(node.no)}", _CHOICE


def _loops(loops: tuple[Loop, ...]) -> str:
    return ", ".join(_loop(loop)[0] for loop in loops)


def _loop(node: Loop) -> tuple[str, int]:
    end = f"..{printed(node.end)}" if node.end else ""
    return f"{node.name} in {printed(node.source)}{end}", _PLAIN


def _for(node: For) -> tuple[str, int]:
    return f"for {_loops(node.iterators)} return {printed(node.result)}", _CHOICE


def _quantified(node: Quantified) -> tuple[str, int]:
    word = "every" if node.every else "some"
    return f"{word} {_loops(node.iterators)} satisfies {printed(node.condition)}", _CHOICE


def _context(node: ContextLiteral) -> tuple[str, int]:
    entries = (
        f"{key if is_word(key) else quoted(key)}: {printed(value)}" for key, value in node.entries
    )
    return f"{{{', '.join(entries)}}}", _PLAIN


def _range(node: RangeLiteral) -> tuple[str, int]:
    opening, closing = "[" if node.start_included else "(", "]" if node.end_included else ")"
    return (
        f"{opening}{_at_least(node.start, _ADD)}..{_at_least(node.end, _ADD)}{closing}",
        _PLAIN,
    )


def _call(node: Call) -> tuple[str, int]:
    arguments = [printed(argument) for argument in node.arguments]
    if node.names:
        pairs = zip(node.names, arguments, strict=True)
        arguments = [f"{name}: {argument}" for name, argument in pairs]
    return f"{_callee(node.function)}({', '.join(arguments)})", _PLAIN


def _callee(node: Node) -> str:
    """Return the text of what is called; a constant cannot be called without parentheses."""
    plain = isinstance(node, Name | Path | Call | Filter)
    return printed(node) if plain else f"({printed(node)})"


def _function(node: FunctionLiteral) -> tuple[str, int]:
    pairs = zip(node.parameters, node.types, strict=True)
    parameters = (f"{name}: {_type(kind)[0]}" if kind else name for name, kind in pairs)
    return f"function({', '.join(parameters)}) {printed(node.body)}", _CHOICE


def _type(node: TypeName) -> tuple[str, int]:
    parts = [_type(part)[0] for part in node.parts]
    if node.members:
        pairs = zip(node.members, parts, strict=True)
        return f"context<{', '.join(f'{name}: {part}' for name, part in pairs)}>", _PLAIN
    if node.name == "function" and parts:
        return f"function<{', '.join(parts[:-1])}> -> {parts[-1]}", _PLAIN
    return (f"{node.name}<{', '.join(parts)}>" if parts else node.name), _PLAIN


def _unary_tests(node: UnaryTests) -> tuple[str, int]:
    if node.negated:
        return f"not({_tests(node.tests)})", _CHOICE
    text = _tests(node.tests) or "-"
    if text.startswith("not("):
        # Without the parentheses the cell as a whole would be negated.
        first = printed(node.tests[0])
        text = f"({first}){text.removeprefix(first)}"
    return text, _CHOICE


_WRITERS: dict[type, Callable[[Any], tuple[str, int]]] = {
    Literal: _literal,
    Name: lambda node: (node.name, _PLAIN),
    Negation: lambda node: (f"-{_at_least(node.operand, _NEGATE)}", _NEGATE),
    Arithmetic: _binary,
    Comparison: _comparison,
    And: lambda node: (" and ".join(_at_least(part, _TYPED) for part in node.operands), _AND),
    Or: lambda node: (" or ".join(_at_least(part, _AND) for part in node.operands), _OR),
    Between: _between,
    In: _in,
    Test: lambda node: (f"{node.operator} {_at_least(node.operand, _ADD)}", _CHOICE),
    UnaryTests: _unary_tests,
    If: _if,
    Loop: _loop,
    For: _for,
    Quantified: _quantified,
    ListLiteral: lambda node: (f"[{', '.join(printed(item) for item in node.items)}]", _PLAIN),
    ContextLiteral: _context,
    RangeLiteral: _range,
    Path: lambda node: (f"{_at_least(node.source, _PLAIN)}.{node.member}", _PLAIN),
    Filter: lambda node: (f"{_at_least(node.source, _PLAIN)}[{printed(node.condition)}]", _PLAIN),
    Call: _call,
    FunctionLiteral: _function,
    TypeName: _type,
    InstanceOf: lambda node: (
        f"{_at_least(node.value, _NEGATE)} instance of {printed(node.type)}",
        _TYPED,
    ),
}
