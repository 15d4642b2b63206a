"""A foreign model while it is translated: its tree, its rows, and what is dealt with already."""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from workflows.engine.foreign.report import Row, Severity, about, name_of, prefixed
from workflows.engine.spiff.notation import BPMN, UNDERSTUDY, local, tag
from workflows.engine.spiff.refusals import OUR_ATTRIBUTES


class Translation:
    """
    What the translators of one file share.

    Attributes:
        root: The definitions, which are changed in place.
        process: The process that becomes a draft.
        rows: What was done, in the order in which it was done.

    """

    def __init__(self, root: Element, process: Element) -> None:
        self.root = root
        self.process = process
        self.rows: list[Row] = []
        # Elements, and attributes of elements, that a row speaks of already.
        self._dealt_with: set[tuple[Element, str]] = set()

    def nodes(self) -> Iterator[Element]:
        """Yield every BPMN element of the process, and what is defined beside it."""
        yield from self.process.iter(f"{{{BPMN}}}*")
        for element in self.root.iterchildren(f"{{{BPMN}}}*"):
            if local(element) not in ("process", "collaboration"):
                yield from element.iter(f"{{{BPMN}}}*")

    def note(
        self,
        element: Element,
        code: str,
        severity: Severity,
        found: str = "",
        done: str = "",
        *,
        explains: tuple[str, ...] = (),
        removable: str = "",
    ) -> None:
        """Write a row about an element."""
        self.rows.append(
            about(
                element,
                code,
                severity,
                found,
                done,
                explains=explains,
                removable=removable,
            )
        )

    def settle(self, element: Element, attribute: str = "") -> None:
        """Remember that an element, or one of its attributes, is dealt with."""
        self._dealt_with.add((element, attribute))

    def is_settled(self, element: Element, attribute: str = "") -> bool:
        """Say whether an element, or one of its attributes, is dealt with."""
        return (element, attribute) in self._dealt_with

    def write(self, element: Element, name: str, value: str, found: str) -> bool:
        """Write an attribute of ours, unless it stands there or means nothing there."""
        if name not in OUR_ATTRIBUTES.get(local(element), ()):
            return False
        full = f"{{{UNDERSTUDY}}}{name}"
        if element.get(full) is None:
            element.set(full, value)
            self.note(
                element, "property", Severity.TRANSLATED, found, f'understudy:{name}="{value}"'
            )
        return True

    def map(self, element: Element, direction: str, name: str, value: str, found: str) -> None:
        """Write a mapping of ours, unless one of this name stands there."""
        place = f"{{{UNDERSTUDY}}}{direction}"
        extensions = extensions_of(element)
        if any(each.get("name") == name for each in extensions.iterchildren(place)):
            return
        mapping = etree.SubElement(extensions, place)
        mapping.set("name", name)
        mapping.text = value
        self.note(
            element,
            "mapping",
            Severity.TRANSLATED,
            found,
            f"understudy:{direction} {name} = {value}",
        )


def extensions_of(element: Element) -> Element:
    """Return the extension elements of an element, added where there are none."""
    place = element.find(tag("extensionElements"))
    if place is None:
        place = element.makeelement(tag("extensionElements"))
        documentation = element.findall(tag("documentation"))
        element.insert(len(documentation), place)
    return place


def attribute_text(element: Element, full: str) -> str:
    """Return an attribute as it stands in the file."""
    return f'{prefixed(element, full)}="{element.get(full)}"'


def element_text(element: Element) -> str:
    """Return the begin of an extension element as it stands in the file, with its text."""
    attributes = "".join(
        f' {prefixed(element, name)}="{element.get(name, "")}"' for name in map(str, element.attrib)
    )
    text = (element.text or "").strip()
    shown = f"<{prefixed(element, str(element.tag))}{attributes}>{text}"
    count = sum(1 for _ in element.iterdescendants("*"))
    inside = ", ".join(dict.fromkeys(name_of(str(each.tag)) for each in element.iterchildren("*")))
    return f"{shown} ({count} × {inside})" if count else shown
