"""The warnings that a designer has accepted, each with a reason."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import id_of, line_of
from workflows.engine.spiff.notation import UNDERSTUDY, local


@dataclass(frozen=True)
class Suppression:
    """
    A warning that a designer accepts, and why.

    Attributes:
        element_id: Where it stands.
        covers: Ids of the elements that it is for: of a process all in it.

    """

    element_id: str | None
    covers: frozenset[str]
    code: str
    reason: str
    line: int | None = None


def suppressions(root: Element) -> Iterator[Suppression]:
    """Yield each `understudy:suppress` of a file, in its order."""
    for element in root.iter(f"{{{UNDERSTUDY}}}suppress"):
        owner = _owner(element)
        inside = owner.iter() if local(owner) == "process" else (owner,)
        yield Suppression(
            element_id=id_of(owner),
            covers=frozenset(each.get("id", "") for each in inside) - {""},
            code=(element.get("code") or "").strip(),
            reason=" ".join((element.get("reason") or "").split()),
            line=line_of(element),
        )


def _owner(element: Element) -> Element:
    """Return the nearest element around that has an id."""
    place: Element | None = element.getparent()
    while place is not None and not place.get("id"):
        place = place.getparent()
    return element if place is None else place
