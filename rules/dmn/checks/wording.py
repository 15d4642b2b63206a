"""How findings name things: values, expressions and places."""

from difflib import get_close_matches
from typing import Any

from rules.dmn.checks.walking import Place
from rules.dmn.syntax import Let, Table, Typed
from rules.feel.printer import printed
from rules.feel.syntax import Literal, Node
from rules.findings import Finding

_SHOWN = 120
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


def did_you_mean(name: str, known: set[str]) -> str:
    """Return a sentence that proposes the closest known name, or nothing."""
    by_lower = {each.lower(): each for each in sorted(known)}
    close = get_close_matches(name.lower(), list(by_lower), 1, 0.7)
    return f'Did you mean "{by_lower[close[0]]}"?' if close else ""


def at(place: Place, code: str, message: str, remedy: str, *, severity: str = "warning") -> Finding:
    """Return a finding at a place."""
    return Finding(code, message, remedy, severity, element_id=place.element_id, line=place.line)
