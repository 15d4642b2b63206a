"""
Writes a model as DMN 1.3.

It works on the elements of the file, so that documentation, drawings, extensions and
ids stay as they were; only what version 1.3 does not know is written in another way.
"""

from dataclasses import dataclass

from lxml import etree

from rules.dmn.errors import DmnRefused
from rules.dmn.reading.source import Source, children
from rules.dmn.writing.constraints import write_constraints
from rules.dmn.writing.expressions import write_expressions
from rules.dmn.writing.namespaces import in_version_1_3
from rules.findings import Finding
from rules.xml_door import DMN_NAMESPACES, XmlRefused, open_xml


@dataclass(frozen=True, slots=True)
class Written:
    """A model in DMN 1.3, and warnings that tell what had to be written in another way."""

    content: bytes
    findings: tuple[Finding, ...]


def write_model(source: bytes, *, file_name: str = "model.dmn") -> Written:
    """
    Return a model of any version as DMN 1.3 in UTF-8.

    Raises:
        DmnRefused: The file is no DMN model.

    """
    try:
        old = open_xml(source, file_name=file_name)
    except XmlRefused as error:
        raise DmnRefused([error.finding]) from None
    place = Source(file_name)
    name = etree.QName(old)
    if name.namespace not in DMN_NAMESPACES or name.localname != "definitions":
        message = f'The root element "{name.localname[:40]}" is not a DMN definitions element.'
        place.refuse(old, "dmn-root", message, "Hand in a DMN 1.1 to 1.5 model.")
        raise DmnRefused(place.findings)
    place.namespaces = {
        part.get("namespace", ""): part.get("name", "") for part in children(old, "import")
    }
    root = in_version_1_3(old, place)
    write_constraints(root, place)
    write_expressions(root, place)
    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False)
    return Written(bytes(content), tuple(place.findings))
