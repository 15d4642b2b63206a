"""The report about a foreign model: one row for each thing that was changed, kept or is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lxml.etree import _Element as Element

from workflows.engine.spiff.compiler import id_of, line_of
from workflows.engine.spiff.notation import local

LONGEST = 300
_DETAIL_ENDINGS = ("Expression", "EventDefinition", "LoopCharacteristics", "Association", "Owner")
_DETAILS = frozenset(
    [
        "timeDuration",
        "timeDate",
        "timeCycle",
        "condition",
        "completionCondition",
        "loopCardinality",
        "loopCondition",
        "documentation",
        "extensionElements",
        "performer",
        "humanPerformer",
        "resourceRole",
        "ioSpecification",
        "dataInput",
        "dataOutput",
        "inputSet",
        "outputSet",
        "script",
    ]
)


class Severity(StrEnum):
    """What a row means for whoever imports: read it, know it, or do something."""

    TRANSLATED = "translated"
    KEPT = "kept"
    MEND = "mend"


@dataclass(frozen=True)
class Row:
    """
    What became of one thing in the file.

    Attributes:
        code: What kind of thing it is; the words for readers are chosen by it.
        element_id: The element of the draft that it is about.
        found: What stood in the file.
        done: What stands in the draft instead; empty where nothing was written.
        explains: Codes of findings that say the same about the draft, until it is mended.
        removable: The full name of what can be taken out of the element to mend it.

    """

    code: str
    severity: Severity
    element_id: str | None = None
    element_name: str = ""
    element_type: str = ""
    line: int | None = None
    found: str = ""
    done: str = ""
    explains: tuple[str, ...] = ()
    removable: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the row as plain data."""
        return {
            name: getattr(self, name)
            for name in (
                "code",
                "severity",
                "element_id",
                "element_name",
                "element_type",
                "line",
                "found",
                "done",
            )
        }


def about(
    element: Element,
    code: str,
    severity: Severity,
    found: str = "",
    done: str = "",
    *,
    explains: tuple[str, ...] = (),
    removable: str = "",
) -> Row:
    """Return a row about an element, or about what it is a detail of."""
    owner = owner_of(element)
    return Row(
        code,
        severity,
        id_of(owner),
        " ".join((owner.get("name") or "").split()),
        name_of(str(owner.tag)),
        line_of(element),
        shortened(found),
        shortened(done),
        explains,
        removable,
    )


def owner_of(element: Element) -> Element:
    """Return what a reader knows an element as: itself, or what it is a detail of."""
    place = element
    while not place.get("id") or _is_detail(place):
        around = place.getparent()
        if around is None:
            return element
        place = around
    return place


def _is_detail(element: Element) -> bool:
    """Say whether an element has an id, but is a property of the one around it to a reader."""
    name = local(element)
    return not name or name.endswith(_DETAIL_ENDINGS) or name in _DETAILS


def name_of(full: str) -> str:
    """Return a name without its namespace."""
    return full.rpartition("}")[2]


def shortened(text: str) -> str:
    """Return a text in one line that a report can show."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def prefixed(element: Element, full: str) -> str:
    """Return a full name as it is written in the file: with the prefix used there."""
    namespace, _, name = full.removeprefix("{").rpartition("}")
    prefixes: Mapping[str | None, str] = element.nsmap
    found = next((prefix for prefix, uri in prefixes.items() if uri == namespace), None)
    return f"{found}:{name}" if found else name
