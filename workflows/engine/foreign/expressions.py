"""
Expressions of other languages as FEEL: JUEL, Python, XPath of BPMN, and what looks like them.

Only what means the same is translated: comparisons, logic, sums, names, plain values. The text
is parsed and never run; a call, an index or anything else makes the answer `None`.
"""

import ast
import re
from collections.abc import Callable

from rules.feel import FeelSyntaxError, compile_expression
from workflows.engine.spiff.functions import unknown_functions

LONGEST = 2_000
_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "=",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "=",
    ast.IsNot: "!=",
    ast.In: "in",
}
_SUMS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_PLAIN = (ast.Constant, ast.Name, ast.Attribute, ast.List, ast.Tuple)
# JUEL as Python: its "!" binds like "~", not like "not".
_WORDS = {
    "&&": "and",
    "||": "or",
    "!": "~",
    "not": "~",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "div": "/",
    "null": "None",
    "true": "True",
    "false": "False",
}
_TOKEN = re.compile(
    r"""\s*(?P<token>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|\d+(?:\.\d+)?|[A-Za-z_]\w*"""
    r"""|&&|\|\||[=!<>]=|[-+*/<>!().])"""
)
_WRAPPED = re.compile(r"[$#]\{([^{}]*)\}")
_DATA_OBJECT = re.compile(r"(?:\w+:)?getDataObject\(\s*(['\"])([A-Za-z_]\w*)\1\s*\)")
_STRING = re.compile(r'("[^"]*")')
_TEXT = re.compile(r"'([^'\"\\]*)'")


def of_juel(text: str) -> str | None:
    """Return `${a > b}` as FEEL: `a > b`."""
    whole = _WRAPPED.fullmatch(text.strip())
    return _of_juel_inside(whole[1]) if whole is not None else None


def of_template(text: str) -> str | None:
    """Return a text with places, such as `Case ${number}`, as FEEL that gives the text."""
    if _WRAPPED.fullmatch(text.strip()):
        return of_juel(text)
    parts: list[str] = []
    end = 0
    for found in _WRAPPED.finditer(text):
        inside = _of_juel_inside(found[1])
        if inside is None:
            return None
        if found.start() > end:
            parts.append(_quoted(text[end : found.start()]))
        parts.append(f"string({inside})")
        end = found.end()
    rest = text[end:]
    if "${" in rest or "#{" in rest:
        return None
    if rest or not parts:
        parts.append(_quoted(rest))
    return _checked(" + ".join(parts))


def of_python(text: str) -> str | None:
    """Return a plain Python expression as FEEL."""
    if len(text) > LONGEST or "\\" in text:
        return None
    try:
        tree = ast.parse(text.strip(), mode="eval")
        return _checked(_translated(tree.body))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def of_condition(text: str, dialect: str) -> str | None:
    """
    Return a condition as FEEL, the same text where it is FEEL already, or `None`.

    A condition of SpiffWorkflow is Python, even where it looks like FEEL.
    """
    text = text.strip()
    if len(text) > LONGEST:
        return None
    if dialect == "spiffworkflow":
        return of_python(text)
    if text.startswith(("${", "#{")):
        return of_juel(text)
    if "getDataObject(" in text:
        return _checked(_with_quotes(_DATA_OBJECT.sub(r"\2", text)))
    ways: tuple[Callable[[str], str | None], ...] = (
        _checked,
        _of_juel_inside,
        of_python,
        _of_looks,
    )
    return next((found for way in ways if (found := way(text)) is not None), None)


def is_feel(text: str) -> bool:
    """Say whether a text is FEEL that can run here."""
    return _checked(text) is not None


def _of_juel_inside(text: str) -> str | None:
    """Return what stands between the braces of JUEL as FEEL."""
    tokens: list[str] = []
    place = 0
    text = text.strip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            return None
        token = found["token"]
        after_dot = tokens[-1:] == ["."]
        tokens.append(token if after_dot else _WORDS.get(token, token))
        place = found.end()
    return of_python(" ".join(tokens))


def _of_looks(text: str) -> str | None:
    """Return FEEL from what looks like it, but for signs of other languages."""
    parts = _STRING.split(_with_quotes(text))
    for place in range(0, len(parts), 2):
        for sign, word in (("==", "="), ("&&", " and "), ("||", " or ")):
            parts[place] = parts[place].replace(sign, word)
    return _checked("".join(parts))


def _with_quotes(text: str) -> str:
    """Return a text whose strings stand in double quotes."""
    return _TEXT.sub(r'"\1"', text)


def _checked(text: str) -> str | None:
    """Return a text if it is FEEL that calls nothing unknown."""
    try:
        compiled = compile_expression(text)
    except FeelSyntaxError:
        return None
    return None if unknown_functions(compiled) else text


def _quoted(text: str) -> str:
    """Return a text as FEEL writes it."""
    inside = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{inside}"'


def _translated(node: ast.expr) -> str:
    """Return a part of a Python expression as FEEL."""
    translate = _PARTS.get(type(node))
    if translate is None:
        raise ValueError(type(node).__name__)
    return translate(node)


def _constant(node: ast.Constant) -> str:
    """Translate a plain value."""
    value = node.value
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int | float) and "e" not in repr(value):
        return repr(value)
    raise ValueError(type(value).__name__)


def _comparison(node: ast.Compare) -> str:
    """Translate one comparison; a chain means different things in different languages."""
    if len(node.ops) != 1:
        raise ValueError("chain")
    left, right = _inner(node.left), _inner(node.comparators[0])
    if isinstance(node.ops[0], ast.NotIn):
        return f"not({left} in {right})"
    return f"{left} {_COMPARISONS[type(node.ops[0])]} {right}"


def _logic(node: ast.BoolOp) -> str:
    """Translate `and` and `or`."""
    word = " and " if isinstance(node.op, ast.And) else " or "
    return word.join(_inner(value) for value in node.values)


def _single(node: ast.UnaryOp) -> str:
    """Translate `not` and a sign."""
    if isinstance(node.op, ast.Not | ast.Invert):
        return f"not({_translated(node.operand)})"
    if isinstance(node.op, ast.USub):
        return f"-{_inner(node.operand)}"
    raise ValueError("sign")


def _sum(node: ast.BinOp) -> str:
    """Translate a sum, difference, product or quotient."""
    if type(node.op) not in _SUMS:
        raise ValueError("operator")
    return f"{_inner(node.left)} {_SUMS[type(node.op)]} {_inner(node.right)}"


def _choice(node: ast.IfExp) -> str:
    """Translate a value that depends on a condition."""
    test, body, other = (_translated(part) for part in (node.test, node.body, node.orelse))
    return f"if {test} then {body} else {other}"


def _inner(node: ast.expr) -> str:
    """Return a part of something bigger, in brackets where it is not plain."""
    text = _translated(node)
    is_call = isinstance(node, ast.UnaryOp) and not isinstance(node.op, ast.USub)
    return text if is_call or isinstance(node, _PLAIN) else f"({text})"


def _list(node: ast.List | ast.Tuple) -> str:
    """Translate a list."""
    return f"[{', '.join(_translated(each) for each in node.elts)}]"


_PARTS: dict[type[ast.expr], Callable[..., str]] = {
    ast.Constant: _constant,
    ast.Name: lambda node: str(node.id),
    ast.Attribute: lambda node: f"{_translated(node.value)}.{node.attr}",
    ast.Compare: _comparison,
    ast.BoolOp: _logic,
    ast.UnaryOp: _single,
    ast.BinOp: _sum,
    ast.IfExp: _choice,
    ast.List: _list,
    ast.Tuple: _list,
}
