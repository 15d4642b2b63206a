"""Lets a model carry what it imports, so that it means the same wherever it is read."""

from collections.abc import Iterable, Iterator

from lxml import etree

from rules.dmn.reading import Resolver
from rules.dmn.reading.documents import CARRIED, read_documents
from rules.dmn.reading.source import Source, child
from rules.xml_door import DMN_NAMESPACES, XmlRefused, open_xml


def carry_imports(source: bytes, imports: Resolver, *, file_name: str = "model.dmn") -> bytes:
    """
    Return a model that carries all models that it imports, as far as they are found.

    A model without imports, and one that cannot be read, is returned as it is.
    """
    if b"import" not in source.replace(b"\0", b""):  # UTF-16 has a zero beside each letter.
        return source
    try:
        root = open_xml(source, file_name=file_name)
    except XmlRefused:
        return source
    _, *imported = read_documents(root, Source(file_name), imports)
    if not imported:
        return source
    holder = _extensions(root)
    for old in list(holder.iterchildren(CARRIED)):
        holder.remove(old)
    for document in imported:
        carried = etree.SubElement(holder, CARRIED, {"namespace": document.namespace})
        carried.text = etree.tostring(document.root, encoding="unicode", with_tail=False)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def models_by_namespace(contents: Iterable[bytes]) -> dict[str, bytes]:
    """Return models by the namespaces that others import them by; what is broken has none."""
    return dict(_named(contents))


def _named(contents: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield the namespace and the content of each model that has one."""
    for content in contents:
        try:
            root = open_xml(content, file_name="imported model")
        except XmlRefused:
            continue
        if etree.QName(root).namespace in DMN_NAMESPACES and root.get("namespace"):
            yield root.get("namespace", ""), content


def _extensions(root: etree._Element) -> etree._Element:
    """Return the element for extensions of a model; it stands after the description."""
    found = child(root, "extensionElements")
    if found is not None:
        return found
    made = etree.Element(str(etree.QName(etree.QName(root).namespace, "extensionElements")))
    description = child(root, "description")
    if description is not None:
        description.addnext(made)
    else:
        root.insert(0, made)
    return made
