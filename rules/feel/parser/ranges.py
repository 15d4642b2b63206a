"""The text of a range as a value, for the function `range`: its ends are constants."""

from typing import Any

from rules.feel import temporal
from rules.feel.errors import FeelSyntaxError
from rules.feel.numbers import CONTEXT
from rules.feel.parser.entry import parse_expression
from rules.feel.syntax import Call, Literal, Name, Negation, Node, RangeLiteral
from rules.feel.values import Range

_OPENINGS = ("[", "(", "]")
_WRITTEN = {
    "date": temporal.parse_date,
    "time": temporal.parse_time,
    "date and time": temporal.parse_datetime,
    "duration": temporal.parse_duration,
}


def parse_range(text: str) -> Range | None:
    """Return the range that a text writes; null if it writes none, or its ends are no constants."""
    if not text.lstrip().startswith(_OPENINGS):
        return None
    try:
        node = parse_expression(text)
    except FeelSyntaxError:
        return None
    if not isinstance(node, RangeLiteral):
        return None
    return Range(_end(node.start), _end(node.end), node.start_included, node.end_included)


def _end(node: Node) -> Any:
    """Return the value of an end; null if it is no constant."""
    if isinstance(node, Literal):
        return node.value
    if isinstance(node, Negation) and isinstance(node.operand, Literal):
        value = node.operand.value
        return CONTEXT.minus(value) if hasattr(value, "copy_abs") else None
    if isinstance(node, Call) and isinstance(node.function, Name):
        read = _WRITTEN.get(node.function.name)
        texts = [part.value for part in node.arguments if isinstance(part, Literal)]
        if read and len(node.arguments) == len(texts) == 1 and isinstance(texts[0], str):
            return read(texts[0])
    return None
