"""Reads functions whose body is an indicator of the product instead of an expression."""

from lxml import etree

from rules.dmn.reading.source import EXTENSION_NAMESPACE, Source
from rules.dmn.registered import call_of
from rules.feel.syntax import Literal, Node
from rules.indicators import REGISTERED

_ATTRIBUTE = f"{{{EXTENSION_NAMESPACE}}}indicator"


def read_indicator(
    source: Source, element: etree._Element, parameters: tuple[str, ...]
) -> Node | None:
    """Return the call of the indicator that a function names, or nothing if it names none."""
    name = element.get(_ATTRIBUTE)
    if name is None:
        return None
    indicator = REGISTERED.get(name)
    if indicator is None:
        message = f'There is no indicator "{name[:80]}".'
        source.refuse(element, "dmn-indicator", message, f"Name one of {', '.join(REGISTERED)}.")
        return Literal(None)
    if parameters != indicator.parameters:
        message = f'The indicator "{name}" has other parameters.'
        remedy = f"Give the function the parameters {', '.join(indicator.parameters)}."
        source.refuse(element, "dmn-indicator", message, remedy)
        return Literal(None)
    return call_of(name, parameters)
