"""How findings name things: values, expressions and places."""

from collections.abc import Iterable
from typing import Any

from rules.dmn.checks.walking import Place
from rules.dmn.syntax import Let, Table, Typed
from rules.feel.printer import printed
from rules.feel.syntax import Literal, Node
from rules.findings import Finding

_SHOWN = 120
_LISTED = 8
MOST_FINDINGS = 10


def expression(node: Node) -> str:
    """Return an expression as a person writes it, short enough for a sentence."""
    while isinstance(node, Typed):
        node = node.value
    if isinstance(node, Table | Let):
        return "a table" if isinstance(node, Table) else "a context"
    try:
        text = printed(node)
    except KeyError:  # A table or a context with a result stands inside.
        return "an expression"
    return shortened(text)


def shortened(text: str) -> str:
    """Return a text that is short enough for a sentence."""
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def value(content: Any) -> str:
    """Return a value as it is written in an expression."""
    if isinstance(content, list):
        return f"[{', '.join(map(value, content))}]"
    if isinstance(content, dict):
        return f"{{{', '.join(f'{key}: {value(item)}' for key, item in content.items())}}}"
    return printed(Literal(content))


def listed(parts: Iterable[str]) -> str:
    """Return some texts in their order, not too many."""
    ordered = sorted(parts)
    more = f" and {len(ordered) - _LISTED} more" if len(ordered) > _LISTED else ""
    return ", ".join(ordered[:_LISTED]) + more


def at(place: Place, code: str, message: str, remedy: str, *, severity: str = "warning") -> Finding:
    """Return a finding at a place."""
    return Finding(code, message, remedy, severity, element_id=place.element_id, line=place.line)
