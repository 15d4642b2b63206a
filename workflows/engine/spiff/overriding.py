"""Where an attribute of ours decides what another tool would do by a program of its own."""

from lxml.etree import _Element as Element

from workflows.engine.spiff.notation import UNDERSTUDY

_OURS: dict[str, tuple[str, ...]] = {
    "class": ("service", "decision"),
    "delegateExpression": ("service", "decision"),
    "expression": ("service", "decision"),
    "connector": ("service",),
    "candidateUsers": ("assignee", "candidateGroups"),
}


def is_decided(element: Element, name: str) -> bool:
    """Say whether ours says at an element what a foreign attribute or element would."""
    return any(element.get(f"{{{UNDERSTUDY}}}{one}") for one in _OURS.get(name, ()))
