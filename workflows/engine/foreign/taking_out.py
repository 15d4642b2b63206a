"""Take out of a draft what another tool wrote and a designer gives up."""

from lxml import etree
from lxml.etree import _Element as Element

from rules import xml_door
from workflows.engine.foreign.report import owner_of
from workflows.engine.spiff.notation import BPMN, local


def take_out(source: bytes, element_id: str, name: str) -> bytes | None:
    """
    Return a model without an attribute, or extension elements, of one element.

    `name` is the full name that a row of the report calls removable. `None` means that
    the element has no such thing any more.

    Raises:
        XmlRefused: The text cannot be read.

    """
    root = xml_door.open_xml(source, file_name="draft.bpmn")
    found = False
    for element in root.iter(f"{{{BPMN}}}*"):
        if owner_of(element).get("id") != element_id:
            continue
        if name in element.attrib:
            del element.attrib[name]
            found = True
        if local(element) == "extensionElements":
            found = _remove(element, name) or found
    if not found:
        return None
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _remove(extensions: Element, name: str) -> bool:
    """Take the elements of a name out of the extensions of an element."""
    going = [each for each in extensions.iterchildren("*") if each.tag == name]
    for each in going:
        extensions.remove(each)
    return bool(going)
